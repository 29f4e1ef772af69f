"""Questions about reviews: lists by role, the clocks of a case, the reasons of an assessment, what an officer may do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.core.calendar import WorkCalendar
from tuodi.core.parameters import MARKS
from tuodi.core.process import Process
from tuodi.delivery.determination.models import (
    Assessment,
    CountyVisit,
    Decision,
    Objection,
    PublicNotice,
    Review,
)
from tuodi.delivery.determination.services.common import at_its_desk, process_of
from tuodi.delivery.determination.services.county import CAUSES, checked_afterwards, outstanding_visits
from tuodi.delivery.intake.models import Application
from tuodi.kit.together import Parts, gathered, together
from tuodi.kit.worklist import WorkItem
from tuodi.policy.procedures import PROCEDURES, procedure_on
from tuodi.records.documents import selectors as documents
from tuodi.records.journal.models import JournalLine
from tuodi.records.journal.services import lines_of
from tuodi.records.org import clock, rights
from tuodi.records.org.clocked import Clocked, turns
from tuodi.records.standards import selectors as standards

# Piles of work, by the role that moves a case out of them: what the list's tabs and the first page show.
PILES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("investigate", "待完成调查", frozenset({"investigating", "objected", "second_objected"})),
    ("appraise", "待民主评议", frozenset({"appraising"})),
    ("opinion", "待提审核意见", frozenset({"opinion"})),
    ("notice", "公示中", frozenset({"noticing", "second_noticing"})),
    ("send", "待上报县级", frozenset({"to_send"})),
    ("receive", "县级待接收", frozenset({"sent_up"})),
    ("county", "县级待审核确认", frozenset({"county_review", "county_decision"})),
    ("ended", "已办结", frozenset({"confirmed", "refused", "terminated", "withdrawn"})),
)


def states(*, delegated: bool = False) -> dict[str, str]:
    """Every state of any procedure with its label, as the county says it or as the township that decides."""
    return {
        state: label
        for procedure in PROCEDURES
        for state, label in procedure.table(delegated=delegated).states.items()
    }


def reviews_for(officer: Any, *, act: str = "determination.see") -> models.QuerySet[Review]:
    """The reviews an officer reaches."""
    return rights.visible(Review.objects.all(), officer, act=act)


def filtered(rows: models.QuerySet[Review], wanted: Mapping[str, str], on: date) -> models.QuerySet[Review]:
    """A list narrowed by pile, area, procedure, number and lateness."""
    for key, _label, in_states in PILES:
        if wanted.get("pile") == key:
            rows = rows.filter(state__in=in_states)
    if wanted.get("pile") == "after":
        rows = rows.filter(pk__in=to_visit_afterwards().values("pk"))
    if (area := wanted.get("area", "")).isdecimal() and len(area) in (6, 9, 12):
        rows = rows.filter(rights.area_condition(rights.reach(area)))
    if code := wanted.get("procedure", ""):
        rows = rows.filter(procedure=code)
    if number := wanted.get("number", "").strip():
        rows = rows.filter(application__number__startswith=number)
    if wanted.get("late"):
        rows = rows.filter(Q(due__lt=on) | Q(overall_due__lt=on)).exclude(state__in=ENDED)
    return rows


ENDED = frozenset({"confirmed", "refused", "terminated", "withdrawn"})
OPEN = tuple(sorted(set(states()) - ENDED))


def to_visit_afterwards() -> models.QuerySet[Review]:
    """What townships granted by delegated power and the county's draw picked, not yet visited."""
    return Review.objects.filter(state="confirmed", delegated=True, spot_drawn=True).exclude(
        visits__cause="spot"
    )


