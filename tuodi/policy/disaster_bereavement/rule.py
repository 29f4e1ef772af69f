"""遇难人员家属抚慰金: for each person dead or missing through a disaster, to the family, once."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, granted
from tuodi.core.logic import named
from tuodi.policy.disaster_relief import not_paid_before, recognised, somebody

PROGRAMME = "disaster_bereavement"


def evaluate(h: Any, p: Any) -> Assessment:
    """遇难人员家属抚慰金: so much for each person dead or missing."""
    each = p["disaster.bereavement.each_fen"]
    findings = (
        recognised(h),
        somebody(h.disaster_deaths, "因灾死亡、失踪"),
        not_paid_before(h.disaster_bereavement_paid, "抚慰金"),
    )
    return granted(PROGRAMME, findings, named("抚慰金", each * h.disaster_deaths), period="once")
