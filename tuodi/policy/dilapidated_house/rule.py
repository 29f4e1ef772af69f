"""农村危房改造: the only house of a hard-up rural family, dangerous in part (C, repaired) or as a whole (D, rebuilt)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, any_of, choose, is_one_of, named, negate, surely
from tuodi.policy.housing.homes import has_members, in_village, one_house_one_grant, scattered_tekun, sums_of

PROGRAMME = "dilapidated_house"
FOUR, SIX = "建村〔2016〕251号", "建村〔2021〕35号"
DANGER = "建村函〔2009〕69号"
AREA = "农村危房改造建设面积要求"


def evaluate(h: Any, p: Any) -> Assessment:
    """危房改造: by whom it is lived in, how dangerous it is, what it has had; one amount for C, one for D."""
    six = p["housing.dilapidated.groups"] == "six"
    basis = SIX if six else FOUR
    sums = sums_of(h, p)
    persons = sums["persons"]
    amount = choose(h.danger_grade == "C", p["housing.dilapidated.c_fen"], p["housing.dilapidated.d_fen"])
    dangerous = is_one_of(h.danger_grade, ("C", "D"))
    findings = (
        has_members(persons),
        in_village(h, basis),
        Finding(
            "only_house",
            h.houses <= 1,
            "住房 {houses} 处，须为唯一住房",
            {"houses": h.houses},
            basis,
        ),
        Finding(
            "dangerous",
            dangerous,
            "是否经鉴定为 C 级或 D 级危房：{dangerous}",
            {"dangerous": dangerous},
            DANGER,
        ),
        of_the_six(h, sums) if six else of_the_four(h, sums),
        *one_house_one_grant(h, basis),
        area_within(h, p, persons),
    )
    return granted(
        PROGRAMME,
        findings,
        named("危房改造补助", amount),
        period="once",
        figures={"persons": persons},
    )


def _in_a_group(groups: Mapping[str, Value], text: str, basis: str) -> Finding:
    return Finding("in_a_group", any_of(groups.values()), text, groups, basis)


def of_the_four(h: Any, sums: Mapping[str, Value]) -> Finding:
    """四类重点对象, 2016 to 2020 (ZF-04)."""
    groups = {
        "poor": choose(
            h.poverty_status == "none",
            h.poverty_file,
            is_one_of(h.poverty_status, ("poor", "lifted", "returned")),
        ),
        "dibao": h.on_roll,
        "scattered": scattered_tekun(sums),
        "disabled": h.poor_disabled_family & (sums["disabled"] >= 1),
    }
    return _in_a_group(
        groups,
        "建档立卡：{poor}；低保：{dibao}；分散供养特困人员：{scattered}；贫困残疾人家庭：{disabled}",
        FOUR,
    )


def of_the_six(h: Any, sums: Mapping[str, Value]) -> Finding:
    """六类对象, from 2021 (ZF-05): the last only where it never had the grant (next finding) and cannot help itself."""
    groups = {
        "monitored": is_one_of(h.poverty_status, ("unstable", "marginal", "sudden")),
        "dibao": h.on_roll,
        "scattered": scattered_tekun(sums),
        "rigid": h.rigid_family,
        "margin": h.margin_family,
        "lifted": is_one_of(h.poverty_status, ("lifted", "stable")) & h.cannot_house_themselves,
    }
    return _in_a_group(
        groups,
        "防止返贫监测：{monitored}；低保：{dibao}；分散供养特困人员：{scattered}；刚性支出困难：{rigid}；"
        "低保边缘：{margin}；未享受过补助且无力解决的其他脱贫户：{lifted}",
        SIX,
    )


def area_within(h: Any, p: Any, persons: Value) -> Finding:
    """What is rebuilt (D) is neither too small nor too large (ZF-07); a plan nobody has made yet stops nothing."""
    small = persons <= p["housing.rebuild.small_persons"]
    least = choose(
        small, p["housing.rebuild.small_least_m2"], p["housing.rebuild.per_head_least_m2"] * persons
    )
    most = choose(small, p["housing.rebuild.small_most_m2"], p["housing.rebuild.per_head_most_m2"] * persons)
    least, most = named("重建面积下限", least), named("重建面积上限", most)
    planned = h.planned_area_m2
    outside = (h.danger_grade == "D") & (planned > 0) & ((planned < least) | (planned > most))
    return Finding(
        "area_within",
        negate(surely(outside)),
        "拟重建 {planned} 平方米，{persons} 人应在 {least} 至 {most} 平方米（修缮加固、面积未定的不看）",
        {"planned": planned, "persons": persons, "least": least, "most": most},
        AREA,
    )