def pile_counts(rows: models.QuerySet[Review]) -> dict[str, int]:
    """How many lie in each pile, in one query."""
    by_state = dict(rows.values_list("state").annotate(n=Count("pk")).values_list("state", "n"))
    return {key: sum(by_state.get(s, 0) for s in in_states) for key, _label, in_states in PILES}


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits for this officer in determination: two queries however much there is."""
    roles = rights.roles_on(officer, on)
    if not roles & {"counter", "reviewer", "confirmer", "civil_affairs"}:
        return []
    late = Q(due__lt=on) | Q(overall_due__lt=on)
    soon = Q(due__gte=on, due__lte=standards.calendar().add_working_days(on, 2))
    rows = (
        reviews_for(officer)
        .filter(state__in=OPEN)  # a list the index knows; "none of the ended" it does not
        .order_by()
        .values("state")
        .annotate(n=Count("pk"), late=Count("pk", filter=late), soon=Count("pk", filter=soon & ~late))
    )
    # What the townships decided and the draw picked: to be visited afterwards (T19).
    afterwards = rights.visible(to_visit_afterwards(), officer, act="determination.visit")
    afterwards = afterwards.order_by().values("state").annotate(n=Count("pk"))
    told = rights.visible(Decision.objects.filter(notified_on=None), officer, act="determination.notice")
    told = told.order_by().values_list("notified_on")
    told = told.annotate(n=Count("pk"), late=Count("pk", filter=Q(notify_due__lt=on)))
    together(rows, afterwards, told)
    counts = {row["state"]: row for row in rows}
    items = []
    for key, label, in_states in PILES:
        if not in_states & turns_of(roles):
            continue
        some = [counts[s] for s in in_states if s in counts]
        if some:
            items.append(
                WorkItem(
                    label=str(_(label)),
                    count=sum(c["n"] for c in some),
                    url=f"{reverse('determination:list')}?pile={key}",
                    overdue=sum(c["late"] for c in some),
                    due_soon=sum(c["soon"] for c in some),
                )
            )
    drawn = sum(row["n"] for row in afterwards)
    if drawn:
        url = f"{reverse('determination:list')}?pile=after"
        items.append(WorkItem(label=_("事后抽查待入户"), count=drawn, url=url))
    if "reviewer" in roles:
        for _none, n, late in told:
            items.append(
                WorkItem(
                    label=_("决定待送达"),
                    count=n,
                    url=reverse("determination:to_notify"),
                    overdue=late,
                    hint=_("不予确认的，应在规定期限内书面告知并说明理由"),
                )
            )
    return items


def turns_of(roles: Iterable[str]) -> frozenset[str]:
    """The states out of which one of these roles takes a step, in any procedure."""
    held = frozenset(roles)
    return frozenset(
        s.source
        for p in PROCEDURES
        for s in p.process.steps
        if s.role in held and s.act not in ("withdraw", "terminate", "object")
    )


@dataclass(frozen=True)
class Clock:
    """A time limit on a page: what it is for, its last day, how many days are left, whether the year is only provisional."""

    label: str
    due: date
    left: int
    basis: str
    provisional: bool
    in_force: bool = False

    @property
    def late(self) -> bool:
        return self.left < 0


def clocks_of(review: Review, on: date, working: WorkCalendar | None = None) -> list[Clock]:
    """The step's own limit first, then every overall limit; the overall one in force (the earliest) is marked."""
    working = working or standards.calendar()
    process = process_of(review)

    def clock(label: str, due: date, basis: str, in_force: bool = False) -> Clock:
        years = range(review.accepted_on.year, due.year + 1)
        return Clock(label, due, (due - on).days, basis, bool(working.provisional(years)), in_force)

    made = []
    if review.due and review.state not in process.ends:
        limit = process.limits.get(review.state)
        made.append(clock(process.states[review.state], review.due, limit.basis if limit else ""))
    for one in review.clocks:
        if one["kind"] == "start" and review.state != "investigating":
            continue
        due = date.fromisoformat(one["due"])
        made.append(
            clock(one["label"], due, one["basis"], one["kind"] == "overall" and due == review.overall_due)
        )
    return made


def main_path(process: Process) -> list[str]:
    """The states of a case that is granted without trouble, in order: the way to confirmation that passes every notice."""
    path, state = [process.start], process.start
    while state != "confirmed":
        ahead = [
            s.target
            for s in process.steps_from(state)
            if s.target not in path
            and s.act not in ("object", "withdraw", "terminate", "refuse", "return", "reinvestigate")
        ]
        # Out of `opinion` a proposal to refuse goes straight up; the smooth way is the public one.
        state = next((t for t in ahead if t.endswith("noticing")), ahead[0])
        path.append(state)
    return path


def stepper(review: Review, lines: Iterable[JournalLine] | None = None) -> list[dict[str, Any]]:
    """The steps of this case's procedure for <c-stepper>: done with their day, now with its limit, still to come."""
    process = process_of(review)
    entered: dict[str, date] = {process.start: review.accepted_on}
    for line in lines_of([review]).exclude(state_to="") if lines is None else lines:
        entered[line.state_to] = line.business_day
    path = main_path(process)
    now = review.state
    if now in ("refused", "terminated", "withdrawn"):
        path = [s for s in path if s in entered and s != "confirmed"] + [now]
    elif now not in path:
        reached = [s for s in path if s in entered]
        at = path.index(reached[-1]) + 1 if reached else 0
        path = [*path[:at], now, *path[at:]]
    here = path.index(now)
    ended = now in process.ends
    steps = []
    for i, state in enumerate(path):
        place = "done" if i < here or (ended and now == "confirmed") else "now" if i == here else "todo"
        if i == here and now in ("refused", "terminated", "withdrawn"):
            place = "stop"
        steps.append(
            {
                "label": process.states[state],
                "state": place,
                "on": entered.get(state) if i <= here else None,
                "due": review.due if i == here and not ended else None,
            }
        )
    return steps


