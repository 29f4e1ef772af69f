"""The procedure of the rigid-expense family: 刚性支出困难家庭认定办法, from 2025-01-01 (HD-08)."""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

GX = "《刚性支出困难家庭认定办法》（条文号未核）"
TEST = "测试值，办法只定全程时限"

TOTAL = Limit(working_days=30, basis=GX)  # from acceptance
TOTAL_SPECIAL = Limit(working_days=45, basis=GX)  # objections, hard investigations

GX_2025 = straight(
    "rigid_expense.2025",
    "刚性支出困难家庭认定（2025 年办法）",
    Stage(
        "investigating",
        "调查核对中",
        "counter",
        "survey_done",
        "完成调查核对，提出初审意见",
        Limit(working_days=15, basis=TEST),
    ),
    Stage(
        "noticing",
        "公示中",
        "system",
        "end_notice",
        "公示期满",
        Limit(days=7, rolls=True, basis="测试值，参照低保公示"),
        objection="investigating",
    ),
    Stage(
        "county_review",
        "县级审核确认",
        "confirmer",
        "confirm",
        "确认",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    overall=TOTAL,
    overall_at_most=TOTAL_SPECIAL,
)
