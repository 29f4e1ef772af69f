"""Questions about the roll: who is on it, what a month pays, how it differs from the month before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.delivery.entitlement.models import (
    Enrolment,
    EnrolmentAmount,
    Entitlement,
    MonthRun,
    Pricing,
    Recertification,
)
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.entitlement.process import ENROLMENT, GROUNDS, RECERTIFICATION, REVIEW_NOTICE
from tuodi.delivery.intake.models import Snapshot
from tuodi.kit.together import Parts, gathered, together
from tuodi.kit.worklist import WorkItem
from tuodi.records.org.clocked import Clocked, turns
from tuodi.records.org.rights import area_condition, holds, may, visible


def amount_row(enrolment: Enrolment, month: date) -> EnrolmentAmount | None:
    """The amount row in force in a month: the latest `from_month` not after it, of those the latest sequence."""
    return enrolment.amounts.filter(from_month__lte=month).order_by("-from_month", "-sequence").first()


def amount_behind(due: Entitlement) -> EnrolmentAmount | None:
    """The amount row an entitlement was made from: of those that stood when it was made, the one in force in its month."""
    return (
        due.enrolment.amounts.filter(from_month__lte=due.month, set_on__lte=due.made_on)
        .select_related("pricing__basis", "pricing__snapshot")
        .order_by("-from_month", "-sequence")
        .first()
    )


def facts_behind(enrolment: Enrolment) -> Snapshot:
    """The frozen facts an enrolment stands on: those of its decision, or of the newest price worked out from others."""
    newest = (
        Pricing.objects.filter(amount__enrolment=enrolment)
        .order_by("-amount__sequence")
        .values_list("snapshot_id", flat=True)
        .first()
    )
    return Snapshot.objects.get(pk=newest) if newest else enrolment.decision.assessment.snapshot


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


PAYMENT_WORDS = {
    "issued": _lazy("待回盘"),
    "paid": _lazy("到账"),
    "failed": _lazy("退回"),
    "voided": _lazy("撤销"),
}


def months_of(enrolment: Enrolment) -> list[dict[str, Any]]:
    """What an enrolment was due and what came of it, newest first, three years back; one query."""
    kinds = dict(Entitlement.KINDS)
    rows = enrolment.entitlements.order_by("-pay_month", "-month", "payments__attempt").values(
        "month", "kind", "amount_fen", "payments__reference", "payments__state", "payments__failure"
    )[:72]
    return [
        {
            "month": r["month"],
            "kind": kinds[r["kind"]],
            "amount_fen": r["amount_fen"],
            "reference": r["payments__reference"],
            "state": r["payments__state"],
            "failure": r["payments__failure"] or "",
            "states": PAYMENT_WORDS,
        }
        for r in rows
    ]


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


CAUSES = {"decision": "新确认", "suspended": "暂停", "resumed": "恢复", "turned": "年龄变化"}


def cause_label(cause: str) -> str:
    """A cause of an amount in words."""
    return str(GROUNDS[cause].label) if cause in GROUNDS else CAUSES.get(cause, cause)


def difference(programme: str, county: str, month: date, *, shown: int = 200) -> Difference:
    """How a month's regular entitlements differ from the month before, with reasons (the report of day 22)."""
    month = month_of(month)
    before = months_after(month, -1)
    mine = Entitlement.objects.filter(programme=programme, county=county)
    regular = mine.filter(kind="regular")
    newest = EnrolmentAmount.objects.filter(enrolment=OuterRef("enrolment"), from_month__lte=month).order_by(
        "-from_month", "-sequence"
    )
    same = {"household": OuterRef("household"), "enrolment__kind": OuterRef("enrolment__kind")}
    earlier = regular.filter(month=before, **same)
    later = regular.filter(month=month, **same)
    figures = mine.filter(
        Q(month__in=(month, before), kind="regular") | Q(pay_month=month, kind="arrears")
    ).annotate(before_fen=Subquery(earlier.values("amount_fen")[:1]), stays=Exists(later))
    kinds = {
        "now": Q(month=month, kind="regular"),
        "prior": Q(month=before, kind="regular"),
        "new": Q(month=month, kind="regular", before_fen__isnull=True),
        "stopped": Q(month=before, kind="regular", stays=False),
        "changed": Q(month=month, kind="regular", before_fen__isnull=False) & ~Q(before_fen=F("amount_fen")),
        "arrears": Q(kind="arrears"),
    }
    sums = figures.aggregate(
        **{f"{name}_n": Count("pk", filter=condition) for name, condition in kinds.items()},
        **{f"{name}_fen": Sum("amount_fen", filter=condition) for name, condition in kinds.items()},
        changed_before=Sum("before_fen", filter=kinds["changed"]),
    )
    told = Entitlement.objects.select_related("household__head", "area", "enrolment__decision").annotate(
        cause=Subquery(newest.values("cause")[:1]), because=Subquery(newest.values("note")[:1])
    )
    mine_told = told.filter(programme=programme, county=county, kind="regular").order_by("area_id", "pk")
    moved = mine_told.filter(month=month).annotate(before_fen=Subquery(earlier.values("amount_fen")[:1]))
    moved = moved.filter(Q(before_fen__isnull=True) | ~Q(before_fen=F("amount_fen")))
    new, changed = [], []
    for one in moved[: 2 * shown]:
        (new if one.before_fen is None else changed).append(
            _difference_row(one, one.before_fen or 0, one.amount_fen, month)
        )
    stopped = [
        _difference_row(one, one.amount_fen, 0, month)
        for one in mine_told.filter(month=before).filter(~Exists(later))[:shown]
    ]
    fen = {name: sums[f"{name}_fen"] or 0 for name in kinds}
    return Difference(
        month,
        *(value for name in ("now", "prior", "new", "stopped") for value in (sums[f"{name}_n"], fen[name])),
        sums["changed_n"], fen["changed"] - (sums["changed_before"] or 0),
        sums["arrears_n"], fen["arrears"],
        new, stopped, changed,
    )  # fmt: skip


