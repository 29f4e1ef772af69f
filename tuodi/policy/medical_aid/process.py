"""The procedures of medical aid, premium support, emergency relief, reductions and public health services, with their clocks."""

from __future__ import annotations

from dataclasses import replace

from tuodi.core.process import Limit, Step
from tuodi.policy.handling import Stage, straight

SA = "《社会救助暂行办法》第三十条"
TEST = "测试值，办法未定时限"

_TOWNSHIP_FIRST = straight(
    "medical_aid",
    "医疗救助",
    Stage(
        "checking",
        "乡镇审核",
        "reviewer",
        "post",
        "审核并公示",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "noticing",
        "乡镇公示",
        "reviewer",
        "send_up",
        "公示期满上报",
        Limit(days=7, basis=TEST, rolls=True),
        objection="checking",
    ),
    Stage(
        "county_review",
        "县级审批",
        "confirmer",
        "confirm",
        "确认",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
# Tekun and dibao persons are handled by the county directly; their means are known.
MEDICAL_AID = replace(
    _TOWNSHIP_FIRST,
    steps=(
        *_TOWNSHIP_FIRST.steps,
        Step(
            "send_directly",
            "checking",
            "county_review",
            role="reviewer",
            label="特困、低保对象直接送县级",
            basis=SA,
        ),
    ),
)
PREMIUM_SUPPORT = straight(
    "premium_support",
    "资助参保",
    Stage(
        "checking",
        "核对名册和参保状态",
        "bureau",
        "confirm",
        "确认资助",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
EMERGENCY_MEDICAL = straight(
    "emergency_medical",
    "疾病应急救助",
    Stage(
        "identifying",
        "公安、民政核查身份和支付能力",
        "bureau",
        "identify",
        "核查完毕",
        Limit(working_days=10, basis=TEST),
    ),
    Stage(
        "reviewing",
        "经办机构审核医疗机构的申请",
        "bureau",
        "confirm",
        "同意拨付",
        Limit(working_days=20, basis=TEST),
        refuses=True,
    ),
)
FEE_REDUCTION = straight(
    "fee_reduction",
    "医疗费用减免",
    Stage(
        "deciding",
        "医疗机构审核",
        "bureau",
        "confirm",
        "同意减免",
        Limit(working_days=5, basis=TEST),
        refuses=True,
    ),
)
PUBLIC_HEALTH_SERVICES = straight(
    "public_health_services",
    "公共卫生服务",
    Stage(
        "arranging",
        "乡镇卫生院、社区卫生服务中心安排",
        "bureau",
        "confirm",
        "纳入服务",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
