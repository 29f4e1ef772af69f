"""公益性岗位: a post for whom the market does not take, its subsidy by the minimum wage (社会救助暂行办法 第四十二条; 财社〔2017〕164号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import named
from tuodi.policy.employment import BASIS, in_time, is_able, is_target, minimum_wage
from tuodi.policy.persons import alive
from tuodi.policy.standing import jobless

PROGRAMME = "public_post"
X = 10_000  # basis points in one whole


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One person: in a post or free to take one, and within the time."""
    wage = minimum_wage(p)
    amount = named("岗位补贴", wage * p["work.post.rate_basis_points"] // X)
    free = m.in_public_post | jobless(m)
    findings = (
        is_target(m, h, p),
        is_able(m, p),
        Finding(
            "free_or_in_post",
            free,
            "没有就业或正在公益性岗位上：{free}",
            {"free": free},
            BASIS,
        ),
        in_time(m.post_months, m.post_first_day, m, h, p),
        alive(m, h, BASIS),
    )
    return granted(
        PROGRAMME,
        findings,
        amount,
        period="month",
        figures={"minimum_wage_fen": wage, "employer_insurance_fen": m.post_insurance_month_fen},
    )
