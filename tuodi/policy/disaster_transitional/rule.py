"""过渡期生活救助: for those without a home or means of living after the emergency, per head and day, for a limited time."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import at_least, at_most, named
from tuodi.policy.disaster_relief import (
    NOT_TWICE,
    cannot_cope,
    less_temporary_relief,
    recognised,
    somebody,
)

PROGRAMME = "disaster_transitional"


def evaluate(h: Any, p: Any) -> Assessment:
    """过渡期生活救助: so much a day for each person, for the days needed as far as the limit leaves any."""
    per_day, days_max = p["disaster.transitional.per_day_fen"], p["disaster.transitional.days_max"]
    needed, paid = h.disaster_transition_days, h.disaster_transition_paid_days
    persons = h.disaster_transition_persons
    days = named("发放天数", at_most(needed, at_least(days_max - paid, 0)))
    reckoned = named("按人数和天数计算", per_day * days * persons)
    amount, not_covered = less_temporary_relief(h, reckoned)
    findings = (
        recognised(h),
        cannot_cope(h),
        somebody(persons, "需要过渡期生活救助"),
        Finding(
            "days_left",
            days >= 1,
            "需要 {needed} 天，同一次灾害已发 {paid} 天，最多 {max} 天",
            {"needed": needed, "paid": paid, "max": days_max},
            NOT_TWICE,
        ),
        not_covered,
    )
    figures = {"days": days, "reckoned_fen": reckoned}
    return granted(PROGRAMME, findings, amount, period="once", figures=figures)
