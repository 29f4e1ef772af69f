"""The field dictionary: every fact asked or fetched, once, for all programmes; and a household as values.

The workbook, the counter form, the check report and the rules' columns are generated from `FIELDS`, what every application asks.
`TOPIC_FIELDS` are asked only where a programme needs them. A household is a plain JSON-able dict
`{"household": {...}, "members": [{...}, ...]}`: money in whole fen, days as ISO strings.
A field left out has its `blank` value (what an empty cell of a signed form means), a topic's field is unknown (nobody asked);
`None` means nobody knows yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from tuodi.core import topics
from tuodi.core.fields import (
    FactField,
    bool_field,
    choice_field,
    day_field,
    int_field,
    money_field,
    text_field,
    year_field,
)
from tuodi.core.identity import check_document
from tuodi.core.logic import Unknown, Value, at_least, choose
from tuodi.core.money import FEN_MAX

SECTIONS = {
    "basic": "基本情况",
    "contact": "联系方式与账户",
    "situation": "身体、就学、就业与身份",
    "income": "近 12 个月收入",
    "exempt": "近 12 个月不计入收入的款项",
    "asset": "财产",
    "expense": "近 12 个月刚性支出",
    "need": "困难与需求",
    "consent": "授权与承诺",
    "found": "部门与调查掌握",
}

SOURCES = {
    "police": "公安户籍",
    "traffic": "公安交管",
    "exit_entry": "出入境",
    "civil_affairs": "民政",
    "property_registry": "不动产登记",
    "market": "市场监管",
    "tax": "税务",
    "social_insurance": "人社社保",
    "medical_insurance": "医保",
    "housing_fund": "住房公积金",
    "bank": "银行、证券、保险",
    "agriculture": "农业农村（一卡通）",
    "disabled_federation": "残联",
    "education": "教育学籍",
    "poverty_office": "扶贫（乡村振兴）",
    "justice": "司法、监狱、戒毒",
    "payroll": "财政工资、编制",
    "veterans": "退役军人事务",
}


YES_NO = {"yes": "是", "no": "否"}
KINDS = {"urban": "城镇", "rural": "农村"}
REGISTERED = {"urban": "城镇（非农业）", "rural": "农村（农业）", "none": "无户籍或非中国籍"}
RELATIONS = {
    "head": "户主",
    "spouse": "配偶",
    "child": "子女",
    "child_in_law": "儿媳、女婿",
    "parent": "父母",
    "parent_in_law": "岳父母、公婆",
    "grandchild": "孙子女、外孙子女",
    "grandparent": "祖父母、外祖父母",
    "sibling": "兄弟姐妹",
    "other": "其他",
}
DOCUMENTS = {
    "resident": "居民身份证",
    "hkmt_permit": "港澳台居民居住证",
    "foreign_permit": "外国人永久居留身份证",
    "none": "无有效证件",
}
STUDENTS = {
    "none": "不在校",
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初中",
    "senior": "普通高中",
    "vocational": "中等职业学校",
    "college": "大专",
    "undergraduate": "本科",
    "postgraduate": "研究生",
}
PRESENCE = {
    "present": "正常",
    "clergy": "宗教教职人员",
    "prison": "监狱服刑",
    "isolation": "强制隔离戒毒",
    "missing": "宣告失踪",
    "conscript": "义务兵服役",
    "labour_reeducation": "劳动教养（2013 年底废止）",
}
IDENTITIES = {"none": "无", "tekun": "特困人员", "orphan": "孤儿", "unattended": "事实无人抚养儿童"}
POVERTY = {
    "none": "未登记",
    "poor": "建档立卡未脱贫",
    "lifted": "已脱贫，享受政策",
    "stable": "稳定脱贫",
    "returned": "返贫",
    "unstable": "脱贫不稳定户",
    "marginal": "边缘易致贫户",
    "sudden": "突发严重困难户",
}
DISABILITIES = {
    "none": "无",
    "sight": "视力",
    "hearing": "听力",
    "speech": "言语",
    "physical": "肢体",
    "intellectual": "智力",
    "mental": "精神",
    "multiple": "多重",
}
GRADES = {"0": "无", "1": "一级", "2": "二级", "3": "三级", "4": "四级"}
WORK_ABILITY = {"full": "有劳动能力", "partial": "部分丧失劳动能力", "none": "无劳动能力"}
EMPLOYMENT = {
    "none": "未就业",
    "registered_jobless": "登记失业",
    "employed": "受雇就业",
    "self_employed": "个体经营",
    "flexible": "灵活就业",
    "farming": "务农",
    "retired": "退休",
}
NATIONS = {
    "CN": "中国",
    "MM": "缅甸",
    "LA": "老挝",
    "VN": "越南",
    "TH": "泰国",
    "HK": "中国香港",
    "MO": "中国澳门",
    "TW": "中国台湾",
    "other": "其他",
}
PEOPLES = {
    "01": "汉族", "03": "回族", "06": "苗族", "07": "彝族", "14": "白族", "18": "傣族", "20": "傈僳族", "21": "佤族",
    "24": "拉祜族", "27": "纳西族", "28": "景颇族", "34": "布朗族", "39": "阿昌族", "40": "普米族", "42": "怒族",
    "46": "德昂族", "51": "独龙族", "56": "基诺族", "97": "其他", "98": "外国血统中国籍",
}  # fmt: skip


H, M = "household", "member"

FIELDS: tuple[FactField, ...] = (
    # ── the household ──
    text_field(
        "area_code",
        "居住地（村、社区）代码",
        H,
        "basic",
        required=True,
        help="12 位或 9 位区划代码；申请在此受理",
    ),
    choice_field(
        "claim_kind",
        "申请类别",
        H,
        "basic",
        KINDS,
        required=True,
        help="2021 年 7 月前按户口类别分别申请；以后全户一份申请，标准按多数成员户籍",
    ),
    text_field("address", "住址", H, "contact", sensitive=True),
    text_field("phone", "联系电话", H, "contact", sensitive=True),
    text_field(
        "payee_name", "收款人姓名", H, "contact", sensitive=True, help="须为共同生活的家庭成员或其监护人"
    ),
    text_field("payee_bank", "开户银行", H, "contact"),
    text_field(
        "payee_account",
        "银行账号",
        H,
        "contact",
        sensitive=True,
        help="62 开头的银联卡 16 至 19 位；存折账号可填，会提示核对",
    ),
    bool_field("contracted_land", "有承包土地", H, "basic", sources=("agriculture",)),
    bool_field("collective_share", "参加集体经济收益分配", H, "basic", sources=("agriculture",)),
    int_field(
        "town_residence_months", "在城镇连续居住月数", H, "basic", unit="月", most=1500, sources=("police",)
    ),
    bool_field("residence_permit", "持本地居住证（户籍不在本地）", H, "basic", sources=("police",)),
    bool_field("poverty_file", "建档立卡（防止返贫监测）户", H, "situation", sources=("poverty_office",)),
    bool_field(
        "relative_of_staff",
        "与低保经办人员或村（社区）干部有近亲属关系",
        H,
        "situation",
        sources=("payroll", "civil_affairs"),
        help="须单独登记备案，县级全部入户",
    ),
    bool_field(
        "receiving_elsewhere",
        "已在别处享受低保",
        H,
        "found",
        declared_by_family=False,
        sources=("civil_affairs",),
    ),
    bool_field(
        "margin_family",
        "已认定低保边缘家庭",
        H,
        "found",
        declared_by_family=False,
        sources=("civil_affairs",),
    ),
    bool_field(
        "rigid_family",
        "已认定刚性支出困难家庭",
        H,
        "found",
        declared_by_family=False,
        sources=("civil_affairs",),
    ),
    choice_field(
        "poverty_status",
        "扶贫（防止返贫）登记状态",
        H,
        "found",
        POVERTY,
        blank="none",
        declared_by_family=False,
        sources=("poverty_office",),
    ),
    bool_field("on_roll", "目前在保", H, "found", declared_by_family=False, sources=("civil_affairs",)),
    money_field(
        "current_monthly_fen",
        "目前月保障金",
        "found",
        "civil_affairs",
        declared_by_family=False,
        unit="元/月",
    ),
    day_field("over_standard_since", "就业增收后收入超过标准的起始日", H, "found", declared_by_family=False),
    choice_field(
        "tier",
        "分档（A、B、C）",
        H,
        "found",
        {"": "未评定", "A": "A 类", "B": "B 类", "C": "C 类"},
        blank="",
        declared_by_family=False,
        help="入户调查或评议评定；未评定时按劳动能力和负担推定",
    ),
    money_field("deposits_fen", "银行存款、现金", "asset", "bank"),
    money_field("securities_fen", "股票、基金、债券", "asset", "bank"),
    money_field("insurance_fen", "商业保险（现金价值）", "asset", "bank"),
    money_field("internet_finance_fen", "互联网金融资产", "asset", "bank"),
    money_field("receivables_fen", "债权", "asset"),
    int_field(
        "vehicles",
        "机动车、船、大型机具（辆、艘、台）",
        H,
        "asset",
        most=99,
        sources=("traffic",),
        help="不含两轮摩托和电动自行车；含下面可除外的",
    ),
    int_field("vehicles_disability", "其中残疾人代步车", H, "asset", most=99, sources=("traffic",)),
    int_field("vehicles_low_value", "其中已报废或价值低于限额", H, "asset", most=99, sources=("traffic",)),
    int_field("vehicles_for_living", "其中维持生计所必需", H, "asset", most=99),
    int_field("houses", "住房（套、处）", H, "asset", blank=1, most=99, sources=("property_registry",)),
    int_field(
        "houses_excepted", "其中搬迁待拆、危房待拆", H, "asset", most=99, sources=("property_registry",)
    ),
    int_field("shops", "商铺、办公用房（处）", H, "asset", most=99, sources=("property_registry",)),
    int_field("companies", "名下有实缴出资或正常经营的企业（户）", H, "asset", most=99, sources=("market",)),
    *(
        bool_field(f"need_{name}", label, H, "need")
        for name, label in (
            ("living", "基本生活"),
            ("care", "照料护理"),
            ("medical", "看病"),
            ("school", "上学"),
            ("house", "住房"),
            ("job", "就业"),
            ("disaster", "受灾"),
            ("disability", "残疾康复"),
            ("legal", "法律援助"),
        )
    ),
    text_field("need_note", "困难说明", H, "need", sensitive=True),
    bool_field("pledge_signed", "已签承诺书（如实申报）", H, "consent"),
    day_field("pledge_signed_on", "签署日期", H, "consent"),
    # ── each member ──
    text_field("name", "姓名", M, "basic", sensitive=True, required=True, sources=("police",)),
    choice_field("relation", "与户主关系", M, "basic", RELATIONS, required=True, sources=("police",)),
    choice_field("document", "证件类型", M, "basic", DOCUMENTS, blank="resident"),
    text_field(
        "number",
        "证件号码",
        M,
        "basic",
        sensitive=True,
        sources=("police",),
        help="按文本填写；15 位旧号自动升位",
    ),
    text_field("no_document_reason", "无证件原因", M, "basic"),
    choice_field(
        "sex", "性别", M, "basic", {"1": "男", "2": "女", "9": "未说明"}, blank="9", sources=("police",)
    ),
    day_field("birth", "出生日期", M, "basic", required=True, sources=("police",)),
    choice_field("ethnicity", "民族", M, "basic", PEOPLES, blank="01", sources=("police",)),
    choice_field("nationality", "国籍（地区）", M, "basic", NATIONS, blank="CN", sources=("exit_entry",)),
    choice_field("registered_kind", "户籍类别", M, "basic", REGISTERED, blank="rural", sources=("police",)),
    text_field("registered_area_code", "户籍地代码", M, "basic", sources=("police",)),
    bool_field("registered_local", "户籍在申请地县（市）", M, "basic", blank=True, sources=("police",)),
    bool_field("registered_alone", "单独立户", M, "basic", sources=("police",)),
    bool_field(
        "not_receiving_proof",
        "户籍地出具未享受低保证明",
        M,
        "basic",
        help="户籍不在本地的成员须有",
        sources=("civil_affairs",),
    ),
    bool_field("lives_together", "长期共同居住", M, "basic", blank=True, help="在校寄宿、外出务工不影响"),
    bool_field("legal_duty", "有法定赡养、抚养、扶养关系", M, "basic", blank=True),
    choice_field("student", "在校情况", M, "situation", STUDENTS, blank="none", sources=("education",)),
    bool_field("boarding", "住校", M, "situation", sources=("education",)),
    bool_field(
        "independent",
        "成年子女已能独立生活",
        M,
        "situation",
        blank=True,
        help="在校生和无劳动能力的成年子女自动按不能独立生活",
    ),
    choice_field(
        "presence", "人员状态", M, "situation", PRESENCE, blank="present", sources=("justice", "police")
    ),
    day_field("presence_since", "该状态起始日", M, "situation", sources=("justice",)),
    choice_field(
        "disability",
        "残疾类别",
        M,
        "situation",
        DISABILITIES,
        blank="none",
        sensitive=True,
        sources=("disabled_federation",),
    ),
    int_field(
        "disability_grade",
        "残疾等级（1 最重，0 无）",
        M,
        "situation",
        most=4,
        sensitive=True,
        sources=("disabled_federation",),
    ),
    day_field(
        "disability_valid_until",
        "残疾证有效期止",
        M,
        "situation",
        sensitive=True,
        sources=("disabled_federation",),
    ),
    bool_field(
        "serious_illness",
        "患当地认定的重大疾病",
        M,
        "situation",
        sensitive=True,
        sources=("medical_insurance",),
    ),
    text_field("illness_note", "病种说明", M, "situation", sensitive=True),
    choice_field("work_ability", "劳动能力", M, "situation", WORK_ABILITY, blank="full"),
    choice_field(
        "employment", "就业情况", M, "situation", EMPLOYMENT, blank="none", sources=("social_insurance",)
    ),
    day_field("employed_since", "本次就业起始日", M, "situation", sources=("social_insurance",)),
    int_field(
        "job_refusals",
        "连续无正当理由拒绝介绍工作次数",
        M,
        "found",
        most=99,
        declared_by_family=False,
        sources=("social_insurance",),
    ),
    choice_field(
        "identity", "已有救助身份", M, "situation", IDENTITIES, blank="none", sources=("civil_affairs",)
    ),
    day_field(
        "died_on",
        "死亡日期",
        M,
        "found",
        declared_by_family=False,
        sources=("civil_affairs", "police", "social_insurance"),
    ),
    year_field("wage_year_fen", "工资性收入", "income", "tax", "social_insurance", "payroll"),
    year_field("farm_gross_year_fen", "种养业收入（毛）", "income", "agriculture"),
    year_field("farm_cost_year_fen", "种养业成本、折旧、税费", "income"),
    year_field("business_gross_year_fen", "其他经营收入（毛）", "income", "market", "tax"),
    year_field("business_cost_year_fen", "其他经营成本、折旧、税费", "income"),
    year_field(
        "property_year_fen", "财产净收入（利息、租金、分红、流转）", "income", "bank", "tax", help="已扣成本"
    ),
    year_field(
        "pension_resident_year_fen", "城乡居民养老金", "income", "social_insurance", help="含中央基础养老金"
    ),
    year_field("pension_basic_year_fen", "其中中央确定的基础养老金", "income", "social_insurance"),
    year_field("pension_employee_year_fen", "职工养老金、离退休费", "income", "social_insurance"),
    year_field("unemployment_year_fen", "失业保险金、遗属待遇", "income", "social_insurance"),
    year_field("maintenance_year_fen", "实际收到的赡养、抚养、扶养费", "income"),
    FactField(
        "obligor_income_month_per_head_fen",
        "赡养义务人家庭人均月收入",
        M,
        "money",
        "income",
        unit="元/月",
        blank=0,
        least=0,
        sources=("tax",),
        help="不共同生活的子女家庭；填后按公式推算应给赡养费",
    ),
    int_field("obligor_family_size", "赡养义务人家庭人数", M, "income", most=30),
    int_field("obligor_parents", "其赡养的父母人数", M, "income", blank=1, least=1, most=8),
    bool_field("obligor_over_60_or_sibling", "义务人年满 60 岁或为兄弟姐妹", M, "income"),
    year_field("inheritance_year_fen", "继承、接受赠与、赔偿补偿", "income"),
    year_field("other_transfer_year_fen", "其他转移性收入", "income"),
    year_field(
        "transfer_paid_year_fen",
        "缴纳的税、社会保险费、付出的赡养抚养费",
        "income",
        "tax",
        "social_insurance",
    ),
    year_field(
        "relief_year_fen",
        "社会救助款物（低保、临时、医疗、教育、救灾、价补）",
        "exempt",
        "civil_affairs",
        "medical_insurance",
        "education",
    ),
    year_field("veteran_year_fen", "优待抚恤金", "exempt", "veterans"),
    year_field("family_planning_year_fen", "计划生育奖励扶助", "exempt"),
    year_field("scholarship_year_fen", "奖学金、助学金、生活补助", "exempt", "education"),
    year_field("bravery_year_fen", "见义勇为奖励", "exempt"),
    year_field(
        "disability_subsidy_year_fen", "残疾人两项补贴", "exempt", "disabled_federation", "civil_affairs"
    ),
    year_field("old_age_year_fen", "高龄津贴", "exempt", "civil_affairs"),
    year_field("child_allowance_year_fen", "孤儿、事实无人抚养儿童基本生活费", "exempt", "civil_affairs"),
    year_field("housing_grant_year_fen", "危房改造、搬迁、租赁补贴、生态一次性补偿", "exempt", "agriculture"),
    year_field(
        "medical_self_pay_year_fen",
        "大病、慢病自付医疗费",
        "expense",
        "medical_insurance",
        sensitive=True,
        help="各类保险和救助报销后的合规自付，凭票",
    ),
    year_field("disability_cost_year_fen", "残疾康复、护理自付", "expense", "disabled_federation"),
    year_field("education_year_fen", "学费、保教费、住宿费（公办标准内）", "expense", "education"),
    year_field("other_rigid_year_fen", "县级认定的其他刚性支出", "expense"),
    bool_field("check_consent", "已签核对授权书", M, "consent", help="共同生活的成年成员逐人签署"),
    day_field("check_consent_on", "授权日期", M, "consent"),
)

HOUSEHOLD_FIELDS: tuple[FactField, ...] = tuple(f for f in FIELDS if f.level == "household")
MEMBER_FIELDS: tuple[FactField, ...] = tuple(f for f in FIELDS if f.level == "member")
TOPIC_FIELDS: tuple[FactField, ...] = topics.FIELDS
BY_NAME: Mapping[tuple[str, str], FactField] = {(f.level, f.name): f for f in (*FIELDS, *TOPIC_FIELDS)}

_HOUSEHOLD_BLANKS = {f.name: f.blank for f in HOUSEHOLD_FIELDS}
_MEMBER_BLANKS = {f.name: f.blank for f in MEMBER_FIELDS}
_NEVER_UNKNOWN = frozenset({"name", "number"})  # not a rule's business


def field_of(level: str, name: str) -> FactField:
    """The field of that level and name; asking for one that does not exist is our fault."""
    return BY_NAME[level, name]


def _day_int(text: Value) -> Value:
    """'2026-11-23' as 20261123; 0 for no day; unknown for an unknown one."""
    if isinstance(text, Unknown):
        return text
    return int(text[:4] + text[5:7] + text[8:10]) if text else 0


def _of_topic(level: str, facts: Mapping[str, Any], name: str, whose: str) -> Any:
    """A fact of a topic that was not given: unknown, by name; a day as a number where it was given as text.

    Only what is not at hand is asked here, so families pay for a topic only when a rule reads it.
    """
    if name.endswith("_day"):
        field = BY_NAME.get((level, f"{name[:-4]}_on"))
        if field is not None and field.topic:
            return _day_int(facts[field.name]) if field.name in facts else Unknown(whose + field.label)
    field = BY_NAME.get((level, name))
    if field is None or not field.topic:
        raise AttributeError(f"no such fact of a {level}: {name}")
    return Unknown(whose + field.label)


class Member(SimpleNamespace):
    """One person's facts as attributes, an unknown fact an `Unknown` that names itself; days are ISO strings."""

    def __getattr__(self, name: str) -> Any:
        return _of_topic("member", self.__dict__, name, self.__dict__.get("whose", ""))


