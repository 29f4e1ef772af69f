"""支出型临时救助: application, inquiry, public notice, decision (LS-04); all days are local, test values."""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEST = "测试值，民发〔2018〕23号未定时限"

TOTAL = Limit(working_days=15, basis=TEST)  # from acceptance

EXPENSE = straight(
    "temporary_expense",
    "支出型临时救助",
    Stage("accepted", "待调查", "counter", "start", "开始调查核对", Limit(working_days=3, basis=TEST)),
    Stage(
        "investigating",
        "调查核对中",
        "counter",
        "survey_done",
        "完成调查核对，提出初审意见",
        Limit(working_days=4, basis=TEST),
    ),
    Stage(
        "noticing",
        "公示中",
        "system",
        "end_notice",
        "公示期满",
        Limit(days=3, rolls=True, basis=TEST),
        objection="investigating",
    ),
    Stage(
        "county_review",
        "县级审核确认",
        "confirmer",
        "confirm",
        "确认",
        Limit(working_days=3, basis=TEST),
        refuses=True,
    ),
    overall=TOTAL,
)
