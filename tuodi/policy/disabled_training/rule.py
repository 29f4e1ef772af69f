"""贫困残疾人劳动技能免费培训: skills training for disabled people of hard-up families who can work; no cash.

2017 年通知 三（九）.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.policy.persons import alive, certificate_valid, registered_here
from tuodi.policy.poverty import on_file

PROGRAMME = "disabled_training"
BASIS = "2017 年通知 三（九）"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The member `m` of the household `h`: whether a free place is due."""
    labour_min, labour_max = p["age.labour_min"], p["age.labour_max"]
    findings = (
        certificate_valid(m, BASIS),
        registered_here(m, BASIS),
        alive(m, h, BASIS),
        Finding(
            "in_hardship",
            h.on_roll | h.margin_family | on_file(h),
            "低保家庭：{dibao}；低保边缘家庭：{margin}；在扶贫（监测）名册：{file}",
            {"dibao": h.on_roll, "margin": h.margin_family, "file": on_file(h)},
            BASIS,
        ),
        Finding(
            "of_labour_age",
            (m.age >= labour_min) & (m.age < labour_max),
            "现 {age} 周岁，须满 {min} 周岁、未满 {max} 周岁",
            {"age": m.age, "min": labour_min, "max": labour_max},
            BASIS,
        ),
        Finding(
            "able",
            m.work_ability != "none",
            "有一定劳动能力：{able}",
            {"able": m.work_ability != "none"},
            BASIS,
        ),
        Finding(
            "not_at_school",
            m.student == "none",
            "不在学校就读：{free}",
            {"free": m.student == "none"},
            BASIS,
        ),
        Finding(
            "wants_training",
            m.wants_training,
            "有参加培训的意愿和能力：{wants}",
            {"wants": m.wants_training},
            BASIS,
        ),
    )
    return granted(PROGRAMME, findings, 0, period="none")
