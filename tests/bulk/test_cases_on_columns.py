"""Every case an official can read, on DuckDB columns: the same answers as on numbers, findings and fen.

Cases of one programme, day and set of parameters run together, a household each.
"""

import json

import pytest

from tests.policy.case_files import FILES, cases, day_of, facts_of, parameters_of
from tuodi.bulk.assess import assess_all
from tuodi.bulk.snapshot import of_households
from tuodi.core.facts import Household
from tuodi.core.parameters import MissingParameter
from tuodi.policy.catalogue import PROGRAMMES


def plain(a):
    """An assessment as a row of columns."""
    stored = a.to_dict()
    return {
        "eligible": stored["eligible"],
        "outcome": None if stored["outcome"] == "unknown" else stored["outcome"],
        "amount_fen": stored["amount_fen"],
        **stored["figures"],
        **{f["rule"]: f["holds"] for f in stored["findings"]},
    }


def numbers(facts, parameters, on, code="minimum_living", member=0):
    programme = PROGRAMMES[code]
    household = Household.from_dict(facts)
    return plain(programme.assess(household, parameters, on=on, member=member))


def batches(code):
    """The cases that can run together: one day, the same local values."""
    found = {}
    for case in cases(FILES[code]):
        key = (str(case.get("day")), json.dumps(case.get("parameters", {}), sort_keys=True))
        if "missing_parameter" in case["expect"]:
            key = (*key, case["name"])
        found.setdefault(key, []).append(case)
    return found.values()


@pytest.mark.parametrize("code", FILES)
def test_the_cases_of_a_programme_come_out_on_columns_as_on_numbers(code):
    by_member = PROGRAMMES[code].of_members
    for together in batches(code):
        parameters, on = parameters_of(together[0]), day_of(together[0])
        facts = [facts_of(case) for case in together]
        snapshot = of_households(enumerate(facts))
        if "missing_parameter" in together[0]["expect"]:
            with pytest.raises(MissingParameter, match=together[0]["expect"]["missing_parameter"]):
                assess_all(snapshot, on=on, parameters=parameters, programme=code)
            continue
        rows = assess_all(snapshot, on=on, parameters=parameters, programme=code).to_pylist()
        assert len(rows) == (sum(len(f["members"]) for f in facts) if by_member else len(facts))
        for row in rows:
            number, member = row.pop("household_id"), row.pop("member_number", 0)
            wanted = numbers(facts[number], parameters, on, code, member)
            assert row == wanted, (together[number]["name"], member)