def _difference_row(one: Any, before_fen: int, now_fen: int, month: date) -> DifferenceRow:
    """A household that differs, with the reason in words."""
    enrolment = one.enrolment
    reason = cause_label(one.cause)
    if not now_fen and enrolment.until_month and enrolment.until_month <= month:
        reason = (
            str(GROUNDS[enrolment.exit_reason].label) if enrolment.exit_reason in GROUNDS else _("渐退期满")
        )
    elif not before_fen and one.cause == "decision":
        reason = _("新纳入 {number}").format(number=enrolment.decision.number)
    elif one.because and one.cause != "decision":
        reason = f"{reason} {one.because.open()}"
    return DifferenceRow(enrolment.pk, one.household.head.name, one.area.name, before_fen, now_fen, reason)


def pricing_of(amount: EnrolmentAmount) -> Pricing | None:
    """How an amount was worked out for its month, where it was."""
    return getattr(amount, "pricing", None)


def findings_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The conditions kept with a price, for <c-findings>."""
    return [
        {
            "rule": f["rule"],
            "holds": f["holds"],
            "text": f["sentence"],
            "basis": f["basis"],
            "required": f.get("required", True),
            "missing": f.get("missing", []),
        }
        for f in document.get("findings", [])
    ]


def without_facts(programme: str, county: str) -> int:
    """How many of a county's roll cannot be priced by the month: taken over without facts."""
    return Enrolment.objects.filter(
        area_condition(county), programme=programme, basis=None, state__in=("pending", "active")
    ).count()


def runs(officer: Any) -> QuerySet[MonthRun]:
    """The months made due, newest first, as far as the officer reaches."""
    return visible(MonthRun.objects.select_related("area"), officer).order_by(
        "-month", "area_id", "programme"
    )


