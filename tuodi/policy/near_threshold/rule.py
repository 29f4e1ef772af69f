"""低保边缘家庭: not minimum living, but under one and a half times its standard and within the property rule.

最低生活保障审核确认办法（民发〔2021〕57号）第八条. Recognised from 2021-07-01; an identity, no money.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import at_least, named, negate
from tuodi.policy.minimum_living.rule import X, standing

PROGRAMME = "near_threshold"


def evaluate(h: Any, p: Any) -> Assessment:
    """低保边缘家庭: the family as minimum living counts it, between its standard and the margin line."""
    seen = standing(h, p)
    basis = f"《{seen.law.name}》"
    recognised, rate = p["dibao.margin.recognised"], p["dibao.margin.basis_points"]
    income = seen.income_x // X
    limit = named("低保边缘收入线", seen.limit * rate // X)
    findings = (
        Finding(
            "margin_recognised",
            recognised,
            "当时是否认定低保边缘家庭：{recognised}",
            {"recognised": recognised},
            "《最低生活保障审核确认办法》第八条",
        ),
        *seen.in_place,
        Finding(
            "not_minimum_living",
            negate(seen.family) & negate(seen.fading),
            "家庭年收入 {income_fen} 元，低保标准合计 {standard_fen} 元；已符合低保或在渐退期的，不再认定为边缘家庭",
            {"income_fen": income, "standard_fen": seen.limit},
            basis + seen.law.margin,
        ),
        Finding(
            "income_below_margin",
            seen.income_x < seen.limit * rate,
            "家庭年收入 {income_fen} 元（人均 {per_head_fen} 元），{size} 口人低保边缘收入线合计 {limit_fen} 元，须低于此线",
            {
                "income_fen": income,
                "per_head_fen": seen.income_x // (X * at_least(seen.size, 1)),
                "size": seen.size,
                "limit_fen": limit,
            },
            basis + seen.law.margin,
        ),
        *seen.property,
    )
    return granted(
        PROGRAMME,
        findings,
        0,
        period="none",
        figures={
            "size": seen.size,
            "urban": seen.urban,
            "income_year_fen": income,
            "margin_line_year_fen": limit,
        },
    )