def findings_of(assessment: Assessment | None) -> list[dict[str, Any]]:
    """Each finding for <c-findings>: holds, fails or unknown, the sentence with its figures, the article, what would change it."""
    if assessment is None:
        return []
    document = assessment.findings.open()
    return [
        {
            "rule": f["rule"],
            "holds": f["holds"],
            "text": f["sentence"],
            "basis": f["basis"],
            "required": f.get("required", True),
            "missing": f.get("missing", []),
        }
        for f in document["findings"]
    ]


def parameters_of(assessment: Assessment | None) -> list[dict[str, Any]]:
    """The values an assessment relied on, with document and mark; those not verified are to be shown as such."""
    if assessment is None:
        return []
    return [
        {**row, "mark_label": MARKS.get(row.get("mark", ""), row.get("mark", ""))}
        for row in assessment.parameters
    ]


def doubtful_marks(assessment: Assessment | None) -> list[dict[str, Any]]:
    """How many of the values relied on are test values or not verified, by mark: said on the page without unfolding anything."""
    rows = assessment.parameters if assessment else []
    counted = [(mark, sum(r.get("mark") == mark for r in rows)) for mark in ("test", "unverified", "likely")]
    return [{"mark": mark, "count": count} for mark, count in counted if count]


def changes_of(assessment: Assessment | None) -> list[str]:
    """What would change the result, one sentence each, as it was worked out with the assessment."""
    return list(assessment.findings.open().get("changes", [])) if assessment else []


def next_acts(review: Review, officer: Any, on: date) -> list[dict[str, Any]]:
    """What this officer may do with the review now: label, address, whether it is the main way on."""
    acts = []
    for step in process_of(review).steps_from(review.state):
        if step.act not in ACT_PAGES or not rights.holds(officer, step.role, review.area_id, on):
            continue
        if step.role == "confirmer" and not at_its_desk(review, officer, on):
            continue
        if any(a["act"] == step.act for a in acts) or not turn(review, step.act):
            continue
        acts.append(
            {
                "act": step.act,
                "label": step.label,
                "url": reverse(f"determination:{step.act}", args=[review.pk]),
                "main": step.act not in ("object", "terminate", "refuse", "return"),
            }
        )
    return acts


def turn(review: Review, act: str) -> bool:
    """Whether the opinion written so far leads to this act: a grant is posted, a refusal goes straight up (the services insist)."""
    if review.state == "opinion":
        return {"post_notice": review.proposal == "grant", "send_up": review.proposal == "refuse"}.get(
            act, True
        )
    if act == "post_second_notice":
        return bool(review.county_proposed_by)
    return True


# Steps with a page of their own here; withdrawing is intake's, ending a notice the daily job's.
ACT_PAGES = frozenset(
    {
        "survey_done",
        "appraise",
        "form_opinion",
        "post_notice",
        "object",
        "reinvestigate",
        "send_up",
        "receive",
        "return",
        "propose",
        "post_second_notice",
        "confirm",
        "refuse",
        "terminate",
    }
)


def case_panel(application: Application, officer: Any) -> dict[str, Any]:
    """What the case page shows of determination (template determination/case_panel.html)."""
    on = clock.today()
    review = getattr(application, "review", None)
    if review is None or not rights.may(officer, "determination.see", application.area_id, on):
        return {"review": None}
    return review_page(review, officer, on)


def opinions_of(review: Review) -> list[dict[str, str]]:
    """What the township, the county and whoever sent the case back wrote, opened for those who see the case."""
    written = (
        (
            _("审核意见"),
            review.opinion,
            " · ".join(x for x in (review.get_proposal_display(), review.proposed_by) if x),
        ),
        (_("县级审批意见"), review.county_opinion, review.county_proposed_by),
        (_("退回理由"), review.returned_because, ""),
    )
    return [{"label": label, "text": text.open(), "who": who} for label, text, who in written if text]


def parts_of(review: Review) -> Parts:
    """The rows around a review that a page about it shows: each a few, fetched together."""
    return {
        "assessment": Assessment.objects.filter(review=review).order_by("-sequence")[:1],
        "decision": Decision.objects.filter(review=review).select_related("decided_by"),
        "notices": PublicNotice.objects.filter(review=review).order_by("sequence"),
        "objections": Objection.objects.filter(notice__review=review)
        .select_related("notice")
        .order_by("notice__sequence", "pk"),
        "visits": CountyVisit.objects.filter(review=review)
        .select_related("visited_by")
        .order_by("visited_on"),
    }


