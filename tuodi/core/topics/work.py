"""就业与社会保险: offers, refusals, registration, insurance paid, and what is drawn instead of wages."""

from __future__ import annotations

from tuodi.core.fields import (
    FactField,
    bool_field,
    choice_field,
    day_field,
    int_field,
    money_field,
    of_topic,
)

GRADUATES = {
    "none": "不是应届毕业生",
    "vocational": "中等职业学校",
    "college": "大专",
    "undergraduate": "本科",
    "postgraduate": "研究生",
}
REFUSAL_REASONS = {
    "none": "没有说明理由",
    "illness": "本人患病",
    "care": "须照料无人照料的家人",
    "distance": "路途过远，无法往返",
    "terms": "工资或条件不合法",
    "other": "其他正当理由（须写明）",
}
_M, _S = "member", "work"

FIELDS: tuple[FactField, ...] = of_topic(
    "work",
    bool_field(
        "hard_to_place",
        "已认定就业困难人员",
        _M,
        _S,
        sources=("social_insurance",),
        declared_by_family=False,
        help="范围由省规定，由人社部门认定",
    ),
    day_field("retires_on", "法定退休日期", _M, _S, sources=("social_insurance",), declared_by_family=False),
    bool_field("in_public_post", "正在公益性岗位上", _M, _S, sources=("social_insurance",)),
    int_field(
        "post_months", "已享受岗位补贴月数", _M, _S, unit="月", most=600, sources=("social_insurance",)
    ),
    day_field("post_first_on", "首次享受岗位补贴的日期", _M, _S, sources=("social_insurance",)),
    money_field(
        "post_insurance_month_fen",
        "岗位单位为其缴纳的社会保险费",
        _S,
        "social_insurance",
        level=_M,
        unit="元/月",
    ),
    money_field(
        "insurance_paid_month_fen",
        "灵活就业本人实际缴纳的社会保险费",
        _S,
        "social_insurance",
        level=_M,
        unit="元/月",
        help="凭缴费凭证，不含他人代缴",
    ),
    int_field(
        "insurance_months", "已享受社保补贴月数", _M, _S, unit="月", most=600, sources=("social_insurance",)
    ),
    day_field("insurance_first_on", "首次享受社保补贴的日期", _M, _S, sources=("social_insurance",)),
    money_field("training_fee_fen", "所报培训的学费", _S, "social_insurance", level=_M),
    int_field(
        "training_times_year",
        "本年已享受培训补贴次数",
        _M,
        _S,
        unit="次",
        most=99,
        sources=("social_insurance",),
    ),
    bool_field(
        "training_repeated", "同一职业同一等级已享受过培训补贴", _M, _S, sources=("social_insurance",)
    ),
    choice_field("graduating_from", "毕业的学段", _M, _S, GRADUATES, sources=("education",)),
    day_field("graduation_on", "毕业（应毕业）日期", _M, _S, sources=("education",)),
    bool_field("seeking_work", "有就业创业意愿并积极求职", _M, _S, help="本人在学校申请时声明"),
    bool_field("student_loan", "在学期间获得国家助学贷款", _M, _S, sources=("education",)),
    bool_field(
        "job_seeking_received",
        "已领过求职创业补贴",
        _M,
        _S,
        sources=("social_insurance",),
        declared_by_family=False,
    ),
    bool_field("employee_pension", "参加职工基本养老保险", _M, _S, sources=("social_insurance",)),
    money_field(
        "unemployment_month_fen", "失业保险金（每月）", _S, "social_insurance", level=_M, unit="元/月"
    ),
    money_field(
        "unemployment_subsidy_month_fen",
        "失业补助金（每月）",
        _S,
        "social_insurance",
        level=_M,
        unit="元/月",
    ),
    bool_field("veteran_regular", "领取国家定期抚恤补助的优抚对象", _M, _S, sources=("veterans",)),
    bool_field(
        "offers_recorded",
        "每次介绍工作都有日期和书面记录",
        _M,
        _S,
        sources=("social_insurance",),
        declared_by_family=False,
    ),
    bool_field(
        "offers_suitable",
        "介绍的工作与本人健康和劳动能力相适应，有据可查",
        _M,
        _S,
        sources=("social_insurance",),
        declared_by_family=False,
    ),
    choice_field(
        "refusal_reason",
        "拒绝介绍工作的理由",
        _M,
        _S,
        REFUSAL_REASONS,
        blank="none",
        help="办事人员听取本人陈述后填写",
    ),
)
