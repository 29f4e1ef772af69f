"""社会保险补贴: part of what a flexible worker paid himself, two thirds at most (财社〔2017〕164号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import named, negate
from tuodi.policy.employment import BASIS, in_time, is_able, is_target
from tuodi.policy.persons import alive

PROGRAMME = "insurance_subsidy"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One person's month. Rounded down to the fen: the share is a ceiling, so nothing may be rounded up."""
    paid = m.insurance_paid_month_fen
    share = paid * p["work.insurance.share_numerator"] // p["work.insurance.share_denominator"]
    flexible = m.employment == "flexible"
    findings = (
        is_target(m, h, p),
        is_able(m, p),
        Finding("flexible", flexible, "是否灵活就业：{flexible}", {"flexible": flexible}, BASIS),
        Finding(
            "paid_oneself",
            paid > 0,
            "本人实际缴纳社会保险费每月 {paid_fen} 元，凭缴费凭证",
            {"paid_fen": paid},
            BASIS,
        ),
        Finding(
            "not_in_post",
            negate(m.in_public_post),
            "是否在公益性岗位上：{post}（岗位上的由单位缴费，另行补贴）",
            {"post": m.in_public_post},
            BASIS,
        ),
        in_time(m.insurance_months, m.insurance_first_day, m, h, p),
        alive(m, h, BASIS),
    )
    return granted(PROGRAMME, findings, named("社保补贴", share), period="month", figures={"paid_fen": paid})
