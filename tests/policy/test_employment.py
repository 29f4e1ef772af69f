"""Employment aid and health beyond their cases: ceilings, clocks, owners by date, and that refusing work costs nothing by rule."""

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.families import DAYS, families
from tests.policy.test_procedures import CALENDAR
from tuodi.core.facts import BY_NAME, Household
from tuodi.core.parameters import MissingParameter
from tuodi.policy.catalogue import PROGRAMMES, health, human_resources
from tuodi.policy.parameters import documented, shipped

MINE = (*human_resources.PROGRAMMES, *health.PROGRAMMES)


def one(member, household=None):
    return Household.from_dict(
        {
            "household": {"area_code": "533103205203", "claim_kind": "rural", **(household or {})},
            "members": [{"name": "甲", "relation": "head", "birth": "1980-05-01", **member}],
        }
    )


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_the_insurance_subsidy_is_never_more_than_two_thirds_and_less_than_a_fen_below(paid):
    facts = {
        "employment": "flexible", "hard_to_place": True, "in_public_post": False, "insurance_paid_month_fen": paid,
        "insurance_months": 0, "insurance_first_on": "", "retires_on": "2045-01-01",
    }  # fmt: skip
    a = PROGRAMMES["insurance_subsidy"].assess(one(facts), shipped(), on=date(2025, 10, 15), member=1)
    assert 2 * paid - 3 < 3 * a.amount_fen <= 2 * paid


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(DAYS))
def test_c10_refusing_work_never_costs_anything_by_rule(seed, on):
    household = Household.from_dict(next(families(seed, 1, on, 0.02)))
    for number in range(1, len(household.members) + 1):
        a = PROGRAMMES["work_refusal"].assess(household, shipped(), on=on, member=number)
        assert a.eligible is False
        assert a.amount_fen == 0


def test_a_zero_employment_family_has_work_within_twenty_working_days():
    process = PROGRAMMES["zero_employment"].process(date(2025, 9, 22))
    assert process.due("placing", date(2025, 9, 22), CALENDAR) == date(2025, 10, 24)


def test_medical_aid_moves_from_civil_affairs_to_medical_insurance():
    for code in ("medical_aid", "premium_support"):
        assert PROGRAMMES[code].bureau(date(2019, 2, 28)) == "civil_affairs"
        assert PROGRAMMES[code].bureau(date(2019, 3, 1)) == "medical_insurance"
    assert PROGRAMMES["emergency_medical"].bureau(date(2017, 2, 17)) == "health"


def test_tekun_and_dibao_may_go_to_the_county_directly_and_others_are_posted():
    process = PROGRAMMES["medical_aid"].process(date(2025, 10, 15))
    assert process.step("send_directly", "checking").target == "county_review"
    assert process.step("post", "checking").target == "noticing"
    assert process.step("object", "noticing").target == "checking"


@pytest.mark.parametrize("programme", MINE, ids=lambda p: p.code)
def test_a_row_is_whole(programme):
    from pathlib import Path

    import tuodi

    written = (Path(tuodi.__file__).parent / "records/org/departments.yaml").read_text(encoding="utf-8")
    bodies = {row["code"] for row in yaml.safe_load(written)}
    assert set(programme.bureaus.values()) <= bodies
    for process in programme.procedures.values():
        assert process.faults() == []
        assert all(limit.basis for limit in process.limits.values())
    assert all((level, name) in BY_NAME for name in programme.form for level in ("member",))
    assert all(e.programme in PROGRAMMES and e.basis for e in programme.exclusions)
    assert len(programme.who) <= 60
    assert len(programme.gives) <= 60
    for sentence in (programme.who, programme.gives):
        assert all(
            len(clause) <= 40 for clause in sentence.replace("；", "，").replace("：", "，").split("，")
        )


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("public_post", "work.minimum_wage.class"),
        ("unemployment_link", "work.minimum_wage.class"),
        ("job_training", "work.training.times_year_max"),
        ("pension_premium", "work.pension.share_basis_points"),
        ("premium_support", "health.premium_support.fixed_year_fen"),
        ("medical_aid", "health.aid.rate.low_basis_points"),
        ("price_supplement", "price.index.cpi_basis_points"),
    ],
)
def test_in_production_what_no_document_says_stops_with_its_name(code, key):
    """Local values of Dehong are unknown (policy memo 20): the demo has test values, production has to set its own."""
    with pytest.raises(MissingParameter) as missing:
        PROGRAMMES[code].assess(one({}), documented(), on=date(2025, 10, 15), member=1)
    assert missing.value.key == key
