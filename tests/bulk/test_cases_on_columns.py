"""Every case an official can read, on DuckDB columns: the same answers as on numbers, findings and fen."""

import pytest

from tests.policy.case_files import cases, day_of, facts_of, parameters_of
from tuodi.bulk.assess import assess_all
from tuodi.bulk.snapshot import of_households
from tuodi.core.facts import Household
from tuodi.core.parameters import MissingParameter
from tuodi.policy.minimum_living.rule import assess


def numbers(facts, parameters, on):
    stored = assess(Household.from_dict(facts), parameters, on=on).to_dict()
    return {
        "eligible": stored["eligible"],
        "outcome": None if stored["outcome"] == "unknown" else stored["outcome"],
        "amount_fen": stored["amount_fen"],
        **stored["figures"],
        **{f["rule"]: f["holds"] for f in stored["findings"]},
    }


@pytest.mark.parametrize("case", cases(), ids=lambda c: c["name"])
def test_case(case):
    facts, parameters, on = facts_of(case), parameters_of(case), day_of(case)
    snapshot = of_households([(7, facts)])
    if "missing_parameter" in case["expect"]:
        with pytest.raises(MissingParameter, match=case["expect"]["missing_parameter"]):
            assess_all(snapshot, on=on, parameters=parameters)
        return
    (row,) = assess_all(snapshot, on=on, parameters=parameters).to_pylist()
    assert row.pop("household_id") == 7
    assert row == numbers(facts, parameters, on)
