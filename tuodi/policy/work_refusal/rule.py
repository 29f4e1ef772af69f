"""拒绝介绍工作的后果: after three refusals without cause an officer may reduce or stop that person's own share (社会救助暂行办法 第四十五条).

The rule names the person and shows the share; it never takes money. Nothing is due here, so `eligible` never holds: the outcome
`own_share` says that all conditions are there and an officer decides, with notice and a right to object (design promise 4).
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import all_of, at_least, choose, named
from tuodi.policy.employment import is_able
from tuodi.policy.standing import jobless, on_roll

PROGRAMME = "work_refusal"
BASIS = "《社会救助暂行办法》第四十五条"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One member of a family on the roll."""
    limit = p["dibao.job_refusals.limit"]
    listed = on_roll(m, h, p)
    findings = (
        Finding(
            "on_roll",
            listed,
            "是否低保对象：{listed}",
            {"listed": listed},
            BASIS,
        ),
        is_able(m, p, BASIS),
        Finding("jobless", jobless(m), "是否没有就业：{jobless}", {"jobless": jobless(m)}, BASIS),
        Finding(
            "refused_often",
            m.job_refusals >= limit,
            "连续拒绝介绍工作 {refusals} 次，满 {limit} 次",
            {"refusals": m.job_refusals, "limit": limit},
            BASIS,
        ),
        Finding(
            "offers_recorded",
            m.offers_recorded,
            "每次介绍是否都有日期和书面记录：{recorded}",
            {"recorded": m.offers_recorded},
            BASIS,
        ),
        Finding(
            "offers_suitable",
            m.offers_suitable,
            "介绍的工作是否与本人健康和劳动能力相适应：{suitable}",
            {"suitable": m.offers_suitable},
            BASIS,
        ),
        Finding(
            "without_cause",
            m.refusal_reason == "none",
            "是否没有正当理由：{without}",
            {"without": m.refusal_reason == "none"},
            BASIS,
        ),
    )
    persons = h.totals(lambda other: {"listed": on_roll(other, h, p)})["listed"]
    share = named("本人一份", h.current_monthly_fen // at_least(persons, 1))
    return Assessment(
        programme=PROGRAMME,
        findings=findings,
        eligible=False,
        outcome=choose(all_of(f.holds for f in findings), "own_share", "none"),
        amount_fen=0,
        figures={"own_share_fen": share},
        period="none",
    )
