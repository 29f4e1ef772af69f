"""The procedures of employment aid and social-insurance support, with their clocks (most are test values: the texts name none)."""

from __future__ import annotations

from tuodi.core.process import Limit, Process
from tuodi.policy.handling import Stage, straight

TEST = "测试值，办法未定时限"
NOTICE = Limit(days=7, basis=TEST, rolls=True)


def _two_steps(key: str, label: str, first: str, second: str, days: int = 10) -> Process:
    """Checked at the counter of the street or community, then decided by human resources."""
    return straight(
        key,
        label,
        Stage(
            "checking",
            first,
            "bureau",
            "send_up",
            "核实无误",
            Limit(working_days=5, basis=TEST),
            refuses=True,
        ),
        Stage(
            "deciding",
            second,
            "bureau",
            "confirm",
            "同意",
            Limit(working_days=days, basis=TEST),
            refuses=True,
        ),
    )


ZERO_EMPLOYMENT = straight(
    "zero_employment",
    "零就业家庭援助",
    Stage(
        "placing",
        "核实并安排至少一人就业",
        "bureau",
        "confirm",
        "已有一人就业",
        Limit(working_days=20, basis=TEST),
        refuses=True,
    ),
)
PUBLIC_POST = straight(
    "public_post",
    "公益性岗位",
    Stage(
        "checking",
        "社区核实就业困难情况",
        "bureau",
        "post",
        "核实并公示",
        Limit(working_days=5, basis=TEST),
        refuses=True,
    ),
    Stage("noticing", "拟安排人员公示", "bureau", "send_up", "公示期满", NOTICE, objection="checking"),
    Stage(
        "deciding",
        "人社部门安排",
        "bureau",
        "confirm",
        "安排上岗",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
INSURANCE_SUBSIDY = _two_steps(
    "insurance_subsidy", "灵活就业社会保险补贴", "社区核实灵活就业和缴费", "人社部门审核"
)
JOB_TRAINING = _two_steps("job_training", "职业培训补贴", "培训机构和社区核实", "人社部门审核")
JOB_SEEKING_SUBSIDY = _two_steps("job_seeking_subsidy", "求职创业补贴", "学校初审并公示", "人社部门审核")
PENSION_PREMIUM = straight(
    "pension_premium",
    "养老保险代缴",
    Stage(
        "matching",
        "社保与民政、残联名册比对",
        "bureau",
        "confirm",
        "列入代缴",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
UNEMPLOYMENT_LINK = straight(
    "unemployment_link",
    "失业保险金衔接核对",
    Stage(
        "checking",
        "经办机构核对标准",
        "bureau",
        "confirm",
        "补足",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
WORK_REFUSAL = straight(
    "work_refusal",
    "拒绝介绍工作的处理",
    Stage(
        "hearing",
        "告知并听取本人陈述",
        "reviewer",
        "propose",
        "提出处理意见",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "deciding",
        "县级民政部门决定减发或停发本人一份",
        "confirmer",
        "confirm",
        "决定并书面告知",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
