"""住房租赁补贴: money for who rents on the market, for the room a family lacks (建保〔2016〕281号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import all_hold, any_of, at_least, at_most, choose, named
from tuodi.policy.housing.homes import (
    RELIEF,
    has_members,
    in_town,
    not_in_public_rental,
    scattered_tekun,
    sums_of,
)

PROGRAMME = "rent_subsidy"
X = 10_000  # basis points in one whole
QUARTER = 3
BASIS = "建保〔2016〕281号"


def evaluate(h: Any, p: Any) -> Assessment:
    """租赁补贴: the room lacking × the price of a square metre × a share by income; to the fen, nothing rounded up."""
    sums = sums_of(h, p)
    persons = sums["persons"]
    unit, most = p["housing.rent.unit_month_fen"], p["housing.rent.family_most_m2"]
    protected = named("保障面积", at_most(persons * p["housing.rent.per_head_m2"], most))
    lacking = named("补贴面积", at_least(protected - h.floor_area_m2, 0))
    groups = {
        "scattered": scattered_tekun(sums),
        "dibao": h.on_roll,
        "margin": p["housing.margin_included"] & h.margin_family,
        "rigid": p["housing.rigid_included"] & h.rigid_family,
    }
    share = named(
        "补贴系数",
        choose(
            groups["scattered"] | groups["dibao"],
            p["housing.rent.dibao_basis_points"],
            choose(
                groups["margin"],
                p["housing.rent.margin_basis_points"],
                choose(groups["rigid"], p.optional("housing.rent.rigid_basis_points"), 0),
            ),
        ),
    )
    month = named("月租赁补贴", lacking * unit * share // X)
    findings = (
        has_members(persons),
        in_town(h),
        Finding(
            "in_a_group",
            any_of(groups.values()),
            "分散供养特困人员：{scattered}；低保：{dibao}；低保边缘：{margin}；刚性支出困难：{rigid}",
            groups,
            RELIEF,
        ),
        not_in_public_rental(h),
        Finding(
            "rents_on_market",
            h.rents_on_market,
            "是否在市场上租房：{rents}",
            {"rents": h.rents_on_market},
            BASIS,
        ),
        Finding(
            "short_of_room",
            lacking > 0,
            "{persons} 人保障面积 {protected} 平方米，现有 {area} 平方米，补贴面积 {lacking} 平方米",
            {"persons": persons, "protected": protected, "area": h.floor_area_m2, "lacking": lacking},
            BASIS,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        month,
        period="month",
        figures={
            "quarter_fen": choose(all_hold(findings), month * QUARTER, 0),
            "lacking_m2": lacking,
            "persons": persons,
        },
    )
