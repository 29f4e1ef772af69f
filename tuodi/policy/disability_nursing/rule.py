"""重度残疾人护理补贴: the extra cost of care of the severely disabled, whatever their family's income.

国发〔2015〕52号; 云政发〔2016〕5号.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, is_one_of, named
from tuodi.policy.persons import MIND, alive, certificate_valid, registered_here
from tuodi.policy.two_subsidies import BASIS, barred_from_both, higher_than_same_nature

PROGRAMME = "disability_nursing"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The member `m` of the household `h`, under the values in force: a sum a month by grade."""
    first, second = p["disability.care.grade_1_month_fen"], p["disability.care.grade_2_month_fen"]
    widened, widened_fen = (
        p["disability.care.mental_included"],
        p.optional("disability.care.mental_month_fen"),
    )
    months, severe_max = p["disability.care.months_min"], p["disability.severe_grade_max"]
    grade = m.disability_grade
    severe = (grade >= 1) & (grade <= severe_max)
    of_the_mind = (grade > severe_max) & is_one_of(m.disability, MIND) & widened
    amount = named("重度残疾人护理补贴", choose(grade == 1, first, choose(of_the_mind, widened_fen, second)))
    findings = (
        certificate_valid(m, BASIS),
        Finding(
            "severely_disabled",
            severe | of_the_mind,
            "残疾 {grade} 级（0 为无），须为 1 至 {max} 级；智力、精神三、四级（本地扩大：{widened}）",
            {"grade": grade, "max": severe_max, "widened": widened},
            BASIS,
        ),
        Finding(
            "needs_long_care",
            m.care_need_months >= months,
            "因残疾产生额外护理支出 {months} 个月，须持续 {min} 个月以上",
            {"months": m.care_need_months, "min": months},
            BASIS,
        ),
        registered_here(m, BASIS),
        alive(m, h, BASIS),
        *barred_from_both(m),
        higher_than_same_nature(amount, m.other_care_allowance_month_fen),
    )
    return granted(PROGRAMME, findings, amount, period="month")
