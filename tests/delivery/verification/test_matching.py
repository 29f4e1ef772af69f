"""Every doubt of the catalogue: what raises it, with which sentence, and what just does not."""

import copy
from datetime import date

import pytest

from tests.delivery.verification.family import FAMILY, FATHER
from tuodi.delivery.verification.flags import FLAGS
from tuodi.delivery.verification.matching import HOUSEHOLD, Reply, compare, months_drawn, result_of
from tuodi.gateways.sources import SOURCES
from tuodi.policy.parameters import shipped

ON, AS_OF = date(2026, 11, 9), date(2026, 11, 1)
HUKOU = {
    "household_number": "1",
    "relation": "户主",
    "area_code": "533103105200",
    "kind": "rural",
    "state": "registered",
    "changed_on": None,
    "members": 2,
}
CAR = {
    "plate": "云N12345",
    "kind": "car",
    "first_registered_on": "2019-03-04",
    "state": "normal",
    "use": "private",
    "value_fen": 4_800_000,
}
HOME = {
    "unit_number": "5331",
    "use": "home",
    "area_sqm": 90,
    "registered_on": "2015-01-01",
    "replaced": False,
}
SI = {"employer": "某糖厂", "base_month_fen": 400_000, "months_12": 12, "last_month": "2026-10-01"}
FIRM = {
    "code": "91",
    "name": "某商贸公司",
    "kind": "company",
    "role": "legal",
    "paid_in_fen": 100,
    "state": "active",
}
PENSION = {
    "kind": "employee",
    "month_fen": 200_000,
    "central_basic_fen": 0,
    "since": "2020-01-01",
    "stopped_on": None,
}
SCHOOL = {
    "school": "某中学",
    "stage": "senior",
    "grade": 3,
    "boards": True,
    "fee_year_fen": 80_000,
    "public_fee_year_fen": 80_000,
}
CARD = {
    "certificate": "5",
    "category": "4",
    "grade": 2,
    "valid_until": "2030-01-01",
    "receives_subsidy": True,
}
ILL = {"episodes_12": 2, "total_12_fen": 9_000_000, "self_pay_12_fen": 0, "serious_illness": False}
PAYROLL = {"employer": "某村委会", "kind": "staff", "month_fen": 300_000}
ABROAD = {"abroad_days_12": 91, "border_pass": False}
MARRIED = {"kind": "married", "registered_on": "2020-05-20", "spouse_name": "李某"}
ROLL = {"programme": "minimum_living", "county_code": "533122", "since": "2025-01-01", "month_fen": 40_000}
FUND = {"employer": "某厂", "base_month_fen": 500_000, "balance_fen": 0, "last_month": "2026-10-01"}
BANK = {"institution": "农信", "balance_fen": 600_000, "at": "2026-11-01"}
P = shipped().at("533103105200", ON)


def family(**household):
    facts = copy.deepcopy(FAMILY)
    facts["household"] |= {"area_code": "533103105200", **household}
    for n, member in enumerate(facts["members"]):
        member["person"] = n
    return facts


def check(found, facts=None, silent=()):
    """Compare the family with `found`: source -> list of (member, record)."""
    agreeing = {"hukou": [(0, HUKOU), (2, HUKOU)], "school": [(2, SCHOOL)]}
    replies = {}
    for source in SOURCES:
        persons = {}
        for member, record in found.get(source, agreeing.get(source, [])):
            assert not SOURCES[source].faults(record), SOURCES[source].faults(record)
            persons.setdefault(str(member), {"records": [], "doubtful": []})["records"].append(record)
        replies[source] = None if source in silent else Reply(AS_OF, "2026-11-09 09:00", persons)
    lines, mismatches = compare(facts or family(), replies, P, ON)
    return {m.flag: m for m in mismatches}, lines, result_of(replies, mismatches)


def test_a_family_the_departments_agree_with_has_no_doubt():
    found, lines, result = check({})
    assert found == {}
    assert result == "clear"
    assert {line.state for line in lines} == {"agrees", "less"}  # a village house is not in the land register


