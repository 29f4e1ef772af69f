"""Every case an official can read, on plain numbers (tests/bulk runs the same on columns)."""

import pytest

from tests.policy.case_files import cases, day_of, facts_of, parameters_of
from tuodi.core.facts import Household, validate
from tuodi.policy.cases import answer_of, faults
from tuodi.policy.minimum_living.rule import what_would_change

CASES = cases()


def test_there_are_at_least_sixty_cases_with_names_of_their_own():
    assert len(CASES) >= 60
    assert len({c["name"] for c in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_case(case):
    answer = answer_of("minimum_living", case)
    assert faults(case, answer) == []
    if answer.assessment is None:
        return
    a = answer.assessment
    assert all(s and "{" not in s for s in a.sentences())
    assert all(f.basis for f in a.findings)
    household = Household.from_dict(facts_of(case))
    what_would_change(household, parameters_of(case), on=day_of(case), found=a)


def test_a_wrong_expectation_is_found():
    """The broken twin: one figure, one finding, one missing value other than written."""
    case = CASES[0]
    answer = answer_of("minimum_living", case)
    wrong = {**case, "expect": {**case["expect"], "monthly": 1, "fails": ["vehicles_within"]}}
    assert len(faults(wrong, answer)) == 2
    assert faults({**case, "expect": {"missing_parameter": "dibao.law"}}, answer)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_the_facts_of_every_case_are_in_order_but_for_documents(case):
    faults = [f for f in validate(facts_of(case), on=day_of(case)) if f.field != "number"]
    assert not faults, faults
