"""最低生活保障: who is covered and with how much, by the law in force on a day.

社会救助暂行办法 第二章; DB-2012 最低生活保障审核审批办法（试行）; DB-2021 最低生活保障审核确认办法; DB-2022 民发〔2022〕83号.
One set of functions, on plain numbers and on columns: no `if` on a fact, only on the law in force; whole fen, multiplied
up (`_x` is fen × 10,000, so that rates in basis points never round) and divided once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuodi.core.facts import AsOf, Household
from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import Value, all_of, any_of, at_least, at_most, choose, is_one_of, named, negate
from tuodi.core.money import whole_yuan_up
from tuodi.core.parameters import Parameters

PROGRAMME = "minimum_living"
X = 10_000  # basis points in one whole
MONTHS = 12
IN_SCHOOL = ("kindergarten", "primary", "junior", "senior", "vocational", "college", "undergraduate")
AT_WORK = ("employed", "self_employed", "flexible")


@dataclass(frozen=True)
class Law:
    """What differs between the two national texts, with their articles."""

    name: str
    parents_by_themselves: bool  # DB-03: 2012 lists parents, 2021 counts them only when living together
    split_by_registration: bool  # T3: 2012 two applications, 2021 one
    away: tuple[str, ...]  # DB-04
    members: str
    registered: str
    elsewhere: str
    income: str
    property: str
    margin: str
    single: str
    supplement: str
    amount: str


LAWS: Mapping[str, Law] = {
    "DB-2012": Law(
        name="最低生活保障审核审批办法（试行）",
        parents_by_themselves=True,
        split_by_registration=True,
        away=("prison", "labour_reeducation"),
        members="第五条",
        registered="第四条、第六条",
        elsewhere="第十一条",
        income="第四条",
        property="第四条",
        margin="第十条（困难家庭）",
        single="第十条",
        supplement="第二十八条",
        amount="第二十七条",
    ),
    "DB-2021": Law(
        name="最低生活保障审核确认办法",
        parents_by_themselves=False,
        split_by_registration=False,
        away=("prison", "isolation", "missing"),
        members="第七条",
        registered="第四条、第五条",
        elsewhere="第五条",
        income="第四条、第十三条",
        property="第四条、第十四条",
        margin="第八条",
        single="第八条",
        supplement="第二十七条",
        amount="第二十三条",
    ),
}


def assess(household: Household, parameters: Parameters, *, on: date) -> Assessment:
    """The assessment of one family as of a day, with every finding, the monthly amount (fen) and what it relied on.

    Raises `MissingParameter` where no value is in force; facts that are None make findings unknown and name themselves.
    """
    p = parameters.at(household.area_code, on, PROGRAMME)
    return evaluate(AsOf(household, on), p, relied_on=p.relied_on)


@dataclass(frozen=True, slots=True)
class Standing:
    """家庭经济状况 as one family or a column of all: who is counted, by which standard, with what income, and where that places it.

    What minimum living, the margin family, the rigid-expense family and temporary relief have in common.
    """

    law: Law
    sums: Mapping[str, Value]
    size: Value
    urban: Value
    standard: Value  # a year and head, fen
    limit: Value  # the standard for all of them
    income_x: Value  # counted income of the year, fen × 10,000
    in_place: tuple[Finding, ...]  # members, registration, nothing received elsewhere
    property: tuple[Finding, ...]
    within: Value  # the property rule as a whole
    below: Value
    hard_up: Value  # in place, property within the rule, income under the margin line
    family: Value  # the whole family is entitled to minimum living
    fading: Value


def standing(h: Any, p: Any, more: Any = None, everyone: bool = False) -> Standing:
    """Where a household stands. `more(m, terms)` adds another programme's sums over the members.

    `everyone` counts those too whom minimum living leaves to another identity or another application (temporary relief).
    """
    law = LAWS[p["dibao.law"]]
    basis = f"《{law.name}》"
    urban_year = p["dibao.standard.urban_month_fen"] * MONTHS
    rural_year = p["dibao.standard.rural_year_fen"]
    terms = member_terms(h, p, law, urban_year, rural_year, everyone)
    sums = h.totals(terms if more is None else lambda m: more(m, terms(m)))
    size = named("计入人数", sums["counted"])
    urban = named("按城市标准", counts_as_urban(h, p, law, sums))
    standard = named("年标准", choose(urban, urban_year, rural_year))
    limit = named("全家标准", standard * size)
    income_x = named("家庭年收入", counted_income_x(sums, p))
    below = income_x < limit * X

    unproven = named("缺户籍地证明的人数", sums["unproven"])
    in_place = (
        Finding(
            "has_members",
            size >= 1,
            "申报 {declared} 人，依法计入共同生活的家庭成员 {size} 人",
            {"declared": sums["declared"], "size": size},
            basis + law.members,
        ),
        registered_locally(h, p, sums, basis + law.registered),
        Finding(
            "not_receiving_proven",
            unproven == 0,
            "户籍不在本地的成员中，{unproven} 人缺少户籍地未享受低保证明",
            {"unproven": unproven},
            basis + law.elsewhere,
        ),
        Finding(
            "not_receiving_elsewhere",
            negate(h.receiving_elsewhere),
            "是否已在别处享受低保：{elsewhere}",
            {"elsewhere": h.receiving_elsewhere},
            basis + law.elsewhere,
        ),
    )
    property_findings = within_property_rule(h, p, size, basis + law.property)
    placed = named("户籍条件符合", all_of(f.holds for f in in_place))
    within = named("财产符合规定", all_of(f.holds for f in property_findings))
    sound = all_of((placed, within))
    return Standing(
        law=law,
        sums=sums,
        size=size,
        urban=urban,
        standard=standard,
        limit=limit,
        income_x=income_x,
        in_place=in_place,
        property=property_findings,
        below=below,
        hard_up=all_of((sound, income_x < limit * p["dibao.margin.basis_points"])),
        within=within,
        family=named("整户符合低保", all_of((sound, below))),
        fading=named("在渐退期内", in_fade_out(h, p, sums, all_of((sound, negate(below))))),
    )


def evaluate(h: Any, p: Any, relied_on: Any = tuple) -> Assessment:
    """The rule itself on a household (or all of them: columns) seen on a day, under the values in force."""
    seen = standing(h, p)
    law, sums, size, urban = seen.law, seen.sums, seen.size, seen.urban
    basis = f"《{law.name}》"
    standard, limit, income_x = seen.standard, seen.limit, seen.income_x
    family, fading, hard_up = seen.family, seen.fading, seen.hard_up
    income = Finding(
        "income_below_standard",
        seen.below,
        "家庭年收入 {income_fen} 元（人均 {per_head_fen} 元），{size} 口人标准合计 {limit_fen} 元，须低于标准",
        {
            "income_fen": income_x // X,
            "per_head_fen": income_x // (X * at_least(size, 1)),
            "size": size,
            "limit_fen": limit,
        },
        basis + law.income,
    )
    margin_limit_x = limit * p["dibao.margin.basis_points"]
    margin = all_of((p["dibao.margin.recognised"], hard_up, negate(family)))
    elsewhere = seen.in_place[3]
    single_gap_x, single_rates = single_entries(sums, p, hard_up, seen.within, negate(elsewhere.holds))
    single = named("单人保", all_of((single_gap_x > 0, negate(family), negate(fading))))

    refusing = named("拒绝就业的人数", sums["refusing"])
    base = choose(
        family,
        family_amount(h, p, sums, urban, limit * X - income_x, income_x),
        choose(
            fading,
            whole_yuan_up(h.current_monthly_fen * p["dibao.fade.rate_basis_points"] // X),
            choose(single, whole_yuan_up(single_gap_x, MONTHS * X), 0),
        ),
    )
    # What was paid before a fade-out already holds its supplements.
    supplement = choose(
        family,
        whole_yuan_up(standard * sums["supplement_rates"], MONTHS * X),
        choose(fading, 0, choose(single, whole_yuan_up(single_rates, MONTHS * X), 0)),
    )
    base, supplement = named("基本保障金", base), named("分类施保增发", supplement)
    monthly = base + supplement
    eligible = any_of((family, fading, single))
    outcome = choose(
        family,
        "granted",
        choose(fading, "fade_out", choose(single, "single", choose(margin, "margin", "none"))),
    )
    informative = (
        Finding(
            "margin_family",
            margin,
            "低保边缘（困难家庭）收入线 {limit_fen} 元，家庭年收入 {income_fen} 元",
            {"limit_fen": margin_limit_x // X, "income_fen": income_x // X},
            basis + law.margin,
            required=False,
        ),
        Finding(
            "single_person_entry",
            single,
            "按“单人保”{version} 年的规定符合条件 {persons} 人，本人收入与标准之差每年合计 {gap_fen} 元",
            {
                "version": p["dibao.single_entry.version"],
                "persons": choose(
                    single, sums["single_always"] + choose(hard_up, sums["single_hard_up"], 0), 0
                ),
                "gap_fen": single_gap_x // X,
            },
            basis + law.single + "及后续通知",
            required=False,
        ),
        Finding(
            "fade_out",
            fading,
            "就业增收后收入超过标准满 {months} 个月，渐退期最长 {max} 个月",
            {"months": h.over_standard_months, "max": p["dibao.fade.months_max"]},
            "民发〔2022〕83号",
            required=False,
        ),
        Finding(
            "labour_duty_met",
            refusing == 0,
            "无正当理由连续 {limit} 次以上拒绝介绍工作的 {refusing} 人，减发其本人一份",
            {"limit": p["dibao.job_refusals.limit"], "refusing": refusing},
            "《社会救助暂行办法》第四十五条",
            required=False,
        ),
        Finding(
            "supplement",
            supplement > 0,
            "分类施保每月增发 {supplement_fen} 元，差额部分 {base_fen} 元，合计 {monthly_fen} 元",
            {"supplement_fen": supplement, "base_fen": base, "monthly_fen": monthly},
            basis + law.supplement + "、" + law.amount,
            required=False,
        ),
    )
    return Assessment(
        programme=PROGRAMME,
        findings=(*seen.in_place, income, *seen.property, *informative),
        eligible=eligible,
        outcome=outcome,
        amount_fen=monthly,
        figures={
            "size": size,
            "urban": urban,
            "income_year_fen": income_x // X,
            "standard_year_fen": standard,
            "limit_year_fen": limit,
            "base_monthly_fen": base,
            "supplement_monthly_fen": supplement,
        },
        relied_on=relied_on(),
    )


def member_terms(
    h: Any, p: Any, law: Law, urban_year: Value, rural_year: Value, everyone: bool = False
) -> Any:
    """For each member: whether counted (DB-03, DB-04, DB-10), income and expenses, supplement, single-person entry."""
    majority, refusals_max = p["age.majority"], p["dibao.job_refusals.limit"]
    labour_min, labour_max = p["age.labour_min"], p["age.labour_max"]
    clergy_days = p["dibao.clergy.years_min"] * X  # years in a day written as 20261123
    split = law.split_by_registration and not everyone and negate(p["dibao.hukou_split.abolished"])
    severe_max = p["disability.severe_grade_max"]
    supplement_mental, single_mental = (
        p["dibao.supplement.mental_grade_max"],
        p["dibao.single_entry.mental_grade_max"],
    )
    elderly_age = p["dibao.supplement.elderly_age"]
    elderly, minors = p["dibao.supplement.elderly_basis_points"], p["dibao.supplement.minor_basis_points"]
    severely, ill = p["dibao.supplement.disability_basis_points"], p["dibao.supplement.illness_basis_points"]
    foreign_counted = p["dibao.income.foreign_family_counted"]
    exempt_urban, exempt_rural = (
        p["dibao.income.exempt.basic_pension.urban"],
        p["dibao.income.exempt.basic_pension.rural"],
    )
    exempt_old_age, exempt_child = p["dibao.income.exempt.old_age"], p["dibao.income.exempt.child_allowance"]
    exempt_housing = p["dibao.income.exempt.housing_grant"]
    net_wage = X - p["dibao.workcost.basis_points"]
    rigid_deducted = p["dibao.rigid.deducted"]
    education, other_rigid = p["dibao.rigid.education_counted"], p["dibao.rigid.other_counted"]
    support_from = urban_year * p["dibao.maintenance.threshold_basis_points"]  # per year, fen × 10,000
    support_rate = p["dibao.maintenance.rate_basis_points"]
    disregard = p["dibao.maintenance.disregard_over_60_or_sibling"]
    version = p["dibao.single_entry.version"]
    on_day, month_start = h.on_day, h.month_start

    def terms(m: Any) -> dict[str, Value]:
        age = m.age
        minor = age < majority
        clergy_settled = named(
            "长年脱离家庭的宗教教职人员", (m.presence == "clergy") & (m.presence_day + clergy_days <= on_day)
        )
        # T15: no member from the month after entering; in the month itself still one.
        away = (
            (is_one_of(m.presence, law.away) & (m.presence_day < month_start))
            | clergy_settled
            | (m.presence == "conscript")
        )
        # T4: the month of death is payable.
        alive = negate((m.died_day > 0) & (m.died_day < month_start))
        dependent = (
            minor | (is_one_of(m.student, IN_SCHOOL)) | (m.work_ability == "none") | (negate(m.independent))
        )
        related = named(
            "共同生活的人",
            (
                is_one_of(
                    m.relation,
                    ("head", "spouse", "parent") if law.parents_by_themselves else ("head", "spouse"),
                )
            )
            | ((m.relation == "child") & dependent)
            | (m.lives_together & m.legal_duty),
        )
        chinese = named("有中国户籍", (m.registered_kind != "none") & (m.nationality == "CN"))
        # DB-10, T7: one basic-living identity per person and month.
        free = everyone or negate(is_one_of(m.identity, ("tekun", "orphan")))
        here = related & alive & negate(away)
        counted = here & chinese & free
        if split is not False:
            counted = counted & ((m.registered_kind == h.claim_kind) | negate(split))
        counted = named("计入成员", counted)
        # T17: a foreign spouse is a fact of the family, not a beneficiary.
        income_counts = named("收入计入的人员", counted | (foreign_counted & here & negate(chinese)))

        # Income 1.2: each source by itself, a loss in one never hides another T9.
        urban_person = m.registered_kind == "urban"
        earned = named(
            "各项净收入",
            net_of_cost(m)
            + at_least(
                m.pension_resident_year_fen
                - choose(choose(urban_person, exempt_urban, exempt_rural), m.pension_basic_year_fen, 0),
                0,
            )
            + choose(exempt_old_age, 0, m.old_age_year_fen)
            + choose(exempt_child, 0, m.child_allowance_year_fen)
            + choose(exempt_housing, 0, m.housing_grant_year_fen),
        )
        # Support due from children who live apart: by formula where it gives more than what is paid (test profile).
        imputed = named(
            "按公式计算的赡养费",
            choose(
                m.obligor_income_month_per_head_fen > 0,
                named(
                    "义务人超出起算线的人均年收入",
                    at_least(m.obligor_income_month_per_head_fen * MONTHS * X - support_from, 0),
                )
                * m.obligor_family_size
                // X
                * support_rate
                // (X * m.obligor_parents),
                0,
            ),
        )
        support = named("赡养费", at_least(m.maintenance_year_fen, imputed))
        transfers = named(
            "各项转移收入",
            m.pension_employee_year_fen
            + m.unemployment_year_fen
            + m.inheritance_year_fen
            + m.other_transfer_year_fen,
        )
        paid = m.transfer_paid_year_fen
        wage_x = m.wage_year_fen * net_wage
        own_x = named("本人计入收入", wage_x + (earned + at_least(transfers + support - paid, 0)) * X)
        rigid = named(
            "刚性支出",
            choose(
                rigid_deducted,
                m.medical_self_pay_year_fen
                + m.disability_cost_year_fen
                + choose(education, m.education_year_fen, 0)
                + choose(other_rigid, m.other_rigid_year_fen, 0),
                0,
            ),
        )

        # Supplements (DB-23): only the highest per person. T24: an expired certificate does not count at a review.
        certified = m.disability_valid & (m.disability_grade >= 1)
        mind = is_one_of(m.disability, ("intellectual", "mental"))
        severe = named("重度残疾", certified & (m.disability_grade <= severe_max))
        severe_for_supplement = named(
            "分类施保的重残", severe | (certified & mind & (m.disability_grade <= supplement_mental))
        )
        rate = named(
            "增发比例",
            at_least(
                at_least(choose(m.serious_illness, ill, 0), choose(severe_for_supplement, severely, 0)),
                at_least(choose(age >= elderly_age, elderly, 0), choose(minor, minors, 0)),
            ),
        )

        # Single-person entry (DB-07).
        severe_for_single = named(
            "单人保的重残", severe | (certified & mind & (m.disability_grade <= single_mental))
        )
        adult = negate(minor)
        jobless = is_one_of(m.employment, ("none", "registered_jobless"))
        in_person = alive & chinese & free
        hard_up_single: Value = False  # only in a hard-up margin family
        always_single: Value = clergy_settled
        if version in ("2012", "2018"):
            hard_up_single = adult & severe_for_single & (m.work_ability == "none") & m.registered_alone
        if version == "2018":
            always_single = always_single | (
                h.poverty_file & (severe_for_single | m.serious_illness) & (negate(urban_person))
            )
        if version in ("2020", "2021", "2022"):
            hard_up_single = severe_for_single | m.serious_illness
        if version == "2022":
            always_single = always_single | (adult & severe_for_single & jobless)
        always_single = always_single & in_person & (clergy_settled | counted)
        hard_up_single = hard_up_single & in_person & counted & negate(always_single)
        own_support = choose(disregard & m.obligor_over_60_or_sibling, 0, support)
        own_single_x = wage_x + (earned + at_least(transfers + own_support - paid, 0)) * X
        own_standard = named("本人年标准", choose(urban_person, urban_year, rural_year))
        own_single_x = named("单人保的本人收入", own_single_x)
        gap_x = named("单人保的差额", at_least(own_standard * X - at_least(own_single_x - rigid * X, 0), 0))
        always_single = named("可单独纳入的人", always_single & (gap_x > 0))
        hard_up_single = named("低保边缘家庭中可单独纳入的人", hard_up_single & (gap_x > 0))

        able = (
            counted
            & (m.work_ability != "none")
            & (age >= labour_min)
            & (age < labour_max)
            & (m.student == "none")
        )
        return {
            "declared": 1,
            "counted": counted,
            "urban": counted & urban_person,
            "local": counted & m.registered_local,
            "unproven": counted & negate(m.registered_local) & negate(m.not_receiving_proof),
            "income_x": choose(income_counts, own_x, 0),
            "rigid": choose(income_counts, rigid, 0),
            "supplement_rates": choose(counted, rate, 0),
            "refusing": counted & (m.job_refusals >= refusals_max),
            "at_work": counted & is_one_of(m.employment, AT_WORK),
            "able": able,
            "burdened": (counted & (m.serious_illness | severe_for_supplement | (m.work_ability != "full"))),
            "single_always": always_single,
            "single_hard_up": hard_up_single,
            "gap_always_x": choose(always_single, gap_x, 0),
            "gap_hard_up_x": choose(hard_up_single, gap_x, 0),
            "rates_always": choose(always_single, own_standard * rate, 0),
            "rates_hard_up": choose(hard_up_single, own_standard * rate, 0),
        }

    return terms


def net_of_cost(m: Any) -> Value:
    """A person's net income from farming, business and property in the year; a loss in one never hides another (T9)."""
    return (
        at_least(m.farm_gross_year_fen - m.farm_cost_year_fen, 0)
        + at_least(m.business_gross_year_fen - m.business_cost_year_fen, 0)
        + at_least(m.property_year_fen, 0)
    )


