"""看病与医疗费用: the bill at hand and what the year has already paid; emergency care; services asked for."""

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

INSURED = {"none": "未参保", "resident": "城乡居民医保", "employee": "职工医保"}
PROVIDERS = {
    "township": "乡镇卫生院、社区",
    "county": "县级医院",
    "prefecture": "州（市）级医院",
    "province": "省级及以上医院",
}
# 公共卫生服务清单（2017 年通知 三（七）和国家基本公共卫生服务项目）: what can be asked for by name.
SERVICES = {
    "maternal": "孕产妇健康管理",
    "child": "0 至 6 岁儿童健康管理、预防接种",
    "elderly": "65 岁及以上老年人健康管理",
    "mental": "严重精神障碍患者管理治疗",
    "chronic": "高血压、糖尿病等慢性病管理",
    "tuberculosis": "结核病患者健康管理",
    "infectious": "艾滋病、疟疾等传染病防治",
    "endemic": "地方病防治",
    "family_doctor": "家庭医生签约服务",
    "vagrant": "流浪、乞讨人员救治",
}
REDUCTIONS = {
    "registration": "挂号费、诊查费",
    "bed": "床位费",
    "examination": "检查费、化验费",
    "surgery": "手术费、治疗费",
    "deposit": "住院押金（先诊疗后付费）",
}
_M, _S = "member", "health"
_AIDED = ("medical_insurance", "civil_affairs")


def _paid(name: str, label: str) -> FactField:
    """What the year has paid before the bill at hand."""
    return money_field(name, f"本年此前累计：{label}", _S, "medical_insurance", level=_M, unit="元")


FIELDS: tuple[FactField, ...] = of_topic(
    "health",
    choice_field("medical_insured", "参加医疗保险", _M, _S, INSURED, sources=("medical_insurance",)),
    bool_field(
        "premium_supported",
        "本参保年度已获参保资助",
        _M,
        _S,
        sources=_AIDED,
        declared_by_family=False,
    ),
    bool_field(
        "illness_impoverished",
        "已认定因病致贫重病患者",
        _M,
        _S,
        sources=_AIDED,
        declared_by_family=False,
        sensitive=True,
    ),
    day_field(
        "recognised_on",
        "现有救助身份的认定日期",
        _M,
        _S,
        sources=("civil_affairs",),
        declared_by_family=False,
    ),
    bool_field(
        "hiv_child",
        "艾滋病病毒感染儿童",
        _M,
        _S,
        sources=("civil_affairs",),
        declared_by_family=False,
        sensitive=True,
    ),
    # ── the bill at hand ──
    day_field("bill_on", "结算（出院）日期", _M, _S, sources=("medical_insurance",)),
    choice_field("provider_level", "医疗机构级别", _M, _S, PROVIDERS, sources=("medical_insurance",)),
    bool_field("provider_designated", "在定点医疗机构就医", _M, _S, sources=("medical_insurance",)),
    bool_field("referral_kept", "按规定转诊（分级诊疗）", _M, _S, sources=("medical_insurance",)),
    bool_field(
        "bill_settled",
        "这张结算单已经结算或报销过",
        _M,
        _S,
        sources=("medical_insurance",),
        declared_by_family=False,
        help="按结算单号核对",
    ),
    money_field("bill_total_fen", "医疗费用总额", _S, "medical_insurance", level=_M),
    money_field("bill_outside_fen", "其中目录外费用", _S, "medical_insurance", level=_M),
    money_field("bill_advance_fen", "其中乙类先行自付、超限价", _S, "medical_insurance", level=_M),
    money_field("bill_other_paid_fen", "补充、商业保险和慈善已付", _S, "medical_insurance", level=_M),
    int_field(
        "paid_year",
        "以下累计所属年度",
        _M,
        _S,
        unit="年",
        most=2200,
        sources=("medical_insurance",),
        help="按结算日期归年度，每年 1 月 1 日起重新累计",
    ),
    _paid("paid_basic_fen", "基本医保支付"),
    _paid("paid_residual_fen", "基本医保支付后的合规自付"),
    _paid("paid_major_fen", "大病保险支付"),
    _paid("paid_base_fen", "大病保险支付后的合规自付"),
    _paid("paid_aid_fen", "医疗救助支付"),
    _paid("paid_self_fen", "医疗救助后的合规自付"),
    _paid("paid_tilt_fen", "倾斜救助支付"),
    # ── emergency care ──
    bool_field("emergency_needed", "急重危伤病，须立即抢救", _M, _S),
    choice_field(
        "emergency_identity",
        "急救时的身份",
        _M,
        _S,
        {"known": "身份明确", "unknown": "身份不明"},
        sources=("police",),
    ),
    bool_field(
        "emergency_checked",
        "公安、民政已核查身份和支付能力",
        _M,
        _S,
        sources=("police", "civil_affairs"),
        declared_by_family=False,
    ),
    bool_field(
        "emergency_unable",
        "核查结论：无力支付急救费用",
        _M,
        _S,
        sources=("civil_affairs",),
        declared_by_family=False,
    ),
    money_field("emergency_total_fen", "本次医疗费用", _S, level=_M),
    money_field("emergency_later_fen", "其中非急救的后续费用", _S, level=_M),
    money_field("emergency_own_fen", "本人或家属已付", _S, level=_M),
    money_field("emergency_insurance_fen", "各类保险应付", _S, "medical_insurance", level=_M),
    money_field("emergency_third_party_fen", "责任人（事故、侵害）应付", _S, level=_M),
    money_field("emergency_relief_fen", "医疗救助、流浪救助等已付", _S, "civil_affairs", level=_M),
    # ── asked for at the counter ──
    choice_field("fee_reduction_kind", "请求减免的费用", _M, _S, REDUCTIONS),
    money_field("fee_reduction_fen", "请求减免的金额", _S, level=_M),
    choice_field("service_wanted", "需要的公共卫生服务", _M, _S, SERVICES),
)
