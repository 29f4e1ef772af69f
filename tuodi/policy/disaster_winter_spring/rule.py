"""冬春救助: food, water, clothing and warmth in the winter and spring after a disaster, per head, once a season."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, granted
from tuodi.core.logic import named
from tuodi.policy.disaster_relief import cannot_cope, not_paid_before, recognised, somebody

PROGRAMME = "disaster_winter_spring"


def evaluate(h: Any, p: Any) -> Assessment:
    """冬春救助: so much for each person in need."""
    per_head = p["disaster.winter_spring.per_head_fen"]
    persons = h.disaster_winter_persons
    findings = (
        recognised(h),
        cannot_cope(h),
        somebody(persons, "冬春生活有困难"),
        not_paid_before(h.disaster_winter_paid, "这一个冬春的救助"),
    )
    return granted(PROGRAMME, findings, named("按人数计算", per_head * persons), period="once")