class Household:
    """A family as of a day of its application: household facts as attributes, `members` a tuple of `Member`.

    Built by `from_dict`; `to_dict` gives back exactly what was given. Never edited: a correction is a new one.
    """

    def __init__(self, facts: Mapping[str, Any], members: Iterable[Mapping[str, Any]]) -> None:
        self.given: Mapping[str, Any] = dict(facts)
        self.given_members: tuple[Mapping[str, Any], ...] = tuple(dict(m) for m in members)
        known: dict[str, Any] = {**_HOUSEHOLD_BLANKS, **self.given}
        self.facts = {k: (Unknown(field_label("household", k)) if v is None else v) for k, v in known.items()}
        self.members: tuple[Member, ...] = tuple(_member(i, m) for i, m in enumerate(self.given_members, 1))

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get("facts", {})
        return facts[name] if name in facts else _of_topic("household", facts, name, "")

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Household:
        """From `{"household": {...}, "members": [...]}`; unknown names are kept out by `validate`, not here."""
        return cls(facts["household"], facts["members"])

    def to_dict(self) -> dict[str, Any]:
        """What it was built from, JSON-able."""
        return {"household": dict(self.given), "members": [dict(m) for m in self.given_members]}

    def changed(
        self,
        household: Mapping[str, Any] | None = None,
        member: Mapping[int, Mapping[str, Any]] | None = None,
    ) -> Household:
        """The same family with some facts changed (member positions from 0): for corrections and what-ifs."""
        members = [{**m, **(member or {}).get(i, {})} for i, m in enumerate(self.given_members)]
        return Household({**self.given, **(household or {})}, members)


