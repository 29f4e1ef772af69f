"""The procedures of 特困: recognition by the measures of 2016 and 2021, re-assessment of self-care, and the end of support."""

from __future__ import annotations

from tuodi.core.process import Limit, Process, Step
from tuodi.policy.handling import Stage, straight

TK_2016_TEXT = "《特困人员认定办法》（民发〔2016〕178号，条文号未核）"
TK_2021_TEXT = "《特困人员认定办法》（民发〔2021〕43号，条文号未核）"


def _recognition(key: str, label: str, text: str, township: int, county: int) -> Process:
    """Township, public notice (an objection leads back to the inquiry and to a new notice), county."""
    return straight(
        key,
        label,
        Stage(
            "investigating",
            "调查审核中",
            "counter",
            "survey_done",
            "完成调查核对，提出初审意见",
            Limit(working_days=township, basis=text),
        ),
        Stage(
            "noticing",
            "公示中",
            "system",
            "end_notice",
            "公示期满",
            Limit(days=7, rolls=True, basis=text),
            objection="investigating",
        ),
        Stage(
            "county_review",
            "县级审核确认",
            "confirmer",
            "confirm",
            "确认",
            Limit(working_days=county, basis=text),
            refuses=True,
        ),
    )


TK_2016 = _recognition("extreme_hardship.2016", "特困人员认定（2016 年办法）", TK_2016_TEXT, 20, 20)
TK_2021 = _recognition("extreme_hardship.2021", "特困人员认定（2021 年办法）", TK_2021_TEXT, 15, 15)
REFUSAL_NOTICE = Limit(working_days=3, basis=TK_2021_TEXT)  # in writing, with reasons

SELF_CARE = Process(
    key="extreme_hardship.self_care",
    label="自理能力重新评估",
    start="reported",
    states={"reported": "已报告变化", "assessed": "已重新评估"},
    steps=(
        Step(
            "assess_self_care",
            "reported",
            "assessed",
            role="reviewer",
            label="重新评估自理能力",
            basis="《特困人员认定办法》第二十三条",
        ),
    ),
    limits={"reported": Limit(working_days=10, basis="《特困人员认定办法》第二十三条")},
    ends=frozenset({"assessed"}),
)
"""A report of change is answered within ten working days; the new level is paid from the next month (test value)."""

ENDING = Process(
    key="extreme_hardship.ending",
    label="终止救助供养",
    start="found",
    states={
        "found": "发现不再符合",
        "noticing": "公示中",
        "objected": "异议核查中",
        "stopped": "已终止",
        "kept": "继续供养",
    },
    steps=(
        Step("post_notice", "found", "noticing", role="confirmer", label="张贴公示", basis=TK_2021_TEXT),
        Step("object", "noticing", "objected", role="counter", label="登记异议", basis=TK_2021_TEXT),
        Step(
            "post_notice",
            "objected",
            "noticing",
            role="confirmer",
            label="维持，重新公示",
            basis=TK_2021_TEXT,
        ),
        Step("keep", "objected", "kept", role="confirmer", label="继续供养", basis=TK_2021_TEXT),
        Step("stop", "noticing", "stopped", role="confirmer", label="自下月起终止", basis=TK_2021_TEXT),
    ),
    limits={
        "found": Limit(working_days=5, basis="测试值，办法未定时限"),
        "noticing": Limit(days=7, rolls=True, basis=TK_2021_TEXT),
        "objected": Limit(working_days=15, basis=TK_2021_TEXT),
    },
    ends=frozenset({"stopped", "kept"}),
)