RAISED = [
    ("car", {"vehicles": [(0, CAR)]}, "车辆：申报 0 辆，交管登记 1 辆（云N·****，岩温，2019 年登记）"),
    ("houses", {"real_estate": [(0, HOME), (2, HOME)]}, "住房：申报 1 套，不动产登记 2 套"),
    ("shop", {"real_estate": [(0, {**HOME, "use": "shop"})]}, "商铺：申报 0 处，不动产登记 1 处"),
    (
        "company",
        {"business": [(0, FIRM)]},
        "企业：申报 0 户，市场监管登记 1 户（岩温为某商贸公司的法定代表人",
    ),
    ("stall", {"business": [(0, {**FIRM, "kind": "individual"})]}, "在营的个体工商户"),
    ("deposit", {"bank": [(0, BANK)]}, "存款：申报 3,000 元，银行反馈 6,000 元"),
    ("payroll", {"fiscal_payroll": [(0, PAYROLL)]}, "某村委会财政发放每月 3,000 元"),
    (
        "tax_income",
        {"tax": [(0, {"income_12_fen": 4_800_000, "invoiced_12_fen": 0, "until": "2026-10-01"})]},
        "税务部门登记近十二个月收入 48,000 元",
    ),
    (
        "employee_insurance",
        {"social_insurance": [(0, SI)]},
        "工资性收入：岩温申报 12,000 元，某糖厂缴纳社会保险 12 个月",
    ),
    ("housing_fund", {"housing_fund": [(0, FUND)]}, "某厂缴存住房公积金"),
    ("pension", {"pension": [(0, PENSION)]}, "每月领取 2,000 元，一年合计 24,000 元"),
    (
        "deceased",
        {"death": [(0, {"death_on": "2026-10-01", "reported_on": "2026-10-05"})]},
        "岩温：死亡登记 2026-10-01",
    ),
    ("deceased", {"funeral": [(2, {"cremated_on": "2026-10-01"})]}, "玉罕：殡葬（火化） 2026-10-01"),
    (
        "moved_out",
        {
            "hukou": [
                (0, {**HUKOU, "state": "moved", "changed_on": "2025-02-03"}),
                (2, {**HUKOU, "members": 1}),
            ]
        },
        "2025-02-03 迁出",
    ),
    ("cancelled", {"hukou": [(0, {**HUKOU, "state": "cancelled"}), (2, {**HUKOU, "members": 1})]}, "注销"),
    ("hukou_missing", {"hukou": [(0, {**HUKOU, "members": 1})]}, "玉罕按证件号码在公安户籍中查无记录"),
    ("member_missing", {"hukou": [(0, {**HUKOU, "members": 5}), (2, HUKOU)]}, "申报 2 人，公安登记"),
    ("duplicate", {"relief_rolls": [(0, ROLL)]}, "在 533122 领取“最低生活保障”"),
    (
        "duplicate",
        {"relief_rolls": [(0, {**ROLL, "programme": "extreme_hardship", "county_code": "533103"})]},
        "在 533103 领取“特困人员供养”",
    ),
    ("marriage", {"marriage": [(0, MARRIED)]}, "未申报配偶，民政登记 2020-05-20 结婚"),
    (
        "marriage",
        {"marriage": [(0, {**MARRIED, "kind": "divorced", "spouse_name": "玉香"})]},
        "与前配偶共同生活",
    ),
    (
        "imprisoned",
        {"prison": [(0, {"kind": "prison", "since": "2026-01-01", "until": None})]},
        "2026-01-01 起监狱服刑",
    ),
    ("abroad", {"exit_entry": [(0, ABROAD)]}, "境外 91 天"),
    (
        "school_fee",
        {"school": [(2, {**SCHOOL, "fee_year_fen": 160_001})]},
        "学年收费 1,600.01 元，同类公办 800 元",
    ),
    (
        "student",
        {"school": [(2, {**SCHOOL, "stage": "vocational"})]},
        "教育部门登记就读某中学（中等职业学校）",
    ),
    ("student", {"school": []}, "教育部门查无学籍"),
    ("self_pay", {"hospital": [(0, {**ILL, "self_pay_12_fen": 60_000})]}, "申报 0 元，医保结算 600 元"),
    (
        "hospital_spend",
        {"hospital": [(0, {**ILL, "self_pay_12_fen": 1_300_000})]},
        "自付 13,000 元，高于家庭申报收入 12,000 元",
    ),
    ("disability", {"disability": [(0, CARD)]}, "申报无残疾，残联登记肢体 2 级"),
    ("disability_expired", {"disability": [(0, {**CARD, "valid_until": "2026-11-08"})]}, "2026-11-08 到期"),
    (
        "job_lost",
        {"social_insurance": [(0, {**SI, "base_month_fen": 1, "last_month": "2026-07-01"})]},
        "社会保险缴到 2026-07 为止",
    ),
    (
        "poverty_list",
        {"poverty_list": [(0, {"file_number": "1", "state": "monitored", "cause": "因病"})]},
        "登记“是”",
    ),
    (
        "relative",
        {"fiscal_payroll": [(0, {**PAYROLL, "kind": "village_official", "month_fen": 1})]},
        "为村（居）干部",
    ),
    ("power_zero", {"power": [(0, {"kwh_3": 0})]}, "近三个月用电 0 度"),
]


@pytest.mark.parametrize(
    ("flag", "found", "sentence"), RAISED, ids=[f"{n}-{r[0]}" for n, r in enumerate(RAISED)]
)
def test_a_doubt_is_raised_with_a_sentence_to_read_out(flag, found, sentence):
    doubts, lines, result = check(found)
    assert flag in doubts
    assert sentence in doubts[flag].sentence
    assert doubts[flag].sentence.endswith("（数据截至 2026-11-01）")
    assert FATHER["number"] not in doubts[flag].sentence
    assert result == "inconsistent"
    assert any(line.state == "differs" for line in lines)


def test_every_flag_of_the_catalogue_is_tried():
    assert {r[0] for r in RAISED} | {"identity"} == set(FLAGS)


