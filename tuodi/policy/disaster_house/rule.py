"""因灾倒损住房恢复重建补助: a house people lived in, by its grade of damage; one house, one grant."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, is_one_of, named
from tuodi.policy.disaster_relief import LAW, recognised
from tuodi.policy.housing.homes import one_house_one_grant

PROGRAMME = "disaster_house"
DAMAGED = ("moderate", "severe", "collapsed")


def evaluate(h: Any, p: Any) -> Assessment:
    """因灾倒损住房恢复重建补助: collapsed, severely or moderately damaged."""
    collapsed, severe, moderate = (
        p["disaster.house.collapsed_fen"],
        p["disaster.house.severe_fen"],
        p["disaster.house.moderate_fen"],
    )
    grade = h.disaster_house
    damaged = is_one_of(grade, DAMAGED)
    findings = (
        recognised(h),
        Finding(
            "house_damaged",
            damaged,
            "核定为倒塌、严重损坏或一般损坏：{damaged}",
            {"damaged": damaged},
            LAW + "第二十条",
        ),
        Finding(
            "house_lived_in",
            h.disaster_house_lived_in,
            "受损的是住人的主房（无人居住的和附属用房不计）：{lived_in}",
            {"lived_in": h.disaster_house_lived_in},
            LAW + "第二十条",
        ),
        *one_house_one_grant(h),
    )
    amount = named(
        "按损坏等级", choose(grade == "collapsed", collapsed, choose(grade == "severe", severe, moderate))
    )
    return granted(PROGRAMME, findings, amount, period="once")
