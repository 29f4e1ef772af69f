"""刚性支出困难家庭: an income below the local average, eaten up by expenses that cannot be put off.

刚性支出困难家庭认定办法, from 2025-01-01 (article numbers not read). An identity for at most twelve months; to stay in it, apply again.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, choose, named, negate
from tuodi.policy.minimum_living.rule import X, standing

PROGRAMME = "rigid_expense"
BASIS = "《刚性支出困难家庭认定办法》（条文号未核）"


def outlay(m: Any) -> Value:
    """What a person paid in the year and could not put off: illness, disability, school, and what the county adds."""
    return (
        m.medical_self_pay_year_fen
        + m.disability_cost_year_fen
        + m.education_year_fen
        + m.other_rigid_year_fen
    )


def evaluate(h: Any, p: Any) -> Assessment:
    """刚性支出困难家庭: income before expenses below the average, and expenses above a share of it."""
    average = p["area.disposable_income_year_fen"]
    share, living_share = p["rigid_expense.share_basis_points"], p["rigid_expense.living_basis_points"]
    valid = p["rigid_expense.valid_months"]
    seen = standing(h, p, lambda m, terms: {**terms, "outlay": choose(terms["counted"], outlay(m), 0)})

    income_x = seen.sums["income_x"]
    income = named("扣减支出前的家庭年收入", income_x // X)
    average_limit = named("上年人均可支配收入合计", average * seen.size)
    living = named("基本生活支出", seen.limit * living_share // X)
    spent = named("刚性支出", living + seen.sums["outlay"])
    # A share of the income is looked at on whole fen.
    line = named("收入的规定比例", income * share // X)
    findings = (
        *seen.in_place,
        Finding(
            "not_minimum_living_or_margin",
            negate(seen.hard_up) & negate(seen.fading),
            "扣减后家庭年收入 {income_fen} 元，低保边缘收入线 {limit_fen} 元；符合低保、低保边缘家庭条件的，按低保、边缘家庭认定",
            {
                "income_fen": seen.income_x // X,
                "limit_fen": seen.limit * p["dibao.margin.basis_points"] // X,
            },
            BASIS,
        ),
        Finding(
            "income_below_average",
            income_x < average_limit * X,
            "家庭年收入 {income_fen} 元，{size} 口人按上年当地居民人均可支配收入合计 {average_fen} 元，须低于此数",
            {"income_fen": income, "size": seen.size, "average_fen": average_limit},
            BASIS,
        ),
        *seen.property,
        Finding(
            "outlay_above_share",
            spent > line,
            "近 12 个月刚性支出 {spent_fen} 元（其中基本生活 {living_fen} 元），家庭年收入的规定比例为 {line_fen} 元，须高于此数",
            {"spent_fen": spent, "living_fen": living, "line_fen": line},
            BASIS,
        ),
        Finding(
            "valid_for",
            True,
            "认定后最长 {months} 个月有效，期满可再申请",
            {"months": valid},
            BASIS,
            required=False,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        0,
        period="none",
        figures={
            "size": seen.size,
            "income_year_fen": income,
            "outlay_year_fen": spent,
            "valid_months": valid,
        },
    )
