"""What is late, whose and why: every part of every room in one question; the escalations; the bodies side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Lead
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.coordination.clocks import part, parts
from tuodi.coordination.models import Supervision
from tuodi.coordination.reach import condition, posts, supervised
from tuodi.coordination.words import Names, reason
from tuodi.kit import charts
from tuodi.kit.worklist import WorkItem
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.clocked import COLUMNS, TOWNSHIP, WAITS, WHOLE, Clocked
from tuodi.records.org.rights import area_condition, may, reach
from tuodi.records.standards import selectors as standards

VIEWS = ("late", "soon", "paused", "all")
SOON_DAYS = 3


@dataclass(frozen=True)
class Waiting:
    """A row on a clock as the page shows it."""

    part: Clocked
    key: int
    number: str
    state: str
    area: str
    body: str
    since: date
    due: date
    paused: str

    @property
    def url(self) -> str:
        """Where it is worked on."""
        return self.part.url(self.key, self.number)

    @property
    def role(self) -> str:
        """Whose turn it is."""
        return self.part.role(self.state)

    @property
    def waits(self) -> str:
        """Whom outside it waits for."""
        return self.part.waits.get(self.state, "")

    @property
    def state_label(self) -> Any:
        """The step it stands in."""
        return self.part.states.get(self.state, self.state)

    @property
    def limit(self) -> tuple[Any, ...]:
        """What its escalations are known by."""
        return self.part.kind, self.key, self.part.step(self.state), self.since, self.due


def _narrowed(
    one: Clocked, officer: Any, wanted: Mapping[str, Any], on: date, act: str
) -> QuerySet[Any] | None:
    """A part's rows within reach and within what was asked for; None where it can hold none."""
    if wanted.get("kind") and wanted["kind"] != one.kind:
        return None
    inside = condition(one, officer, posts(officer, act, on), area=one.area, body="c_body")
    if inside is None:
        return None
    rows = one.asked().filter(inside)
    view = wanted.get("view", "late")
    paused = Q() if one.paused is None else Q(c_paused="")
    if view == "late":
        rows = rows.filter(paused, c_due__lt=on)
    elif view == "soon":
        last = standards.calendar().add_working_days(on, SOON_DAYS)
        rows = rows.filter(paused, c_due__gte=on, c_due__lte=last)
    elif view == "paused":
        if one.paused is None:
            return None
        rows = rows.exclude(c_paused="")
    if (area := wanted.get("area") or "").isdecimal() and len(area) in (6, 9):
        rows = rows.filter(area_condition(reach(area), one.area))
    if body := wanted.get("body"):
        rows = rows.filter(c_body=body)
    if waits := wanted.get("why"):
        states = [s for s in one.states if one.waits.get(s, "") == ("" if waits == "own" else waits)]
        if not states:
            return None
        rows = rows.filter(c_state__in=states)
    if days := wanted.get("days"):
        rows = rows.filter(c_due__lt=on - timedelta(days=int(days)))
    if number := (wanted.get("number") or "").strip():
        rows = rows.filter(c_number__startswith=number)
    return rows


def _united(querysets: Sequence[QuerySet[Any]]) -> QuerySet[Any] | None:
    if not querysets:
        return None
    first, *rest = querysets
    return first.union(*rest, all=True) if rest else first


def waiting(
    officer: Any, wanted: Mapping[str, Any], on: date, *, act: str = "supervision.see"
) -> QuerySet[Any] | None:
    """What is late (or soon, or paused, or all that runs) within reach, the longest late first: one UNION ALL, unevaluated.

    None where the officer reaches no part at all.
    """
    found = [q for one in parts() if (q := _narrowed(one, officer, wanted, on, act)) is not None]
    united = _united([q.values_list(*COLUMNS) for q in found])
    return None if united is None else united.order_by("c_due", "c_kind", "c_key")


def read(rows: Sequence[Sequence[Any]]) -> list[Waiting]:
    """Rows of `waiting` as the page shows them."""
    found = []
    for kind, *rest in rows:
        one = part(kind)
        assert one is not None, f"a row of a part that is not there: {kind}"
        found.append(Waiting(one, *rest))
    return found


def escalations(rows: Sequence[Waiting], officer: Any, on: date) -> dict[tuple[Any, ...], Supervision]:
    """The highest open escalation of each row that the officer reaches: what went to the leader is not shown to the body."""
    keys = {row.key for row in rows}
    order = [level for level, _label in Supervision.LEVELS]
    found: dict[tuple[Any, ...], Supervision] = {}
    if not keys:
        return found
    kinds = {row.part.kind for row in rows}
    reached = Supervision.objects.filter(supervised(officer, "supervision.see", on))
    for one in reached.filter(closed_on=None, kind__in=kinds, subject__in=keys):
        limit = (one.kind, one.subject, one.step, one.since, one.due)
        if limit not in found or order.index(one.level) > order.index(found[limit].level):
            found[limit] = one
    return found


@dataclass(frozen=True)
class Line:
    """A row of the page: what, whose, how late, why, and how far it has been escalated."""

    row: Waiting
    place: str
    body: str
    why: str
    escalated: Supervision | None


def lines(rows: Sequence[Sequence[Any]], known: Names, officer: Any, on: date) -> list[Line]:
    """Rows of `waiting` with all there is to say of them."""
    read_ones = read(rows)
    told = escalations(read_ones, officer, on)
    return [
        Line(
            row,
            known.place(row.area),
            known.body(row.body, row.area),
            reason(known, row.waits, row.role, row.area, row.paused),
            told.get(row.limit),
        )
        for row in read_ones
    ]


# --- escalations -------------------------------------------------------------------------------------------------


