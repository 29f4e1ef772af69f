"""What the pages of housing aid ask alike: who lives in the home, which families come first, what the home has had already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuodi.core.finding import Finding
from tuodi.core.logic import Value, is_one_of, named, negate
from tuodi.policy.persons import certified, citizen, lives

RELIEF = "《社会救助暂行办法》第三十七条、第三十八条"
ONE_GRANT = "一处住房只享受危房改造、地震安居工程、灾后建房补助之一（文号未核）"
AWAY = ("prison", "isolation", "missing")


def sums_of(h: Any, p: Any) -> dict[str, Value]:
    """Who counts: registered persons who live in the home; boarders at school do (T6), foreign members do not (T17)."""
    majority = p["age.majority"]

    def terms(m: Any) -> dict[str, Value]:
        away = (is_one_of(m.presence, AWAY) & (m.presence_day < h.month_start)) | (m.presence == "conscript")
        here = lives(m, h) & citizen(m)
        scattered = (m.identity == "tekun") & (m.tekun_form == "scattered")
        return {
            "persons": here & negate(away) & m.lives_together,
            "scattered": here & scattered,
            "orphans": here & m.was_orphan & (m.age >= majority),
            "disabled": here & certified(m),
        }

    sums: dict[str, Value] = h.totals(terms)
    return {**sums, "persons": named("居住人数", sums["persons"])}


def scattered_tekun(sums: Mapping[str, Value]) -> Value:
    """Whether somebody is cared for at home as tekun: they come before everybody (0.6)."""
    return named("有分散供养特困人员", sums["scattered"] >= 1)


def has_members(persons: Value) -> Finding:
    """Somebody lives there who can be given a home."""
    return Finding("has_members", persons >= 1, "计入居住人口 {persons} 人", {"persons": persons}, RELIEF)


def in_town(h: Any) -> Finding:
    """Rented homes and rent subsidy are for towns."""
    town = h.dwelling_place == "town"
    return Finding("in_town", town, "是否居住在城镇：{town}", {"town": town}, RELIEF)


def in_village(h: Any, basis: str) -> Finding:
    """Rebuilding and strengthening are for villages."""
    village = h.dwelling_place == "village"
    return Finding("in_village", village, "是否农村住房：{village}", {"village": village}, basis)


def not_in_public_rental(h: Any) -> Finding:
    """A home in kind or money for one, not both (ZF-01)."""
    housed = h.in_public_rental
    return Finding(
        "not_in_public_rental",
        negate(housed),
        "是否已住（已分到）公租房：{housed}（实物配租和租赁补贴只享受一种）",
        {"housed": housed},
        RELIEF,
    )


def one_house_one_grant(h: Any, dilapidated: str = ONE_GRANT) -> tuple[Finding, ...]:
    """One house one grant, whoever paid: for danger, against earthquakes, or after a disaster (ZF-04, ZF-09, T22)."""
    had, quake, disaster = h.had_dilapidated_grant, h.had_quake_grant, h.had_disaster_house_grant
    return (
        Finding(
            "no_dilapidated_grant",
            negate(had),
            "这处住房是否已享受危房改造补助：{had}",
            {"had": had},
            dilapidated,
        ),
        Finding(
            "no_quake_grant",
            negate(quake),
            "这处住房是否已享受地震安居工程补助：{had}",
            {"had": quake},
            ONE_GRANT,
        ),
        Finding(
            "no_disaster_grant",
            negate(disaster),
            "这处住房是否已享受灾后重建、修缮补助：{had}",
            {"had": disaster},
            ONE_GRANT,
        ),
    )
