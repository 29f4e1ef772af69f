"""The calendar a new installation starts with: the State Council's notices of 2004–2026, statutory days afterwards."""

from __future__ import annotations

from datetime import date, timedelta

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import transaction

from tuodi.records.standards.models import CalendarDay, CalendarYear

_NAMES = {holiday.value: holiday.chinese for holiday in Holiday}

# 全国年节及纪念日放假办法 (国务院令第795号, 自 2025-01-01): 元旦 1 天, 春节 4 天 (除夕至初三), 清明 1 天, 劳动节 2 天, 端午 1 天,
# 中秋 1 天, 国庆 3 天. Which weekend days are worked in exchange is known only from each year's notice.
# year: 正月初一, 清明, 端午, 中秋
_MOVING: dict[int, tuple[str, str, str, str]] = {
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
}
STATUTE = "全国年节及纪念日放假办法（法定节日，放假调休通知尚未发布）"


def statutory_days(year: int) -> dict[date, str]:
    """The holidays the statute itself names in a year not yet announced."""
    spring, tomb, dragon, autumn = (date.fromisoformat(f"{year}-{text}") for text in _MOVING[year])
    days = {date(year, 1, 1): "元旦"}
    days |= {spring + timedelta(days=n): "春节" for n in range(-1, 3)}
    days |= {tomb: "清明", date(year, 5, 1): "劳动节", date(year, 5, 2): "劳动节", dragon: "端午"}
    days |= {date(year, 10, n): "国庆节" for n in (1, 2, 3)}
    # 中秋 may fall on 国庆 (2031): the day keeps one row
    return {autumn: "中秋"} | days


@transaction.atomic
def load_calendar() -> int:
    """Load every year that is not there yet; a year an office has imported or edited is left as it is.

    Returns the number of years added.
    """
    there = set(CalendarYear.objects.values_list("year", flat=True))
    days: list[CalendarDay] = []
    years: list[CalendarYear] = []
    known = sorted({day.year for day in holidays})
    for year in known:
        if year in there:
            continue
        # 2004-2006 the table is thin but complete; every later year has its swapped days
        days += [
            CalendarDay(day=d, works=False, label=_NAMES[n]) for d, n in holidays.items() if d.year == year
        ]
        days += [
            CalendarDay(day=d, works=True, label=f"{_NAMES[n]}调休上班")
            for d, n in workdays.items()
            if d.year == year
        ]
        basis = f"国务院办公厅关于{year}年部分节假日安排的通知"
        years.append(CalendarYear(year=year, announced=True, basis=basis, imported_by="system", stamp="seed"))
    for year in _MOVING:
        if year in there or year in known:
            continue
        days += [CalendarDay(day=d, works=False, label=label) for d, label in statutory_days(year).items()]
        years.append(
            CalendarYear(year=year, announced=False, basis=STATUTE, imported_by="system", stamp="seed")
        )
    CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
    CalendarYear.objects.bulk_create(years)
    return len(years)
