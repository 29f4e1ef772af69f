"""农村义务教育学生营养改善计划: a meal on each school day."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import named
from tuodi.policy.education.pupils import (
    by_term,
    handled_here,
    in_compulsory_school,
    on_school_roll,
    school_in_province,
    served,
)

PROGRAMME = "nutrition"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """营养膳食补助: so much a day for the days of a school year, eaten at school; no money passes to the family."""
    day, days = p["education.nutrition.day_fen"], p["education.nutrition.days"]
    findings = (
        on_school_roll(m, h),
        in_compulsory_school(m),
        school_in_province(m),
        Finding(
            "rural_school",
            m.school_rural,
            "是否在农村学校就读：{rural}",
            {"rural": m.school_rural},
            "农村义务教育学生营养改善计划",
        ),
        served(m, p),
        handled_here(m),
    )
    return by_term(PROGRAMME, findings, named("营养膳食补助", day * days), day_fen=day, days=days)
