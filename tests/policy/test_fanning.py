"""Which programmes a family's story opens, at which body, why; and which not and why not."""

from __future__ import annotations

import random
from datetime import date

import pytest

from tests.policy.families import family
from tuodi.core.calendar import WorkCalendar
from tuodi.core.facts import BY_NAME, Household
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.fanning import ASKED, LEADS, NEEDS, WHY, WHY_NOT, WITHOUT_ASKING, fan_out, planned_by_hand
from tuodi.policy.handling import latest_end
from tuodi.policy.parameters import shipped

ON = date(2026, 11, 23)
CALENDAR = WorkCalendar()


def open_for(household=None, members=(), *, on=ON, needs=(), own="minimum_living"):
    facts = {
        "household": {"area_code": "533103205203", "claim_kind": "rural", **(household or {})},
        "members": [
            {"name": f"成员{n}", "relation": "head" if n == 1 else "child", **m}
            for n, m in enumerate(members, 1)
        ],
    }
    return fan_out(Household.from_dict(facts), shipped(), CALENDAR, on=on, needs=needs, own=own)


FARMER = {"birth": "1980-05-01", "employment": "farming", "farm_gross_year_fen": 300_000}
DISABLED_CHILD = {
    "birth": "2013-06-01",
    "student": "primary",
    "disability": "physical",
    "disability_grade": 2,
}
STUDENT = {"birth": "2009-06-01", "student": "senior", "boarding": True}


def opened(found, body=None):
    return {(p.programme, p.member) for p in found.planned if body in (None, p.body)}


def test_a_rural_family_with_a_disabled_child_a_student_and_a_bad_house_reaches_seven_bodies():
    found = open_for(members=[FARMER, DISABLED_CHILD, STUDENT], needs={"house"})
    assert opened(found, "civil_affairs") == {("disability_living", 2), ("disability_nursing", 2)}
    assert opened(found, "education") == {
        ("non_boarder_subsidy", 2),
        ("senior_grant", 3),
        ("senior_tuition_waiver", 3),
    }
    assert opened(found, "housing") == {("dilapidated_house", 0)}
    assert opened(found, "human_resources") == {("pension_premium", 1)}
    assert opened(found, "medical_insurance") == {("premium_support", n) for n in (1, 2, 3)}
    assert opened(found, "poverty") == {("monitoring", 0), ("dual_status", 0)}
    assert opened(found, "disabled_federation") == {("special_living", 0), ("home_adaptation", 0)}


def test_a_grown_worker_without_troubles_opens_nothing():
    worker = {
        "birth": "1985-05-01",
        "employment": "employed",
        "wage_year_fen": 9_000_000,
        "registered_kind": "urban",
    }
    assert open_for({"claim_kind": "urban"}, [worker]).planned == ()


def test_the_applications_own_programme_is_never_referred_to_itself():
    found = open_for(members=[FARMER, DISABLED_CHILD])
    assert "minimum_living" not in found.codes()
    assert any(n.programme == "minimum_living" and n.reason == "own" for n in found.not_opened)
    other = open_for(members=[FARMER, DISABLED_CHILD], own="disability_living")
    assert "minimum_living" in other.codes() and "disability_living" not in other.codes()


def test_medical_help_goes_to_the_body_that_has_it_on_the_day():
    ill = {"birth": "1980-05-01", "serious_illness": True}
    before = open_for(members=[ill], needs={"medical"}, on=date(2018, 6, 1))
    after = open_for(members=[ill], needs={"medical"})
    assert {p.body for p in before.planned if p.programme == "premium_support"} == {"civil_affairs"}
    assert {p.body for p in after.planned if p.programme == "premium_support"} == {"medical_insurance"}


def test_of_two_that_exclude_each_other_only_one_is_opened_and_the_clause_is_said():
    tekun = {
        "birth": "1950-06-01", "identity": "tekun", "disability": "physical", "disability_grade": 1, "work_ability": "none",
        "care_need_months": 12, "work_injury_care": False, "other_care_allowance_month_fen": 0, "other_living_allowance_month_fen": 0,
    }  # fmt: skip
    found = open_for({"on_roll": False}, [tekun])
    assert not {"disability_living", "disability_nursing"} & found.codes()
    left = [n for n in found.not_opened if n.programme == "disability_nursing"]
    assert left and left[0].reason in ("fails", "excluded") and "特困" in "".join(left[0].because)


