"""Every case of every programme an official can read, on plain numbers (tests/bulk runs the same on columns).

    given: {day: "2025-10-15", member: {student: primary}}     # what every case of the file starts from
    cases:
    - name: …                                                  # yuan and blanks as officials write them; the arithmetic in a comment
      household: {…}
      members: [{…}, {…}]
      member: 2                                                # whom the answer is about, where the programme is a person's; else 1
      parameters: {key: value}                                 # a local value, as the county would set it
      expect: {eligible: true, amount: 1250, fails: [], …}     # eligible: true, false or null (cannot say yet)

`expect` may name: eligible, outcome, amount, fails, unknown, missing, holds, not_holds, missing_parameter, and any figure of the
assessment (a name ending in `_fen` without it, in yuan).
"""

from datetime import date

import pytest

from tests.policy.case_files import FILES, cases, day_of, facts_of, parameters_of
from tuodi.core.facts import Household, validate
from tuodi.policy.cases import answer_of, faults
from tuodi.policy.catalogue import PROGRAMMES

ALL = [
    pytest.param(code, case, id=f"{code}: {case['name']}")
    for code, path in FILES.items()
    if code != "minimum_living"  # tests/policy/test_minimum_living_cases.py
    for case in cases(path)
]


def assessed(code, case):
    programme = PROGRAMMES[code]
    return programme.assess(
        Household.from_dict(facts_of(case)),
        parameters_of(case),
        on=day_of(case),
        member=case.get("member", 1) if programme.of_members else 0,
    )


@pytest.mark.parametrize(("code", "case"), ALL)
def test_case(code, case):
    answer = answer_of(code, case)
    assert faults(case, answer) == []
    if answer.assessment is None:
        return
    a = answer.assessment
    assert all(s and "{" not in s for s in a.sentences())
    assert all(f.basis for f in a.findings)


@pytest.mark.parametrize(("code", "case"), ALL)
def test_the_facts_of_the_case_are_in_order_but_for_documents(code, case):
    faults = [f for f in validate(facts_of(case), on=day_of(case)) if f.field != "number"]
    assert not faults, faults


@pytest.mark.parametrize("code", [code for code, p in PROGRAMMES.items() if p.evaluate is not None])
def test_a_programme_with_a_rule_has_twelve_cases_or_more_and_each_required_finding_fails_in_one(code):
    written = cases(FILES[code])
    assert len(written) >= 12
    assert len({c["name"] for c in written}) == len(written), "two cases of one name"
    if code == "minimum_living":
        return
    failed, required = set(), set()
    for case in written:
        if "missing_parameter" in case["expect"]:
            continue
        a = assessed(code, case)
        failed |= {f.rule for f in a.fails}
        required |= {f.rule for f in a.findings if f.required}
    assert required <= failed, f"never failing in a case: {sorted(required - failed)}"


def test_every_programme_says_who_what_on_what_basis_and_how():
    for code, programme in PROGRAMMES.items():
        assert programme.who and programme.gives and programme.basis, code
        assert programme.evaluate is not None or programme.form, f"{code}: neither a rule nor a form"
        assert programme.process(date(2026, 11, 24)) is not None or not programme.in_force(
            date(2026, 11, 24)
        ), f"{code} has no procedure"
