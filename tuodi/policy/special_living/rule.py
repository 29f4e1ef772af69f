"""特困残疾人家庭专项生活补助: once a year to a family in hardship with a severely disabled member.

2017 年通知 三（九）. Who is hard up enough, and how much, is not in the notice: both are the test profile's until the federation's list.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import named, negate
from tuodi.policy.persons import certified, citizen, lives
from tuodi.policy.poverty import on_file

PROGRAMME = "special_living"
BASIS = "2017 年通知 三（九）"


def evaluate(h: Any, p: Any) -> Assessment:
    """The household `h`, under the values in force: one sum for the family and the year."""
    amount, severe_max = p["federation.special_living_year_fen"], p["disability.severe_grade_max"]
    sums = h.totals(
        lambda m: {
            "severe": certified(m)
            & (m.disability_grade <= severe_max)
            & citizen(m)
            & m.registered_local
            & lives(m, h)
            & (m.identity != "tekun")
        }
    )
    severe = named("重度残疾人数", sums["severe"])
    findings = (
        Finding(
            "in_hardship",
            h.on_roll | on_file(h),
            "低保家庭：{dibao}；在扶贫（监测）名册：{file}",
            {"dibao": h.on_roll, "file": on_file(h)},
            BASIS,
        ),
        Finding(
            "severe_member",
            severe >= 1,
            "家里户籍在本地、不是特困供养的重度残疾人 {severe} 人，须有 1 人以上",
            {"severe": severe},
            BASIS,
        ),
        Finding(
            "once_a_year",
            negate(h.special_living_had),
            "本年度已领：{had}（一户一年一次）",
            {"had": h.special_living_had},
            BASIS,
        ),
    )
    return granted(
        PROGRAMME, findings, named("专项生活补助", amount), period="year", figures={"severe": severe}
    )
