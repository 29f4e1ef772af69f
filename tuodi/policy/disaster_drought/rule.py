"""旱灾救助: for those short of food or water through drought, per head, once a drought."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, granted
from tuodi.core.logic import named
from tuodi.policy.disaster_relief import cannot_cope, not_paid_before, recognised, somebody

PROGRAMME = "disaster_drought"


def evaluate(h: Any, p: Any) -> Assessment:
    """旱灾救助: so much for each person short of food or water."""
    per_head = p["disaster.drought.per_head_fen"]
    persons = h.disaster_drought_persons
    findings = (
        recognised(h),
        cannot_cope(h),
        somebody(persons, "因旱口粮、饮水有困难"),
        not_paid_before(h.disaster_drought_paid, "同一次旱灾的救助"),
    )
    return granted(PROGRAMME, findings, named("按人数计算", per_head * persons), period="once")
