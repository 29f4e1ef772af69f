"""How often a family on the roll is looked at again (复核, policy memo 1.7), by its class and the law in force.

DB-2012 Art 33: yearly where nobody can work and income is stable (A), half-yearly where it is relatively stable (B), rural
quarterly and urban monthly where income is unstable and there is labour (C). DB-2021 Art 31: yearly, half-yearly where income
is unstable and there is labour.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tuodi.core.facts import AsOf, Household
from tuodi.core.logic import is_unknown
from tuodi.policy.turns import Cycle

STEADY = ("employed", "retired")  # a wage or a pension; farming, odd jobs and own trade go up and down


def review_cycle(household: Household, p: Any, *, on: date) -> Cycle:
    """The cycle of a family as of a day. What is not known is taken for what is looked at sooner."""
    kind = review_class(household, p, on)
    if kind == "A":
        key = "dibao.review.a_months"
    elif kind == "B":
        key = "dibao.review.b_months"
    else:
        key = "dibao.review.c_urban_months" if household.claim_kind == "urban" else "dibao.review.c_months"
    return Cycle(kind, int(p[key]), key)


def review_class(household: Household, p: Any, on: date) -> str:
    """A where nobody counted can work, B where whoever can has a wage or a pension, C else; a graded family as graded."""
    if household.tier in ("A", "B", "C"):
        return str(household.tier)
    able = [m for m in AsOf(household, on).members if _able(m, p)]
    if not able:
        return "A"
    return "B" if all(m.employment in STEADY for m in able) else "C"


def _able(m: Any, p: Any) -> bool:
    """Whether a member is of working age, not at school and not without ability to work."""
    if is_unknown(m.age) or is_unknown(m.student) or is_unknown(m.work_ability):
        return True
    grown = p["age.labour_min"] <= m.age < p["age.labour_max"]
    return bool(grown and m.student == "none" and m.work_ability != "none")
