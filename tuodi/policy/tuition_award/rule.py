"""建档立卡学生学费奖励: the province's award to registered poor students admitted to first-tier programmes."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import named
from tuodi.policy.education.pupils import (
    at_stage,
    by_term,
    chinese_citizen,
    filed,
    on_school_roll,
    origin_local,
    school_in_country,
)

PROGRAMME = "tuition_award"
BASIS = "云南省建档立卡学生学费奖励政策"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """学费奖励: one amount a year; given at the place the student comes from (T6)."""
    year = p["education.tuition_award.year_fen"]
    registered = filed(h, p)
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("undergraduate",), "是否本科在读：{here}"),
        school_in_country(m),
        chinese_citizen(m),
        origin_local(m),
        Finding("filed", registered, "是否建档立卡（监测）家庭：{filed}", {"filed": registered}, BASIS),
        Finding(
            "first_tier_admitted",
            m.first_tier_admitted,
            "是否本科一批次录取：{admitted}",
            {"admitted": m.first_tier_admitted},
            BASIS,
        ),
    )
    return by_term(PROGRAMME, findings, named("学费奖励", year))