def counts_as_urban(h: Any, p: Any, law: Law, sums: Mapping[str, Value]) -> Value:
    """Which standard the household goes by (DB-02, T3)."""
    claimed = h.claim_kind == "urban"
    if law.split_by_registration:
        settled = all_of(
            (
                h.town_residence_months >= p["dibao.urban_residence.months_min"],
                negate(h.contracted_land),
                negate(h.collective_share),
            )
        )
        return choose(p["dibao.hukou_split.abolished"], settled, claimed)
    doubled = named("城镇户籍的人数", sums["urban"]) * 2
    return (doubled > sums["counted"]) | ((doubled == sums["counted"]) & claimed)


def counted_income_x(sums: Mapping[str, Value], p: Any) -> Value:
    """Counted income of the year, fen × 10,000: all sources less work cost and rigid expenses, never below 0 (1.3)."""
    cap, rigid = p["dibao.rigid.cap_year_fen"], sums["rigid"]
    rigid = named("扣减的刚性支出", choose(cap > 0, at_most(rigid, cap), rigid))
    return at_least(sums["income_x"] - rigid * X, 0)


def registered_locally(h: Any, p: Any, sums: Mapping[str, Value], basis: str) -> Finding:
    """At least one counted member registered here, or a residence permit where the place has opened this (DB-05, DB-06)."""
    opened = all_of((p["dibao.residence_permit.enabled"], h.residence_permit))
    local = named("计入成员中户籍在本地的人数", sums["local"])
    return Finding(
        "registered_locally",
        (local >= 1) | opened,
        "计入成员中户籍在本地的 {local} 人；持居住证申请已开放：{opened}",
        {"local": local, "opened": opened},
        basis,
    )


