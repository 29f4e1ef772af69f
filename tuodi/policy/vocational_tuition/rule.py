"""中等职业教育免学费: rural pupils, farming subjects, and the hard up of the towns."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import any_of, at_most, named
from tuodi.policy.education.pupils import (
    at_stage,
    chinese_citizen,
    handled_here,
    hard_up,
    in_kind,
    on_school_roll,
    school_in_country,
)

PROGRAMME = "vocational_tuition"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """免学费: what the school charges, no more than the standard; the quota for towns is the school's to fill."""
    most = p["education.vocational_tuition.most_year_fen"]
    rural, poor = m.registered_kind == "rural", hard_up(m, h, p).holds
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("vocational",), "是否在中等职业学校就读：{here}"),
        school_in_country(m),
        chinese_citizen(m),
        Finding(
            "rural_or_farming_or_hard_up",
            any_of((rural, m.farming_major, poor)),
            "农村户籍：{rural}；城市涉农专业：{farming}；城市家庭经济困难：{poor}",
            {"rural": rural, "farming": m.farming_major, "poor": poor},
            "中等职业教育免学费政策",
        ),
        handled_here(m),
    )
    waived = named("免除的学费", at_most(m.tuition_year_fen, most))
    return in_kind(PROGRAMME, findings, "waived_year_fen", waived)