def case_parts(application: Application) -> list[tuple[models.Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    review = getattr(application, "review", None)
    return [(review, parts_of(review))] if review else []


def review_page(review: Review, officer: Any, on: date) -> dict[str, Any]:
    """Everything a page about one review shows, in a fixed number of queries."""
    working = standards.calendar()
    rows = gathered(review, parts_of(review))
    assessment = next(iter(rows["assessment"]), None)
    decision = next(iter(rows["decision"]), None)
    notices, visits = rows["notices"], rows["visits"]
    lines = lines_of([review]).exclude(state_to="")
    letters = documents.of_records([review, *notices, *([decision] if decision else [])])
    together(lines, letters)
    after = checked_afterwards(review)
    needed = outstanding_visits(review) if review.state in ("county_review", "county_decision") else []
    if after:
        needed = [c for c in outstanding_visits(review) if c == "spot"]
    process = process_of(review)
    return {
        "review": review,
        "process": process,
        "state_label": process.states[review.state],
        "ended": review.state in process.ends,
        "steps": stepper(review, lines),
        "clocks": clocks_of(review, on, working),
        "assessment": assessment,
        "findings": findings_of(assessment),
        "changes": changes_of(assessment),
        "parameters": parameters_of(assessment),
        "marks": doubtful_marks(assessment),
        "opinions": opinions_of(review),
        "decision": decision,
        "notices": notices,
        "notice_up": next((n for n in notices if n.ended_on is None and on <= n.notice_until), None),
        "objections": rows["objections"],
        "visits": visits,
        "visits_needed": [CAUSES[c] for c in needed],
        "letters": list(letters),
        "acts": next_acts(review, officer, on),
        "may_assess": review.state not in ENDED
        and rights.may(officer, "determination.assess", review.area_id, on),
        "may_extend": review.state not in ENDED
        and not review.special
        and review.procedure != "DB-2012"
        and rights.may(officer, "determination.review", review.area_id, on),
        "may_conclude": rights.may(officer, "determination.review", review.area_id, on),
        "may_visit": (after or review.state in ("county_review", "county_decision"))
        and rights.may(officer, "determination.visit", review.area_id, on),
        "may_notify": bool(decision and decision.notified_on is None)
        and rights.may(officer, "determination.notice", review.area_id, on),
        "on": on,
    }


def running_notices(on: date) -> models.QuerySet[PublicNotice]:
    """Notices that are up on a day."""
    return PublicNotice.objects.filter(ended_on=None, posted_on__lte=on, notice_until__gte=on)


def due_notices(on: date) -> models.QuerySet[PublicNotice]:
    """Notices whose days are over and which are still to be ended."""
    return PublicNotice.objects.filter(ended_on=None, notice_until__lt=on).order_by("notice_until", "pk")


# --- what is on a clock ------------------------------------------------------------------------------------------


def _turns() -> dict[str, str]:
    """Whose turn it is in each open state, by any procedure that knows it; a public notice is the township's or the county's."""
    found: dict[str, str] = {}
    for procedure in PROCEDURES:
        known = [s for s in procedure.process.states if s in OPEN]
        found |= turns(procedure.process, known, system="reviewer")
    return found | {"second_noticing": "confirmer"}


def _limit(state: str, begun: date, working: WorkCalendar) -> date | None:
    return procedure_on(begun).process.due(state, begun, working) if begun >= PROCEDURES[0].since else None


def clocked() -> tuple[Clocked, ...]:
    """The step a review stands in, its whole case, and decisions not yet handed over."""
    roles, labels = _turns(), states()
    return (
        Clocked(
            kind="review",
            label=_lazy("审核确认环节"),
            right="determination.see",
            rows=lambda: Review.objects.filter(state__in=OPEN, due__isnull=False),
            states={s: labels[s] for s in OPEN},
            roles=roles,
            url=lambda key, _number: reverse("determination:review", args=[key]),
            number="application__number",
            waits={"noticing": "public", "second_noticing": "public"},
            record="determination.review",
            limit=_limit,
        ),
        Clocked(
            kind="case",
            label=_lazy("审核确认全程"),
            right="determination.see",
            rows=lambda: Review.objects.filter(state__in=OPEN),
            states={s: labels[s] for s in OPEN},
            roles=roles,
            url=lambda key, _number: reverse("determination:review", args=[key]),
            number="application__number",
            since="accepted_on",
            due="overall_due",
            waits={"noticing": "public", "second_noticing": "public"},
            whole=True,
        ),
        Clocked(
            kind="notify",
            label=_lazy("决定送达"),
            right="determination.see",
            rows=lambda: Decision.objects.filter(notified_on=None),
            states={"decided": "待送达"},
            roles={"decided": "reviewer"},
            url=lambda key, _number: reverse("determination:decision", args=[key]),
            number="number",
            state=Value("decided", models.CharField()),
            since="decided_on",
            due="notify_due",
        ),
    )
