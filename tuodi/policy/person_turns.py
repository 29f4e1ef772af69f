"""The turns of one person that several programmes ask for: ages reached, a certificate that runs out, a school year (T1, T2, T24)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tuodi.core.facts import Member
from tuodi.policy.turns import STUDENT, Turn


def in_order(turns: Iterable[Turn], after: date) -> tuple[Turn, ...]:
    """Those later than a day, the nearest first."""
    return tuple(sorted((t for t in turns if t.day > after), key=lambda t: (t.day, t.what, t.member or 0)))


def birthday(birth: date, age: int) -> date:
    """The day an age is reached; those born on 29 February reach it on the 28th in a common year (T1)."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 2, 28)


def day_of(text: object) -> date | None:
    """A day as facts hold it; None where there is none or nobody knows it."""
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def called(at: int, m: Member) -> str:
    """A member by name, or by place."""
    return m.name if isinstance(m.name, str) and m.name else f"第 {at + 1} 名成员"


def birthdays(at: int, m: Member, ages: Iterable[int]) -> Iterator[Turn]:
    """The days on which a member reaches these ages."""
    birth = day_of(m.birth)
    if birth:
        for age in sorted(set(ages)):
            day = birthday(birth, age)
            yield Turn(day, "age", at, f"{called(at, m)} {day.isoformat()} 满 {age} 周岁")


def certificate(at: int, m: Member) -> Iterator[Turn]:
    """The day after a disability certificate runs out."""
    until = day_of(m.disability_valid_until)
    if until and m.disability != "none":
        text = f"{called(at, m)} 的残疾证 {until.isoformat()} 到期"
        yield Turn(until + timedelta(days=1), "certificate", at, text)


def school_year(
    at: int, m: Member, schools: tuple[str, ...], *, of_age: int, month: int, after: date
) -> Iterator[Turn]:
    """Whoever is of age and counted as a student is asked about every school year; of these only the next."""
    birth = day_of(m.birth)
    if birth and m.student in schools:
        grown = max(after, birthday(birth, of_age))
        day = date(grown.year, month, 1)
        if day <= grown:
            day = date(grown.year + 1, month, 1)
        text = f"{called(at, m)} 新学年（{day.isoformat()} 起）是否仍在校，须核实"
        yield Turn(day, STUDENT, at, text)
