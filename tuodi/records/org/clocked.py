"""Things on a clock: each room says in its selectors which of its open rows have a day by which somebody must act.

    def clocked() -> tuple[Clocked, ...]          # in the room's selectors; found there, registered nowhere else

The rooms above (coordination) ask all parts in one UNION and never look into a room's tables. A part gives, per row: what
it is, its number, its state, where it lies, whose turn it is, since when, by when, and why its clock stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Process

# The body that answers for what a role does: a township, or the department of the county in which the row lies.
TOWNSHIP = "township"
BODY_OF_ROLE = {
    "counter": TOWNSHIP,
    "reviewer": TOWNSHIP,
    "confirmer": "civil_affairs",
    "civil_affairs": "civil_affairs",
    "payer": "civil_affairs",
    "finance": "finance",
    "office": "leading_group_office",
    "leader": "leading_group",
}
WHOLE = "whole"
# Whom a row waits for where it is not the body itself.
WAITS = {
    "family": _("等家庭"),
    "source": _("等数据源反馈"),
    "bank": _("等银行"),
    "public": _("公示中"),
    "body": _("等其他部门"),
}


@dataclass(frozen=True)
class Clocked:
    """One kind of row on a clock.

    `rows` gives the open rows that have a due day; `roles` says whose turn it is in each state (and by that whose body,
    unless `body` names a column), `waits` in which states somebody outside is waited for. `paused` is a column with the
    reason for which the clock stands still, empty while it runs. `record` is how the journal calls the row where its
    steps are journalled one by one, `limit` the day by which a step begun on a day had to be done.
    """

    kind: str
    label: str | Promise
    right: str
    rows: Callable[[], QuerySet[Any]]
    states: Mapping[str, Any]
    roles: Mapping[str, str]
    url: Callable[[int, str], str]
    number: Any
    state: Any = "state"
    since: Any = "state_since"
    due: Any = "due"
    area: str = "area_id"
    body: Any = None
    paused: Any = None
    waits: Mapping[str, str] = field(default_factory=dict)
    record: str = ""
    limit: Callable[[str, date, WorkCalendar], date | None] | None = None
    remind: bool = True  # whether it is told of before its day; some piles of work say it themselves
    whole: bool = False  # the clock of a whole case, which runs on from state to state

    def step(self, state: str) -> str:
        """What a limit is known by: the state it runs in, or one word for the clock of a whole case."""
        return WHOLE if self.whole else state

    def role(self, state: str) -> str:
        """Whose turn it is in a state."""
        return self.roles.get(state) or next(iter(self.roles.values()))

    def body_of(self, state: str) -> str:
        """The body that answers for a state, where no column says so."""
        return BODY_OF_ROLE.get(self.role(state), "civil_affairs")

    def asked(self) -> QuerySet[Any]:
        """The rows with the columns every part has, in the same order (`COLUMNS`)."""
        return self.rows().order_by().annotate(**self._columns())

    def _columns(self) -> dict[str, Any]:
        return {
            "c_kind": Value(self.kind, CharField()),
            "c_key": F("pk"),
            "c_number": _column(self.number),
            "c_state": _column(self.state),
            "c_area": F(self.area),
            "c_body": self.body if self.body is not None else self._body(),
            "c_since": _column(self.since),
            "c_due": _column(self.due),
            "c_paused": self.paused if self.paused is not None else Value("", CharField()),
        }

    def _body(self) -> Any:
        by_body: dict[str, list[str]] = {}
        for state in self.states:
            by_body.setdefault(self.body_of(state), []).append(state)
        (rest, _states), *others = sorted(by_body.items(), key=lambda item: -len(item[1]))
        if not others:
            return Value(rest, CharField())
        cases = [When(c_state__in=states, then=Value(body)) for body, states in others]
        return Case(*cases, default=Value(rest), output_field=CharField())


def _column(given: Any) -> Any:
    """A column by its name, or an expression as it is."""
    return F(given) if isinstance(given, str) else given


COLUMNS = ("c_kind", "c_key", "c_number", "c_state", "c_area", "c_body", "c_since", "c_due", "c_paused")


def turns(process: Process, states: Iterable[str], *, system: str) -> dict[str, str]:
    """Whose turn it is in each state of a procedure: the role of its first step forward that a person takes.

    `system` answers for states only the system ends (a public notice that runs out).
    """
    aside = {"withdraw", "terminate", "decline", "object", "return"}
    found = {}
    for state in states:
        steps = process.steps_from(state)
        ahead = [s.role for s in steps if s.role != "system" and s.act not in aside]
        found[state] = ahead[0] if ahead else system
    return found
