"""农村民居地震安全工程 (地震安居工程): a list of its own, a house torn down and rebuilt or strengthened."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, is_one_of, named
from tuodi.policy.housing.homes import has_members, in_village, one_house_one_grant, sums_of

PROGRAMME = "quake_safe_house"
BASIS = "云南省农村民居地震安全工程"


def evaluate(h: Any, p: Any) -> Assessment:
    """地震安居工程: on the list, and no grant for this house before."""
    rebuild, strengthen = p["housing.quake.rebuild_fen"], p["housing.quake.strengthen_fen"]
    persons = sums_of(h, p)["persons"]
    listed = is_one_of(h.quake_works, ("rebuild", "strengthen"))
    findings = (
        has_members(persons),
        in_village(h, BASIS),
        Finding(
            "on_the_list",
            listed,
            "是否列入地震安居工程名单：{listed}",
            {"listed": listed},
            BASIS,
        ),
        *one_house_one_grant(h),
    )
    amount = choose(h.quake_works == "rebuild", rebuild, strengthen)
    return granted(
        PROGRAMME,
        findings,
        named("地震安居工程补助", amount),
        period="once",
        figures={"persons": persons},
    )
