"""Procedures of what the federation, the poverty office and social forces handle: short tables; their days are test values."""

from __future__ import annotations

from tuodi.core.process import Limit, Process
from tuodi.policy.handling import Stage, straight

TEST = "测试值，文件未定时限"


def _check(role: str, label: str, days: int, *, code: str = "accepted", refuses: bool = False) -> Stage:
    return Stage(
        code, label, role, f"pass_{code}", "审核通过", Limit(working_days=days, basis=TEST), refuses=refuses
    )


def _decide(label: str, act: str, days: int) -> Stage:
    return Stage(
        "deciding", label, "bureau", "confirm", act, Limit(working_days=days, basis=TEST), refuses=True
    )


# 国发〔2018〕20号: the county federation, checked against civil affairs and the poverty office.
REHABILITATION: Process = straight(
    "child_rehabilitation",
    "残疾儿童康复救助",
    _check("bureau", "县级残联受理、与民政和扶贫名册比对", 10),
    _decide("县级残联审核，安排定点机构", "审核通过并转介定点机构", 5),
)
# The list of the year is the federation's decision.
SPECIAL_LIVING: Process = straight(
    "special_living",
    "特困残疾人家庭专项生活补助",
    _check("reviewer", "乡镇（街道）申报", 5),
    _check("bureau", "县级残联审核", 10, code="county", refuses=True),
    _decide("州残联批准年度名单", "列入年度名单", 20),
)
SEVERE_INCOME: Process = straight(
    "severe_without_income",
    "无固定收入重残人员生活救助",
    _check("reviewer", "乡镇（街道）初审", 5),
    _check("bureau", "县级残联协助审核", 10, code="federation", refuses=True),
    Stage(
        "county",
        "县级民政审定",
        "confirmer",
        "confirm",
        "审定",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
FEDERATION: Process = straight(
    "federation_line",
    "残联服务项目",
    _check("bureau", "县级残联受理、核对", 5),
    _decide("县级残联安排", "安排名额", 10),
)
MONITORING: Process = straight(
    "monitoring",
    "防止返贫监测对象识别",
    _check("bureau", "村、乡镇核实", 10),
    Stage(
        "notice",
        "村内公示",
        "bureau",
        "end_notice",
        "公示期满",
        Limit(days=7, basis=TEST, rolls=True),
        objection="accepted",
    ),
    _decide("县级确定", "确定监测对象和帮扶措施", 10),
)
LINKAGE: Process = straight(
    "dual_status",
    "低保与扶贫名册比对",
    _check("bureau", "民政与扶贫名册比对", 10),
    _decide("两部门核定去向", "核定去向", 10),
)
POVERTY_LINE: Process = straight(
    "poverty_line",
    "扶贫项目对接",
    _check("bureau", "扶贫部门受理、核对名册", 5),
    _decide("扶贫部门落实项目", "落实项目", 20),
)
# Consent first, then the need without a name, then the charity, then what came of it.
CHARITY: Process = straight(
    "charity_referral",
    "慈善和社会力量转介",
    Stage(
        "accepted",
        "取得本人同意，整理需求（不含姓名）",
        "counter",
        "publish",
        "发布需求",
        Limit(working_days=2, basis=TEST),
        refuses=True,
    ),
    Stage(
        "seeking",
        "慈善组织对接",
        "civil_affairs",
        "match",
        "对接成功",
        Limit(working_days=20, basis=TEST),
        refuses=True,
    ),
    Stage("giving", "实施帮扶", "civil_affairs", "confirm", "反馈结果", Limit(working_days=20, basis=TEST)),
)
