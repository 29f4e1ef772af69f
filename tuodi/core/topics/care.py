"""照料、残疾与康复: self-care, long-term care, rehabilitation, what the disabled persons' federation asks."""

from __future__ import annotations

from tuodi.core.fields import FactField, bool_field, choice_field, int_field, money_field, of_topic

H, M = "household", "member"

SELF_CARE = {
    "eats_alone": "吃饭",
    "dresses_alone": "穿衣",
    "gets_up_alone": "上下床",
    "toilets_alone": "如厕",
    "walks_alone": "室内行走",
    "bathes_alone": "洗澡",
}
"""The six indicators of the ability to look after oneself (特困人员认定办法 第二十一条)."""

FORMS = {"concentrated": "集中供养（供养机构）", "scattered": "分散供养（在家）"}

FIELDS: tuple[FactField, ...] = of_topic(
    "care",
    int_field(
        "care_need_months",
        "因残疾需要长期照护（额外护理支出）的月数",
        M,
        "care",
        unit="月",
        most=1500,
        sensitive=True,
        sources=("disabled_federation",),
        help="已持续和预计持续的合计",
    ),
    bool_field("work_injury_care", "领取工伤保险生活护理费", M, "care", sources=("social_insurance",)),
    money_field(
        "other_living_allowance_month_fen",
        "老年、离休、因公致残等同类生活补贴（津贴）",
        "care",
        "veterans",
        "civil_affairs",
        "social_insurance",
        level=M,
        unit="元/月",
    ),
    money_field(
        "other_care_allowance_month_fen",
        "老年、离休、因公致残等同类护理补贴（津贴）",
        "care",
        "veterans",
        "civil_affairs",
        "social_insurance",
        level=M,
        unit="元/月",
    ),
    bool_field(
        "autism",
        "经诊断为孤独症",
        M,
        "care",
        sensitive=True,
        sources=("disabled_federation", "medical_insurance"),
    ),
    bool_field(
        "rehabilitation_fits",
        "经评估有康复需求和康复适应指征",
        M,
        "care",
        sensitive=True,
        sources=("disabled_federation",),
        help="定点康复机构或县级残联评估",
    ),
    bool_field(
        "special_living_had",
        "本年度已领特困残疾人家庭专项生活补助",
        H,
        "care",
        declared_by_family=False,
        sources=("disabled_federation",),
    ),
    bool_field("wants_training", "有参加技能培训的意愿和能力", M, "care", sources=("disabled_federation",)),
    *(
        bool_field(name, f"能自主完成：{label}", M, "care", sensitive=True)
        for name, label in SELF_CARE.items()
    ),
    choice_field(
        "tekun_form",
        "特困供养形式",
        M,
        "care",
        FORMS,
        help="由本人选择；不能自理的优先安排集中供养",
    ),
    bool_field(
        "funeral_grant_paid",
        "特困人员丧葬费已发",
        M,
        "care",
        declared_by_family=False,
        sources=("civil_affairs",),
    ),
)
