"""Housing aid: E15 to the fen, one house one grant both ways, and the clock of five years in the line."""

from datetime import date

import pytest

from tests.policy.test_procedures import CALENDAR
from tuodi.core.facts import Household
from tuodi.core.process import Limit
from tuodi.policy.catalogue import PROGRAMMES, housing
from tuodi.policy.formula import told
from tuodi.policy.housing.process import DILAPIDATED_HOUSE, PUBLIC_RENTAL
from tuodi.policy.parameters import shipped

ON = date(2025, 10, 15)
TOWN = {
    "area_code": "533103001001", "claim_kind": "urban", "dwelling_place": "town", "floor_area_m2": 18,
    "in_public_rental": False, "rents_on_market": True,
}  # fmt: skip
VILLAGE = {
    "area_code": "533103205203", "claim_kind": "rural", "dwelling_place": "village", "danger_grade": "D", "on_roll": True,
    "quake_works": "rebuild", "had_dilapidated_grant": False, "had_quake_grant": False, "had_disaster_house_grant": False,
}  # fmt: skip


def family(household, size=3):
    members = [
        {"name": f"成员{i}", "relation": "head" if i == 1 else "child", "birth": f"{1980 + i}-01-01"}
        for i in range(1, size + 1)
    ]
    return Household.from_dict({"household": household, "members": members})


def assess(code, household, size=3):
    return PROGRAMMES[code].assess(family(household, size), shipped(), on=ON)


def test_e15_216_a_month_648_a_quarter_and_151_yuan_20_as_margin_family():
    dibao = assess("rent_subsidy", {**TOWN, "on_roll": True})
    assert (dibao.monthly_fen, dibao.figures["quarter_fen"]) == (21_600, 64_800)
    assert assess("rent_subsidy", {**TOWN, "margin_family": True}).monthly_fen == 15_120


@pytest.mark.parametrize("size", range(1, 9))
def test_more_room_of_ones_own_never_raises_the_rent_subsidy_and_more_people_never_lower_it(size):
    by_area = [
        assess("rent_subsidy", {**TOWN, "on_roll": True, "floor_area_m2": area}, size).amount_fen
        for area in range(0, 80, 5)
    ]
    assert by_area == sorted(by_area, reverse=True)
    assert (
        by_area[0]
        <= assess("rent_subsidy", {**TOWN, "on_roll": True, "floor_area_m2": 0}, size + 1).amount_fen
    )


@pytest.mark.parametrize(
    ("had", "rule"),
    [
        ("had_dilapidated_grant", "no_dilapidated_grant"),
        ("had_quake_grant", "no_quake_grant"),
        ("had_disaster_house_grant", "no_disaster_grant"),
    ],
)
def test_one_house_draws_one_grant_whichever_came_first(had, rule):
    for code in ("dilapidated_house", "quake_safe_house"):
        assert assess(code, VILLAGE).eligible is True
        refused = assess(code, {**VILLAGE, had: True})
        assert [f.rule for f in refused.fails] == [rule]
        assert refused.fails[0].basis


def test_both_grants_open_to_one_house_name_each_other_as_an_exclusion():
    assert {e.programme for e in PROGRAMMES["dilapidated_house"].exclusions} == {"quake_safe_house"}
    assert {e.programme for e in PROGRAMMES["quake_safe_house"].exclusions} == {"dilapidated_house"}


def test_the_line_for_a_home_lasts_five_years_to_the_corresponding_day():
    assert PUBLIC_RENTAL.due("waiting", date(2020, 10, 15), CALENDAR) == date(2025, 10, 15)
    assert PUBLIC_RENTAL.due("waiting", date(2020, 2, 29), CALENDAR) == date(2025, 2, 28)


def test_the_grant_is_paid_within_thirty_days_of_the_completion_check():
    assert DILAPIDATED_HOUSE.due("paying", date(2025, 11, 3), CALENDAR) == date(2025, 12, 3)
    assert DILAPIDATED_HOUSE.due("paying", date(2025, 9, 3), CALENDAR) == date(
        2025, 10, 9
    )  # over the holiday


def test_a_limit_in_months_ends_on_the_last_day_of_a_shorter_month_and_may_roll():
    assert Limit(months=1).due(date(2025, 1, 31), CALENDAR) == date(2025, 2, 28)
    assert Limit(months=1, rolls=True).due(date(2025, 9, 1), CALENDAR) == date(2025, 10, 9)
    with pytest.raises(AssertionError, match="working days, in days or in months"):
        Limit().due(date(2025, 1, 1), CALENDAR)


def test_the_rule_book_says_what_has_not_been_had_in_plain_words():
    text = {c.rule: c.text for c in told(PROGRAMMES["dilapidated_house"], "533103", shipped(), ON).conditions}
    assert text["no_quake_grant"] == "未享受地震安居工程补助（这处住房）"
    assert text["in_village"] == "现住房所在地为“农村”"


def test_what_a_rule_pays_by_and_calls_itself_is_what_the_catalogue_says():
    for programme in housing.PROGRAMMES:
        found = assess(programme.code, {**TOWN, **VILLAGE})
        assert (found.programme, found.period) == (programme.code, programme.period)
