"""普通高中国家助学金: two tiers in Yunnan, the first for families another scheme has recognised."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import Value, any_of, choose, named
from tuodi.policy.education.pupils import (
    at_stage,
    by_term,
    chinese_citizen,
    filed,
    handled_here,
    hard_up,
    on_school_roll,
    school_in_province,
    tekun,
)

PROGRAMME = "senior_grant"
BASIS = "普通高中国家助学金政策"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """普通高中国家助学金: hard up, and how hard decides the tier; the tiers lie within what the State allows."""
    first, second = p["education.senior_grant.first_year_fen"], p["education.senior_grant.second_year_fen"]
    least, most = p["education.senior_grant.least_year_fen"], p["education.senior_grant.most_year_fen"]
    mean = p["education.senior_grant.mean_year_fen"]
    in_first = in_first_tier(m, h, p)
    tier = named("普通高中国家助学金", choose(in_first, first, second))
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("senior",), "是否在普通高中就读：{here}"),
        school_in_province(m),
        chinese_citizen(m),
        hard_up(m, h, p),
        Finding(
            "first_tier",
            in_first,
            "低保、特困（孤儿）、建档立卡和特别困难的为一档：{first}",
            {"first": in_first},
            "一档、二档的划分为测试口径，待州教育部门以文件确定",
            required=False,
        ),
        Finding(
            "within_national_range",
            (tier >= least) & (tier <= most),
            "本档每年 {tier_fen} 元，国家规定 {least_fen} 元至 {most_fen} 元，平均 {mean_fen} 元",
            {"tier_fen": tier, "least_fen": least, "most_fen": most, "mean_fen": mean},
            BASIS,
            required=False,
        ),
        handled_here(m),
    )
    return by_term(PROGRAMME, findings, tier, mean_fen=mean)


def in_first_tier(m: Any, h: Any, p: Any) -> Value:
    """Identity before judgement: the recognised families first, then whom the school finds hardest up."""
    return named("一档", any_of((h.on_roll, tekun(m), filed(h, p), m.school_hardship == "severe")))
