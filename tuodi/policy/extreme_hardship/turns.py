"""What changes for a person on 特困 by the passage of time alone: the ages of a child and of the old, a certificate, a school year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tuodi.core.facts import Household, Member
from tuodi.policy.extreme_hardship.rule import SCHOOLS
from tuodi.policy.person_turns import birthdays, certificate, in_order, school_year
from tuodi.policy.turns import Turn

AGES = ("tekun.child_age", "tekun.child_keep_age", "tekun.elderly_age")


def turns(household: Household, p: Any, *, after: date) -> tuple[Turn, ...]:
    """Every turn later than a day, the nearest first; of school years only the next."""
    members = enumerate(household.members)
    return in_order((turn for at, m in members for turn in _of_member(at, m, p, after)), after)


def _of_member(at: int, m: Member, p: Any, after: date) -> Iterator[Turn]:
    yield from birthdays(at, m, (p[key] for key in AGES))
    yield from certificate(at, m)
    if p["tekun.child_school_continues"]:  # TK-06: past the age, support hangs on the school roll
        month, of_age = p["dibao.student.check_month"], p["tekun.child_keep_age"]
        yield from school_year(at, m, SCHOOLS, of_age=of_age, month=month, after=after)
