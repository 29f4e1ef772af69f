"""中等职业学校国家助学金: in the first two years, from spring 2025 in the third as well."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import any_of, named
from tuodi.policy.education.pupils import (
    at_stage,
    by_term,
    chinese_citizen,
    handled_here,
    hard_up,
    on_school_roll,
    school_in_country,
)

PROGRAMME = "vocational_grant"
BASIS = "中等职业学校国家助学金政策"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """国家助学金: farming subjects, hard-up families, and every rural pupil of a contiguous poor area."""
    year, last = p["education.vocational_grant.year_fen"], p["education.vocational_grant.last_grade"]
    rural = (m.registered_kind == "rural") & p["education.vocational_grant.rural_all"]
    poor = hard_up(m, h, p).holds
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("vocational",), "是否在中等职业学校就读：{here}"),
        school_in_country(m),
        chinese_citizen(m),
        Finding(
            "in_the_years",
            (m.school_grade >= 1) & (m.school_grade <= last),
            "在读第 {grade} 年，发到第 {last} 年",
            {"grade": m.school_grade, "last": last},
            BASIS,
        ),
        Finding(
            "farming_or_hard_up_or_poor_area",
            any_of((m.farming_major, rural, poor)),
            "涉农专业：{farming}；连片特困地区农村户籍：{rural}；家庭经济困难：{poor}",
            {"farming": m.farming_major, "rural": rural, "poor": poor},
            BASIS,
        ),
        handled_here(m),
    )
    return by_term(PROGRAMME, findings, named("中等职业学校国家助学金", year))
