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
from tuodi.policy.person_turns import (
    birthday,
    birthdays,
    called,
    certificate,
    day_of,
    in_order,
    school_year,
)
from tuodi.policy.turns import Turn

AGES = ("age.labour_min", "age.majority", "age.labour_max", "dibao.supplement.elderly_age")


def turns(household: Household, p: Any, *, after: date) -> tuple[Turn, ...]:
    """Every turn later than a day, the nearest first; of school years only the next."""
    found = [*_of_household(household, p)]
    for at, member in enumerate(household.members):
        found += _of_member(at, member, p, after)
    return in_order(found, after)


def _of_member(at: int, m: Member, p: Any, after: date) -> Iterator[Turn]:
    yield from birthdays(at, m, (p[key] for key in AGES))
    yield from certificate(at, m)
    since = day_of(m.presence_since)
    if since and m.presence == "clergy":
        years = p["dibao.clergy.years_min"]
        day = birthday(since, years)
        yield Turn(day, "clergy", at, f"{called(at, m)} 脱离家庭任宗教教职满 {years} 年（{day.isoformat()}）")
    month, of_age = p["dibao.student.check_month"], p["age.majority"]
    yield from school_year(at, m, IN_SCHOOL, of_age=of_age, month=month, after=after)


def _of_household(household: Household, p: Any) -> Iterator[Turn]:
    since = day_of(household.over_standard_since)
    most = p["dibao.fade.months_max"]
    if since and household.on_roll is True and most:
        day = months_later(since, most) + timedelta(days=1)
        yield Turn(day, "fade_out", None, f"收入超过标准满 {most} 个月（{day.isoformat()}），渐退期满")
