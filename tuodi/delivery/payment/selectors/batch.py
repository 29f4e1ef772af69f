"""Batches, their figures, and what the bank returned of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.utils.translation import gettext as _

from tuodi.delivery.entitlement.models import Entitlement
from tuodi.delivery.payment.models import (
    Payment,
    PaymentBatch,
    ReturnExplanation,
)
from tuodi.funds.models import Entry, Posting
from tuodi.records.org.rights import visible
from tuodi.records.people.models import PayeeAccount


def batches(officer: Any) -> QuerySet[PaymentBatch]:
    """The batches the officer reaches, newest first."""
    return visible(PaymentBatch.objects.select_related("area"), officer).order_by("-month", "-pk")


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """How a batch stands: payments by outcome, counts and fen."""

    counts: dict[str, int]
    fen: dict[str, int]

    @property
    def unanswered(self) -> int:
        return self.counts.get("issued", 0)

    @property
    def paid(self) -> int:
        return self.counts.get("paid", 0)

    @property
    def failed(self) -> int:
        return self.counts.get("failed", 0)


def figures_of(batch: PaymentBatch) -> BatchFigures:
    """The figures that stand on the batch."""
    voided = batch.state == "voided"
    return BatchFigures(
        {"issued": batch.unanswered_count, "paid": batch.paid_count, "failed": batch.failed_count,
         "voided": batch.count if voided else 0},
        {"issued": batch.unanswered_fen, "paid": batch.paid_fen, "failed": batch.failed_fen,
         "voided": batch.total_fen if voided else 0},
    )  # fmt: skip


def figures(batch: PaymentBatch) -> BatchFigures:
    """The same counted from the payments themselves: what the figures on the batch are held against."""
    rows = {state: (0, 0) for state, _label in Payment.STATES} | {
        state: (n, fen)
        for state, n, fen in Payment.objects.filter(batch=batch)
        .values_list("state")
        .annotate(n=Count("pk"), fen=Sum("amount_fen"))
    }
    return BatchFigures(
        {state: n for state, (n, _fen) in rows.items()}, {state: fen for state, (_n, fen) in rows.items()}
    )


def without_account(batch: PaymentBatch) -> int:
    """How many households due in this batch's month are not in any roster because they have no account."""
    due = Entitlement.objects.filter(programme=batch.programme, county=batch.area_id, pay_month=batch.month)
    return due.filter(
        ~Exists(PayeeAccount.objects.filter(household=OuterRef("household"), until=None))
    ).count()


def awaiting_repair() -> QuerySet[Payment]:
    """Payments the bank returned that have not been paid again nor given back: the newest attempt not voided."""
    newer = Payment.objects.filter(
        entitlement=OuterRef("entitlement"), attempt__gt=OuterRef("attempt")
    ).exclude(state="voided")
    restored = Entry.objects.filter(
        kind="restore", record_kind="payment.payment", record_id=OuterRef("reference")
    )
    return Payment.objects.filter(state="failed").filter(~Exists(newer), ~Exists(restored))


def returned(officer: Any) -> QuerySet[Payment]:
    """The worklist of returned payments the officer reaches, oldest first."""
    newest = ReturnExplanation.objects.filter(payment=OuterRef("pk")).order_by("-pk")
    return (
        visible(awaiting_repair(), officer, "batch__area_id")
        .annotate(explained=Subquery(newest.values("note")[:1]))
        .select_related(
            "batch__area",
            "entitlement__household__head",
            "entitlement__area",
            "entitlement__enrolment__decision__review__application",
        )
        .order_by("state_since", "pk")
    )


def batch_faults(batch: PaymentBatch) -> list[str]:
    """What keeps a batch from being reconciled: bank, payments and ledger that do not say the same."""
    found = figures(batch)
    wrong = []
    live = {state: fen for state, fen in found.fen.items() if state != "voided"}
    if sum(live.values()) != batch.total_fen or found != figures_of(batch):
        wrong.append(_("清册合计与批次合计不符"))
    if found.unanswered:
        wrong.append(_("还有 {n} 笔没有回盘").format(n=found.unanswered))
    told = batch.replies.filter(accepted=True).aggregate(paid=Sum("paid_fen"), failed=Sum("failed_fen"))
    booked = dict(
        Posting.objects.filter(
            entry__kind="reply", entry__record_kind="payment.paymentbatch", entry__record_id=str(batch.pk)
        )
        .values_list("debit__kind")
        .annotate(fen=Sum("amount_fen"))
    )
    late = (
        Posting.objects.filter(
            entry__kind="reply",
            entry__record_kind="payment.paymentbatch",
            entry__record_id=str(batch.pk),
            credit__kind="paid",
        ).aggregate(fen=Sum("amount_fen"))["fen"]
        or 0
    )
    if found.fen.get("paid", 0) != (told["paid"] or 0) - late:
        wrong.append(_("到账合计与银行回盘不符"))
    if booked.get("paid", 0) - late != found.fen.get("paid", 0):
        wrong.append(_("到账合计与总账不符"))
    if booked.get("returned", 0) != found.fen.get("failed", 0):
        wrong.append(_("退回合计与总账不符"))
    return wrong
