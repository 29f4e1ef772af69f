"""Questions to the calendar and to the values the prefecture has set."""

from __future__ import annotations

from tuodi.core.calendar import WorkCalendar
from tuodi.records.standards.models import CalendarDay, CalendarYear


def calendar() -> WorkCalendar:
    """The working-day calendar as it stands."""
    days = list(CalendarDay.objects.values_list("day", "works"))
    return WorkCalendar(
        holidays=frozenset(day for day, works in days if not works),
        swapped=frozenset(day for day, works in days if works),
        announced=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )
