"""失业保险金衔接: a benefit is not below the urban standard of minimum living and not above the minimum wage (社会保险法 第四十七条).

A check: what lies below is to be made up by the fund, what lies above is to be looked at. It counts as income for minimum living.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import at_least, named
from tuodi.policy.employment import minimum_wage
from tuodi.policy.persons import alive

PROGRAMME = "unemployment_link"
BASIS = "《社会保险法》第四十七条"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One recipient's month."""
    benefit = m.unemployment_month_fen
    floor, ceiling = p["dibao.standard.urban_month_fen"], minimum_wage(p)
    short = named("低于城市低保标准的部分", at_least(floor - benefit, 0))
    findings = (
        Finding(
            "draws_benefit",
            benefit > 0,
            "每月领取失业保险金 {benefit_fen} 元",
            {"benefit_fen": benefit},
            BASIS,
        ),
        Finding(
            "below_floor",
            benefit < floor,
            "失业保险金 {benefit_fen} 元，城市低保标准 {floor_fen} 元，低于标准的由基金补足",
            {"benefit_fen": benefit, "floor_fen": floor},
            BASIS,
        ),
        alive(m, h, BASIS),
        Finding(
            "not_above_minimum_wage",
            benefit <= ceiling,
            "失业保险金 {benefit_fen} 元，当地月最低工资 {ceiling_fen} 元，高于的提请核对",
            {"benefit_fen": benefit, "ceiling_fen": ceiling},
            BASIS,
            required=False,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        short,
        period="month",
        figures={
            "floor_fen": floor,
            "ceiling_fen": ceiling,
            "over_fen": named("高于最低工资的部分", at_least(benefit - ceiling, 0)),
        },
    )