QUIET = [
    {"vehicles": [(0, {**CAR, "kind": "motorcycle"})]},
    {"vehicles": [(0, {**CAR, "state": "scrapped"})]},
    {"real_estate": [(0, HOME)]},
    {"real_estate": [(0, HOME), (0, {**HOME, "replaced": True})]},
    {"business": [(0, {**FIRM, "state": "cancelled"})]},
    {"bank": [(0, {**BANK, "balance_fen": 500_000})]},
    {"social_insurance": [(0, {**SI, "base_month_fen": 130_000})]},
    {"tax": [(0, {"income_12_fen": 1_560_000, "invoiced_12_fen": 0, "until": "2026-10-01"})]},
    {"pension": [(0, {**PENSION, "month_fen": 5_000})]},
    {"pension": [(0, {**PENSION, "stopped_on": "2025-01-01"})]},
    {"exit_entry": [(0, {**ABROAD, "abroad_days_12": 90})]},
    {"exit_entry": [(0, {"abroad_days_12": 365, "border_pass": True})]},
    {"school": [(2, {**SCHOOL, "fee_year_fen": 160_000})]},
    {"hospital": [(0, {**ILL, "self_pay_12_fen": 50_000})]},
    {"prison": [(0, {"kind": "prison", "since": "2020-01-01", "until": "2026-11-09"})]},
    {"marriage": [(0, {**MARRIED, "spouse_name": "玉香"})]},
    {"relief_rolls": [(0, {**ROLL, "county_code": "533103"})]},
    {"social_insurance": [(0, {**SI, "base_month_fen": 1, "last_month": "2026-08-01"})]},
    {"power": [(0, {"kwh_3": 1})]},
    {"poverty_list": [(0, {"file_number": "1", "state": "out", "cause": "因病"})]},
]


@pytest.mark.parametrize("found", QUIET, ids=[f"{n}-{next(iter(q))}" for n, q in enumerate(QUIET)])
def test_what_lies_within_the_threshold_or_the_exception_raises_nothing(found):
    assert check(found)[0] == {}


def test_more_declared_than_a_source_knows_is_no_doubt():
    facts = family(vehicles=2)
    doubts, lines, _result = check({"vehicles": [(0, CAR)]}, facts)
    assert doubts == {}
    assert [line.state for line in lines if line.fact == "vehicles"] == ["less"]


def test_one_person_gets_one_doubt_about_wages_however_many_sources_speak():
    doubts, lines, _result = check(
        {
            "social_insurance": [(0, SI)],
            "tax": [(0, {"income_12_fen": 6_000_000, "invoiced_12_fen": 0, "until": "2026-10-01"})],
        }
    )
    assert set(doubts) == {"tax_income"}
    assert doubts["tax_income"].found == 6_000_000
    assert sum(line.fact == "wage_year_fen" for line in lines) == 2


def test_a_disability_vehicle_is_found_with_its_exception():
    doubts, _lines, _result = check({"vehicles": [(0, {**CAR, "kind": "disability"})]})
    assert doubts["car"].also == {"vehicles_disability": 1}


def test_a_resident_pension_upheld_brings_its_exempt_part():
    pension = {
        "kind": "resident",
        "month_fen": 17_300,
        "central_basic_fen": 14_300,
        "since": "2026-01-01",
        "stopped_on": None,
    }
    doubts, _lines, _result = check({"pension": [(0, pension)]})
    assert doubts["pension"].found == 17_300 * 11
    assert doubts["pension"].also == {"pension_basic_year_fen": 14_300 * 11}


@pytest.mark.parametrize(
    ("since", "stopped", "months"),
    [
        ("2010-01-01", None, 12), ("2026-11-01", None, 1), ("2025-12-01", None, 12), ("2026-01-01", None, 11), ("2026-12-01", None, 0),
        ("2010-01-01", "2026-11-01", 11), ("2010-01-01", "2025-12-01", 0), ("2026-05-01", "2026-06-01", 1),
    ],
)  # fmt: skip
def test_months_drawn_within_the_last_twelve(since, stopped, months):
    assert months_drawn(since, stopped, ON) == months


def test_an_unknown_fact_is_shown_as_unknown_and_compared_as_not_declared():
    facts = family(deposits_fen=None)
    doubts, lines, _result = check({"bank": [(0, BANK)]}, facts)
    assert next(line.declared for line in lines if line.fact == "deposits_fen") == "未填"
    assert "deposit" in doubts


def test_t7_a_tekun_roll_of_the_same_county_is_a_doubt_about_the_person_not_about_the_family():
    tekun = {**ROLL, "programme": "extreme_hardship", "county_code": "533103"}
    doubt = check({"relief_rolls": [(1, tekun)]})[0]["duplicate"]
    assert (doubt.member, doubt.fact, doubt.found) == (1, "identity", "tekun")
    elsewhere = check({"relief_rolls": [(1, ROLL)]})[0]["duplicate"]
    assert (elsewhere.member, elsewhere.fact) == (HOUSEHOLD, "receiving_elsewhere")
