"""Working days of mainland China: weekends, statutory holidays and the swapped working days (调休).

Pure tables and arithmetic; the tables come from `records.standards`, imported from each year's State Council notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class WorkCalendar:
    """`holidays` are days off, `swapped` weekend days worked, `announced` the years whose notice is imported.

    A year that is not announced counts weekends and what `holidays` already knows, and is provisional.
    """

    holidays: frozenset[date] = field(default_factory=frozenset)
    swapped: frozenset[date] = field(default_factory=frozenset)
    announced: frozenset[int] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        if day in self.swapped:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def add_working_days(self, since: date, count: int) -> date:
        """The `count`-th working day after `since`; the first day is not counted (Civil Code Art 201)."""
        day = since
        while count > 0:
            day += timedelta(days=1)
            if self.is_working_day(day):
                count -= 1
        return day

    def working_days_between(self, since: date, until: date) -> int:
        """Working days after `since` up to and including `until`; negative when `until` is earlier."""
        if until < since:
            return -self.working_days_between(until, since)
        span = (since + timedelta(days=n) for n in range(1, (until - since).days + 1))
        return sum(1 for day in span if self.is_working_day(day))

    def roll_forward(self, day: date) -> date:
        """`day`, or the first working day after it where it is none (Civil Code Art 203)."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def last_working_day_before(self, day: date) -> date:
        """The working day before `day`."""
        day -= timedelta(days=1)
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def provisional(self, years: Iterable[int]) -> tuple[int, ...]:
        """Those of `years` for which no notice has been imported, in order: dates that touch them may still move."""
        return tuple(sorted(set(years) - self.announced))