def test_each_reduction_that_leaves_nothing_names_its_clause():
    """Over random families: nothing opened as entitled is pushed out by another, and what is pushed out says by which clause."""
    rng = random.Random(20261124)
    seen = 0
    for _ in range(150):
        found = fan_out(Household.from_dict(family(rng, ON)), shipped(), CALENDAR, on=ON)
        for n in found.not_opened:
            if n.reason == "excluded":
                seen += 1
                assert n.because and all("（" in line for line in n.because)
    assert seen, "no family in which one programme pushes out another: seed 20261124"


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_a_need_alone_never_opens_what_the_rule_refuses(need):
    well_off = {"birth": "1985-05-01", "employment": "employed", "wage_year_fen": 90_000_000}
    asked = open_for({"deposits_fen": 900_000_000, "vehicles": 3}, [well_off], needs={need})
    refused = {(n.programme, m) for n in asked.not_opened if n.reason == "fails" for m in n.members}
    assert not refused & opened(asked)


def test_a_need_named_in_the_facts_counts_as_one_confirmed():
    told = open_for({"need_house": True}, [FARMER])
    confirmed = open_for({}, [FARMER], needs={"house"})
    assert opened(told) == opened(confirmed)
    assert ("dilapidated_house", 0) in opened(told)
    assert ("dilapidated_house", 0) not in opened(open_for({}, [FARMER]))


def test_a_need_nobody_knows_is_our_fault():
    with pytest.raises(AssertionError):
        open_for(members=[FARMER], needs={"moon"})


def test_each_referral_says_why_what_is_missing_what_to_bring_and_by_when():
    found = open_for(members=[FARMER, DISABLED_CHILD, STUDENT], needs={"house", "disability"})
    for p in found.planned:
        programme = PROGRAMMES[p.programme]
        assert p.why in WHY and p.body == programme.bureau(ON)
        process = programme.process(ON)
        assert process is not None and p.procedure == process.key
        assert p.due == latest_end(process, ON, CALENDAR)
        assert p.members == ((p.member,) if p.member else (1, 2, 3))
        assert (p.why in ("likely", "asked")) <= bool(p.missing or p.assessment is None)
    living = next(p for p in found.planned if p.programme == "disability_living")
    assert living.rests_on == ("最低生活保障",)
    assert "乙" not in living.papers


def test_a_body_is_told_only_what_its_rule_read():
    found = open_for({"deposits_fen": 5_000_00}, [FARMER, DISABLED_CHILD, STUDENT])
    by = {p.programme: p for p in found.planned}
    assert "deposits_fen" not in {*by["senior_grant"].read.household, *by["pension_premium"].read.household}
    assert "disability" not in by["pension_premium"].read.own
    assert by["disability_living"].read.others == ()
    assert {"disability_grade", "disability_valid_until"} <= set(by["disability_living"].read.own)
    for p in found.planned:
        assert all(("household", n) in BY_NAME for n in p.read.household)
        assert all(("member", n) in BY_NAME for n in (*p.read.own, *p.read.others))


def test_every_programme_is_either_opened_or_left_with_a_reason_for_every_family():
    rng = random.Random(7)
    for _ in range(60):
        household = Household.from_dict(family(rng, ON))
        found = fan_out(household, shipped(), CALENDAR, on=ON, needs=rng.sample(sorted(NEEDS), 2))
        told = found.codes() | {n.programme for n in found.not_opened}
        assert told == {code for code, p in PROGRAMMES.items() if p.in_force(ON)}
        assert all(n.reason in WHY_NOT for n in found.not_opened)
        keys = [(p.programme, p.member) for p in found.planned]
        assert len(keys) == len(set(keys)), "seed 7"
        assert all(p.amount_fen is None or p.amount_fen > 0 for p in found.planned)


def test_the_tables_name_programmes_and_findings_that_exist():
    household = Household.from_dict(family(random.Random(3), ON))
    for code in {*LEADS, *WITHOUT_ASKING, *(c for rows in ASKED.values() for c, _sign in rows)}:
        assert code in PROGRAMMES
    assert set(ASKED) == set(NEEDS)
    for code, rules in LEADS.items():
        a = PROGRAMMES[code].assess(
            household, shipped(), on=ON, member=1 if PROGRAMMES[code].of_members else 0
        )
        assert set(rules) <= {f.rule for f in a.findings if f.required}, code


def test_by_hand_the_rules_answer_goes_along_whatever_it_is():
    facts = {
        "household": {"area_code": "533103205203", "claim_kind": "urban"},
        "members": [{"name": "甲", "relation": "head", **FARMER}],
    }
    made = planned_by_hand("quake_safe_house", Household.from_dict(facts), shipped(), CALENDAR, on=ON)
    assert (made.why, made.body) == ("by_hand", "housing")
    assert made.assessment is not None


def test_the_same_story_gives_the_same_referrals_whatever_the_order_of_needs():
    """A broken twin would be a set's order deciding the numbers of referrals."""
    one = open_for(members=[FARMER, DISABLED_CHILD, STUDENT], needs=["house", "school", "disability"])
    other = open_for(members=[FARMER, DISABLED_CHILD, STUDENT], needs=["disability", "house", "school"])
    assert [(p.programme, p.member) for p in one.planned] == [(p.programme, p.member) for p in other.planned]
