"""What the two kinds of 临时救助 have in common: where, how often, not twice for one cause, and how much at most.

社会救助暂行办法 第九章; LS-2014 国发〔2014〕47号; LS-2018 民发〔2018〕23号; from 2020-08-25 中办发〔2020〕18号.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import Value, all_of, at_least, at_most, choose, named, negate
from tuodi.policy.persons import citizen, lives

TEXTS: Mapping[str, str] = {
    "LS-2014": "国发〔2014〕47号",
    "LS-2018": "民发〔2018〕23号",
    "RF-2020": "中办发〔2020〕18号",
}
LAW = "《社会救助暂行办法》第九章"


def common_findings(h: Any, p: Any) -> tuple[Finding, ...]:
    """Here (LS-02), not twice for one cause without good reason, not too often in a year (LS-07)."""
    text = TEXTS[p["temporary.law"]]
    anywhere, times_max = p["temporary.place_of_hardship"], p["temporary.times_max"]
    local = h.totals(lambda m: {"local": named("户籍在本地", lives(m, h) & citizen(m) & m.registered_local)})[
        "local"
    ]
    here = named("由本地救助", (local >= 1) | h.residence_permit | (anywhere & h.hardship_here))
    again = negate(h.temporary_same_cause) | h.temporary_reason
    return (
        Finding(
            "in_place",
            here,
            "户籍或居住证在本地（2020 年 8 月起急难发生在本地即可）：{here}",
            {"here": here},
            text,
        ),
        Finding(
            "not_same_cause",
            again,
            "本年度没有因同一事由得到过临时救助，或再次申请有正当理由：{holds}",
            {"holds": again},
            "国发〔2014〕47号",
        ),
        Finding(
            "times_within",
            h.temporary_times < times_max,
            "本年度已得到临时救助 {times} 次，一年最多 {max} 次",
            {"times": h.temporary_times, "max": times_max},
            LAW,
        ),
    )


def within_year(h: Any, p: Any, relief: Value) -> tuple[Value, Finding]:
    """The relief as far as the cap of the year still allows, and the finding that some of it is left."""
    cap = named("年度封顶", p["dibao.standard.urban_month_fen"] * p["temporary.cap_months"])
    left = named("年度还可救助", at_least(cap - h.temporary_paid_fen, 0))
    return at_most(relief, left), Finding(
        "cap_not_reached",
        left > 0,
        "本年度已得到临时救助 {paid_fen} 元，每户每年封顶 {cap_fen} 元",
        {"paid_fen": h.temporary_paid_fen, "cap_fen": cap},
        LAW,
    )


def settled(
    programme: str, findings: tuple[Finding, ...], amount: Value, p: Any, figures: Mapping[str, Value]
) -> Assessment:
    """The assessment, with what the township may decide (and pay first) and what is left for the county (LS-03, LS-05)."""
    eligible = named("符合全部条件", all_of(f.holds for f in findings if f.required))
    due = named("救助金", choose(eligible, amount, 0))
    limit = p["dibao.standard.urban_month_fen"] * p["temporary.township_limit_months"]
    first = named("乡镇（街道）审批、先行救助", at_most(due, limit))
    return Assessment(
        programme=programme,
        findings=findings,
        eligible=eligible,
        outcome=choose(eligible, "granted", "none"),
        amount_fen=due,
        figures={**figures, "township_fen": first, "county_fen": named("县级审批", due - first)},
        period="episode",
    )
