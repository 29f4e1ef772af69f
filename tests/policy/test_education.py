"""Student aid: the three siblings of E14, what begins when, what is no money, and the child as a place at school."""

from datetime import date

import pytest

from tuodi.core.facts import Household
from tuodi.core.logic import is_unknown
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped

EDUCATION = [p for p in PROGRAMMES.values() if p.bureau(date(2026, 11, 24)) == "education"]
WITH_A_RULE = [p for p in EDUCATION if p.evaluate is not None]
AT_SCHOOL = {"school_roll": True, "school_place": "county", "school_rural": True, "school_hardship": "none"}
SIBLINGS = Household.from_dict(
    {
        "household": {"area_code": "533103205203", "claim_kind": "rural"},
        "members": [
            {"name": "父", "relation": "head", "birth": "1978-01-01", "ethnicity": "28", "school_roll": False},
            {"name": "弟", "relation": "child", "birth": "2007-01-01", "ethnicity": "28", "student": "primary", "boarding": True, **AT_SCHOOL},
            {"name": "哥", "relation": "child", "birth": "2003-01-01", "ethnicity": "28", "student": "junior", "boarding": True, **AT_SCHOOL},
            {"name": "姐", "relation": "child", "birth": "2000-01-01", "ethnicity": "28", "student": "vocational", "school_grade": 2,
             "farming_major": False, "tuition_year_fen": 200_000, **AT_SCHOOL},
        ],
    }
)  # fmt: skip


def given(member, on=date(2017, 3, 15)):
    """Every education programme in force that gives something to a member, by code."""
    found = {
        p.code: p.assess(SIBLINGS, shipped(), on=on, member=member) for p in WITH_A_RULE if p.in_force(on)
    }
    assert not any(is_unknown(a.eligible) for a in found.values()), {
        c: a.missing for c, a in found.items() if a.missing
    }
    return {code: a for code, a in found.items() if a.eligible}


def total(found):
    return sum(a.amount_fen for a in found.values())


def test_e14_the_boarder_in_primary_has_2050_and_books_of_90():
    found = given(2)
    assert set(found) == {"compulsory_tuition", "boarder_subsidy", "nutrition"}
    assert total(found) == 205_000
    assert found["compulsory_tuition"].figures["textbooks_year_fen"] == 9_000


def test_e14_the_brother_in_junior_high_has_2300():
    assert total(given(3)) == 230_000


def test_e14_the_sister_in_vocational_school_has_2000_and_no_tuition_to_pay():
    found = given(4)
    assert set(found) == {"vocational_grant", "vocational_tuition"}
    assert total(found) == 200_000
    assert found["vocational_tuition"].figures["waived_year_fen"] == 200_000


def test_a_parent_has_no_place_at_school():
    assert given(1) == {}


@pytest.mark.parametrize(
    ("code", "first"),
    [("non_boarder_subsidy", "2019-09-01"), ("senior_tuition_waiver", "2016-09-01"), ("tuition_award", "2016-09-01")],
)  # fmt: skip
def test_a_programme_begins_on_its_first_school_day_and_not_before(code, first):
    day = date.fromisoformat(first)
    assert PROGRAMMES[code].in_force(day)
    assert not PROGRAMMES[code].in_force(date.fromordinal(day.toordinal() - 1))


def test_books_waivers_and_loans_are_figures_and_never_money():
    no_money = {p.code for p in WITH_A_RULE if p.benefit in ("waiver", "loan")}
    assert no_money == {"compulsory_tuition", "senior_tuition_waiver", "vocational_tuition", "credit_loan"}
    for code in no_money:
        found = PROGRAMMES[code].assess(SIBLINGS, shipped(), on=date(2017, 3, 15), member=2)
        assert found.amount_fen == 0
        assert found.period == "none"
        assert PROGRAMMES[code].period == "none"
    assert "贷款" in PROGRAMMES["credit_loan"].gives
    assert "要还" in PROGRAMMES["credit_loan"].gives


def test_what_a_rule_pays_by_and_calls_itself_is_what_the_catalogue_says():
    for programme in WITH_A_RULE:
        found = programme.assess(SIBLINGS, shipped(), on=date(2025, 10, 15), member=2)
        assert (found.programme, found.period) == (programme.code, programme.period)


def test_all_student_aid_belongs_to_a_place_at_school():
    assert len(EDUCATION) == 16
    assert {p.unit for p in EDUCATION} == {"school_place"}
