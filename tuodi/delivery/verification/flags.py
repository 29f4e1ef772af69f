"""The catalogue of doubts (疑点): what each is called, what the family is asked for, and which way it may count.

Basis: policy memo 13 (flag catalogue), 审核确认办法 (2021) Art 17. A flag asks a question; it decides nothing (HD-05).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Text = str | Promise


@dataclass(frozen=True)
class Flag:
    """One kind of doubt. `turns`: against or for the family if upheld, or look (a person must look first)."""

    code: str
    label: Text
    ask: Text
    turns: str = "against"


def _flag(code: str, label: str, ask: str, turns: str = "against") -> tuple[str, Flag]:
    return code, Flag(code, gettext_lazy(label), gettext_lazy(ask), turns)


FLAGS: dict[str, Flag] = dict(
    (
        _flag("deposit", "存款高于申报", "请说明存款来源和用途，可提供银行流水、代管或借款的凭据"),
        _flag(
            "car",
            "名下车辆",
            "请说明车辆由谁使用、是否已转让或报废，可提供转让协议、报废证明、残疾人代步车证明",
        ),
        _flag("houses", "住房两套以上", "请说明各处住房的来由，搬迁安置、危房待拆的请提供证明"),
        _flag("shop", "商铺、办公用房", "请说明商铺的权属和使用情况，已转让的请提供合同"),
        _flag("company", "名下企业", "请说明出资和经营情况，挂名、停业、已注销的请提供证明"),
        _flag("stall", "个体经营", "请说明经营收支，已停业的请提供注销或停业证明"),
        _flag("payroll", "财政供养收入", "请说明单位、岗位和工资，已离职的请提供证明"),
        _flag("tax_income", "纳税收入高于申报", "请说明收入情况，冒用身份申报的请提供异议受理凭据"),
        _flag("employee_insurance", "单位缴纳社会保险", "请说明工作和工资，挂靠代缴的请提供证明"),
        _flag("housing_fund", "单位缴存住房公积金", "请说明工作和工资，已离职封存的请提供证明"),
        _flag("pension", "养老金与申报不同", "请提供养老金存折或发放明细"),
        _flag("deceased", "登记死亡或火化", "请村（居）核实本人是否健在；确系误登的由派出所更正", "look"),
        _flag("moved_out", "户口已迁出", "请说明迁往何处、是否仍共同生活", "look"),
        _flag("cancelled", "户口已注销", "请提供户口注销的原因", "look"),
        _flag("hukou_missing", "查无户籍", "请核对证件号码；户口待登记的请到派出所办理", "look"),
        _flag(
            "member_missing", "户内另有成员", "请说明同户登记而未申报的人与本家庭的关系、是否共同生活", "look"
        ),
        _flag("identity", "证件号码相符而姓名不符", "请核对证件原件；更名的提供户口簿曾用名页", "look"),
        _flag("duplicate", "已在别处享受救助", "请说明在何处享受何种救助，由两地核实后只保留一处"),
        _flag(
            "marriage",
            "婚姻登记与申报不同",
            "请说明配偶情况；配偶为共同生活成员的应一并申报并签授权书",
            "look",
        ),
        _flag(
            "imprisoned",
            "服刑或强制隔离戒毒",
            "请说明人员去向；在所期间不计入家庭成员，其收入也不计入",
            "look",
        ),
        _flag("abroad", "长期在境外", "请说明出境原因和在境外的收入", "look"),
        _flag("school_fee", "就读高收费学校", "请说明学费由谁承担，减免、资助的请提供证明"),
        _flag("student", "在校情况与申报不同", "请提供学籍或毕业证明", "look"),
        _flag(
            "hospital_spend", "住院花费高于家庭收入", "请说明费用来源；属大额医疗支出的可申请医疗救助", "look"
        ),
        _flag("self_pay", "自付医疗费与申报不同", "请提供票据；异地就医未结算的以票据为准", "look"),
        _flag("disability", "残疾人证与申报不同", "请出示残疾人证原件", "look"),
        _flag("disability_expired", "残疾人证已过有效期", "请到残联换证；换证期间不影响本次办理", "look"),
        _flag("job_lost", "可能已失业", "请说明现在的工作情况；失业的可登记失业并申请就业帮扶", "for"),
        _flag("poverty_list", "建档立卡（监测）身份与申报不同", "请与乡村振兴部门核对身份", "for"),
        _flag(
            "relative", "须办近亲属备案", "请登记与经办人员或村（居）干部的近亲属关系；县级将全部入户", "look"
        ),
        _flag("power_zero", "连续三个月零用电", "请说明是否在此居住；仅作线索", "look"),
    )
)
