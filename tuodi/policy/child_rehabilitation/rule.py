"""残疾儿童康复救助: rehabilitation of disabled children up to six at designated providers; services, no cash.

国发〔2018〕20号, from October 2018.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, is_one_of, named
from tuodi.policy.persons import alive, certified, citizen
from tuodi.policy.poverty import on_file

PROGRAMME = "child_rehabilitation"
BASIS = "国发〔2018〕20号"
CATEGORIES = ("sight", "hearing", "speech", "physical", "intellectual", "multiple")


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The child `m` of the household `h`: whether it is served, and in which order (`priority`, 1 first)."""
    age_max = p["rehabilitation.age_max"]
    in_categories = (certified(m) & is_one_of(m.disability, CATEGORIES)) | m.autism
    lives_here = citizen(m) & (m.registered_local | h.residence_permit)
    findings = (
        Finding(
            "within_age",
            m.age <= age_max,
            "现 {age} 周岁，须在 {limit} 周岁以内（含 {limit} 周岁）",
            {"age": m.age, "limit": age_max},
            BASIS,
        ),
        alive(m, h, BASIS),
        Finding(
            "registered_or_resident",
            lives_here,
            "户籍在本县（市）：{registered}；持本地居住证：{permit}",
            {"registered": m.registered_local, "permit": h.residence_permit},
            BASIS,
        ),
        Finding(
            "in_categories",
            in_categories,
            "视力、听力、言语、肢体、智力残疾并有有效残疾证，或诊断为孤独症：{within}",
            {"within": in_categories},
            BASIS,
        ),
        Finding(
            "rehabilitation_fits",
            m.rehabilitation_fits,
            "评估有康复需求和康复适应指征：{fits}",
            {"fits": m.rehabilitation_fits},
            BASIS,
        ),
    )
    first = h.on_roll | on_file(h) | is_one_of(m.identity, ("orphan", "tekun"))
    second = h.margin_family | h.rigid_family | (m.identity == "unattended")
    priority = named("安排次序", choose(first, 1, choose(second, 2, 3)))
    return granted(PROGRAMME, findings, 0, period="none", figures={"priority": priority})
