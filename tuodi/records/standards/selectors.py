"""Questions to the calendar and to the values the prefecture has set."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max

from tuodi.core.calendar import WorkCalendar
from tuodi.core.parameters import ParameterRow, Parameters
from tuodi.policy.parameters import documented, shipped
from tuodi.records.org import clock
from tuodi.records.standards.models import CalendarDay, CalendarYear, ParameterValue

# Kept per process, known by what the database says of itself: a change made by any process shows at the next question.
_calendars: dict[Any, WorkCalendar] = {}
_rows: dict[Any, tuple[ParameterRow, ...]] = {}
_parameters: dict[Any, Parameters] = {}


def calendar() -> WorkCalendar:
    """The working-day calendar as it stands; one small query a request, the days only when something changed."""
    turn = clock.kept()
    if turn is not None and "calendar" in turn:
        return turn["calendar"]
    years = tuple(CalendarYear.objects.order_by("year").values_list("year", "announced", "stamp"))
    key = (connection.settings_dict["NAME"], years)
    kept = _calendars.get(key)
    if kept is None:
        days = list(CalendarDay.objects.values_list("day", "works"))
        _calendars.clear()
        kept = _calendars[key] = WorkCalendar(
            holidays=frozenset(day for day, works in days if not works),
            swapped=frozenset(day for day, works in days if works),
            announced=frozenset(year for year, announced, _stamp in years if announced),
        )
    if turn is not None:
        turn["calendar"] = kept
    return kept


def forget_calendar() -> None:
    """The calendar has just been changed: the rest of this request reads it anew."""
    if (turn := clock.kept()) is not None:
        turn.pop("calendar", None)


def provisional(*days: date | None) -> bool:
    """Whether any of these days lies in a year whose notice has not been imported: it may still move."""
    return bool(calendar().provisional(day.year for day in days if day))


def parameter_rows() -> tuple[ParameterRow, ...]:
    """What the prefecture has set, as core knows it; read again only when a row has been added."""
    key = (
        connection.settings_dict["NAME"],
        *ParameterValue.objects.aggregate(Max("pk"), Max("set_at")).values(),
    )
    kept = _rows.get(key)
    if kept is None:
        _rows.clear()
        kept = _rows[key] = tuple(
            ParameterRow(
                key=row.key,
                area=row.area_code,
                since=row.since,
                value=row.value,
                basis=row.basis,
                mark=row.mark,
                checked=row.set_at.date(),
            )
            for row in ParameterValue.objects.order_by("pk")
        )
    return kept


def parameters() -> Parameters:
    """Every dated value: the shipped ones of the policy, and above them, from their day on, what the prefecture set.

    Values made up for a place answer in the demo alone: in production the look-up names what has to be set.
    """
    rows = parameter_rows()
    base = shipped() if settings.DEMO else documented()
    key = (id(base), rows)
    kept = _parameters.get(key)
    if kept is None:
        _parameters.clear()
        kept = _parameters[key] = base.with_rows(rows) if rows else base
    return kept
