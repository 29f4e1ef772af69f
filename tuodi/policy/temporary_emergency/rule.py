"""急难型临时救助: an accident, a sudden serious illness or another hardship that cannot wait; no means test, paid first.

LS-01, LS-03, LS-05 … LS-09: 民发〔2018〕23号; multiples, limits and caps are local (test values).
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import at_most, choose, is_one_of, named
from tuodi.core.money import whole_yuan_up
from tuodi.policy.persons import lives
from tuodi.policy.temporary_relief import LAW, TEXTS, common_findings, settled, within_year

PROGRAMME = "temporary_emergency"
CAUSES = ("fire", "traffic", "illness", "disaster", "other")


def evaluate(h: Any, p: Any) -> Assessment:
    """急难型临时救助: by grade, so many urban standards for each person in hardship, less what disaster relief already covered."""
    text = TEXTS[p["temporary.law"]]
    urban = p["dibao.standard.urban_month_fen"]
    one, two, three = (
        p["temporary.emergency.grade_1_months"],
        p["temporary.emergency.grade_2_months"],
        p["temporary.emergency.grade_3_months"],
    )
    jobless_opened, jobless_months = p["temporary.jobless_opened"], p["temporary.jobless_months_min"]

    jobless = (h.hardship_cause == "jobless") & (h.no_income_months >= jobless_months) & jobless_opened
    sudden = named("急需救助的突发困难", is_one_of(h.hardship_cause, CAUSES) | jobless)
    family = h.totals(lambda m: {"living": lives(m, h)})["living"]
    persons = named("救助人数", at_most(h.hardship_persons, family))
    months = named(
        "等次倍数", choose(h.hardship_grade == "1", one, choose(h.hardship_grade == "2", two, three))
    )
    reckoned = named("按等次计算", urban * months * persons)
    covered = h.disaster_paid_same_fen
    uncovered = named("受灾救助没有解决的部分", whole_yuan_up(reckoned - covered))
    amount, cap = within_year(h, p, uncovered)
    findings = (
        Finding(
            "sudden_hardship",
            sudden,
            "遭遇火灾、交通事故等意外，突发重大疾病，或其他须立即救助的困难：{sudden}",
            {"sudden": sudden},
            text,
        ),
        Finding(
            "somebody_in_hardship",
            persons >= 1,
            "陷入困难 {persons} 人，申报家庭 {family} 人",
            {"persons": h.hardship_persons, "family": family},
            text,
        ),
        *common_findings(h, p),
        cap,
        Finding(
            "loss_not_covered",
            (covered == 0) | (uncovered > 0),
            "按等次计算 {reckoned_fen} 元，同一损失、同一时期已得到受灾救助 {covered_fen} 元，只补没有解决的部分",
            {"reckoned_fen": reckoned, "covered_fen": covered},
            "民发〔2022〕83号",
        ),
        Finding(
            "pay_first",
            sudden,
            "情况紧急的，乡镇（街道）可先行救助，简化核对、评议和公示，事后补齐手续：{sudden}",
            {"sudden": sudden},
            LAW,
            required=False,
        ),
    )
    return settled(PROGRAMME, findings, amount, p, {"reckoned_fen": reckoned})
