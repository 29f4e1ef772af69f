"""Who stands how in a month: on the roll of minimum living, still counted, by which standard. For the rules of the other bureaus.

The roll is a fact of the household (`h.on_roll`); whom it holds follows the law of minimum living: not who has a basic living of
his own (tekun, orphan: T7), no one without registration (T17), away since an earlier month (T15) or dead before this one (T4).
"""

from __future__ import annotations

from typing import Any

from tuodi.core.logic import Value, is_one_of, named, negate
from tuodi.policy.minimum_living.rule import LAWS
from tuodi.policy.persons import certified, citizen, lives

JOBLESS = ("none", "registered_jobless")
AT_WORK = ("employed", "self_employed", "flexible", "farming")


def on_roll(m: Any, h: Any, p: Any) -> Value:
    """Whether this person is on the roll of minimum living in the month."""
    law = LAWS[p["dibao.law"]]
    away = is_one_of(m.presence, law.away) & (m.presence_day < h.month_start)
    own_living = is_one_of(m.identity, ("tekun", "orphan"))
    serving = m.presence == "conscript"
    return named("在保人员", h.on_roll & citizen(m) & lives(m, h) & negate(own_living | away | serving))


def by_urban_standard(h: Any, p: Any) -> Value:
    """Which standard a household on the roll goes by (T3): as claimed, since 2021 as most of its members are registered."""
    claimed = h.claim_kind == "urban"
    if LAWS[p["dibao.law"]].split_by_registration:
        return claimed

    def listed(m: Any) -> dict[str, Value]:
        here = on_roll(m, h, p)
        return {"counted": here, "urban": here & (m.registered_kind == "urban")}

    sums = h.totals(listed)
    doubled, counted = sums["urban"] * 2, sums["counted"]
    return (doubled > counted) | ((doubled == counted) & claimed)


def able(m: Any, p: Any) -> Value:
    """Able to work: of working age, with some ability left, not at school."""
    of_age = (m.age >= p["age.labour_min"]) & (m.age < p["age.labour_max"])
    return named("有劳动能力的人", of_age & (m.work_ability != "none") & (m.student == "none"))


def jobless(m: Any) -> Value:
    """Without work."""
    return is_one_of(m.employment, JOBLESS)


def severely_disabled(m: Any, p: Any) -> Value:
    """Holds a valid certificate of a severe grade (T24: an expired one does not count)."""
    return named("重度残疾人", certified(m) & (m.disability_grade <= p["disability.severe_grade_max"]))