def next_month(county: str, on: date) -> date:
    """The month a county's next run is for: after the newest one, or where there is none the one after `on`."""
    newest = (
        MonthRun.objects.filter(area_id=county).order_by("-month").values_list("month", flat=True).first()
    )
    return months_after(newest or month_of(on))


def of_application(application: Any) -> Enrolment | None:
    """The enrolment that came of an application, or None."""
    return enrolments_of(application).first()


def enrolments_of(application: Any) -> QuerySet[Enrolment]:
    """The enrolments that came of an application: one or none."""
    return (
        Enrolment.objects.filter(decision__review__application=application)
        .select_related("decision", "area")
        .order_by("pk")
    )


def _case_parts(application: Any) -> Parts:
    return {
        "enrolment": enrolments_of(application)[:1],
        "amounts": EnrolmentAmount.objects.filter(
            enrolment__decision__review__application=application
        ).order_by("-from_month", "-sequence")[:12],
    }


def case_parts(application: Any) -> list[tuple[Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    return [(application, _case_parts(application))]


def case_panel(application: Any, officer: Any) -> dict[str, Any]:
    """What the case page shows of the roll: the enrolment and its amounts."""
    row = next(iter(gathered(application, _case_parts(application))["enrolment"]), None)
    if row is None or not may(officer, "entitlement.see", row.area_id):
        return {}
    return {
        "enrolment": row,
        "state_label": ENROLMENT.states[row.state],
        "amounts": gathered(application, _case_parts(application))["amounts"],
    }


def due_for_review(officer: Any, on: date, *, act: str = "") -> QuerySet[Enrolment]:
    """Who on the roll has come, or comes soon, to the end of the cycle of its class, and is not being looked at yet."""
    soon = on + timedelta(days=REVIEW_NOTICE.days or 0)
    busy = Recertification.objects.filter(enrolment=OuterRef("pk"), concluded_on=None)
    return visible(
        Enrolment.objects.filter(review_due__lte=soon, state__in=("active", "suspended")),
        officer,
        act=act or None,
    ).exclude(Exists(busy))


def reviews(officer: Any, wanted: Mapping[str, Any], on: date) -> QuerySet[Recertification]:
    """Reviews within reach, narrowed by state, cause, whose they are and lateness; the most urgent first."""
    rows = visible(Recertification.objects.all(), officer)
    state = wanted.get("state", "")
    if state in RECERTIFICATION.states:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(concluded_on=None)
    if wanted.get("cause"):
        rows = rows.filter(cause=wanted["cause"])
    if wanted.get("mine"):
        rows = rows.filter(officer=officer)
    if wanted.get("late"):
        rows = rows.filter(due__lt=on, concluded_on=None)
    return rows.select_related("enrolment__household__head", "area", "officer").order_by("due", "pk")


REVIEW_PAGES = frozenset({"open", "reassess", "continue", "refer", "settle", "return"})


def review_acts(row: Recertification, officer: Any, on: date) -> list[dict[str, str]]:
    """What this officer may do with a review now: address and words."""
    return [
        {
            "act": step.act,
            "label": step.label,
            "url": reverse(f"entitlement:review_{step.act}", args=[row.pk]),
        }
        for step in RECERTIFICATION.steps_from(row.state)
        if step.act in REVIEW_PAGES and holds(officer, step.role, row.area_id, on)
    ]


def _review_items(officer: Any, on: date) -> list[WorkItem]:
    """What waits in reviews: for the township the ends of cycles and the questions, for the county what it has to decide."""
    town, county = may(officer, "entitlement.recertify"), may(officer, "entitlement.settle")
    if not town and not county:
        return []
    counted = {"n": Count("pk"), "late": Count("pk", filter=Q(due__lt=on))}
    mine = Q(pk__in=())
    for act, states in (
        ("entitlement.recertify", ("waiting", "checking")),
        ("entitlement.settle", ("deciding",)),
    ):
        rows = Recertification.objects.filter(concluded_on=None, state__in=states)
        mine |= Q(pk__in=visible(rows, officer, act=act).values("pk"))
    open_ones = Recertification.objects.filter(mine).order_by().values("state").annotate(**counted)
    due = due_for_review(officer, on, act="entitlement.recertify").order_by().values("state")
    due = due.annotate(n=Count("pk"), late=Count("pk", filter=Q(review_due__lt=on)))
    together(open_ones, due)
    url = reverse("entitlement:reviews")
    piles = (
        (due, None, f"{url}#due", _("复核到期"), _("按类别周期开展复核，逾期的先办")),
        (
            open_ones,
            {"waiting", "checking"},
            url,
            _("待办复核"),
            _("年龄、证件、标准有变的，金额照旧，等您核实"),
        ),
        (
            open_ones,
            {"deciding"},
            url,
            _("复核结果待决定"),
            _("调整、暂停、退出须有法定理由并书面告知"),
        ),
    )
    items = []
    for rows, states, where, label, hint in piles:
        some = [r for r in rows if states is None or r["state"] in states]
        if some:
            late = sum(r["late"] for r in some)
            items.append(WorkItem(label, sum(r["n"] for r in some), where, overdue=late, hint=hint))
    return items


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits on the roll: reviews, and fade-outs that end."""
    items = _review_items(officer, on)
    if may(officer, "entitlement.exit"):
        figures = visible(
            Enrolment.objects.filter(state="fading"), officer, act="entitlement.exit"
        ).aggregate(ended=Count("pk", filter=Q(until_month__lte=month_of(on))))
        url = reverse("entitlement:list")
        if figures["ended"]:
            items.append(WorkItem(_("渐退期满待退出"), figures["ended"], f"{url}?state=fading"))
    return items


# --- what is on a clock ------------------------------------------------------------------------------------------


def clocked() -> tuple[Clocked, ...]:
    """Suspensions and fadings to be ended, cycles to be looked at again, reviews under way."""
    standing = ("pending", "suspended", "fading")
    working_on = ("waiting", "checking", "deciding")
    busy = Recertification.objects.filter(enrolment=OuterRef("pk"), concluded_on=None)
    return (
        Clocked(
            kind="enrolment",
            label=_lazy("待发、暂停、渐退"),
            right="entitlement.see",
            rows=lambda: Enrolment.objects.filter(state__in=standing, due__isnull=False),
            states={s: ENROLMENT.states[s] for s in standing},
            roles={"pending": "civil_affairs", "suspended": "confirmer", "fading": "confirmer"},
            url=lambda key, _number: reverse("entitlement:enrolment", args=[key]),
            number="decision__number",
            record="entitlement.enrolment",
            limit=lambda state, begun, working: ENROLMENT.due(state, begun, working),
        ),
        Clocked(
            kind="cycle",
            label=_lazy("定期复核"),
            right="entitlement.see",
            rows=lambda: Enrolment.objects.filter(
                state__in=("active", "suspended"), review_due__isnull=False
            ).exclude(Exists(busy)),
            states={"due": "待开展复核"},
            roles={"due": "reviewer"},
            url=lambda key, _number: reverse("entitlement:enrolment", args=[key]),
            number="decision__number",
            state=Value("due", CharField()),
            since="decision__decided_on",
            due="review_due",
            remind=False,  # in the worklist fifteen days before (REVIEW_NOTICE)
        ),
        Clocked(
            kind="recertification",
            label=_lazy("复核办理"),
            right="entitlement.review",
            rows=lambda: Recertification.objects.filter(state__in=working_on, due__isnull=False),
            states={s: RECERTIFICATION.states[s] for s in working_on},
            roles=turns(RECERTIFICATION, working_on, system="reviewer"),
            url=lambda key, _number: reverse("entitlement:review", args=[key]),
            number="enrolment__decision__number",
            record="entitlement.recertification",
            limit=lambda state, begun, working: RECERTIFICATION.due(state, begun, working),
        ),
    )
