"""Civil affairs beside minimum living: the clocks of its procedures, the standards, and what holds between its programmes."""

from dataclasses import replace
from datetime import date

import pytest

from tests.policy.families import families
from tests.policy.test_procedures import CALENDAR
from tuodi.core.facts import Household
from tuodi.core.process import Limit
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.extreme_hardship import process as tekun
from tuodi.policy.formula import told
from tuodi.policy.handling import latest_end
from tuodi.policy.parameters import shipped
from tuodi.policy.rigid_expense import process as rigid_expense
from tuodi.policy.temporary_expense import process as temporary_expense

SEED = 20261124


def due(process, state, since):
    return process.due(state, date.fromisoformat(since), CALENDAR).isoformat()


def test_e17_the_township_has_fifteen_working_days_for_tekun():
    assert due(tekun.TK_2021, "investigating", "2025-09-22") == "2025-10-17"


def test_tekun_by_the_measures_of_2016_has_twenty_and_twenty():
    process = PROGRAMMES["extreme_hardship"].process(date(2017, 9, 18))
    assert process is tekun.TK_2016
    assert (
        due(process, "investigating", "2017-09-18") == "2017-10-20"
    )  # the holiday week does not count, 30 September does
    assert process.limits["county_review"].working_days == 20


def test_t18_the_measures_of_2021_begin_on_the_first_of_july():
    programme = PROGRAMMES["extreme_hardship"]
    assert programme.process(date(2021, 6, 30)) is tekun.TK_2016
    assert programme.process(date(2021, 7, 1)) is tekun.TK_2021


def test_e4_a_change_of_self_care_is_assessed_within_ten_working_days():
    assert due(tekun.SELF_CARE, "reported", "2025-09-03") == "2025-09-17"


def test_an_objection_to_the_notice_leads_back_to_the_inquiry_and_to_a_new_notice():
    step = tekun.TK_2021.step("object", "noticing")
    assert step.target == "investigating"
    assert tekun.TK_2021.limits["investigating"].working_days == 15


def test_t13_the_notice_runs_seven_days_and_rolls_over_spring_festival():
    assert due(tekun.TK_2021, "noticing", "2025-01-22") == "2025-02-05"


def test_a_rigid_expense_family_is_decided_in_thirty_working_days_or_forty_five():
    accepted = date(2025, 9, 22)
    assert rigid_expense.TOTAL.due(accepted, CALENDAR) == date(2025, 11, 7)
    assert rigid_expense.TOTAL_SPECIAL.due(accepted, CALENDAR) == date(2025, 11, 28)


def test_the_steps_of_a_rigid_expense_case_fit_into_the_thirty_days():
    day = date(2025, 9, 22)
    for state in ("investigating", "noticing", "county_review"):
        day = rigid_expense.GX_2025.due(state, day, CALENDAR)
    assert day <= rigid_expense.TOTAL.due(date(2025, 9, 22), CALENDAR)


def test_tk10_the_basic_standard_of_tekun_never_falls_below_its_share_of_the_urban_standard():
    """By the ratio in force; before 2019 there was none."""
    parameters = shipped()
    checked = 0
    for row in parameters.rows("tekun.standard.basic_month_fen"):
        if row.since < date(2019, 7, 1):
            continue
        ratio = parameters.row("tekun.basic.min_ratio_basis_points", row.area, row.since).value
        urban = parameters.row("dibao.standard.urban_month_fen", row.area, row.since).value
        assert row.value * 10_000 >= urban * ratio, row
        checked += 1
    assert checked >= 6


@pytest.mark.parametrize("on", [date(2021, 10, 15), date(2025, 10, 15)])
def test_no_family_is_on_two_of_minimum_living_margin_and_rigid_expense(on):
    """Appendix C 4: the three are disjoint whatever the facts."""
    seen = set()
    for facts in families(SEED, 300, on, holes=0.0):
        household = Household.from_dict(facts)
        whole = PROGRAMMES["minimum_living"].assess(household, shipped(), on=on).outcome
        standing = [whole in ("granted", "fade_out")]
        standing += [
            PROGRAMMES[code].assess(household, shipped(), on=on).eligible
            for code in ("near_threshold", "rigid_expense")
            if PROGRAMMES[code].in_force(on)
        ]
        assert sum(standing) <= 1, (SEED, facts)
        seen.add(tuple(standing))
    assert len(seen) == len(standing) + 1, f"one of them was never met (seed {SEED})"


