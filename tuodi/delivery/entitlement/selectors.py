"""Questions about the roll: who is on it, what a month pays, how it differs from the month before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Entitlement, MonthRun
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.entitlement.process import ENROLMENT, GROUNDS
from tuodi.kit.worklist import WorkItem
from tuodi.records.org.rights import may, visible


def amount_row(enrolment: Enrolment, month: date) -> EnrolmentAmount | None:
    """The amount row in force in a month: the latest `from_month` not after it, of those the latest sequence."""
    return enrolment.amounts.filter(from_month__lte=month).order_by("-from_month", "-sequence").first()


def amount_in(enrolment: Enrolment, month: date) -> int:
    """What an enrolment pays in a month, in fen; nothing outside its span."""
    if month < enrolment.from_month or (enrolment.until_month and month >= enrolment.until_month):
        return 0
    row = amount_row(enrolment, month)
    return row.monthly_fen if row else 0


def with_amount(rows: QuerySet[Enrolment], month: date) -> QuerySet[Enrolment]:
    """Enrolments with `monthly_fen` and `cause` of the amount in force in a month, without a query a row."""
    newest = EnrolmentAmount.objects.filter(enrolment=OuterRef("pk"), from_month__lte=month).order_by(
        "-from_month", "-sequence"
    )
    return rows.annotate(
        monthly_fen=Subquery(newest.values("monthly_fen")[:1]), cause=Subquery(newest.values("cause")[:1])
    )


def roll(officer: Any, *, programme: str = "", area: str = "", state: str = "") -> QuerySet[Enrolment]:
    """The roll as far as the officer reaches."""
    rows = visible(Enrolment.objects.all(), officer)
    if programme:
        rows = rows.filter(programme=programme)
    if area:
        rows = rows.filter(area_id__gte=area, area_id__lt=str(int(area) + 1))
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("household__head", "area", "decision").order_by("area_id", "pk")


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A household that is new, stopped or changed against the month before, and why."""

    enrolment_id: int
    head: str
    area: str
    before_fen: int
    now_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The system's report of a month against the one before: counts and sums of all, the first rows of each kind."""

    month: date
    households: int
    total_fen: int
    before_households: int
    before_fen: int
    new_count: int
    new_fen: int
    stopped_count: int
    stopped_fen: int
    changed_count: int
    changed_fen: int
    arrears_count: int
    arrears_fen: int
    new: list[DifferenceRow]
    stopped: list[DifferenceRow]
    changed: list[DifferenceRow]


CAUSES = {"decision": "新确认", "suspended": "暂停", "resumed": "恢复"}


def cause_label(cause: str) -> str:
    """A cause of an amount in words."""
    return str(GROUNDS[cause].label) if cause in GROUNDS else CAUSES.get(cause, cause)


def difference(programme: str, county: str, month: date, *, shown: int = 200) -> Difference:
    """How a month's regular entitlements differ from the month before, with reasons (the report of day 22)."""
    month = month_of(month)
    before = months_after(month, -1)
    mine = Entitlement.objects.filter(programme=programme, county=county, kind="regular")
    now, prior = mine.filter(month=month), mine.filter(month=before)
    earlier = prior.filter(household=OuterRef("household"))
    later = now.filter(household=OuterRef("household"))
    new = now.filter(~Exists(earlier))
    stopped = prior.filter(~Exists(later))
    changed = now.annotate(before_fen=Subquery(earlier.values("amount_fen")[:1])).filter(
        ~Q(before_fen=F("amount_fen")), before_fen__isnull=False
    )
    newest = EnrolmentAmount.objects.filter(enrolment=OuterRef("enrolment"), from_month__lte=month).order_by(
        "-from_month", "-sequence"
    )

    def rows(found: QuerySet[Entitlement], kind: str) -> list[DifferenceRow]:
        out = []
        found = found.select_related("household__head", "area", "enrolment__decision").annotate(
            cause=Subquery(newest.values("cause")[:1]), because=Subquery(newest.values("note")[:1])
        )
        for one in found.order_by("area_id", "pk")[:shown]:
            enrolment = one.enrolment
            reason = cause_label(one.cause)
            if kind == "stopped" and enrolment.until_month and enrolment.until_month <= month:
                reason = (
                    str(GROUNDS[enrolment.exit_reason].label)
                    if enrolment.exit_reason in GROUNDS
                    else _("渐退期满")
                )
            elif kind == "new" and one.cause == "decision":
                reason = _("新纳入 {number}").format(number=enrolment.decision.number)
            elif one.because and one.cause != "decision":
                reason = f"{reason} {one.because}"
            out.append(
                DifferenceRow(
                    enrolment.pk, one.household.head.name, one.area.name,
                    {"new": 0, "stopped": one.amount_fen}.get(kind) if kind != "changed" else one.before_fen,
                    0 if kind == "stopped" else one.amount_fen, reason,
                )
            )  # fmt: skip
        return out

    def sums(found: QuerySet[Entitlement]) -> tuple[int, int]:
        figures = found.aggregate(n=Count("pk"), fen=Sum("amount_fen"))
        return figures["n"], figures["fen"] or 0

    changed_figures = changed.aggregate(n=Count("pk"), fen=Sum(F("amount_fen") - F("before_fen")))
    arrears = Entitlement.objects.filter(programme=programme, county=county, kind="arrears", pay_month=month)
    return Difference(
        month, *sums(now), *sums(prior), *sums(new), *sums(stopped), changed_figures["n"], changed_figures["fen"] or 0, *sums(arrears),
        rows(new, "new"), rows(stopped, "stopped"), rows(changed, "changed"),
    )  # fmt: skip


def runs(officer: Any) -> QuerySet[MonthRun]:
    """The months made due, newest first, as far as the officer reaches."""
    return visible(MonthRun.objects.select_related("area"), officer).order_by(
        "-month", "area_id", "programme"
    )


def of_application(application: Any) -> Enrolment | None:
    """The enrolment that came of an application, or None."""
    return (
        Enrolment.objects.filter(decision__review__application=application)
        .select_related("decision", "area")
        .first()
    )


def case_panel(application: Any, officer: Any) -> dict[str, Any]:
    """What the case page shows of the roll: the enrolment, its amounts, its months with their payments."""
    row = of_application(application)
    if row is None or not may(officer, "entitlement.see", row.area_id):
        return {}
    return {
        "enrolment": row,
        "state_label": ENROLMENT.states[row.state],
        "amounts": list(row.amounts.order_by("-from_month", "-sequence")[:12]),
        "entitlements": list(
            row.entitlements.prefetch_related("payments__batch").order_by("-pay_month", "-month")[:12]
        ),
        "cause_label": cause_label,
    }


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits on the roll: reviews past their day, and fade-outs that end."""
    items = []
    if may(officer, "entitlement.exit"):
        figures = visible(
            Enrolment.objects.exclude(state="exited"), officer, act="entitlement.exit"
        ).aggregate(
            overdue=Count("pk", filter=Q(due__lt=on)),
            ended=Count("pk", filter=Q(state="fading", until_month__lte=month_of(on))),
        )
        url = reverse("entitlement:list")
        if figures["overdue"]:
            items.append(
                WorkItem(
                    _("复核到期的在保户"), figures["overdue"], f"{url}?due=over", overdue=figures["overdue"]
                )
            )
        if figures["ended"]:
            items.append(WorkItem(_("渐退期满待退出"), figures["ended"], f"{url}?state=fading"))
    return items
