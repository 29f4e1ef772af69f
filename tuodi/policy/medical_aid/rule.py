"""医疗救助: who is aided, on what terms, and one bill settled (社会救助暂行办法 第五章; YL-2015 国办发〔2015〕30号; YL-2021 国办发〔2021〕42号)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, all_of, any_of, choose, is_one_of, named, negate
from tuodi.policy.medical_aid.settlement import Bands, Bill, Terms, X, YearSoFar, settle
from tuodi.policy.poverty import on_file
from tuodi.policy.standing import on_roll, severely_disabled

PROGRAMME = "medical_aid"
MONITORED = ("unstable", "marginal", "sudden")


@dataclass(frozen=True)
class Law:
    """What differs between the two texts."""

    basis: str
    as_tekun: tuple[str, ...]  # identities aided as tekun
    returned_as_dibao: bool
    whole_margin_family: bool  # else only its elderly, minors, severely disabled and seriously ill
    monitored: bool


LAWS: Mapping[str, Law] = {
    "YL-2015": Law("国办发〔2015〕30号", ("tekun",), False, False, False),
    "YL-2021": Law("国办发〔2021〕42号", ("tekun", "orphan", "unattended"), True, True, True),
}


@dataclass(frozen=True)
class Category:
    """A person's highest category (就高不重复): one of these at most holds."""

    tekun: Value
    dibao: Value
    low: Value
    illness: Value

    @property
    def any(self) -> Value:
        """Whether the person is aided at all."""
        return any_of((self.tekun, self.dibao, self.low, self.illness))

    @property
    def favoured(self) -> Value:
        """Whom major-illness insurance favours."""
        return self.tekun | self.dibao

    @property
    def word(self) -> Value:
        """tekun, dibao, low, illness or none."""
        below = choose(self.low, "low", choose(self.illness, "illness", "none"))
        return choose(self.tekun, "tekun", choose(self.dibao, "dibao", below))

    def pick(self, tekun: Value, dibao: Value, low: Value, illness: Value) -> Value:
        """The value of the category; that of the last for whom is in none."""
        return choose(self.tekun, tekun, choose(self.dibao, dibao, choose(self.low, low, illness)))


BASIC_DEDUCTIBLE = {
    "township": "health.basic.deductible.township_fen",
    "county": "health.basic.deductible.county_fen",
    "prefecture": "health.basic.deductible.prefecture_fen",
    "province": "health.basic.deductible.province_fen",
}
BASIC_RATE = {
    "township": "health.basic.rate.township_basis_points",
    "county": "health.basic.rate.county_basis_points",
    "prefecture": "health.basic.rate.prefecture_basis_points",
    "province": "health.basic.rate.province_basis_points",
}


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One bill of one person, settled on the day it is seen."""
    law = LAWS[p["health.aid.version"]]
    category = category_of(m, h, p)
    before = conditions(m, category, law)
    may = named("符合救助条件", all_of(f.holds for f in before))
    terms = terms_of(m, p, category, may)
    so_far = year_so_far(m, h)
    bill = Bill(m.bill_total_fen, m.bill_outside_fen, m.bill_advance_fen, m.bill_other_paid_fen)
    made = settle(bill, so_far, terms)
    aid, tilt = made.aid, made.tilt

    findings = (
        *before,
        Finding(
            "over_deductible",
            aid + tilt > 0,
            "本次合规自付 {base_fen} 元，本年此前 {before_fen} 元，年度起付线 {deductible_fen} 元，救助 {aid_fen} 元，倾斜救助 {tilt_fen} 元",
            {
                "base_fen": made.base,
                "before_fen": so_far.base,
                "deductible_fen": terms.aid_deductible,
                "aid_fen": aid,
                "tilt_fen": tilt,
            },
            law.basis,
        ),
        Finding(
            "referral_kept",
            m.referral_kept,
            "是否按规定转诊：{kept}（未按规定转诊的不给倾斜救助）",
            {"kept": m.referral_kept},
            law.basis,
            required=False,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        aid + tilt,
        period="episode",
        figures={
            "category": category.word,
            "covered_cost_fen": made.covered,
            "deductible_fen": terms.basic_deductible,
            "paid_by_basic_fen": made.basic,
            "residual_fen": made.residual,
            "paid_by_major_illness_fen": made.major,
            "aid_base_fen": made.base,
            "aid_deductible_fen": terms.aid_deductible,
            "paid_by_assistance_fen": made.aid,
            "tilt_fen": made.tilt,
            "other_paid_fen": made.other,
            "out_of_pocket_fen": made.patient,
            "year_assistance_fen": so_far.aid + made.aid,
        },
    )


def conditions(m: Any, category: Category, law: Law) -> tuple[Finding, ...]:
    """What must hold before aid is reckoned."""
    parts = m.bill_outside_fen + m.bill_advance_fen
    return (
        Finding(
            "in_group",
            category.any,
            "是否属于医疗救助对象（特困、低保、边缘、监测、因病致贫等）：{aided}",
            {"aided": category.any},
            law.basis,
        ),
        Finding(
            "insured",
            m.medical_insured == "resident",
            "是否参加城乡居民医保：{insured}（未参保先办理参保，职工医保另按其政策结算）",
            {"insured": m.medical_insured == "resident"},
            law.basis,
        ),
        Finding(
            "designated",
            m.provider_designated,
            "是否在定点医疗机构就医：{designated}",
            {"designated": m.provider_designated},
            law.basis,
        ),
        Finding(
            "after_recognition",
            m.recognised_day <= m.bill_day,
            "结算时救助身份是否已经认定：{recognised}（认定以前的费用不追溯）",
            {"recognised": m.recognised_day <= m.bill_day},
            law.basis,
        ),
        Finding(
            "not_settled_before",
            negate(m.bill_settled),
            "这张结算单是否已经结算或报销过：{settled}",
            {"settled": m.bill_settled},
            law.basis,
        ),
        Finding(
            "bill_adds_up",
            parts <= m.bill_total_fen,
            "目录外和先行自付合计 {parts_fen} 元，总额 {total_fen} 元，须不超过总额",
            {"parts_fen": parts, "total_fen": m.bill_total_fen},
            law.basis,
        ),
    )


def category_of(m: Any, h: Any, p: Any) -> Category:
    """The highest of a person's categories: tekun, then dibao, low income, illness."""
    law = LAWS[p["health.aid.version"]]
    tekun = named("特困类", is_one_of(m.identity, law.as_tekun))
    on_roll_or_returned = on_roll(m, h, p) | (law.returned_as_dibao & (h.poverty_status == "returned"))
    dibao = named("低保类", on_roll_or_returned & negate(tekun))
    weak = any_of(
        (
            m.age >= p["health.aid.elderly_age"],
            m.age < p["age.majority"],
            severely_disabled(m, p),
            m.serious_illness,
        )
    )
    low = any_of(
        (
            h.margin_family & (law.whole_margin_family | weak),
            law.monitored & is_one_of(h.poverty_status, MONITORED),
            p["health.aid.poverty_file_included"] & on_file(h),
        )
    )
    illness = h.rigid_family | m.illness_impoverished
    above = tekun | dibao
    return Category(
        tekun=tekun,
        dibao=dibao,
        low=named("低收入类", low & negate(above)),
        illness=named("因病致贫类", illness & negate(above | low)),
    )