def orders(officer: Any, wanted: Mapping[str, Any], on: date) -> QuerySet[Supervision]:
    """Escalations within reach, the newest first, with the number of their answers."""
    rows = Supervision.objects.filter(supervised(officer, "supervision.see", on))
    view = wanted.get("view", "unanswered")
    if view in ("unanswered", "open"):
        rows = rows.filter(closed_on=None)
    elif view == "closed":
        rows = rows.filter(closed_on__isnull=False)
    if wanted.get("level"):
        rows = rows.filter(level=wanted["level"])
    rows = rows.annotate(answered=Count("answers", filter=Q(answers__voice="body")))
    if view == "unanswered":
        rows = rows.filter(level="written", answered=0)
    return rows.order_by("-made_on", "-pk")


def step_label(row: Supervision) -> Any:
    """The step an escalation is about."""
    one = part(row.kind)
    return _("全程") if row.step == WHOLE else one.states.get(row.step, row.step) if one else row.step


def kind_label(kind: str) -> Any:
    """What a kind of thing on a clock is called."""
    one = part(kind)
    return one.label if one else kind


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """Written orders that wait for an answer of the officer's body; what has been reported to a leader. One query."""
    if not may(officer, "supervision.answer", on=on):
        return []
    rows = Supervision.objects.filter(supervised(officer, "supervision.answer", on), closed_on=None)
    leads = any(h.role == "leader" for h in posts(officer, "supervision.answer", on))
    level = "leader" if leads else "written"
    rows = rows.filter(level=level, answers__isnull=True)
    told = rows.aggregate(n=Count("pk"), late=Count("pk", filter=Q(answer_due__lt=on)))
    if not told["n"]:
        return []
    return [
        WorkItem(
            _("报告领导的超期事项") if leads else _("待答复的督办单"),
            told["n"],
            reverse("coordination:orders") + ("?view=open&level=leader" if leads else ""),
            overdue=told["late"],
            hint=_("可以批示") if leads else _("写明原因和打算；办结后自动了结"),
        )
    ]


# --- bodies side by side -----------------------------------------------------------------------------------------


@dataclass
class BodyLine:
    """What a body of a place received in a period and what became of it."""

    body: str
    area: str
    name: str
    received: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    returned: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def median(self) -> int | None:
        """Median calendar days of what is done."""
        return round(median(self.days)) if self.days else None


def _steps(officer: Any, since: date, until: date, on: date, area: str) -> Iterator[tuple[Any, ...]]:
    """Each step begun in a period, as the journal has it: kind, state, area, begun, ended, the act that ended it."""
    mine = posts(officer, "supervision.see", on)
    wanted, kinds = Q(pk__in=()), []
    for one in parts():
        if not one.record:
            continue
        inside = condition(one, officer, mine, area="area_code", body="record_kind")
        if inside is not None:
            wanted |= Q(record_kind=one.record) & inside
            kinds.append(When(record_kind=one.record, then=Value(one.kind)))
    if not kinds:
        return
    rows = JournalLine.objects.filter(wanted, business_day__gte=since, business_day__lte=on)
    # Writing an opinion down is a line and no new step.
    rows = rows.exclude(state_to="").exclude(state_to=F("state_from"))
    if area:
        rows = rows.filter(area_condition(reach(area), "area_code"))
    order = {"partition_by": [F("record_kind"), F("record_id")], "order_by": F("sequence").asc()}
    rows = rows.annotate(
        kind=Case(*kinds, output_field=CharField()),
        ended=Window(Lead("business_day"), **order),
        by_act=Window(Lead("act"), **order),
    )
    found = rows.order_by().values_list("kind", "state_to", "area_code", "business_day", "ended", "by_act")
    for kind, state, place, begun, ended, act in found.iterator(5000):
        if begun <= until:
            yield kind, state, place, begun, ended, act or ""


def compared(
    officer: Any, since: date, until: date, on: date, known: Names, *, area: str = "", townships: bool = False
) -> list[BodyLine]:
    """The bodies side by side: steps received in a period, done in time or late, still open, sent back, median days."""
    working = standards.calendar()
    by_kind = {one.kind: one for one in parts()}
    found: dict[str, BodyLine] = {}
    dues: dict[tuple[str, str, date], date | None] = {}
    for kind, state, place, begun, ended, act in _steps(officer, since, until, on, area):
        one = by_kind[kind]
        if state not in one.states or one.limit is None:
            continue
        body = one.body_of(state)
        if (body == TOWNSHIP) != townships or one.waits.get(state) == "public":
            continue
        unit = known.unit(body, place)
        line = found.get(unit)
        if line is None:
            line = found[unit] = BodyLine(
                body, place[:9] if townships else place[:6], known.body(body, place)
            )
        key = (kind, state, begun)
        if key not in dues:
            dues[key] = one.limit(state, begun, working)
        due = dues[key]
        line.received += 1
        if ended is None:
            line.open += 1
            line.overdue += due is not None and due < on
            continue
        line.days.append((ended - begun).days)
        line.returned += act.endswith(".return")
        if due is not None and ended > due:
            line.late += 1
        else:
            line.on_time += 1
    return sorted(found.values(), key=lambda x: (x.area[:6], x.body, x.area))


def chart(shown: Sequence[BodyLine]) -> charts.Chart | None:
    """In time, late and still open, body by body; the sixteen with the most."""
    most = sorted(shown, key=lambda x: -x.received)[:16]
    if not most:
        return None
    return charts.stacked(
        _("各单位办理情况（件）"),
        [line.name for line in most],
        {
            _("按时"): [line.on_time for line in most],
            _("超期办结"): [line.late for line in most],
            _("在办"): [line.open for line in most],
        },
    )


def reasons() -> dict[str, Any]:
    """Whom a thing may wait for, for the page's filter."""
    return {"own": _("本单位"), **WAITS}
