"""无固定收入重残人员生活救助: severely disabled people without a fixed income.

2017 年通知 三（九） names it and gives no amount: until the prefecture or county sets one, the amount is unknown and says so.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import at_least, named
from tuodi.policy.persons import alive, certificate_valid, registered_here

PROGRAMME = "severe_without_income"
BASIS = "2017 年通知 三（九）"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The member `m` of the household `h`, under the values in force: a sum a month."""
    amount = p.optional("federation.severe_income_month_fen")
    age_min, severe_max = p["federation.severe_income.age_min"], p["disability.severe_grade_max"]
    fixed = (
        m.wage_year_fen
        + m.pension_employee_year_fen
        + m.unemployment_year_fen
        + at_least(m.property_year_fen, 0)
        + at_least(m.business_gross_year_fen - m.business_cost_year_fen, 0)
    )
    findings = (
        certificate_valid(m, BASIS),
        Finding(
            "severely_disabled",
            (m.disability_grade >= 1) & (m.disability_grade <= severe_max),
            "残疾 {grade} 级（0 为无），须为 1 至 {max} 级",
            {"grade": m.disability_grade, "max": severe_max},
            BASIS,
        ),
        Finding(
            "of_age",
            m.age >= age_min,
            "现 {age} 周岁，须满 {min} 周岁",
            {"age": m.age, "min": age_min},
            BASIS,
        ),
        Finding(
            "without_fixed_income",
            fixed == 0,
            "近 12 个月工资、养老金、失业金、经营和财产等固定收入 {fixed_fen} 元，须为零",
            {"fixed_fen": fixed},
            BASIS,
        ),
        registered_here(m, BASIS),
        alive(m, h, BASIS),
        Finding(
            "not_tekun",
            m.identity != "tekun",
            "已是特困供养人员：{tekun}（特困供养已有生活来源）",
            {"tekun": m.identity == "tekun"},
            BASIS,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        named("无固定收入重残人员生活救助", amount),
        period="month",
        figures={"fixed_income_fen": fixed},
    )
