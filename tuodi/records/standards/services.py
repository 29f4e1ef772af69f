"""Acts upon the calendar and the dated values. A value is added, never edited; a year's notice replaces the year's days."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.parameters import MARKS, ParameterInfo
from tuodi.core.refusal import Refused
from tuodi.kit.versions import save_versioned
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area
from tuodi.records.standards.models import CalendarDay, CalendarYear, ParameterValue
from tuodi.records.standards.selectors import forget_calendar

OFF, WORKED = "放假", "上班"


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One line of a year's notice: a day off, or a weekend day worked in exchange."""

    day: date
    works: bool
    label: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the notice, and how to mend it."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("第 {line} 行：{text}").format(line=self.line, text=self.text) if self.line else self.text


def read_notice(text: str, year: int) -> tuple[list[NoticeDay], list[Fault]]:
    """The days of a notice from lines `日期,放假|上班,名称`, and every fault found; a heading line may stand first."""
    days: list[NoticeDay] = []
    faults: list[Fault] = []
    seen: dict[date, int] = {}
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff").replace("，", ",").replace("\t", ",")))
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[0] in ("日期", "date")):
            continue
        if len(cells) < 2:
            faults.append(Fault(number, _("须写“日期,放假或上班,名称”")))
            continue
        day = _day(cells[0])
        if day is None:
            faults.append(
                Fault(number, _("“{text}”不是日期，请写成 {year}-10-01").format(text=cells[0], year=year))
            )
            continue
        if cells[1] not in (OFF, WORKED):
            faults.append(Fault(number, _("第二栏须是“放假”或“上班”，现为“{text}”").format(text=cells[1])))
            continue
        works = cells[1] == WORKED
        if day.year != year and not (day.year == year - 1 and day.month == 12):
            faults.append(
                Fault(number, _("{day} 不在 {year} 年（上年 12 月除外）").format(day=day, year=year))
            )
        elif works and day.weekday() < 5:
            faults.append(Fault(number, _("{day} 不是周末，不用写调休上班").format(day=day)))
        elif day in seen:
            faults.append(Fault(number, _("{day} 在第 {line} 行已有").format(day=day, line=seen[day])))
        else:
            seen[day] = number
            days.append(NoticeDay(day, works, (cells[2] if len(cells) > 2 else "")[:40] or cells[1]))
    if not faults:
        faults += _doubts(days, year)
    return days, faults


def _day(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _doubts(days: Sequence[NoticeDay], year: int) -> list[Fault]:
    """A notice without 元旦 or 国庆 is a wrong or half-pasted one."""
    off = {d.day for d in days if not d.works}
    must = {date(year, 1, 1): "元旦", date(year, 5, 1): "劳动节", date(year, 10, 1): "国庆节"}
    return [
        Fault(0, _("没有{name}（{day}）：通知可能没有贴全").format(name=name, day=day))
        for day, name in must.items()
        if day not in off
    ]


@transaction.atomic
def import_notice(
    *, year: int, days: Sequence[NoticeDay], basis: str, version: int | None, by: Any, on: date
) -> CalendarYear:
    """Put a year's notice in place of whatever the year held. All or nothing; raises Conflict when another was first.

    Deadlines already running keep the day they were given; new ones are worked out with the new calendar.
    """
    _may_calendar(by, on)
    if not basis.strip():
        raise Refused(_("请写明通知的名称和文号"))
    assert not _doubts(days, year), "read_notice finds these first"
    row = CalendarYear.objects.select_for_update().filter(pk=year).first()
    before = "announced" if row and row.announced else "provisional"
    if row is None:
        row = CalendarYear.objects.create(
            year=year, announced=True, basis=basis, imported_by=journal.actor_name(by), stamp=_stamp()
        )
    else:
        row = save_versioned(
            row,
            row.version if version is None else version,
            announced=True,
            basis=basis,
            imported_by=journal.actor_name(by),
            stamp=_stamp(),
        )
    CalendarDay.objects.filter(day__year=year).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=d.day, works=d.works, label=d.label) for d in days],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["works", "label"],
    )
    _touch({d.day.year for d in days} - {year})
    forget_calendar()
    journal.record(
        "calendar.import",
        by=by,
        on=on,
        record=row,
        state_from=before,
        state_to="announced",
        note=f"{len(days)} 天，{basis}",
    )
    return row


