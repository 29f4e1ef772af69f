"""The procedures of disaster relief, a stage each; houses by Art 20 of the regulation, winter and spring by Art 21 (ZH-03, ZH-04).

The texts give no working days (the county's ledger for winter and spring is due by the end of October): all days are test values.
"""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEST = "测试值，《自然灾害救助条例》未定时限"


def _days(count: int) -> Limit:
    return Limit(working_days=count, basis=TEST)


def _registered(count: int) -> Stage:
    return Stage("registering", "村（社区）登记核实", "counter", "register", "登记核实，报乡镇", _days(count))


def _noticed(days: int) -> Stage:
    """The village posts names, amounts and use (ZH-05)."""
    return Stage(
        "noticing",
        "公示中",
        "system",
        "end_notice",
        "公示期满",
        Limit(days=days, rolls=True, basis=TEST),
        objection="registering",
    )


def _decided(count: int) -> Stage:
    return Stage("county_review", "县级审批", "bureau", "confirm", "确认", _days(count), refuses=True)


EMERGENCY = straight("disaster_emergency", "灾害应急救助", _registered(1), _decided(1))
TRANSITIONAL = straight("disaster_transitional", "过渡期生活救助", _registered(3), _noticed(3), _decided(3))
WINTER_SPRING = straight("disaster_winter_spring", "冬春救助", _registered(10), _noticed(7), _decided(10))
DROUGHT = straight("disaster_drought", "旱灾救助", _registered(3), _noticed(3), _decided(3))
BEREAVEMENT = straight("disaster_bereavement", "遇难人员家属抚慰金", _registered(2), _decided(3))
HOUSE = straight(
    "disaster_house",
    "因灾倒损住房恢复重建补助",
    Stage("nominated", "本人申请或村民小组提名", "counter", "register", "登记，提交评议", _days(3)),
    Stage(
        "appraising",
        "村（居）民委员会民主评议",
        "counter",
        "appraise",
        "完成民主评议",
        Limit(working_days=5, basis=TEST),
    ),
    Stage(
        "noticing",
        "自然村公示中",
        "system",
        "end_notice",
        "公示期满",
        Limit(days=7, rolls=True, basis=TEST),
        objection="appraising",
    ),
    Stage("township", "乡镇（街道）审核", "reviewer", "send", "审核上报", _days(5)),
    Stage("county_review", "县级审批", "bureau", "confirm", "确认", _days(5), refuses=True),
)
