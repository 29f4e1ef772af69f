"""义务教育家庭经济困难非寄宿生生活补助: for hard-up pupils who live at home, from autumn 2019."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import choose, named, negate
from tuodi.policy.education.pupils import (
    BASIS,
    by_term,
    handled_here,
    hard_up,
    in_compulsory_school,
    on_school_roll,
    school_in_province,
    served,
)

PROGRAMME = "non_boarder_subsidy"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """非寄宿困难学生生活补助: half of what a boarder has, by stage."""
    year = choose(
        m.student == "primary",
        p["education.non_boarder.primary_year_fen"],
        p["education.non_boarder.junior_year_fen"],
    )
    findings = (
        on_school_roll(m, h),
        in_compulsory_school(m),
        school_in_province(m),
        served(m, p),
        Finding(
            "lives_at_home",
            negate(m.boarding),
            "是否住校：{boards}（住校的享受寄宿生生活补助）",
            {"boards": m.boarding},
            BASIS,
        ),
        hard_up(m, h, p),
        handled_here(m),
    )
    return by_term(PROGRAMME, findings, named("非寄宿困难学生生活补助", year))
