"""公共租赁住房: a home in kind for hard-up families in towns who have too little room; some come first."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import any_of, choose, named
from tuodi.policy.housing.homes import (
    RELIEF,
    has_members,
    in_town,
    not_in_public_rental,
    scattered_tekun,
    sums_of,
)

PROGRAMME = "public_rental"
X = 10_000  # a year in a day written as 20261123


def evaluate(h: Any, p: Any) -> Assessment:
    """公租房: who may have one, in which order, and whether the wait has lasted too long."""
    sums = sums_of(h, p)
    persons, area = sums["persons"], h.floor_area_m2
    per_head, years = p["housing.shortage.per_head_m2"], p["housing.public_rental.wait_years_max"]
    orphan = named("有成年孤儿且没有住房", (sums["orphans"] >= 1) & (area == 0))
    groups = {
        "scattered": scattered_tekun(sums),
        "dibao": h.on_roll,
        "orphan": orphan,
        "margin": p["housing.margin_included"] & h.margin_family,
        "rigid": p["housing.rigid_included"] & h.rigid_family,
    }
    priority = named(
        "优先次序",
        choose(groups["scattered"], 1, choose(groups["dibao"] | orphan, 2, 3)),
    )
    since = h.public_rental_waiting_day
    waited = (since > 0) & (since + years * X <= h.on_day)
    findings = (
        has_members(persons),
        in_town(h),
        Finding(
            "in_a_group",
            any_of(groups.values()),
            "分散供养特困人员：{scattered}；低保：{dibao}；成年孤儿无住房：{orphan}；"
            "低保边缘：{margin}；刚性支出困难：{rigid}",
            groups,
            RELIEF,
        ),
        Finding(
            "short_of_room",
            area < per_head * persons,
            "现有 {area} 平方米，{persons} 人，人均低于 {per_head} 平方米为住房困难",
            {"area": area, "persons": persons, "per_head": per_head},
            RELIEF,
        ),
        not_in_public_rental(h),
        Finding(
            "comes_first",
            any_of((groups["scattered"], groups["dibao"], orphan)),
            "优先安排，第 {priority} 位次（1 分散供养特困人员，2 低保和成年孤儿，3 其他）",
            {"priority": priority},
            RELIEF,
            required=False,
        ),
        Finding(
            "waited_too_long",
            waited,
            "轮候是否已满 {years} 年：{waited}",
            {"years": years, "waited": waited},
            "公共租赁住房管理办法（住房和城乡建设部令第11号）",
            required=False,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        0,
        period="none",
        figures={"persons": persons, "priority": priority},
    )