def within_property_rule(h: Any, p: Any, size: Value, basis: str) -> tuple[Finding, ...]:
    """The property predicates (1.4), each with its figure so that it can be explained and rebutted."""
    assets = h.deposits_fen + h.securities_fen + h.insurance_fen + h.internet_finance_fen + h.receivables_fen
    assets = named("金融资产合计", assets)
    assets_max = named(
        "金融资产上限", p["dibao.standard.urban_month_fen"] * p["dibao.asset.financial_months"] * size
    )
    vehicles = h.vehicles - h.vehicles_disability - h.vehicles_low_value - h.vehicles_for_living
    houses = h.houses - h.houses_excepted
    counts = (
        (
            "vehicles_within",
            vehicles,
            p["dibao.asset.vehicles_max"],
            "机动车、船、大型机具除外后 {count} 辆（艘、台），上限 {max}",
        ),
        ("houses_within", houses, p["dibao.asset.houses_max"], "住房除外后 {count} 套，上限 {max}"),
        ("shops_within", h.shops, p["dibao.asset.shops_max"], "商铺、办公用房 {count} 处，上限 {max}"),
        (
            "companies_within",
            h.companies,
            p["dibao.asset.companies_max"],
            "名下有实缴出资或经营的企业 {count} 户，上限 {max}",
        ),
    )
    return (
        Finding(
            "financial_assets_within",
            assets <= assets_max,
            "金融资产合计 {assets_fen} 元，{size} 口人上限 {max_fen} 元",
            {"assets_fen": assets, "size": size, "max_fen": assets_max},
            basis,
        ),
        *(
            Finding(rule, count <= most, text, {"count": count, "max": most}, basis)
            for rule, count, most, text in counts
        ),
    )


