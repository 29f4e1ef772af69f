"""One call, every programme: identities first, then what rests on them; a missing value or fact stops only what needs it."""

from datetime import date

import pytest

from tests.policy.families import families
from tests.policy.stacked_cases import assessment
from tuodi.core.calendar import WorkCalendar
from tuodi.core.facts import AsOf, Household
from tuodi.core.parameters import ParameterRow
from tuodi.policy.answers import answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import every, what_would_change
from tuodi.policy.parameters import shipped
from tuodi.policy.report import report
from tuodi.policy.stacking.rule import identity_beside

ON = date(2025, 10, 15)
POOR = {
    "household": {"area_code": "533103205203", "claim_kind": "rural"},
    "members": [
        {"name": "甲", "relation": "head", "birth": "1980-05-01"},
        {
            "name": "乙", "relation": "child", "birth": "2013-06-01", "student": "primary", "disability": "physical",
            "disability_grade": 2, "other_living_allowance_month_fen": 0, "work_injury_care": False,
        },
    ],
}  # fmt: skip


def test_what_rests_on_minimum_living_is_answered_as_if_it_were_recognised_and_says_so():
    found = answers(Household.from_dict(POOR), shipped(), on=ON)
    assert found.household["minimum_living"].eligible is True
    assert found.presumed["on_roll"] is True
    assert found.members[1]["disability_living"].finding("in_dibao_family").holds is True
    recorded = {**POOR, "household": {**POOR["household"], "on_roll": True}}
    assert answers(Household.from_dict(recorded), shipped(), on=ON).presumed["on_roll"] is False


def test_a_value_that_is_not_set_silences_only_the_programmes_that_need_it():
    key = "dibao.standard.rural_year_fen"
    lost = shipped().with_rows([ParameterRow(key, "533103", date(2014, 1, 1), None, "测试", "test")])
    found = answers(Household.from_dict(POOR), lost, on=ON)
    assert key in found.not_set["minimum_living"]
    assert "disability_living" in found.members[1]


def test_each_answer_names_the_values_it_relied_on_and_no_others():
    found = answers(Household.from_dict(POOR), shipped(), on=ON)
    living = found.members[1]["disability_living"]
    assert {row["key"] for row in living.relied_on} >= {"disability.living.month_fen"}
    assert not any(row["key"].startswith("dibao.tier") for row in living.relied_on)


def test_what_would_change_was_tried():
    """Each sentence about a fact is checked by turning that fact: the answer it promises comes."""
    facts = {**POOR, "members": [POOR["members"][0], {**POOR["members"][1], "work_injury_care": True}]}
    household = Household.from_dict(facts)
    found = answers(household, shipped(), on=ON)
    assert found.members[1]["disability_living"].eligible is False
    said = what_would_change(household, shipped(), found, on=ON)[("disability_living", 2)]
    assert any("工伤" in sentence and "如为“否”：符合" in sentence for sentence in said), said


def test_a_report_can_be_stored_and_names_bureau_papers_and_last_day():
    import json

    made = report(Household.from_dict(POOR), shipped(), WorkCalendar(), on=ON)
    json.dumps(made, ensure_ascii=False)
    dibao = next(a for a in made["answers"] if a["programme"] == "minimum_living")
    assert dibao["bureau"] == "civil_affairs"
    assert dibao["due"] > "2025-10-15"
    assert "身份证、户口簿" not in dibao["papers"], "the police have it: the family is not asked"
    assert made["presumed"] == ["最低生活保障"]


UNATTENDED = {
    "household": {"area_code": "533103205203", "claim_kind": "rural"},
    "members": [
        {"name": "奶奶", "relation": "head", "birth": "1958-01-01"},
        {
            "name": "丙", "relation": "grandchild", "birth": "2015-06-01", "father_situation": "dead",
            "mother_situation": "lost", "mother_lost_on": "2024-01-01", "disability": "physical", "disability_grade": 2,
            "other_living_allowance_month_fen": 0, "other_care_allowance_month_fen": 0, "care_need_months": 24,
            "work_injury_care": False,
        },
    ],
}  # fmt: skip


