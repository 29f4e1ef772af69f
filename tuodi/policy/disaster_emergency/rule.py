"""灾害应急救助: food, clothing and shelter for persons evacuated, per head."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, granted
from tuodi.core.logic import named
from tuodi.policy.disaster_relief import less_temporary_relief, not_paid_before, recognised, somebody

PROGRAMME = "disaster_emergency"


def evaluate(h: Any, p: Any) -> Assessment:
    """灾害应急救助: so much for each person evacuated and resettled."""
    per_head = p["disaster.emergency.per_head_fen"]
    reckoned = named("按人数计算", per_head * h.disaster_evacuated)
    amount, not_covered = less_temporary_relief(h, reckoned)
    findings = (
        recognised(h),
        somebody(h.disaster_evacuated, "紧急转移安置"),
        not_paid_before(h.disaster_emergency_paid, "应急救助"),
        not_covered,
    )
    return granted(PROGRAMME, findings, amount, period="once", figures={"reckoned_fen": reckoned})
