"""Last days counted another way than the product does: down a list of every day of the notices, one after the other.

Nothing of tuodi.core is used; which days are worked says the published table of the notices (chinesecalendar). Run as a program
it writes the counted part of due_dates.yaml anew and leaves what was checked by hand as it is:

    python -m tests.core.naive_days
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import yaml

FILE = Path(__file__).with_name("due_dates.yaml")
ONE = timedelta(days=1)


def days_after(day: date) -> Iterator[date]:
    """Every day after a day."""
    while True:
        day += ONE
        yield day


def counted(start: date, rule: dict[str, Any], pauses: list[list[date]]) -> date:
    """The last day of a rule, by walking: each day is looked at once, and struck off when it counts."""
    asleep = {day for stopped, resumed in pauses for day in _between(stopped, resumed)}
    if "working_days" in rule or "days" in rule:
        left = rule.get("working_days") or rule["days"]
        for day in days_after(start):
            if day in asleep:
                continue
            if "working_days" not in rule or chinese_calendar.is_workday(day):
                left -= 1
            if not left:
                break
    elif "months" in rule:
        whole = start.year * 12 + start.month - 1 + rule["months"]
        year, month = whole // 12, whole % 12 + 1
        day = date(year, month, min(start.day, monthrange(year, month)[1]))
    else:
        day = date(start.year, start.month, monthrange(start.year, start.month)[1])
    while rule.get("rolls") and not chinese_calendar.is_workday(day):
        day += ONE
    return day


def _between(stopped: date, resumed: date) -> list[date]:
    return [stopped + ONE * n for n in range(1, (resumed - stopped).days + 1)]


def why(start: date, rule: dict[str, Any], pauses: list[list[date]], due: date) -> str:
    """In words what lies between: days off that are no weekend, weekend days that are worked, pauses."""
    span = _between(start, due)
    off = [d for d in span if d.weekday() < 5 and not chinese_calendar.is_workday(d)]
    worked = [d for d in span if d.weekday() >= 5 and chinese_calendar.is_workday(d)]
    told = []
    if off:
        told.append("其间周一至周五放假 " + "、".join(f"{d:%m-%d}" for d in off))
    if worked:
        told.append("周末上班 " + "、".join(f"{d:%m-%d}" for d in worked))
    for stopped, resumed in pauses:
        told.append(f"{stopped:%m-%d} 停、{resumed:%m-%d} 续")
    if rule.get("rolls"):
        told.append("末日不上班的顺延")
    return "；".join(told) or "其间只有平常的周末"


# Of each rule so many are counted; the numbers are those of the texts (policy memo 1.6, 2, 3, 5, 9, 12, 15).
RULES: dict[str, tuple[dict[str, Any], int]] = {
    "转办 2 个工作日": ({"working_days": 2}, 30),
    "启动调查、信息核对、送达 3 个工作日": ({"working_days": 3}, 45),
    "民主评议、县级审批 5 个工作日": ({"working_days": 5}, 45),
    "完成调查、县级审核确认 10 个工作日": ({"working_days": 10}, 60),
    "特困 15 个工作日": ({"working_days": 15}, 35),
    "下放乡镇的全程、异议后重新决定 20 个工作日": ({"working_days": 20}, 50),
    "全程 30 个工作日": ({"working_days": 30}, 50),
    "特殊情形全程 45 个工作日": ({"working_days": 45}, 30),
    "公示 7 天": ({"days": 7, "rolls": True}, 40),
    "不予批准告知 3 日": ({"days": 3, "rolls": True}, 20),
    "城市低保自申请 30 日": ({"days": 30, "rolls": True}, 20),
    "补正 30 日": ({"days": 30}, 10),
    "死亡后三个月内变更": ({"months": 3}, 10),
    "每年复核": ({"months": 12}, 10),
    "价格指数当月启动": ({"month_end": True}, 5),
}


def candidates(seed: int) -> Iterator[dict[str, Any]]:
    """Rows over 2016–2026, two of three beginning in the four weeks before a swapped day; every fifth of the longer ones pauses."""
    rng = random.Random(seed)
    first, last = date(2016, 1, 4), date(2026, 10, 20)
    every = [first + ONE * n for n in range((last - first).days)]
    swapped = [d for d in every if d.weekday() >= 5 and chinese_calendar.is_workday(d)]
    for text, (rule, many) in RULES.items():
        seen: set[date] = set()
        while len(seen) < many:
            start = (
                rng.choice(every) if len(seen) % 3 == 2 else rng.choice(swapped) - ONE * rng.randint(1, 28)
            )
            if start < first or not chinese_calendar.is_workday(start) or start in seen:
                continue
            seen.add(start)
            pauses: list[list[date]] = []
            if len(seen) % 5 == 0 and rule.get("working_days", 0) >= 5:
                stopped = start + ONE * rng.randint(1, 3)
                pauses = [[stopped, stopped + ONE * rng.randint(3, 25)]]
                if rule["working_days"] >= 20 and len(seen) % 10 == 0:
                    again = pauses[0][1] + ONE * rng.randint(1, 4)
                    pauses.append([again, again + ONE * rng.randint(2, 12)])
            due = counted(start, rule, pauses)
            if due.year > 2026:
                seen.discard(start)
                continue
            row = {"start": start, "what": text, **rule, "expected": due, "by": "count"}
            if pauses:
                row["pauses"] = pauses
            yield {**row, "why": why(start, rule, pauses, due)}


def main() -> None:
    """Write the file: by hand first, then counted."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    kept = [row for row in rows if row["by"] == "hand"]
    head = FILE.read_text(encoding="utf-8").split("\n- ", 1)[0] + "\n"
    lines = [
        "- "
        + yaml.safe_dump(
            row, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10_000
        ).strip()
        for row in [*kept, *candidates(20170217)]
    ]
    FILE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