def test_what_is_payable_side_by_side_stands_in_the_report_with_its_reason():
    """Minimum living 560 x 2 and the supplements of a minor, disabled: the higher, 20 % of 560 = 112; 1,232, a share of 616.

    The child: living subsidy 90, care subsidy 90; its allowance 1,370 - 616 - 90 = 664.
    """
    made = report(Household.from_dict(UNATTENDED), shipped(), WorkCalendar(), on=ON)
    by = {(a["programme"], a["member"]): a for a in made["answers"]}
    assert by["minimum_living", 0]["payable_fen"] == 123_200
    child = by["unattended_child", 2]
    assert (child["amount_fen"], child["payable_fen"]) == (137_000, 66_400)
    assert [w["rule"] for w in child["reductions"]] == ["unattended_topped_up"]
    assert "616" in child["reductions"][0]["sentence"] or "706" in child["reductions"][0]["sentence"]
    assert child["reductions"][0]["basis"] == "民发〔2019〕62号"
    assert by["disability_living", 2]["payable_fen"] == 9_000
    assert by["disability_nursing", 2]["payable_fen"] == 9_000


def test_a_child_becomes_what_it_chooses_and_keeps_what_it_has_until_then():
    both = {"orphan": assessment("orphan", 1370), "extreme_hardship": assessment("extreme_hardship", 1030)}
    for recorded, chosen, becomes in (
        ("none", None, "orphan"),
        ("none", "tekun", "tekun"),
        ("tekun", None, "tekun"),
        ("tekun", "orphan", "orphan"),
        ("orphan", "", "orphan"),
    ):
        facts = {
            **UNATTENDED,
            "members": [{**UNATTENDED["members"][0], "identity": recorded, "chosen_identity": chosen}],
        }
        (m,) = AsOf(Household.from_dict(facts), ON).members
        assert identity_beside(m, both) == becomes
    assert identity_beside(m, {}) == "none"


def test_any_family_is_answered_whatever_is_missing():
    for facts in families(20261124, 60, ON, 0.3):
        household = Household.from_dict(facts)
        found = answers(household, shipped(), on=ON)
        asked = {code for (code, _), _ in every(found)} | set(found.not_set)
        assert asked == {c for c, p in PROGRAMMES.items() if p.evaluate and p.in_force(ON)}
        for (code, _), a in every(found):
            assert a.programme == code


@pytest.mark.parametrize("holes", [0.0, 0.02, 0.3])
def test_a_report_is_made_for_any_family_whatever_is_missing(holes):
    """Seed 20261124: reasons, amounts and what would change them, none of which may stumble over an unknown."""
    for facts in families(20261124, 40, ON, holes):
        made = report(Household.from_dict(facts), shipped(), WorkCalendar(), on=ON)
        assert all(sentence for answer in made["answers"] for sentence in answer["changes"])


def test_what_is_payable_stands_beside_what_is_assessed_with_the_clause_of_each_reduction():
    """A child nobody can bring up, in a dibao family with a disability: topped up, not added up (policy memo 0.7)."""
    lost = {
        "mother_situation": "dead",
        "father_situation": "dead",
        "orphan_care": "scattered",
        "chosen_identity": "",
    }
    facts = {**POOR, "members": [POOR["members"][0], {**POOR["members"][1], **lost}]}
    made = report(Household.from_dict(facts), shipped(), WorkCalendar(), on=ON)
    of = {a["programme"]: a for a in made["answers"] if a["member"] == 2}
    assert of["orphan"]["eligible"] and of["orphan"]["payable_fen"] == of["orphan"]["amount_fen"] > 0
    living = of["disability_living"]
    assert living["payable_fen"] == 0
    assert living["eligible"] is False or any(
        "孤儿" in r["sentence"] and r["basis"] for r in living["reductions"]
    )
