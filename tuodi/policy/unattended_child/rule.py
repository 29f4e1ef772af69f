"""事实无人抚养儿童基本生活补贴: a child whose parents live, or one of them, and cannot bring it up.

民发〔2019〕62号, from 2020; 民发〔2020〕125号 adds two situations from 2021. The amount here is the allowance in full; where the child
already has dibao, tekun or the living subsidy, only the difference is paid: `stacking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuodi.core.facts import months_over
from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, is_one_of, named
from tuodi.policy.orphan.rule import GONE
from tuodi.policy.persons import MIND, alive, registered_here, under

PROGRAMME = "unattended_child"
BASIS = "民发〔2019〕62号"
CONFINED = ("prison", "isolation", "restricted")
# Situations that need no figure, by the text in force.
PLAIN: Mapping[str, tuple[str, ...]] = {
    "2020": ("ill",),
    "2021": ("ill", "custody_revoked", "deported"),
}


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The child `m` of the household `h`, under the values in force: the monthly allowance in full."""
    age_max = p["child.allowance.age_max"]
    full = p["child.unattended.month_fen"]
    plain = PLAIN[p["child.unattended.version"]]
    months, mental_max = p["child.unattended.months_min"], p["child.unattended.mental_grade_max"]
    severe_max = p["disability.severe_grade_max"]

    def unable(who: str, label: str) -> Value:
        """Whether a parent is in one of the situations of the text."""
        situation, grade = getattr(m, f"{who}_situation"), getattr(m, f"{who}_disability_grade")
        mind = is_one_of(getattr(m, f"{who}_disability"), MIND)
        severely = (grade >= 1) & ((grade <= severe_max) | (mind & (grade <= mental_max)))
        lost_day = getattr(m, f"{who}_lost_day")
        lost_months = named(
            "父亲失联月数" if who == "father" else "母亲失联月数", months_over(lost_day, h.on)
        )
        long_lost = (lost_day > 0) & (lost_months >= months)
        return named(
            label,
            is_one_of(situation, plain)
            | ((situation == "disabled") & severely)
            | (is_one_of(situation, CONFINED) & (getattr(m, f"{who}_term_months") >= months))
            | ((situation == "lost") & long_lost),
        )

    father, mother = unable("father", "父亲不能抚养"), unable("mother", "母亲不能抚养")
    father_gone, mother_gone = (is_one_of(x, GONE) for x in (m.father_situation, m.mother_situation))
    findings = (
        under(m, age_max, BASIS),
        alive(m, h, BASIS),
        registered_here(m, BASIS),
        Finding(
            "parents_unable",
            (father & mother) | (father_gone & mother) | (mother_gone & father),
            "父亲死亡或失踪：{father_gone}，属规定情形：{father}；母亲死亡或失踪：{mother_gone}，属规定情形：{mother}",
            {"father_gone": father_gone, "father": father, "mother_gone": mother_gone, "mother": mother},
            BASIS,
        ),
    )
    return granted(PROGRAMME, findings, named("事实无人抚养儿童基本生活补贴", full), period="month")