def in_fade_out(h: Any, p: Any, sums: Mapping[str, Value], otherwise: Value) -> Value:
    """On the roll, over the standard through work, everything else in order, and not longer than the months allowed."""
    most = p["dibao.fade.months_max"]
    if isinstance(most, int) and most == 0:
        return False
    return all_of(
        (
            h.on_roll,
            h.over_standard_day > 0,
            h.over_standard_months < most,
            named("已就业的人数", sums["at_work"]) >= 1,
            otherwise,
        )
    )


def single_entries(
    sums: Mapping[str, Value], p: Any, hard_up: Value, property_ok: Value, elsewhere: Value
) -> tuple[Value, Value]:
    """The yearly gap of all who may enter alone, and their supplements (both fen × 10,000); 0 where none may."""
    barred = negate(property_ok) | elsewhere
    hard_up = named("属于低保边缘家庭", hard_up)
    gap_x = choose(barred, 0, sums["gap_always_x"] + choose(hard_up, sums["gap_hard_up_x"], 0))
    rates = choose(barred, 0, sums["rates_always"] + choose(hard_up, sums["rates_hard_up"], 0))
    gap_x, rates = named("单人保差额合计", gap_x), named("单人保增发合计", rates)
    return gap_x, rates


def family_amount(
    h: Any, p: Any, sums: Mapping[str, Value], urban: Value, gap_x: Value, income_x: Value
) -> Value:
    """The monthly amount of a family before supplements: difference (DB-20) or tier (DB-21), less who refuses work."""
    size, refusing = sums["counted"], named("拒绝就业的人数", sums["refusing"])
    paid = named("发放人数", size - refusing)
    difference = choose(
        refusing > 0,
        whole_yuan_up(gap_x * paid, at_least(size, 1) * (MONTHS * X)),
        whole_yuan_up(gap_x, MONTHS * X),
    )
    tiers = p["dibao.method.rural"] == "tier"
    if tiers is False:
        return named("整户低保金", difference)
    a, b, c = (p.optional(f"dibao.tier.rural.{tier}_month_fen") for tier in "abc")
    # Presumed where nobody has graded the family (DB-22).
    presumed = choose((sums["able"] == 0) & (income_x == 0), a, choose(sums["burdened"] > 0, b, c))
    per_head = choose(h.tier == "A", a, choose(h.tier == "B", b, choose(h.tier == "C", c, presumed)))
    return named(
        "整户低保金",
        choose(tiers & negate(urban), whole_yuan_up(per_head * paid), named("差额补助", difference)),
    )


def what_would_change(
    household: Household, parameters: Parameters, *, on: date, found: Assessment | None = None
) -> tuple[str, ...]:
    """What would change the result, one sentence each, every one tried by running the rule again."""
    from tuodi.policy.minimum_living.changes import (
        sentences,
    )  # the explanations stand on the rule, not under it

    return sentences(household, parameters, on=on, found=found)
