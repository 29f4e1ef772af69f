"""How housing aid is handled: in towns through 民政 and 住建 to a place in the line, in villages from the meeting to the grant.

ZF-02 and ZF-06 of the policy memo name the steps; most days are test values and say so.
"""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEST = "测试值，办法未定时限"
RENTAL = "公共租赁住房管理办法（住房和城乡建设部令第11号）：轮候期一般不超过五年"
PAID = "验收合格后三十日内拨付（较可靠）"


def _in_town(*last: Stage) -> tuple[Stage, ...]:
    return (
        Stage(
            "first_check",
            "乡镇（街道）初审",
            "counter",
            "forward",
            "初审并转送",
            Limit(working_days=5, basis=TEST),
        ),
        Stage(
            "means_check",
            "民政核对收入财产",
            "civil_affairs",
            "check_means",
            "反馈核对结果",
            Limit(working_days=10, basis=TEST),
        ),
        Stage(
            "housing_check",
            "住建核查住房",
            "bureau",
            "check_housing",
            "提出审核意见",
            Limit(working_days=10, basis=TEST),
            refuses=True,
        ),
        Stage(
            "noticing",
            "公示",
            "system",
            "end_notice",
            "公示期满",
            Limit(days=7, rolls=True, basis=TEST),
            objection="housing_check",
        ),
        *last,
    )


PUBLIC_RENTAL = straight(
    "housing.public_rental",
    "公租房申请、轮候和配租",
    *_in_town(
        Stage(
            "waiting",
            "登记轮候",
            "bureau",
            "allot",
            "配租",
            Limit(months=60, basis=RENTAL),
        ),
    ),
)

RENT_SUBSIDY = straight(
    "housing.rent_subsidy",
    "住房租赁补贴申请和发放",
    *_in_town(
        Stage(
            "starting",
            "登记起补",
            "bureau",
            "start",
            "登记起补月份",
            Limit(working_days=10, basis=TEST),
        ),
    ),
)


_IN_VILLAGE = (
    Stage(
        "village_meeting",
        "村民会议（代表会议）评议",
        "counter",
        "appraise",
        "评议通过",
        Limit(working_days=10, basis=TEST),
    ),
    Stage(
        "village_noticing",
        "村内公示",
        "system",
        "end_village_notice",
        "公示期满",
        Limit(days=7, rolls=True, basis=TEST),
        objection="village_meeting",
    ),
    Stage(
        "township_check",
        "乡镇审核",
        "reviewer",
        "check",
        "审核通过",
        Limit(working_days=10, basis=TEST),
    ),
    Stage(
        "township_noticing",
        "乡镇公示",
        "system",
        "end_township_notice",
        "公示期满",
        Limit(days=7, rolls=True, basis=TEST),
        objection="township_check",
    ),
    Stage(
        "county_review",
        "县级审批",
        "bureau",
        "approve",
        "批准",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "building",
        "施工",
        "counter",
        "finish",
        "竣工",
        Limit(months=12, basis=TEST),
    ),
    Stage(
        "completion_check",
        "竣工验收",
        "bureau",
        "accept_works",
        "验收合格",
        Limit(working_days=15, basis=TEST),
    ),
    Stage(
        "paying",
        "拨付补助",
        "bureau",
        "pay",
        "拨付到一卡通",
        Limit(days=30, rolls=True, basis=PAID),
    ),
)

DILAPIDATED_HOUSE = straight("housing.dilapidated_house", "农村危房改造", *_IN_VILLAGE)
QUAKE_SAFE_HOUSE = straight("housing.quake_safe_house", "农村民居地震安全工程", *_IN_VILLAGE)
