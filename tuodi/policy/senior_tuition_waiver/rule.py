"""普通高中免学费 (财教〔2016〕292号, from autumn 2016): four groups pay no tuition, up to what a public school charges."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import any_of, at_most, named
from tuodi.policy.education.pupils import (
    at_stage,
    chinese_citizen,
    filed,
    handled_here,
    in_kind,
    on_school_roll,
    school_in_province,
)
from tuodi.policy.persons import certified

PROGRAMME = "senior_tuition_waiver"
BASIS = "财教〔2016〕292号"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """免学费: what the school charges, at a private school no more than a public one would."""
    public = p["education.senior_tuition.public_year_fen"]
    groups = {
        "filed": filed(h, p),
        "dibao": h.on_roll & (h.claim_kind == "rural"),
        "tekun": (m.identity == "tekun") & (m.registered_kind == "rural"),
        "disabled": certified(m),
    }
    findings = (
        on_school_roll(m, h),
        at_stage(m, ("senior",), "是否在普通高中就读：{here}"),
        school_in_province(m),
        chinese_citizen(m),
        Finding(
            "in_a_group",
            any_of(groups.values()),
            "建档立卡（监测）：{filed}；农村低保：{dibao}；农村特困：{tekun}；残疾：{disabled}",
            groups,
            BASIS,
        ),
        handled_here(m),
    )
    waived = named("免除的学费", at_most(m.tuition_year_fen, public))
    return in_kind(PROGRAMME, findings, "waived_year_fen", waived)
