"""普通高校新生入学资助: once, for the way to the university and the first days there."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, is_one_of, named, negate
from tuodi.policy.education.pupils import (
    IN_PROVINCE,
    UNDERGRADUATE,
    at_stage,
    chinese_citizen,
    hard_up,
    on_school_roll,
    origin_local,
    school_in_country,
)

PROGRAMME = "entry_aid"
BASIS = "普通高校家庭经济困难新生入学资助政策"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """新生入学资助: by whether the university lies in the province; given at the place the student comes from (T6)."""
    near, far = p["education.entry_aid.in_province_fen"], p["education.entry_aid.elsewhere_fen"]
    findings = (
        on_school_roll(m, h),
        at_stage(m, UNDERGRADUATE, "是否大专、本科在读：{here}"),
        school_in_country(m),
        chinese_citizen(m),
        origin_local(m),
        Finding(
            "first_year",
            m.school_grade == 1,
            "在读第 {grade} 年，只给新生",
            {"grade": m.school_grade},
            BASIS,
        ),
        hard_up(m, h, p),
        Finding(
            "not_received_before",
            negate(m.entry_aid_received),
            "是否已领过新生入学资助：{received}（只给一次）",
            {"received": m.entry_aid_received},
            BASIS,
        ),
    )
    amount = choose(is_one_of(m.school_place, IN_PROVINCE), near, far)
    return granted(PROGRAMME, findings, named("新生入学资助", amount), period="once")
