"""生源地信用助学贷款: a loan from the place the student comes from, to be paid back; what may be borrowed is a figure, not aid."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment
from tuodi.core.logic import choose, named
from tuodi.policy.education.pupils import (
    UNIVERSITY,
    at_stage,
    chinese_citizen,
    hard_up,
    in_kind,
    on_school_roll,
    origin_local,
    school_in_country,
)

PROGRAMME = "credit_loan"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """助学贷款: the cap of the day by level of study; unlike the grants it follows the student's origin, not the school (T6)."""
    cap = choose(
        m.student == "postgraduate",
        p["education.credit_loan.graduate_year_fen"],
        p["education.credit_loan.undergraduate_year_fen"],
    )
    findings = (
        on_school_roll(m, h),
        at_stage(m, UNIVERSITY, "是否大专、本科、研究生在读：{here}"),
        school_in_country(m),
        chinese_citizen(m),
        origin_local(m),
        hard_up(m, h, p),
    )
    return in_kind(PROGRAMME, findings, "loan_cap_year_fen", named("每年最高可贷（须偿还）", cap))
