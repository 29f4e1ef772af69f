"""One family's facts as JSON: read, checked, answered. The command `assess` and the machine interface say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tuodi.core.facts import Fault, Household, validate
from tuodi.policy.report import report
from tuodi.records.standards import selectors

AREA_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
# No procedure is recorded from before the first day; no calendar reaches beyond the last.
FIRST, LAST = date(2012, 12, 12), date(2099, 12, 31)


class Unreadable(Exception):
    """What was given is not a family's facts at all; the message says what it should look like."""


def read(text: bytes) -> dict[str, Any]:
    """`{"household": {…}, "members": [{…}, …]}`, perhaps with `on`, from UTF-8 JSON."""
    try:
        facts = json.loads(text.decode())
        json.dumps(facts, ensure_ascii=False).encode()  # half of a surrogate pair can be read, never written
    except (ValueError, RecursionError):
        raise Unreadable("内容不是 UTF-8 编码的 JSON") from None
    if not isinstance(facts, dict) or not isinstance(facts.get("household"), dict):
        raise Unreadable('内容应为 {"household": {…}, "members": [{…}, …]}')
    members = facts.get("members")
    if not isinstance(members, list) or not all(isinstance(m, dict) for m in members):
        raise Unreadable("members 应为成员的列表，至少一人")
    return facts


def check(
    facts: Mapping[str, Any], *, today: date, on: date | None = None, quote: bool = True
) -> tuple[date, list[Fault]]:
    """The day asked about (`on`, else the one in the facts, else today) and every fault. A number is not needed to be answered."""
    found = [Fault(0, name, "没有这个字段") for name in facts if name not in ("household", "members", "on")]
    if on is None and facts.get("on") is not None:
        on = _day(facts["on"])
        if on is None:
            found.append(Fault(0, "on", "不是日历上的日期，应如 1980-02-29"))
    on = on or today
    if not FIRST <= on <= LAST:
        found.append(Fault(0, "on", f"只能问 {FIRST} 到 {LAST} 之间的一天"))
        on = today
    area = facts["household"].get("area_code")
    if isinstance(area, str) and area.strip() and not AREA_CODE.fullmatch(area):
        found.append(Fault(0, "area_code", "应为 6、9 或 12 位区划代码"))
    return on, found + [f for f in validate(facts, on=on, quote=quote) if f.field != "number"]


def _day(text: Any) -> date | None:
    """The day a text spells as 2026-11-24 and in no other way."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == text else None


def answer(facts: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """What every programme in force on the day says about the family."""
    return report(Household.from_dict(facts), selectors.parameters(), selectors.calendar(), on=on)
