"""The end of a month's payments: its sums are made public, and what is still out is explained, before the books close."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import MonthRun
from tuodi.delivery.entitlement.months import month_of
from tuodi.delivery.payment.models import Payment, PaymentBatch, PublishedTotals, ReturnExplanation
from tuodi.delivery.payment.process import BATCH
from tuodi.delivery.payment.selectors import awaiting_repair, month_totals
from tuodi.funds.services import yuan
from tuodi.records.journal import services as journal
from tuodi.records.org.rights import refuse_without


@transaction.atomic
def publish_totals(*, programme: str, county: str, month: date, by: Any, on: date) -> PublishedTotals:
    """Make a county's month public in sums, once every batch of it has ended. The same sums again are the same row."""
    refuse_without(by, "payment.publish", county, on)
    month = month_of(month)
    if not MonthRun.objects.filter(programme=programme, area_id=county, month=month).exists():
        raise Refused(_("{month} 的待遇还没有生成").format(month=f"{month:%Y-%m}"))
    waiting = (
        PaymentBatch.objects.filter(programme=programme, area_id=county, month=month)
        .exclude(state__in=BATCH.ends)
        .count()
    )
    if waiting:
        raise Refused(_("还有 {n} 个批次没有对账，对账后再公布合计").format(n=waiting))
    figures = month_totals(programme, county, month)
    last = (
        PublishedTotals.objects.filter(programme=programme, area_id=county, month=month)
        .order_by("-sequence")
        .first()
    )
    if last is not None and all(getattr(last, name) == figure for name, figure in figures.items()):
        return last
    made = PublishedTotals.objects.create(
        programme=programme,
        area_id=county,
        month=month,
        sequence=last.sequence + 1 if last else 1,
        published_on=on,
        published_by=journal.actor_name(by),
        **figures,
    )
    journal.record(
        "payment.publish", by=by, on=on, record=made,
        note=f"{month:%Y-%m} 应发 {made.due_count} 户 {yuan(made.due_fen)}，到账 {made.paid_count} 户 {yuan(made.paid_fen)}",
    )  # fmt: skip
    return made


@transaction.atomic
def explain_return(*, payment: Payment, by: Any, on: date, note: str) -> ReturnExplanation:
    """Write down why a returned payment is still out. It stays on the list until it is paid again or given back."""
    refuse_without(by, "payment.repair", payment.batch.area_id, on)
    if not note.strip():
        raise Refused(_("请写明为什么还没有补发"))
    if not awaiting_repair().filter(pk=payment.pk).exists():
        raise Refused(_("这笔款项不在退回待处理之列"))
    made = ReturnExplanation.objects.create(
        payment=payment, note=note.strip(), explained_on=on, explained_by=journal.actor_name(by)
    )
    journal.record(
        "payment.explain", by=by, on=on, record=payment, area_code=payment.batch.area_id,
        note=payment.reference, remark=note,
    )  # fmt: skip
    return made
