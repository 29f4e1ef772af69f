"""Rules worth property-testing (policy memo, appendix C 1, 4, 9) and what would change a result."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.policy.case_files import cases, day_of, facts_of, parameters_of
from tests.policy.families import DAYS, families
from tuodi.core.facts import Household
from tuodi.core.parameters import ParameterRow
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.minimum_living.rule import assess, what_would_change
from tuodi.policy.parameters import shipped

seeds, days = st.integers(0, 2**32), st.sampled_from(DAYS)
many = settings(max_examples=150, deadline=None, print_blob=True)


def one(seed, on):
    return Household.from_dict(next(families(seed, 1, on, holes=0.0)))


@many
@given(seeds, days, st.integers(0, 5_000_000))
def test_c1_more_income_never_raises_the_family_benefit(seed, on, more):
    household = one(seed, on)
    a = assess(household, shipped(), on=on)
    had = household.given_members[0].get("property_year_fen", 0)
    b = assess(household.changed(member={0: {"property_year_fen": had + more}}), shipped(), on=on)
    if b.outcome == "granted":
        assert a.outcome == "granted"
        assert b.monthly_fen <= a.monthly_fen


@many
@given(seeds, days)
def test_c1_another_dependent_without_income_never_lowers_it(seed, on):
    household = one(seed, on)
    a = assess(household, shipped(), on=on)
    assume(a.outcome == "granted")
    kind = "urban" if a.figures["urban"] else "rural"
    baby = {"name": "新生儿", "relation": "child", "birth": on.isoformat(), "registered_kind": kind}
    b = assess(Household(household.given, [*household.given_members, baby]), shipped(), on=on)
    assert b.outcome == "granted"
    assert b.monthly_fen >= a.monthly_fen


@many
@given(seeds, days, st.integers(0, 100_000))
def test_c4_a_higher_standard_never_makes_an_eligible_family_ineligible(seed, on, more):
    household = one(seed, on)
    assume(assess(household, shipped(), on=on).outcome == "granted")
    p = shipped().at(household.area_code, on)
    # A support formula counted from the standard only gets milder when the standard rises.
    higher = shipped().with_rows(
        ParameterRow(key, "533100", date(2012, 12, 12), p[key] + more, "假设", "test")
        for key in ("dibao.standard.urban_month_fen", "dibao.standard.rural_year_fen")
    )
    assert assess(household, higher, on=on).outcome == "granted"


@many
@given(seeds, days)
def test_c4_margin_and_dibao_are_disjoint_and_margin_lies_between(seed, on):
    a = assess(one(seed, on), shipped(), on=on)
    income, limit = a.figures["income_year_fen"], a.figures["limit_year_fen"]
    if a.finding("margin_family").holds:
        assert a.outcome != "granted"
        assert income * 10 <= limit * 15
        assert all(f.holds for f in a.findings if f.rule.endswith("_within"))
        assert income >= limit or a.finding("income_below_standard").holds is False


@many
@given(seeds, days, st.integers(1, 400))
def test_c9_a_change_dated_later_leaves_earlier_days_unchanged(seed, on, later):
    household = one(seed, on)
    change = [
        ParameterRow(key, area, on + timedelta(days=later), 1, "以后的改动", "test")
        for key in (
            "dibao.standard.urban_month_fen",
            "dibao.standard.rural_year_fen",
            "dibao.workcost.basis_points",
        )
        for area in ("533103", "533100", "530000")
    ]
    before = assess(household, shipped(), on=on).to_dict()
    assert assess(household, shipped().with_rows(change), on=on).to_dict() == before


@many
@given(seeds, days)
def test_c10_what_is_stored_is_plain_and_every_finding_is_there(seed, on):
    import json

    a = assess(one(seed, on), shipped(), on=on)
    stored = json.loads(json.dumps(a.to_dict(), ensure_ascii=False))
    assert len(stored["findings"]) == 15
    assert all(f["sentence"] and f["basis"] for f in stored["findings"])
    assert all(r["basis"] and r["mark"] for r in stored["relied_on"])
    assert stored["eligible"] == (stored["outcome"] in ("granted", "single", "fade_out"))
    assert stored["monthly_fen"] >= 0
    assert stored["eligible"] or stored["monthly_fen"] == 0


def changes(name):
    case = next(c for c in cases() if c["name"].startswith(name))
    return " ".join(
        what_would_change(Household.from_dict(facts_of(case)), parameters_of(case), on=day_of(case))
    )


def test_what_would_change_gives_the_income_the_property_and_the_missing_fact():
    text = changes("T10 收入恰等于标准")
    assert "须低于 6,720 元" in text
    assert "符合低保，每月 1 元" in text
    assert "情况：" not in text
    assert "须举证" in changes("名下有车") or "请举证" in changes("名下有车")
    assert "每月 560 元" in changes("名下有车")
    assert "超出 0.01 元" in changes("金融资产超一分")
    assert "王某：工资性收入" in changes("工资未知，结论")


def test_what_would_change_tries_the_next_standard_and_birthdays():
    assert "2025-07-01 起执行新标准" in changes("T11 标准 7 月 1 日提高")
    assert "满 70 周岁" in changes("七十岁生日前一天")
    assert "每月 616 元" in changes("七十岁生日前一天")


def test_shipped_parameters_are_whole():
    p = shipped()
    assert p.faults() == []
    assert all(row.checked for row in p.rows() if row.key.startswith(("dibao.", "tekun.")))
    assert {i.unit for i in p.info.values()} >= {"fen", "basis_points"}


def test_the_catalogue_knows_who_owns_a_programme_when():
    assert PROGRAMMES["minimum_living"].bureau(date(2017, 2, 17)) == "civil_affairs"
