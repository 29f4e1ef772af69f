"""养老保险代缴: government pays the lowest grade of the residents' pension (国发〔2014〕8号; 人社部发〔2017〕59号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, any_of, is_one_of, named, negate
from tuodi.policy.persons import alive, registered_here
from tuodi.policy.standing import on_roll, severely_disabled

PROGRAMME = "pension_premium"
X = 10_000  # basis points in one whole
TEXTS = {"2014": "国发〔2014〕8号", "2017": "人社部发〔2017〕59号"}
NOT_LIFTED = ("poor", "returned")


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One person's year."""
    version = p["work.pension.version"]
    basis = TEXTS[version]
    youngest, oldest = p["work.pension.age_min"], p["work.pension.age_max"]
    group = in_group(m, h, p, version)
    findings = (
        Finding(
            "in_group",
            group,
            "是否代缴对象（重度残疾，2017 年 8 月起加低保、特困、未脱贫建档立卡）：{group}",
            {"group": group},
            basis,
        ),
        Finding(
            "of_age",
            (m.age >= youngest) & (m.age <= oldest),
            "现 {age} 周岁，须在 {min} 至 {max} 周岁之间",
            {"age": m.age, "min": youngest, "max": oldest},
            basis,
        ),
        Finding(
            "not_at_school",
            m.student == "none",
            "是否在校：{student}（在校学生不参保）",
            {"student": m.student != "none"},
            basis,
        ),
        Finding(
            "not_employee_insured",
            negate(m.employee_pension),
            "是否参加职工基本养老保险：{employee}",
            {"employee": m.employee_pension},
            basis,
        ),
        registered_here(m, basis),
        alive(m, h, basis),
    )
    lowest = p["work.pension.lowest_year_fen"]
    amount = named("代缴金额", lowest * p["work.pension.share_basis_points"] // X)
    return granted(PROGRAMME, findings, amount, period="year", figures={"own_part_fen": lowest - amount})


def in_group(m: Any, h: Any, p: Any, version: str) -> Value:
    """Severely disabled; since August 2017 also on the roll, tekun, and registered poor not lifted yet."""
    groups = [severely_disabled(m, p)]
    if version == "2017":
        groups += [
            on_roll(m, h, p),
            m.identity == "tekun",
            is_one_of(h.poverty_status, NOT_LIFTED),
        ]
    return any_of(groups)
