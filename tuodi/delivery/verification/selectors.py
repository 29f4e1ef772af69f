"""Questions about checks: what waits, a check with its grid, what a case shows. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.delivery.intake.models import Application, RelativeFiling, Snapshot
from tuodi.delivery.verification.flags import FLAGS, Flag
from tuodi.delivery.verification.models import (
    Alert,
    Appraisal,
    Check,
    CheckReport,
    Discrepancy,
    HouseholdSurvey,
    SourceQuery,
)
from tuodi.delivery.verification.process import CHECK
from tuodi.gateways.sources import SOURCES, Source, Unavailable
from tuodi.kit.together import Parts, gathered, together
from tuodi.kit.worklist import WorkItem
from tuodi.records.org import rights
from tuodi.records.org.clocked import Clocked
from tuodi.records.org.models import Officer

# Piles of the list: key, label, the states in it, and the right of those who work it off.
PILES = (
    ("ask", "待核对", ("requested", "partial"), "verification.query"),
    ("doubts", "疑点待说明、核定", ("flagged",), "verification.explain"),
    ("stale", "报告已过期", ("stale",), "verification.query"),
    ("done", "已核对", ("clear", "settled"), "verification.see"),
    ("ended", "已终止", ("withdrawn",), "verification.see"),
)
SOON = timedelta(days=2)


def _survey_missing() -> Any:
    """Whether the application of a check is under way and nobody has been to see the family."""
    return Q(application__state="accepted") & ~Exists(
        HouseholdSurvey.objects.filter(application_id=OuterRef("application_id"))
    )


def checks_for(officer: Any, *, act: str = "verification.see") -> models.QuerySet[Check]:
    """The checks an officer reaches."""
    return rights.visible(Check.objects.all(), officer, act=act)


def filtered(rows: models.QuerySet[Check], wanted: Mapping[str, str], on: date) -> models.QuerySet[Check]:
    """A list narrowed by pile, area, number and lateness."""
    for key, _label, states, _act in PILES:
        if wanted.get("pile") == key:
            rows = rows.filter(state__in=states)
    if wanted.get("pile") == "survey":
        rows = rows.filter(_survey_missing()).exclude(state="withdrawn")
    area = wanted.get("area", "")
    if area.isdecimal() and len(area) in (6, 9, 12):
        rows = rows.filter(rights.area_condition(rights.reach(area)))
    if number := wanted.get("number", "").strip():
        rows = rows.filter(application__number__startswith=number)
    if wanted.get("late"):
        rows = rows.filter(due__lt=on, state__in=("requested", "partial", "flagged", "stale"))
    return rows


def pile_counts(rows: models.QuerySet[Check]) -> dict[str, int]:
    """How many checks lie in each pile, in one query."""
    counted = rows.aggregate(
        **{key: Count("pk", filter=Q(state__in=states)) for key, _label, states, _act in PILES},
        survey=Count("pk", filter=_survey_missing() & ~Q(state="withdrawn")),
    )
    return {k: v or 0 for k, v in counted.items()}


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits for the officer here: one question."""
    waiting = {
        "ask": (
            Q(state__in=("requested", "partial")),
            _("待核对"),
            "?pile=ask",
            "verification.query",
            _("授权齐全的可整乡批量核对"),
        ),
        "doubts": (
            Q(state="flagged"),
            _("疑点待说明、核定"),
            "?pile=doubts",
            "verification.explain",
            _("疑点只是线索：听取说明后由人核定"),
        ),
        "survey": (
            _survey_missing() & ~Q(state="withdrawn"),
            _("待入户调查"),
            "?pile=survey",
            "verification.survey",
            "",
        ),
        "stale": (
            Q(state="stale"),
            _("核对报告已过期"),
            "?pile=stale",
            "verification.query",
            _("需要时发起复查；过期不影响正在享受的待遇"),
        ),
    }
    mine = {k: v for k, v in waiting.items() if rights.may(officer, v[3], on=on)}
    if not mine:
        return []
    sums: dict[str, Any] = {}
    for key, (wanted, *_rest) in mine.items():
        sums[key] = Count("pk", filter=wanted)
        sums[f"{key}_late"] = Count("pk", filter=wanted & Q(due__lt=on))
        sums[f"{key}_soon"] = Count("pk", filter=wanted & Q(due__gte=on, due__lte=on + SOON))
    checks = (
        rights.visible(Check.objects.all(), officer, act="verification.see", on=on)
        .annotate(all=Value(1))
        .values("all")
        .annotate(**sums)
    )
    waiting_alerts = (
        rights.visible(Alert.objects.filter(handled_on=None), officer, act="verification.explain", on=on)
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    together(checks, waiting_alerts)
    counted = next(iter(checks), dict.fromkeys(sums, 0))
    base = reverse("verification:list")
    items = [
        WorkItem(
            label=label,
            count=counted[key],
            url=base + query,
            hint=hint,
            overdue=0 if key == "survey" else counted[f"{key}_late"],
            due_soon=0 if key == "survey" else counted[f"{key}_soon"],
        )
        for key, (_q, label, query, _act, hint) in mine.items()
        if counted[key]
    ]
    alerts = sum(n for _kind, n in waiting_alerts)
    if alerts:
        items.insert(
            0,
            WorkItem(
                _("预警待核实"),
                alerts,
                reverse("verification:alerts"),
                hint=_("如登记死亡：只提醒，不自动停发"),
            ),
        )
    return items


# --- one check -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Doubt:
    """A discrepancy as a page shows it: its flag, sentence, what the family said and how it was settled."""

    row: Discrepancy
    flag: Flag
    source: Source
    sentence: str
    declared: Any
    found: Any
    explanations: list[Any]
    outcome: Any


def latest_report(application: Application) -> CheckReport | None:
    """The newest report of an application, with its lines still sealed."""
    return reports_of(application).first()


def reports_of(application: Application) -> models.QuerySet[CheckReport]:
    """The reports of an application, newest first, without those of a check that was taken back."""
    return (
        CheckReport.objects.filter(check_made__application=application)
        .exclude(check_made__state="withdrawn")
        .order_by("-check_made_id", "-sequence")
    )


def is_stale(report: CheckReport, on: date) -> bool:
    """Whether a report is past its validity: it should be renewed before it is relied on for a new decision."""
    return report.valid_until < on


def open_doubts(report: CheckReport | None) -> int:
    """How many discrepancies of a report no officer has settled."""
    return Discrepancy.objects.filter(report=report, outcome=None).count() if report else 0


def discrepancies_of(check: int) -> models.QuerySet[Discrepancy]:
    """The discrepancies of all reports of a check (its key), with what the family said and how they were settled."""
    return (
        Discrepancy.objects.filter(report__check_made_id=check)
        .select_related("person", "outcome", "outcome__settled_by", "report")
        .prefetch_related("explanations")
        .order_by("pk")
    )


def doubts_of(report: CheckReport | None, known: Iterable[Discrepancy] | None = None) -> list[Doubt]:
    """The discrepancies of a report with what the family said and how they were settled; `known` are those of the check
    where they have been read."""
    if report is None:
        return []
    if known is None:
        known = discrepancies_of(report.check_made_id).filter(report=report)
    rows = [row for row in known if row.report_id == report.pk]
    names = names_of(e.taken_by for row in rows for e in row.explanations.all())
    return [doubt(row, names) for row in rows]


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """What the officers of some user names are called."""
    wanted = set(usernames)
    return dict(Officer.objects.filter(username__in=wanted).values_list("username", "name")) if wanted else {}


def doubt(row: Discrepancy, names: Mapping[str, str] | None = None) -> Doubt:
    """One discrepancy as a page shows it."""
    if names is None:
        names = names_of(e.taken_by for e in row.explanations.all())
    detail = row.detail.open()
    return Doubt(
        row,
        FLAGS[row.flag],
        SOURCES[row.source],
        detail["sentence"],
        detail["declared"],
        detail["found"],
        [
            {
                "text": e.text.open(),
                "papers": e.papers.open() if e.papers else "",
                "given_on": e.given_on,
                "taken_by": names.get(e.taken_by, e.taken_by),
            }
            for e in row.explanations.all()
        ],
        getattr(row, "outcome", None),
    )


def grid(report: CheckReport) -> list[dict[str, Any]]:
    """The report's lines for the grid declared | found | source | as-of | age, doubts first, silent sources last."""
    order = {"differs": 0, "pending": 1, "less": 2, "agrees": 3}
    lines = sorted(report.lines.open()["lines"], key=lambda line: (order[line["state"]], line["member"]))
    return [
        {
            **line,
            "source_label": SOURCES[line["source"]].label,
            "flag_label": FLAGS[line["flag"]].label if line["flag"] in FLAGS else "",
        }
        for line in lines
    ]


def settled_before(report: CheckReport, known: Iterable[Discrepancy] | None = None) -> list[dict[str, Any]]:
    """Doubts settled in earlier reports, with who settled them and why: those on the same evidence, and those that
    are gone because the settled value now stands as declared."""
    words = {"explained": _("解释成立"), "upheld": _("疑点成立")}
    if known is None:
        known = discrepancies_of(report.check_made_id)
    rows = [
        row
        for row in known
        if row.report.sequence < report.sequence and getattr(row, "outcome", None) is not None
    ]
    found = {row.detail.open()["sentence"]: row.outcome for row in rows}
    said = [{**s, "outcome": words[s["outcome"]]} for s in report.lines.open()["settled"]]
    known = {s["sentence"] for s in said}
    said += [{"sentence": t, "outcome": words[o.outcome]} for t, o in found.items() if t not in known]
    for s in said:
        if outcome := found.get(s["sentence"]):
            s |= {
                "reason": outcome.reason.open(),
                "who": outcome.settled_by.name,
                "settled_on": outcome.settled_on,
            }
    return said


def silent_queries(check: Check) -> models.QuerySet[SourceQuery]:
    """The questions of this round without a usable answer."""
    return SourceQuery.objects.filter(check_asked=check, round=check.round, reply=None).order_by("source")


def silent_sources(check: Check, known: Iterable[SourceQuery] | None = None) -> list[dict[str, Any]]:
    """The sources of this round without a usable answer, and why."""
    rows = silent_queries(check) if known is None else known
    return [
        {
            "label": SOURCES[q.source].label,
            "asked_at": q.asked_at,
            "trouble": Unavailable.TROUBLES.get(q.trouble, _("等待反馈")),
        }
        for q in rows
    ]


def _case_parts(application: Application) -> Parts:
    of = {"application": application}
    return {
        "checks": Check.objects.filter(**of).order_by("-pk"),
        "report": reports_of(application)[:1],
        "open_doubts": Discrepancy.objects.filter(
            report__check_made__application=application, outcome=None
        ).values_list("pk", "report_id"),
        "open_alerts": Alert.objects.filter(**of, handled_on=None).values_list("pk"),
        "surveys": HouseholdSurvey.objects.filter(**of)
        .select_related("first_surveyor")
        .order_by("-surveyed_on", "-pk"),
        "appraisals": Appraisal.objects.filter(**of).order_by("-held_on", "-pk"),
        "relatives": RelativeFiling.objects.filter(**of).select_related("person").order_by("pk"),
    }


def case_parts(application: Application) -> list[tuple[models.Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    return [(application, _case_parts(application))]


def case_panel(application: Application, officer: Any) -> dict[str, Any] | None:
    """What the case page shows of check, survey and appraisal; None before acceptance."""
    rows = gathered(application, _case_parts(application))
    if not rows["checks"]:
        return None
    check, report = rows["checks"][0], next(iter(rows["report"]), None)
    may = {
        act: rights.may(officer, f"verification.{act}", application.area_id)
        for act in ("query", "survey", "appraisal")
    }
    return {
        "check": check,
        "process": CHECK,
        "report": report,
        "doubts": sum(1 for key, of in rows["open_doubts"] if report and of == report.pk),
        "alerts": len(rows["open_alerts"]),
        "surveys": rows["surveys"][:3],
        "appraisal": next(iter(rows["appraisals"]), None),
        "relatives": rows["relatives"],
        "may": may,
        "open": application.state == "accepted",
        "application": application,
    }


def newest_snapshot(application: Application) -> Snapshot:
    """The facts now relied on."""
    return Snapshot.objects.filter(application=application).latest("pk")


# --- what is on a clock ------------------------------------------------------------------------------------------

# A report past its validity has to be renewed only while a case relies on it.
CLOCKED = ("requested", "partial", "flagged", "stale")


def clocked() -> tuple[Clocked, ...]:
    """Checks under way, and alerts nobody has looked at."""
    return (
        Clocked(
            kind="check",
            label=_lazy("家庭经济状况核对"),
            right="verification.see",
            rows=lambda: Check.objects.filter(
                Q(state__in=CLOCKED[:3]) | Q(state="stale", application__state="accepted"), due__isnull=False
            ),
            states={s: CHECK.states[s] for s in CLOCKED},
            roles={
                "requested": "civil_affairs",
                "partial": "civil_affairs",
                "flagged": "reviewer",
                "stale": "reviewer",
            },
            url=lambda key, _number: reverse("verification:check", args=[key]),
            number="application__number",
            waits={"partial": "source", "flagged": "family"},
            record="verification.check",
            limit=lambda state, begun, working: CHECK.due(state, begun, working),
        ),
        Clocked(
            kind="alert",
            label=_lazy("预警核实"),
            right="verification.see",
            rows=lambda: Alert.objects.filter(handled_on=None, due__isnull=False),
            states={"open": "待核实"},
            roles={"open": "reviewer"},
            url=lambda key, _number: reverse("verification:alert", args=[key]),
            number="application__number",
            state=Value("open", models.CharField()),
            since="raised_on",
        ),
    )
