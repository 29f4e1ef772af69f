"""Conditions of one person that several programmes share: alive, registered here, holding a disability certificate in force."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Finding
from tuodi.core.logic import Value, is_one_of, named, negate

MIND = ("intellectual", "mental")


def lives(m: Any, h: Any) -> Value:
    """Not dead before this month: the month of death is payable (T4)."""
    return named("本月在世", negate((m.died_day > 0) & (m.died_day < h.month_start)))


def alive(m: Any, h: Any, basis: str) -> Finding:
    """The person is alive, or died in this month."""
    holds = lives(m, h)
    return Finding("alive", holds, "本月在世（当月死亡的当月照发）：{alive}", {"alive": holds}, basis)


def citizen(m: Any) -> Value:
    """Of Chinese nationality and on a household register (T17)."""
    return named("有中国户籍", (m.registered_kind != "none") & (m.nationality == "CN"))


def registered_here(m: Any, basis: str) -> Finding:
    """On the household register of this county: what hangs on the register is paid in one place only (T17, T20)."""
    holds = citizen(m) & m.registered_local
    return Finding(
        "registered_here",
        holds,
        "有中国户籍且户籍在本县（市）：{registered}",
        {"registered": holds},
        basis,
    )


def certified(m: Any) -> Value:
    """Holds a disability certificate in force on the day (T24)."""
    return named("持有效残疾证", m.disability_valid & (m.disability_grade >= 1))


def severe_within(m: Any, severe_max: Value, mental_max: Value) -> Value:
    """A grade up to `severe_max`, or up to `mental_max` where the disability is of the mind."""
    graded = m.disability_grade >= 1
    mind = is_one_of(m.disability, MIND)
    return graded & ((m.disability_grade <= severe_max) | (mind & (m.disability_grade <= mental_max)))


def certificate_valid(m: Any, basis: str) -> Finding:
    """The certificate as a condition, with its grade."""
    return Finding(
        "certificate_valid",
        certified(m),
        "持有效残疾证：{valid}，等级 {grade}（0 为无）",
        {"valid": m.disability_valid, "grade": m.disability_grade},
        basis,
    )


def under(m: Any, age: Value, basis: str) -> Finding:
    """Younger than an age on the day of decision (T2)."""
    return Finding(
        "under_age", m.age < age, "现 {age} 周岁，须未满 {limit} 周岁", {"age": m.age, "limit": age}, basis
    )