@transaction.atomic
def set_day(*, day: date, works: bool | None, label: str, version: int, by: Any, on: date) -> CalendarYear:
    """Change one day by hand (a typhoon day, a slip in the import); `works` None takes the entry away."""
    _may_calendar(by, on)
    if works and day.weekday() < 5:
        raise Refused(_("{day} 不是周末，本来就上班").format(day=day))
    if works is not None and not label.strip():
        raise Refused(_("请写明这一天的名称或缘由"))
    row = CalendarYear.objects.filter(pk=day.year).first()
    if row is None:
        row = CalendarYear.objects.create(
            year=day.year, basis="", imported_by=journal.actor_name(by), stamp=_stamp(), version=version
        )
    row = save_versioned(row, version, stamp=_stamp())
    old = CalendarDay.objects.filter(pk=day).first()
    if works is None:
        CalendarDay.objects.filter(pk=day).delete()
    else:
        CalendarDay.objects.update_or_create(pk=day, defaults={"works": works, "label": label})
    forget_calendar()
    journal.record(
        "calendar.set_day",
        by=by,
        on=on,
        record=row,
        state_from=_word(old.works if old else None),
        state_to=_word(works),
        note=f"{day.isoformat()} {label}",
    )
    return row


@transaction.atomic
def set_value(
    *,
    info: ParameterInfo,
    area: Area | None,
    since: date,
    value: int | bool | str,
    basis: str,
    mark: str,
    by: Any,
    on: date,
) -> ParameterValue:
    """Add a value from a day on, for an area and everything in it. It stands above older ones; none is changed."""
    assert mark in MARKS, mark
    if area is None:
        raise Refused(_("全国、全省的值随政策文件更新，不在这里设；请选本州或县（市）"))
    if by != journal.SYSTEM and not rights.may(by, "standards.set", area.code, on):
        raise Refused(_("您不能设定这个地方的标准"))
    if len(basis.strip()) < 4:
        raise Refused(_("请写明文件名称或文号：没有文件的数不能入库"))
    if mark == "test" and not settings.DEMO:
        raise Refused(_("测试值只能用于演示环境"))
    fault = value_fault(info, value)
    if fault:
        raise Refused(fault)
    last = (
        ParameterValue.objects.filter(key=info.key, area_code=area.code, since=since).order_by("-pk").first()
    )
    if last is not None and (last.value, last.basis, last.mark) == (value, basis, mark):
        return last
    row = ParameterValue.objects.create(
        key=info.key,
        area_code=area.code,
        since=since,
        value=value,
        basis=basis,
        mark=mark,
        set_by=journal.actor_name(by),
    )
    journal.record(
        "standards.set",
        by=by,
        on=on,
        record=row,
        area_code=area.code,
        state_to=str(value)[:32],
        note=f"{info.key} {since.isoformat()} {basis}",
    )
    return row


def value_fault(info: ParameterInfo, value: Any) -> str:
    """Why a value does not fit its unit, or nothing."""
    if info.unit == "bool":
        return "" if isinstance(value, bool) else _("须是“是”或“否”")
    if info.unit == "word":
        return "" if isinstance(value, str) and value.strip() else _("不能为空")
    if isinstance(value, bool) or not isinstance(value, int):
        return _("须是整数（金额以分计）")
    return "" if value >= 0 else _("不能为负")


def _may_calendar(by: Any, on: date) -> None:
    if by != journal.SYSTEM and not rights.may(by, "standards.calendar", None, on):
        raise Refused(_("您不能改动工作日历"))


def _touch(years: set[int]) -> None:
    for year in years:
        CalendarYear.objects.filter(pk=year).update(stamp=_stamp())


def _stamp() -> str:
    return secrets.token_hex(8)


def _word(works: bool | None) -> str:
    return "" if works is None else WORKED if works else OFF
