"""特困人员救助供养: the old, the disabled and minors without labour ability, without a source of living, without an obligor who is able.

社会救助暂行办法 第三章; TK-2016 特困人员认定办法（民发〔2016〕178号）; TK-2021 特困人员认定办法（民发〔2021〕43号）.
Asked of each person. The basic living standard is one for all, the care standard goes by self-care and by the form of support.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, at_least, choose, is_one_of, named, negate
from tuodi.core.topics.care import SELF_CARE
from tuodi.core.topics.support import KINDS
from tuodi.policy.minimum_living.rule import MONTHS, net_of_cost, within_property_rule
from tuodi.policy.persons import MIND, alive, certified, lives, registered_here

PROGRAMME = "extreme_hardship"
SCHOOLS = ("primary", "junior", "senior", "vocational")
GONE = ("prison", "missing")
# The care standards by level: full care, half care, looks after oneself.
CONCENTRATED = (
    "tekun.care.concentrated.full_month_fen",
    "tekun.care.concentrated.half_month_fen",
    "tekun.care.concentrated.able_month_fen",
)
SCATTERED = (
    "tekun.care.scattered.full_month_fen",
    "tekun.care.scattered.half_month_fen",
    "tekun.care.scattered.able_month_fen",
)


@dataclass(frozen=True)
class Law:
    """What differs between the two texts: who counts as unable to support, and the articles (none where not read)."""

    text: str
    unable: tuple[str, ...]  # besides "none": TK-04
    labour: str
    income: str
    property: str
    obligors: str
    children: str
    ends: str
    forms: str


LAWS: Mapping[str, Law] = {
    "TK-2016": Law(
        text="《特困人员认定办法》（民发〔2016〕178号）",
        unable=("none", "tekun", "dibao_60", "dibao_severe", "absent_poor", "provincial"),
        labour="第五条",
        income="",
        property="",
        obligors="",
        children="",
        ends="",
        forms="",
    ),
    "TK-2021": Law(
        text="《特困人员认定办法》（民发〔2021〕43号）",
        unable=(
            "none",
            "tekun",
            "dibao_60",
            "dibao_severe",
            "old_poor",
            "disabled_poor",
            "absent_poor",
            "provincial",
        ),
        labour="第五条、第二十四条",
        income="第六条、第十九条",
        property="第六条",
        obligors="第八条",
        children="第九条",
        ends="第二十四条",
        forms="第二十一条、第二十二条",
    ),
}


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The person `m` of the household `h`, under the values in force: three conditions, then the basic and the care standard."""
    law = LAWS[p["tekun.law"]]
    basis = law.text
    urban_year = p["dibao.standard.urban_month_fen"] * MONTHS
    rural_year = p["dibao.standard.rural_year_fen"]
    settled_months = p["dibao.urban_residence.months_min"]
    basic = p["tekun.standard.basic_month_fen"]

    urban = named("按城市标准", counts_as_urban(m, h, settled_months))
    line = named("本人适用的低保标准", choose(urban, urban_year, rural_year))
    income = named("本人年收入", own_income(m, p))
    people = h.totals(lambda of: {"living": lives(of, h)})["living"]
    gone = named("宣告失踪或服刑", is_one_of(m.presence, GONE) & (m.presence_day < h.month_start))
    child_choice = named("已选择儿童生活费", is_one_of(m.identity, ("orphan", "unattended")))
    failing = named("不能自主完成的项数", acts_failing(m))
    full = named("完全丧失自理能力", failing >= p["tekun.self_care.full_from"])
    half = named("丧失部分自理能力", failing >= p["tekun.self_care.half_from"])
    care = named("照料护理标准", care_month(m, full, half, p))
    findings = (
        alive(m, h, basis + law.ends),
        Finding(
            "not_gone",
            negate(gone),
            "宣告失踪或在监狱服刑（自次月起不再供养）：{gone}",
            {"gone": gone},
            basis + law.ends,
        ),
        registered_here(m, basis),
        Finding(
            "not_receiving_elsewhere",
            negate(h.receiving_elsewhere),
            "是否已在别处享受低保：{elsewhere}",
            {"elsewhere": h.receiving_elsewhere},
            "《社会救助暂行办法》第二章、第三章",
        ),
        Finding(
            "no_labour_ability",
            no_labour_ability(m, p),
            "现 {age} 周岁，残疾等级 {grade}（0 为无）；须为规定年龄的老年人、未成年人，或规定等级的残疾人",
            {"age": m.age, "grade": m.disability_grade},
            basis + law.labour,
        ),
        Finding(
            "no_source_of_living",
            income < line,
            "本人年收入 {income_fen} 元（中央基础养老金、社会保险待遇、优待抚恤金、高龄津贴不计），须低于低保标准 {line_fen} 元",
            {"income_fen": income, "line_fen": line},
            basis + law.income,
        ),
        *within_property_rule(h, p, people, basis + law.property),
        *obligors_unable(m, p, law, basis + law.obligors),
        Finding(
            "not_child_allowance",
            negate(child_choice),
            "已选择享受孤儿或事实无人抚养儿童基本生活费：{chosen}",
            {"chosen": child_choice},
            basis + law.children,
        ),
        Finding(
            "care_level",
            failing > 0,
            "六项自理指标中 {failing} 项不能自主完成；基本生活标准每月 {basic_fen} 元，照料护理标准每月 {care_fen} 元",
            {"failing": failing, "basic_fen": basic, "care_fen": care},
            basis + law.forms,
            required=False,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        basic + care,
        period="month",
        figures={
            "urban": urban,
            "income_year_fen": income,
            "level": choose(full, "full", choose(half, "half", "able")),
            "basic_month_fen": basic,
            "care_month_fen": care,
        },
    )


def no_labour_ability(m: Any, p: Any) -> Value:
    """Old, a child, or disabled to a grade the text names (TK-02); who came in as a child stays for longer from 2021 (TK-06)."""
    mental, physical = p["tekun.no_labour.mental_grade_max"], p["tekun.no_labour.physical_grade_max"]
    sight, multiple = p["tekun.no_labour.sight_grade_max"], p["tekun.no_labour.multiple_grade_max"]
    worst = named(
        "算无劳动能力的最轻残疾等级",
        choose(
            is_one_of(m.disability, MIND),
            mental,
            choose(
                m.disability == "physical",
                physical,
                choose(m.disability == "sight", sight, choose(m.disability == "multiple", multiple, 0)),
            ),
        ),
    )
    disabled = certified(m) & (m.disability_grade <= worst)
    in_school = is_one_of(m.student, SCHOOLS)
    kept = (m.identity == "tekun") & (
        (m.age < p["tekun.child_keep_age"]) | (p["tekun.child_school_continues"] & in_school)
    )
    old = m.age >= p["tekun.elderly_age"]
    return named("没有劳动能力", old | (m.age < p["tekun.child_age"]) | disabled | kept)


def counts_as_urban(m: Any, h: Any, settled_months: Value) -> Value:
    """Land under contract or a share in collective income makes rural; registered or settled in town without them, urban (TK-11)."""
    in_town = (m.registered_kind == "urban") | (h.town_residence_months >= settled_months)
    return negate(h.contracted_land) & negate(h.collective_share) & in_town


def own_income(m: Any, p: Any) -> Value:
    """The person's own income of the year, by the exclusions of 特困 and not those of minimum living (TK-03).

    The central basic pension is left out here without a last day (T25); old-age allowance, favourable treatment, relief likewise.
    """
    pension = at_least(m.pension_resident_year_fen - m.pension_basic_year_fen, 0)
    employee = choose(p["tekun.income.employee_pension_counted"], m.pension_employee_year_fen, 0)
    transfers = m.maintenance_year_fen + m.inheritance_year_fen + m.other_transfer_year_fen
    received = named(
        "养老金和转移收入", at_least(pension + employee + transfers - m.transfer_paid_year_fen, 0)
    )
    return m.wage_year_fen + net_of_cost(m) + received


def obligors_unable(m: Any, p: Any, law: Law, basis: str) -> tuple[Finding, ...]:
    """Each kind of obligor in the order of the law (TK-15): none, or none who is able. A minor has no spouse or grown children."""
    minor, old = m.age < p["age.majority"], m.age >= p["tekun.elderly_age"]
    spared = {"support_spouse": minor, "support_children": minor, "support_parents": old}
    findings = []
    for kind, (label, _) in KINDS.items():
        unable = is_one_of(getattr(m, kind), law.unable)
        holds = spared[kind] | unable if kind in spared else unable
        findings.append(
            Finding(
                f"{kind.removeprefix('support_')}_unable",
                holds,
                "法定义务人中的{kind}：没有，或没有赡养、抚养、扶养能力：{unable}",
                {"kind": label, "unable": holds},
                basis,
            )
        )
    return tuple(findings)


def acts_failing(m: Any) -> Value:
    """How many of the six acts of self-care the person cannot do alone (TK-07)."""
    failing: Value = 0
    for act in SELF_CARE:
        failing = failing + choose(getattr(m, act), 0, 1)
    return failing


def care_month(m: Any, full: Value, half: Value, p: Any) -> Value:
    """The care standard of the level and the form; where one is not set, only those it concerns wait for it (TK-09)."""

    def by_level(keys: tuple[str, str, str]) -> Value:
        for_full, for_half, for_able = (p.optional(key) for key in keys)
        return choose(full, for_full, choose(half, for_half, for_able))

    return choose(m.tekun_form == "concentrated", by_level(CONCENTRATED), by_level(SCATTERED))
