"""Every case an official can read, on plain numbers (tests/bulk runs the same on columns)."""

import pytest

from tests.policy.case_files import cases, day_of, facts_of, parameters_of
from tuodi.core.facts import Household, validate
from tuodi.core.parameters import MissingParameter
from tuodi.policy.minimum_living.rule import assess, what_would_change

CASES = cases()


def test_there_are_at_least_sixty_cases_with_names_of_their_own():
    assert len(CASES) >= 60
    assert len({c["name"] for c in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_case(case):
    household = Household.from_dict(facts_of(case))
    parameters, on, expect = parameters_of(case), day_of(case), case["expect"]
    if "missing_parameter" in expect:
        with pytest.raises(MissingParameter) as missing:
            assess(household, parameters, on=on)
        assert expect["missing_parameter"] in str(missing.value)
        return
    a = assess(household, parameters, on=on)
    stored = a.to_dict()
    seen = {
        "eligible": stored["eligible"],
        "outcome": stored["outcome"],
        "monthly": a.monthly_fen,
        "base": a.figures["base_monthly_fen"],
        "supplement": a.figures["supplement_monthly_fen"],
        "size": a.figures["size"],
        "income": a.figures["income_year_fen"],
        "standard": a.figures["standard_year_fen"],
        "fails": [f.rule for f in a.fails],
        "unknown": [f.rule for f in a.findings if f.required and f.missing],
        "missing": list(a.missing),
    }
    money = {"monthly", "base", "supplement", "income", "standard"}
    for name, value in expect.items():
        if name == "holds":
            assert all(a.finding(rule).holds is True for rule in value)
        elif name == "not_holds":
            assert all(a.finding(rule).holds is False for rule in value)
        else:
            assert seen[name] == (value * 100 if name in money else value), (name, a.sentences())
    assert all(s and "{" not in s for s in a.sentences())
    assert all(f.basis for f in a.findings)
    what_would_change(household, parameters, on=on, found=a)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_the_facts_of_every_case_are_in_order_but_for_documents(case):
    faults = [f for f in validate(facts_of(case), on=day_of(case)) if f.field != "number"]
    assert not faults, faults
