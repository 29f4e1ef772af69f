"""义务教育寄宿生生活补助: for who lives at school, from spring 2017 every boarder in Yunnan; small peoples have more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import Value, any_of, choose, named
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

PROGRAMME = "boarder_subsidy"
# GB/T 3304 code of each people and the value that says whether the province counts it among the small ones.
SMALL_PEOPLES: Mapping[str, str] = {
    "28": "education.small_people.28",
    "34": "education.small_people.34",
    "39": "education.small_people.39",
    "40": "education.small_people.40",
    "42": "education.small_people.42",
    "46": "education.small_people.46",
    "51": "education.small_people.51",
    "56": "education.small_people.56",
}


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """寄宿生生活补助: by stage, and more for a pupil of a small people."""
    everyone = p["education.boarder.all"]
    base = choose(
        m.student == "primary",
        p["education.boarder.primary_year_fen"],
        p["education.boarder.junior_year_fen"],
    )
    small = of_small_people(m, p)
    extra = choose(small, p.optional("education.boarder.small_people_extra_fen"), 0)
    poor = hard_up(m, h, p)
    findings = (
        on_school_roll(m, h),
        in_compulsory_school(m),
        school_in_province(m),
        served(m, p),
        Finding("boards", m.boarding, "是否住校：{boards}", {"boards": m.boarding}, BASIS),
        Finding(
            "everyone_or_hard_up",
            everyone | poor.holds,
            "寄宿生全部享受：{everyone}；家庭经济困难：{poor}",
            {"everyone": everyone, "poor": poor.holds},
            "云南省义务教育寄宿生生活补助政策",
        ),
        Finding(
            "small_people",
            small,
            "是否人口较少民族：{small}，另加 {extra_fen} 元",
            {"small": small, "extra_fen": extra},
            "云南省义务教育寄宿生生活补助政策",
            required=False,
        ),
        handled_here(m),
    )
    return by_term(
        PROGRAMME,
        findings,
        named("寄宿生生活补助", base + named("人口较少民族另加", extra)),
        extra_fen=extra,
    )


def of_small_people(m: Any, p: Any) -> Value:
    """Whether the pupil is of one of the peoples the province counts as small."""
    return named(
        "人口较少民族", any_of((m.ethnicity == code) & p[key] for code, key in SMALL_PEOPLES.items())
    )