def terms_of(m: Any, p: Any, category: Category, aided: Value) -> Terms:
    """The terms for a category at the level of the provider."""
    favoured = category.favoured
    extra = choose(favoured, p["health.major.favoured.extra_basis_points"], 0)
    kept = choose(favoured, p["health.major.favoured.deductible_basis_points"], X)
    none = p["health.aid.deductible.key_basis_points"]
    of_income = named(
        "起付线占收入的比例",
        category.pick(
            none,
            none,
            p["health.aid.deductible.low_basis_points"],
            p["health.aid.deductible.illness_basis_points"],
        ),
    )
    rate = category.pick(
        p["health.aid.rate.tekun_basis_points"],
        p["health.aid.rate.dibao_basis_points"],
        p["health.aid.rate.low_basis_points"],
        p["health.aid.rate.illness_basis_points"],
    )
    return Terms(
        insured=m.medical_insured == "resident",
        basic_deductible=named("基本医保起付线", at_level(m.provider_level, p, BASIC_DEDUCTIBLE)),
        basic_rate=named("基本医保支付比例", at_level(m.provider_level, p, BASIC_RATE)),
        basic_cap=p["health.basic.cap_year_fen"],
        major_deductible=named("大病保险起付线", p["health.major.deductible_year_fen"] * kept // X),
        major_bands=Bands(
            p["health.major.band.first_up_to_fen"],
            p["health.major.band.second_up_to_fen"],
            (
                named("大病保险第一段比例", p["health.major.rate.first_basis_points"] + extra),
                named("大病保险第二段比例", p["health.major.rate.second_basis_points"] + extra),
                named("大病保险第三段比例", p["health.major.rate.third_basis_points"] + extra),
            ),
        ),
        major_capped=negate(favoured) | p["health.major.favoured.capped"],
        major_cap=p["health.major.cap_year_fen"],
        aided=aided,
        aid_deductible=named("医疗救助起付线", p["area.disposable_income_year_fen"] * of_income // X),
        aid_rate=named("医疗救助比例", rate),
        aid_cap=p["health.aid.cap_year_fen"],
        tilted=m.referral_kept,
        tilt_threshold=p["health.tilt.threshold_year_fen"],
        tilt_rate=p["health.tilt.rate_basis_points"],
        tilt_cap=p["health.tilt.cap_year_fen"],
    )


def at_level(level: Value, p: Any, keys: Mapping[str, str]) -> Value:
    """The value for the level of a provider."""
    value = p[keys["province"]]
    for code in ("prefecture", "county", "township"):
        value = choose(level == code, p[keys[code]], value)
    return value


def year_so_far(m: Any, h: Any) -> YearSoFar:
    """What the year has paid; sums of another year do not count (reset on 1 January)."""
    same_year = m.paid_year == h.on.year

    def counted(amount: Value) -> Value:
        return choose(same_year, amount, 0)

    return YearSoFar(
        basic=named("本年已付基本医保", counted(m.paid_basic_fen)),
        residual=named("本年基本医保后自付", counted(m.paid_residual_fen)),
        major=named("本年已付大病保险", counted(m.paid_major_fen)),
        base=named("本年大病保险后自付", counted(m.paid_base_fen)),
        aid=named("本年已付医疗救助", counted(m.paid_aid_fen)),
        self_paid=named("本年医疗救助后自付", counted(m.paid_self_fen)),
        tilt=named("本年已付倾斜救助", counted(m.paid_tilt_fen)),
    )
