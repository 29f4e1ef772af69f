"""A procedure as a table: states, the steps between them, who may take each and within what time.

The table is read by `records.journal.advance` (which moves rows), by the clocks (which date them) and by the
rule book (which prints them), so a procedure is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tuodi.core.calendar import WorkCalendar
from tuodi.core.months import month_of, months_after, months_later


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a state may last before it is overdue: working days, or calendar days or months where the text says so.

    Months (a year is twelve) end on the corresponding day (Civil Code Art 202). `rolls` moves a last calendar day that is no
    working day to the next one (Civil Code Art 203; a public notice, T13).
    `month_end`: by the last day of the month in which it began (发改价格〔2021〕1553号).
    """

    working_days: int | None = None
    days: int | None = None
    basis: str = ""
    rolls: bool = False
    month_end: bool = False
    months: int | None = None

    def due(self, since: date, calendar: WorkCalendar, pauses: Iterable[tuple[date, date]] = ()) -> date:
        """The last day on which the next step is in time; the first day is not counted (Civil Code Art 201).

        `pauses` are days on which the clock was stopped and set going again, in order and apart (T14): the day it stops still
        counts, the day it goes on does not, as at a beginning. One that begins after the last day stops nothing.
        """
        if self.working_days is not None:
            last = calendar.add_working_days(since, self.working_days)
            for stopped, resumed in pauses:
                if stopped <= last:
                    left = calendar.working_days_between(stopped, last)
                    last = calendar.add_working_days(resumed, left)
            return last
        if self.month_end:
            last = months_after(month_of(since)) - timedelta(days=1)
        elif self.months is not None:
            last = months_later(since, self.months)
        else:
            assert self.days is not None, "a limit is in working days, in days or in months"
            last = since + timedelta(days=self.days)
        for stopped, resumed in pauses:
            if stopped <= last:
                last += resumed - stopped
        return calendar.roll_forward(last) if self.rolls else last


def warned_from(since: date, due: date, percent: int, calendar: WorkCalendar) -> date:
    """The working day from which `percent` of a limit is used up: eight of ten working days, three of three, never after
    its last day. A limit without a working day in it is warned of from its start.
    """
    length = calendar.working_days_between(since, due)
    if length <= 0:
        return min(since, due)
    return min(calendar.add_working_days(since, -(-length * percent // 100)), due)


@dataclass(frozen=True, slots=True)
class Step:
    """One act that moves a row from the state it expects to the next."""

    act: str
    source: str
    target: str
    role: str
    label: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A procedure: `states` maps each state to its label, `limits` each waiting state to its time limit.

    `overall` is the limit of the whole case from its acceptance, where the text sets one, and `overall_at_most` the longer one
    it allows in special circumstances.
    """

    key: str
    label: str
    start: str
    states: Mapping[str, str]
    steps: tuple[Step, ...]
    limits: Mapping[str, Limit]
    ends: frozenset[str]
    overall: Limit | None = None
    overall_at_most: Limit | None = None

    def step(self, act: str, source: str) -> Step | None:
        """The step `act` out of state `source`, or None where the procedure has no such step."""
        return next((s for s in self.steps if s.act == act and s.source == source), None)

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """What may be done next with a row in `state`."""
        return tuple(s for s in self.steps if s.source == state)

    def due(self, state: str, since: date, calendar: WorkCalendar) -> date | None:
        """The day by which a row that entered `state` on `since` must have moved on; None where no limit runs."""
        limit = self.limits.get(state)
        return limit.due(since, calendar) if limit else None

    def faults(self) -> list[str]:
        """What is wrong with the table itself: unknown, unreachable or endless states, waiting without a limit."""
        known = set(self.states)
        reached = {self.start}
        while True:
            more = {s.target for s in self.steps if s.source in reached} - reached
            if not more:
                break
            reached |= more
        found = [f"{self.key}: state {s} cannot be reached" for s in sorted(known - reached)]
        for step in self.steps:
            found += [
                f"{self.key}: {step.act} names unknown state {s}"
                for s in (step.source, step.target)
                if s not in known
            ]
        for state in sorted(known - self.ends):
            if not self.steps_from(state):
                found.append(f"{self.key}: no step leads out of {state}")
            if state not in self.limits:
                found.append(f"{self.key}: {state} has no time limit")
        return found
