"""What changes in a family by the passage of time alone: ages, papers that run out, a school year, a fade-out that ends.

Policy memo T1, T2, T24 and 1.7. Each turn is a day and a sentence; whether it moves the money is for the rule to say on that
day, and what to do about it for an officer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tuodi.core.facts import Household, Member
from tuodi.core.months import months_later
from tuodi.policy.minimum_living.rule import IN_SCHOOL
from tuodi.policy.turns import STUDENT, Turn

AGES = ("age.labour_min", "age.majority", "age.labour_max", "dibao.supplement.elderly_age")


def turns(household: Household, p: Any, *, after: date) -> tuple[Turn, ...]:
    """Every turn later than a day, the nearest first; of school years only the next."""
    found = [*_of_household(household, p)]
    for at, member in enumerate(household.members):
        found += _of_member(at, member, p, after)
    return tuple(sorted((t for t in found if t.day > after), key=lambda t: (t.day, t.what, t.member or 0)))


def birthday(birth: date, age: int) -> date:
    """The day an age is reached; those born on 29 February reach it on the 28th in a common year (T1)."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 2, 28)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _of_member(at: int, m: Member, p: Any, after: date) -> Iterator[Turn]:
    who = m.name if isinstance(m.name, str) and m.name else f"第 {at + 1} 名成员"
    birth = _day(m.birth)
    if birth:
        for age in {p[key] for key in AGES}:
            day = birthday(birth, age)
            yield Turn(day, "age", at, f"{who} {day.isoformat()} 满 {age} 周岁")
    until = _day(m.disability_valid_until)
    if until and m.disability != "none":
        yield Turn(until + timedelta(days=1), "certificate", at, f"{who} 的残疾证 {until.isoformat()} 到期")
    since = _day(m.presence_since)
    if since and m.presence == "clergy":
        day = birthday(since, p["dibao.clergy.years_min"])
        yield Turn(
            day,
            "clergy",
            at,
            f"{who} 脱离家庭任宗教教职满 {p['dibao.clergy.years_min']} 年（{day.isoformat()}）",
        )
    if birth and m.student in IN_SCHOOL:
        # Nobody's facts say when school ends: whoever is of age and counted as a student is asked about every school year.
        month = p["dibao.student.check_month"]
        grown = max(after, birthday(birth, p["age.majority"]))
        day = date(grown.year, month, 1)
        if day <= grown:
            day = date(grown.year + 1, month, 1)
        yield Turn(day, STUDENT, at, f"{who} 新学年（{day.isoformat()} 起）是否仍在校，须核实")


def _of_household(household: Household, p: Any) -> Iterator[Turn]:
    since = _day(household.over_standard_since)
    most = p["dibao.fade.months_max"]
    if since and household.on_roll is True and most:
        day = months_later(since, most) + timedelta(days=1)
        yield Turn(day, "fade_out", None, f"收入超过标准满 {most} 个月（{day.isoformat()}），渐退期满")
