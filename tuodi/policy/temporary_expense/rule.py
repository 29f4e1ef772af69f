"""支出型临时救助: outlays for illness, school and the like that the family's income cannot bear.

LS-01, LS-04 … LS-07: 民发〔2018〕23号; for families on minimum living or tekun only the outlays are looked at. Multiples, shares
and caps are local (test values).
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import choose, named
from tuodi.policy.minimum_living.rule import X, standing
from tuodi.policy.rigid_expense.rule import outlay
from tuodi.policy.temporary_relief import LAW, TEXTS, common_findings, settled, within_year

PROGRAMME = "temporary_expense"


def evaluate(h: Any, p: Any) -> Assessment:
    """支出型临时救助: by how the outlays of the year stand to its income, so many urban standards for each member."""
    text = TEXTS[p["temporary.law"]]
    average, urban = p["area.disposable_income_year_fen"], p["dibao.standard.urban_month_fen"]
    shares = (
        p["temporary.expense.share_1_basis_points"],
        p["temporary.expense.share_2_basis_points"],
        p["temporary.expense.share_3_basis_points"],
    )
    one, two, three = (
        p["temporary.expense.grade_1_months"],
        p["temporary.expense.grade_2_months"],
        p["temporary.expense.grade_3_months"],
    )
    seen = standing(
        h,
        p,
        lambda m, terms: {
            **terms,
            "outlay": choose(terms["counted"], outlay(m), 0),
            "tekun": terms["counted"] & (m.identity == "tekun"),
        },
        everyone=True,
    )
    spared = named("低保、特困家庭", h.on_roll | (seen.sums["tekun"] >= 1))
    # Income before expenses are taken off: they are what is measured by it. Shares are looked at on whole fen.
    income_x = seen.sums["income_x"]
    income, spent = named("扣减支出前的家庭年收入", income_x // X), named("自付支出", seen.sums["outlay"])
    average_limit = average * seen.size
    first, second, third = (
        named(label, spent * X > income * share)
        for label, share in zip(("达到第一等", "达到第二等", "达到第三等"), shares, strict=True)
    )
    months = named("等次倍数", choose(third, three, choose(second, two, one)))
    reckoned = named("按等次计算", urban * months * seen.size)
    amount, cap = within_year(h, p, reckoned)
    findings = (
        Finding(
            "has_members",
            seen.size >= 1,
            "申报 {declared} 人，计入家庭成员 {size} 人",
            {"declared": seen.sums["declared"], "size": seen.size},
            text,
        ),
        Finding(
            "outlay_beyond_means",
            first,
            "近 12 个月医疗、教育等自付支出 {spent_fen} 元，家庭年收入 {income_fen} 元，支出须超过收入的规定比例 {line_fen} 元",
            {"spent_fen": spent, "income_fen": income, "line_fen": income * shares[0] // X},
            text,
        ),
        Finding(
            "income_below_average",
            spared | (income_x < average_limit * X),
            "家庭年收入 {income_fen} 元，按上年当地居民人均可支配收入合计 {average_fen} 元，须低于此数；低保、特困家庭不看：{spared}",
            {"income_fen": income, "average_fen": average_limit, "spared": spared},
            text,
        ),
        *(Finding(f.rule, spared | f.holds, f.because, f.shown, text) for f in seen.property),
        *common_findings(h, p),
        cap,
        Finding(
            "expense_grade",
            second,
            "支出超过收入的比例达到第二等或第三等，按 {months} 个月城市低保标准计算",
            {"months": months},
            LAW,
            required=False,
        ),
    )
    figures = {"size": seen.size, "income_year_fen": income, "outlay_year_fen": spent}
    return settled(PROGRAMME, findings, amount, p, figures)
