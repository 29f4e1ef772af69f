"""普通高校国家助学金: the university sorts its hard-up students into tiers around the national mean."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment
from tuodi.core.logic import named
from tuodi.policy.education.pupils import (
    UNDERGRADUATE,
    at_stage,
    by_term,
    chinese_citizen,
    hard_up,
    on_school_roll,
    school_in_country,
)

PROGRAMME = "university_grant"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """国家助学金: the mean of the day; the tier itself is the university's."""
    mean = p["education.university_grant.mean_year_fen"]
    findings = (
        on_school_roll(m, h),
        at_stage(m, UNDERGRADUATE, "是否大专、本科在读：{here}"),
        school_in_country(m),
        chinese_citizen(m),
        hard_up(m, h, p),
    )
    return by_term(PROGRAMME, findings, named("国家助学金（平均）", mean))
