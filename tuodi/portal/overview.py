"""The counties at a glance: who is on the roll, what is in work and late, what was paid this month. Four queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from tuodi.delivery.determination.models import Review
from tuodi.delivery.determination.selectors import OPEN
from tuodi.delivery.entitlement.models import Enrolment, Entitlement
from tuodi.delivery.payment.models import PaymentBatch
from tuodi.kit import charts
from tuodi.records.org.models import Area
from tuodi.records.org.rights import visible


@dataclass
class Line:
    """One county's figures; money in fen."""

    county: str
    on_roll: int = 0
    in_work: int = 0
    late: int = 0
    due_fen: int = 0
    paid_fen: int = 0


def of(officer: Any, on: date) -> dict[str, Any]:
    """The page's context: a line per county within reach, totals, and a chart of what is late."""
    month = on.replace(day=1)
    reached = visible(Area.objects.filter(level="county"), officer, "pk", act="portal.overview")
    counties = dict(
        reached.order_by("code").values_list("code", "name")
    )  # a county out of reach is not a county with nothing
    lines = {code: Line(name) for code, name in counties.items()}
    county = Substr("area_id", 1, 6)

    def grouped(rows: Any, **sums: Any) -> Any:
        return (
            visible(rows, officer, act="portal.overview")
            .annotate(place=county)
            .values("place")
            .annotate(**sums)
        )

    for row in grouped(Enrolment.objects.filter(state__in=("active", "fading")), n=Count("pk")):
        lines[row["place"]].on_roll = row["n"]
    open_reviews = Review.objects.filter(state__in=OPEN)
    for row in grouped(
        open_reviews, n=Count("pk"), late=Count("pk", filter=Q(due__lt=on) | Q(overall_due__lt=on))
    ):
        lines[row["place"]].in_work, lines[row["place"]].late = row["n"], row["late"]
    for row in grouped(Entitlement.objects.filter(month=month), fen=Sum("amount_fen")):
        lines[row["place"]].due_fen = row["fen"]
    sent = PaymentBatch.objects.filter(month=month, state__in=("sent", "replied", "reconciled"))
    for row in grouped(sent, fen=Sum("total_fen")):
        lines[row["place"]].paid_fen = row["fen"]
    shown = list(lines.values())
    return {
        "on": on,
        "month": month,
        "lines": shown,
        "total": Line(
            _("合计"),
            *(
                sum(getattr(line, name) for line in shown)
                for name in ("on_roll", "in_work", "late", "due_fen", "paid_fen")
            ),
        ),
        "chart": charts.bar(
            _("各县（市）在保户数"), [x.county for x in shown], [x.on_roll for x in shown], unit=_("户")
        ),
    }