def field_label(level: str, name: str) -> str:
    """The Chinese label of a fact, or its code name where the dictionary does not have it."""
    found = BY_NAME.get((level, name))
    return found.label if found else name


def _member(number: int, given: Mapping[str, Any]) -> Member:
    whose = f"{given.get('name') or f'第 {number} 名成员'}："
    known: dict[str, Any] = {**_MEMBER_BLANKS, **given, "whose": whose}
    if None in known.values():
        for k, v in known.items():
            if v is None:
                known[k] = Unknown(whose + field_label("member", k))
    known["birth_day"] = _day_int(known["birth"])
    known["died_day"] = _day_int(known["died_on"])
    known["valid_until_day"] = _day_int(known["disability_valid_until"])
    known["presence_day"] = _day_int(known["presence_since"])
    if given.get("presence_since", "") == "" and given.get("presence", "present") != "present":
        known["presence_day"] = Unknown(whose + field_label("member", "presence_since"))
    return Member(**known)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the facts: whose (member number from 1; 0 the household), which field, what and how to mend."""

    member: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"第 {self.member} 名成员 " if self.member else ""
        label = field_label("member" if self.member else "household", self.field)
        return f"{where}{label}：{self.message}"


def fault_of(f: FactField, value: Any, *, quote: bool = True) -> str:
    """What is wrong with one value of one field, or ''. `None` (unknown) and the blank value are in order.

    `quote=False` never repeats what was written, which may be a person's name or number in the wrong place.
    """
    if value is None or (value == f.blank and type(value) is type(f.blank)):
        return "必填，请填写" if f.required and not value else ""
    if f.kind in ("money", "money_year", "int"):
        if type(value) is not int:
            return "应为整数" + ("（分）" if f.kind != "int" else "")
        if f.least is not None and value < f.least:
            return f"不能小于 {f.least}"
        most = f.most if f.most is not None else FEN_MAX
        return f"过大（上限 {most}），请核对位数" if value > most else ""
    if f.kind == "bool":
        return "" if isinstance(value, bool) else "应为是或否"
    if f.kind == "choice":
        if isinstance(value, str) and value in f.choices:
            return ""
        options = "、".join(f.choices.values())
        return f"“{value}”不在可选项中：{options}" if quote else f"不在可选项中：{options}"
    if f.kind == "day":
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            return (
                f"“{value}”不是日历上的日期，应如 1980-02-29"
                if quote
                else "不是日历上的日期，应如 1980-02-29"
            )
        if date(1890, 1, 1) <= day <= date(2200, 1, 1) and day.isoformat() == value:  # not 2026-W48-2
            return ""
        return f"“{value}”超出可信范围" if quote else "日期超出可信范围"
    if not isinstance(value, str):
        return "应为文字"
    return "必填，请填写" if f.required and not value.strip() else ""


def validate(facts: Mapping[str, Any], *, on: date, quote: bool = True) -> list[Fault]:
    """All faults of a household's facts on a day, field by field and between fields; empty when in order.

    `quote=False`: no message repeats what was written.
    """
    found: list[Fault] = []
    household, members = facts.get("household", {}), facts.get("members", [])
    for number, level, given in (
        (0, "household", household),
        *((i, "member", m) for i, m in enumerate(members, 1)),
    ):
        for name in given:
            if (level, name) not in BY_NAME:
                found.append(Fault(number, name, "没有这个字段"))
        asked = HOUSEHOLD_FIELDS if level == "household" else MEMBER_FIELDS
        for f in (*asked, *(t for t in TOPIC_FIELDS if t.level == level and t.name in given)):
            value = given.get(f.name, f.blank)
            message = (
                "必填，请填写"
                if f.required and value in (None, "") and f.name not in given
                else fault_of(f, value, quote=quote)
            )
            if message:
                found.append(Fault(number, f.name, message))
    if found:
        return found + _between(household, members, on, {(x.member, x.field) for x in found}, quote)
    return _between(household, members, on, set(), quote)


def _between(
    household: Mapping[str, Any], members: Any, on: date, bad: set[tuple[int, str]], quote: bool
) -> list[Fault]:
    """Faults that show only between fields: heads, birth against number, parts greater than their whole."""
    found: list[Fault] = []
    if not members:
        return [Fault(0, "area_code", "至少要有一名家庭成员")]
    heads = [i for i, m in enumerate(members, 1) if m.get("relation") == "head"]
    if len(heads) != 1:
        found.append(Fault(heads[1] if heads else 1, "relation", f"应有且只有一名户主，现有 {len(heads)} 名"))
    seen: dict[str, int] = {}
    for i, m in enumerate(members, 1):
        birth = m.get("birth") if (i, "birth") not in bad else None
        if birth and date.fromisoformat(birth) > on:
            found.append(Fault(i, "birth", "出生日期晚于申请日"))
        kind, number = m.get("document", "resident"), m.get("number") or ""
        if kind == "none":
            if number:
                found.append(Fault(i, "number", "选了“无有效证件”却填了号码，请改证件类型或清空号码"))
            elif not m.get("no_document_reason"):
                found.append(Fault(i, "no_document_reason", "无有效证件须写明原因，如：缅籍配偶，未办永居"))
        elif isinstance(kind, str) and kind in DOCUMENTS and (i, "number") not in bad:
            if not number:
                if "number" in m and m["number"] is None:
                    continue
                found.append(Fault(i, "number", "请填证件号码；确无证件请选“无有效证件”并写明原因"))
                continue
            check = check_document(kind, number, on=on)
            found += [Fault(i, "number", message) for message in check.faults]
            if check.birth and birth and check.birth.isoformat() != birth:
                differs = (
                    f"与证件号码中的出生日期 {check.birth} 不符，请核对哪一个写错"
                    if quote
                    else "与证件号码中的出生日期不符，请核对哪一个写错"
                )
                found.append(Fault(i, "birth", differs))
            if check.sex and m.get("sex", "9") not in ("9", check.sex, None):
                found.append(Fault(i, "sex", "与证件号码第 17 位不符，请核对"))
            if check.number in seen:
                found.append(Fault(i, "number", f"与第 {seen[check.number]} 名成员重复"))
            seen.setdefault(check.number, i)
        for part, whole in (("pension_basic_year_fen", "pension_resident_year_fen"),):
            a, b = m.get(part, 0), m.get(whole, 0)
            if type(a) is int and type(b) is int and a > b:
                found.append(Fault(i, part, f"大于“{field_label('member', whole)}”，基础养老金应含在其中"))
        grade, kind = m.get("disability_grade", 0), m.get("disability", "none")
        if (kind == "none") != (grade == 0) and kind is not None and grade is not None:
            found.append(Fault(i, "disability_grade", "残疾类别和等级要么都填，要么都不填"))
    for parts, whole in (
        (("vehicles_disability", "vehicles_low_value", "vehicles_for_living"), "vehicles"),
        (("houses_excepted",), "houses"),
    ):
        counts = [household.get(p, 0) for p in parts]
        total = household.get(whole, _HOUSEHOLD_BLANKS[whole])
        if all(type(c) is int for c in (*counts, total)) and sum(counts) > total:
            found.append(Fault(0, whole, "“其中”各项之和大于总数"))
    return found


# ── facts worked out as of a day, before any rule ──


def age_between(birth: Value, on: int) -> Value:
    """Age in whole years from days as numbers (20261123), also on columns; 29 February counts as the 28th in common years.

    Civil Code Art 202 by analogy (policy memo T1); `identity.age_on` is the same on dates, with the other reading as a switch.
    """
    year = on // 10000
    common = year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)
    if common and on % 10000 == 228:
        on += 1  # on that one day, those born on the 29th have their birthday too; on every other day nothing differs
    return at_least(on - birth, 0) // 10000


def months_over(since: Value, on: date) -> Value:
    """Whole months used up by a span that began on `since` (20261123; 0 for none), also on columns.

    A month ends on the corresponding day, or on the last of a shorter month (Civil Code Art 202), and that day still belongs
    to it: from 15 April six months are used up on 16 October, not before.
    """
    if hasattr(since, "months_over"):  # a day told in words
        return since.months_over(on)
    year, month_day = since // 10000, since % 10000
    months = (on.year - year) * 12 + (on.month - month_day // 100)
    return months - choose(month_day % 100 >= on.day, 1, 0)


def _derive_member(member: Member, on: date, on_day: int) -> Member:
    """The member with `age` and `disability_valid` as of a day."""
    derived = Member()
    facts = derived.__dict__
    facts.update(member.__dict__)
    facts["age"] = age_between(facts["birth_day"], on_day)
    until = facts["valid_until_day"]
    facts["disability_valid"] = (until == 0) | (until >= on_day)
    return derived


class AsOf:
    """A household seen on a day by a rule: facts as attributes, members with derived facts, sums over members.

    `totals(f)` adds up, name by name, the dicts `f` gives for the members: in bulk the same call is one group-by.
    `as_if` is the same family with some facts taken otherwise, worked out by a rule (an identity about to be recognised).
    """

    __slots__ = ("__dict__", "household", "members", "month_start", "on", "on_day")

    def __init__(self, household: Household, on: date) -> None:
        self.household, self.on = household, on
        self.__dict__ = dict(household.facts)
        on_day = self.on_day = on.year * 10000 + on.month * 100 + on.day
        self.month_start = on_day - on.day + 1
        self.members = tuple(_derive_member(m, on, on_day) for m in household.members)
        since = self.__dict__["over_standard_day"] = _day_int(household.facts["over_standard_since"])
        self.__dict__["over_standard_months"] = choose(since > 0, months_over(since, on), 0)

    def __getattr__(self, name: str) -> Any:
        return _of_topic("household", self.__dict__, name, "")

    def as_if(
        self, household: Mapping[str, Value], member: Callable[[Any], Mapping[str, Value]] | None = None
    ) -> AsOf:
        """The family with these household facts, and those `member` gives for each member, taken otherwise."""
        seen = AsOf.__new__(AsOf)
        seen.household, seen.on, seen.on_day = self.household, self.on, self.on_day
        seen.month_start = self.month_start
        seen.__dict__ = {**self.__dict__, **household}
        seen.members = self.members
        if member is not None:
            seen.members = tuple(Member(**{**m.__dict__, **member(m)}) for m in self.members)
        return seen

    def totals(self, of_member: Callable[[Any], Mapping[str, Value]]) -> dict[str, Value]:
        """The sum over members of each value; truths count as 1."""
        terms = [of_member(member) for member in self.members]
        assert terms, "a household has members (validate says so first)"
        return {name: sum([t[name] for t in terms]) for name in terms[0]}
