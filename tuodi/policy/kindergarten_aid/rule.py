"""学前教育家庭经济困难儿童资助: the province's aid to the hardest-up children of a kindergarten."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment
from tuodi.core.logic import named
from tuodi.policy.education.pupils import (
    at_stage,
    by_term,
    chinese_citizen,
    handled_here,
    hard_up,
    on_school_roll,
    school_in_province,
)

PROGRAMME = "kindergarten_aid"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """学前教育资助: one amount a year; who stands first when the quota (about a tenth) is short is the kindergarten's to judge."""
    year = p["education.kindergarten.year_fen"]
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("kindergarten",), "是否在幼儿园就读：{here}"),
        school_in_province(m),
        chinese_citizen(m),
        hard_up(m, h, p),
        handled_here(m),
    )
    return by_term(PROGRAMME, findings, named("学前教育资助", year))
