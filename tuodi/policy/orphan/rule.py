"""孤儿基本生活费: a child who has lost both parents, or whose parents cannot be found.

国办发〔2010〕54号. A child who also fits 特困 chooses one of the two: `stacking`.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, is_one_of, named
from tuodi.policy.persons import alive, registered_here, under

PROGRAMME = "orphan"
BASIS = "国办发〔2010〕54号"
GONE = ("dead", "missing")
LOST = (*GONE, "unfound")


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The child `m` of the household `h`, under the values in force: a monthly allowance by the form of care."""
    age_max = p["child.allowance.age_max"]
    institution, scattered = p["child.orphan.institution_month_fen"], p["child.orphan.scattered_month_fen"]
    father, mother = (is_one_of(x, LOST) for x in (m.father_situation, m.mother_situation))
    findings = (
        under(m, age_max, BASIS),
        alive(m, h, BASIS),
        registered_here(m, BASIS),
        Finding(
            "parents_lost",
            father & mother,
            "父亲死亡、宣告失踪或查找不到：{father}；母亲：{mother}",
            {"father": father, "mother": mother},
            BASIS,
        ),
    )
    amount = named("孤儿基本生活费", choose(m.orphan_care == "institution", institution, scattered))
    return granted(PROGRAMME, findings, amount, period="month")
