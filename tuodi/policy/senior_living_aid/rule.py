"""建档立卡普通高中学生生活费补助: the province's own, beside the national grant."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import named
from tuodi.policy.education.pupils import (
    at_stage,
    by_term,
    chinese_citizen,
    filed,
    handled_here,
    on_school_roll,
    school_in_province,
)

PROGRAMME = "senior_living_aid"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """生活费补助: one amount a year for pupils of registered poor families."""
    year = p["education.senior_living.year_fen"]
    registered = filed(h, p)
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("senior",), "是否在普通高中就读：{here}"),
        school_in_province(m),
        chinese_citizen(m),
        Finding(
            "filed",
            registered,
            "是否建档立卡（监测）家庭：{filed}",
            {"filed": registered},
            "云南省建档立卡普通高中学生生活费补助政策",
        ),
        handled_here(m),
    )
    return by_term(PROGRAMME, findings, named("生活费补助", year))