def test_disaster_relief_changes_hands_on_the_first_of_march_2019():
    stages = [code for code in PROGRAMMES if code.startswith("disaster_")]
    assert len(stages) == 6
    for code in stages:
        assert PROGRAMMES[code].bureau(date(2019, 2, 28)) == "civil_affairs"
        assert PROGRAMMES[code].bureau(date(2019, 3, 1)) == "emergency_management"


def test_an_emergency_is_paid_first_and_documented_within_ten_working_days():
    process = PROGRAMMES["temporary_emergency"].process(date(2025, 9, 22))
    assert process.step("pay_first", "reported").role == "reviewer"  # the township, within its limit
    assert due(process, "paid_first", "2025-09-22") == "2025-10-11"  # a Saturday worked in exchange
    assert process.step("claw_back", "documented").target == "clawed_back"


def test_an_expense_case_is_decided_within_fifteen_working_days():
    process, day = temporary_expense.EXPENSE, date(2025, 9, 22)
    for state in ("accepted", "investigating", "noticing", "county_review"):
        day = process.due(state, day, CALENDAR)
    assert day <= temporary_expense.TOTAL.due(date(2025, 9, 22), CALENDAR)


def test_a_house_is_appraised_posted_in_the_village_and_decided_by_the_county():
    process = PROGRAMMES["disaster_house"].process(date(2025, 9, 22))
    state, way = process.start, []
    while state not in process.ends:
        step = next(s for s in process.steps_from(state) if s.act not in ("refuse", "withdraw", "object"))
        way.append(step.act)
        state = step.target
    assert way == ["register", "appraise", "end_notice", "send", "confirm"]


@pytest.mark.parametrize("on", [date(2018, 10, 15), date(2025, 10, 15)])
def test_the_township_and_the_county_share_out_exactly_what_is_granted(on):
    for facts in families(SEED, 200, on, holes=0.0):
        household = Household.from_dict(facts)
        for code in ("temporary_emergency", "temporary_expense"):
            a = PROGRAMMES[code].assess(household, shipped(), on=on)
            if a.eligible is True and type(a.amount_fen) is int:
                assert a.figures["township_fen"] + a.figures["county_fen"] == a.amount_fen, (SEED, facts)
                assert a.amount_fen > 0, (SEED, facts)


def test_what_time_alone_changes_for_a_child_on_tekun():
    """T1, T6, TK-06: sixteen, eighteen on the 28th of February in a common year, and after that each school year."""
    child = {
        "name": "岩小",
        "relation": "head",
        "birth": "2008-02-29",
        "student": "senior",
        "identity": "tekun",
    }
    household = Household({"area_code": "533103205203", "claim_kind": "rural"}, [child])
    p = shipped().at("533103205203", date(2025, 10, 15))
    ahead = PROGRAMMES["extreme_hardship"].turns(household, p, after=date(2025, 10, 15))
    days = [(t.what, t.day.isoformat()) for t in ahead]
    assert ("age", "2026-02-28") in days
    assert ("student", f"2026-{p['dibao.student.check_month']:02d}-01") in days
    assert all(t.day > date(2025, 10, 15) for t in ahead) and days[0][1] <= days[-1][1]


def test_the_book_tells_tekun_in_short_lines():
    """Each named line stands once; the amount is said by its names, not by every condition over again."""
    book = told(PROGRAMMES["extreme_hardship"], "533103", shipped(), date(2025, 10, 15))
    assert book.amount == "（特困人员基本生活标准（每人每月）（968 元） ＋ 照料护理标准）（符合全部条件时）"
    assert (
        next(c.text for c in book.conditions if c.rule == "no_source_of_living")
        == "本人年收入低于本人适用的低保标准"
    )
    assert told(PROGRAMMES["near_threshold"], "533103", shipped(), date(2025, 10, 15)).amount == "不发放现金"


def test_a_case_ends_when_its_text_says_even_where_its_stages_would_last_longer():
    accepted = date(2025, 9, 22)
    whole = rigid_expense.GX_2025
    stages = replace(whole, overall=None)
    short = replace(whole, overall=Limit(working_days=10))
    assert latest_end(whole, accepted, CALENDAR) == latest_end(stages, accepted, CALENDAR)
    assert latest_end(short, accepted, CALENDAR) == Limit(working_days=10).due(accepted, CALENDAR)
