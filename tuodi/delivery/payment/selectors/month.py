"""A month as a whole: its sums, what was made public of it, what is still open before it is closed."""

from __future__ import annotations

from datetime import date

from django.db.models import (
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.delivery.entitlement.models import Entitlement, MonthRun
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.payment.models import (
    PaymentBatch,
    PublishedTotals,
)
from tuodi.delivery.payment.process import BATCH
from tuodi.delivery.payment.selectors.batch import awaiting_repair
from tuodi.delivery.payment.selectors.identity import identities
from tuodi.funds.selectors import Check


def month_totals(programme: str, county: str, month: date) -> dict[str, int]:
    """What was due in a county's month and what of it has arrived, in households and fen."""
    due = Entitlement.objects.filter(programme=programme, county=county, pay_month=month)
    arrived = Q(payments__state="paid")
    figures = due.aggregate(
        due_count=Count("household", distinct=True),
        paid_count=Count("household", filter=arrived, distinct=True),
        paid_fen=Sum("payments__amount_fen", filter=arrived),
    )
    figures["due_fen"] = due.aggregate(fen=Sum("amount_fen"))["fen"]
    return {name: figure or 0 for name, figure in figures.items()}


def published(month: date | None = None) -> QuerySet[PublishedTotals]:
    """The sums as last published, newest month first."""
    later = PublishedTotals.objects.filter(
        area=OuterRef("area"), programme=OuterRef("programme"), month=OuterRef("month"), sequence__gt=OuterRef("sequence")
    )  # fmt: skip
    rows = PublishedTotals.objects.filter(~Exists(later)).select_related("area")
    return (rows.filter(month=month) if month else rows).order_by("-month", "area_id", "programme")


def closing_checks(month: date) -> list[Check]:
    """What of a month is still open in payments: batches, returned money nobody has explained, sums not made public,
    identities that do not hold. Three questions."""
    month = month_of(month)
    batches = PaymentBatch.objects.filter(month__lte=month).exclude(state__in=BATCH.ends)
    back = awaiting_repair().filter(state_since__lt=months_after(month), explanations=None)
    told = PublishedTotals.objects.filter(
        area=OuterRef("area"), programme=OuterRef("programme"), month=OuterRef("month")
    )
    untold = MonthRun.objects.filter(~Exists(told), month=month)
    counted = [
        rows.order_by().values_list(Value(name, CharField())).annotate(n=Count("pk"))
        for name, rows in (("batches", batches), ("back", back), ("untold", untold))
    ]
    open_ = dict(counted[0].union(*counted[1:], all=True))
    wrong = [i for i in identities(month) if not i.holds]
    at = f"?month={month:%Y-%m}"
    return [
        Check(_("发放批次都已对账"), open_.get("batches", 0), url=reverse("payment:list")),
        Check(_("退回款项都已补发、收回或说明"), open_.get("back", 0), url=reverse("payment:returned"), right="payment.repair"),
        Check(_("各县（市）合计都已公布"), open_.get("untold", 0), url=reverse("payment:publish") + at, right="payment.publish"),
        Check(
            _("对账等式都成立"), len(wrong), "；".join(f"{i.area_code} {i.label}" for i in wrong[:5]),
            reverse("payment:identities") + at,
        ),
    ]  # fmt: skip
