"""How far a limit has climbed: reminded of at 80 %, ordered in writing once over, told to the leader ten days later.

Policy memo 15 (yellow at 80 %, red at 100 %, then the office) and 16 (remind, written 督办单, leader). No text gives the days, so
they are values of the register, marked as what they are.
"""

from __future__ import annotations

from datetime import date, timedelta

from tuodi.coordination.models import Supervision
from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import warned_from
from tuodi.records.standards import selectors as standards

# The watch looks no further ahead: eighty per cent of a year and a half leaves as much.
HORIZON = timedelta(days=120)


class Ladder:
    """The rungs as they stand on a day. Limits of the same two days are worked out once."""

    def __init__(self, on: date) -> None:
        values = standards.parameters()
        self.on = on
        self.calendar: WorkCalendar = standards.calendar()
        self.percent = int(values.row("supervision.warn_percent", "", on).value)
        self.leader_days = int(values.row("supervision.leader_days", "", on).value)
        self.answer_days = int(values.row("supervision.answer_working_days", "", on).value)
        self._warned: dict[tuple[date, date], date] = {}

    def levels(self, since: date, due: date, *, remind: bool = True) -> tuple[str, ...]:
        """The levels a limit has reached on the ladder's day. One that is over is not reminded of any more."""
        if due < self.on:
            reached = due + timedelta(days=self.leader_days) <= self.on
            return (Supervision.WRITTEN, Supervision.LEADER) if reached else (Supervision.WRITTEN,)
        return (Supervision.REMIND,) if remind and self.warned_from(since, due) <= self.on else ()

    def warned_from(self, since: date, due: date) -> date:
        """The day from which the limit is reminded of."""
        known = self._warned.get((since, due))
        if known is None:
            known = self._warned[since, due] = warned_from(since, due, self.percent, self.calendar)
        return known

    def answer_due(self) -> date:
        """By when a written order of this day is answered."""
        return self.calendar.add_working_days(self.on, self.answer_days)
