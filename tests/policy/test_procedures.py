"""The clocks of E17 and the shape of both procedures."""

import re
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Limit
from tuodi.policy.minimum_living.rule import LAWS
from tuodi.policy.procedures import DB_2012, DB_2021, PROCEDURES, procedure_on


def _calendar() -> WorkCalendar:
    holidays, swapped = set(), set()
    day = date(2015, 1, 1)
    while day < date(2027, 1, 1):
        works = chinese_calendar.is_workday(day)
        if works != (day.weekday() < 5):
            (swapped if works else holidays).add(day)
        day += timedelta(days=1)
    return WorkCalendar(frozenset(holidays), frozenset(swapped), frozenset(range(2015, 2027)))


CALENDAR = _calendar()


def due(procedure, state, since):
    return procedure.process.due(state, date.fromisoformat(since), CALENDAR).isoformat()


def test_e17_the_2012_procedure_step_by_step():
    assert due(DB_2012, "investigating", "2017-09-18") == "2017-09-30"  # a Saturday worked in exchange
    assert due(DB_2012, "appraising", "2017-09-27") == "2017-10-10"
    assert due(DB_2012, "noticing", "2017-10-10") == "2017-10-17"
    assert due(DB_2012, "county_review", "2017-10-18") == "2017-10-25"
    assert due(DB_2012, "second_noticing", "2017-10-25") == "2017-11-01"
    assert due(DB_2012, "county_decision", "2017-11-01") == "2017-11-06"


def test_e17_the_2021_procedure():
    accepted = date(2025, 9, 22)
    assert DB_2021.start_investigation.due(accepted, CALENDAR) == date(2025, 9, 25)
    assert DB_2021.overall_due(accepted, CALENDAR, urban=False, delegated=True) == date(2025, 10, 24)
    assert DB_2021.overall_due(accepted, CALENDAR, urban=False) == date(2025, 11, 7)
    assert DB_2021.overall_due(accepted, CALENDAR, urban=True, special=True) == date(2025, 11, 28)
    spring = date(2024, 2, 5)
    assert DB_2021.overall_due(spring, CALENDAR, urban=False, delegated=True) == date(2024, 3, 8)
    assert DB_2021.overall_due(spring, CALENDAR, urban=False) == date(2024, 3, 22)


def test_delegation_shortens_the_clock_only_from_october_2022():
    accepted = date(2022, 10, 19)
    assert DB_2021.overall(accepted, CALENDAR, urban=False, delegated=True)[0].label == "全程"


def test_in_2012_an_urban_case_warns_on_the_earlier_of_thirty_days_and_the_steps():
    clocks = DB_2012.overall(date(2017, 9, 18), CALENDAR, urban=True)
    assert [c.label for c in clocks] == ["城市低保自申请起", "各环节时限之和"]
    assert clocks[0].due == date(2017, 10, 18)
    assert clocks[1].due > clocks[0].due
    assert [c.label for c in DB_2012.overall(date(2017, 9, 18), CALENDAR, urban=False)] == ["各环节时限之和"]


def test_order_271_counts_from_application_not_from_acceptance_and_rolls_over_holidays():
    accepted, applied = date(2017, 9, 18), date(2017, 9, 4)
    clocks = DB_2012.overall(accepted, CALENDAR, urban=True, applied_on=applied)
    assert clocks[0].due == date(2017, 10, 9)  # 4 October is a holiday; the first working day after it
    assert clocks[1].due == DB_2012.overall(accepted, CALENDAR, urban=False)[0].due
    assert DB_2012.overall_due(accepted, CALENDAR, urban=True, applied_on=applied) == date(2017, 10, 9)


def test_the_days_after_a_refusal_roll_over_a_holiday_like_every_period():
    assert DB_2012.refusal_notice.due(date(2017, 9, 29), CALENDAR) == date(2017, 10, 9)


def test_an_objection_to_the_first_notice_of_2012_leaves_time_for_what_must_be_done_again():
    on = date(2017, 10, 12)
    assert DB_2012.objected(on, CALENDAR, second=True).due == CALENDAR.add_working_days(on, 20)
    assert DB_2012.objected(on, CALENDAR, second=False) == DB_2012.steps_from(on, CALENDAR)


CARRIED = {  # the articles policy.md carries; any other number would be from memory
    "最低生活保障审核审批办法（试行）": [
        "四",
        "五",
        "六",
        "十",
        "十一",
        "二十六",
        "二十七",
        "二十八",
        "三十三",
        "三十四",
    ],
    "最低生活保障审核确认办法": (
        [
            "四",
            "五",
            "七",
            "八",
            "十三",
            "十四",
            "十七",
            "二十三",
            "二十四",
            "二十六",
            "二十七",
            "二十八",
            "二十九",
            "三十一",
            "三十二",
            "三十四",
        ]
    ),
}


def uncarried(text: str) -> list[str]:
    """The articles a text names of the two 办法 that policy.md does not carry."""
    return [
        f"{law}第{article}条"
        for law, rest in re.findall(r"《([^》]+)》((?:第[一二三四五六七八九十]+条、?)+)", text)
        for article in re.findall(r"第([一二三四五六七八九十]+)条", rest)
        if law in CARRIED and article not in CARRIED[law]
    ]


def test_no_article_is_named_from_memory():
    said = [step.basis for p in PROCEDURES for step in p.process.steps]
    said += [limit.basis for p in PROCEDURES for limit in p.process.limits.values()]
    for p in PROCEDURES:
        limits = (
            p.start_investigation,
            p.start_check,
            p.refusal_notice,
            p.after_objection,
            p.total,
            p.total_special,
        )
        said += [limit.basis for limit in limits if limit]
    for law in LAWS.values():
        articles = (
            law.members,
            law.registered,
            law.elsewhere,
            law.income,
            law.property,
            law.margin,
            law.single,
            law.supplement,
            law.amount,
        )
        said += [f"《{law.name}》{article}" for article in articles]
    assert [fault for text in said for fault in uncarried(text)] == []
    assert uncarried("《最低生活保障审核确认办法》第四条、第三十条") == ["最低生活保障审核确认办法第三十条"]


def test_t13_three_days_in_one_text_are_three_working_days_in_the_other():
    friday = date(2025, 10, 17)
    assert DB_2012.refusal_notice.due(friday, CALENDAR) == date(2025, 10, 20)
    assert DB_2021.refusal_notice.due(friday, CALENDAR) == date(2025, 10, 22)


def test_t13_a_notice_that_ends_in_a_holiday_rolls_to_the_first_working_day():
    # Posted on 22 January 2025: seven days end on 29 January, New Year's Day; the first working day after is 5 February.
    assert due(DB_2021, "noticing", "2025-01-22") == "2025-02-05"


def test_t18_the_procedure_goes_by_the_day_of_acceptance():
    assert procedure_on(date(2021, 6, 30)) is DB_2012
    assert procedure_on(date(2021, 7, 1)) is DB_2021
    with pytest.raises(LookupError):
        procedure_on(date(2012, 12, 11))


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.code)
def test_the_table_has_no_faults(procedure):
    assert procedure.process.faults() == []
    assert all(limit.basis for limit in procedure.process.limits.values())
    assert all(step.basis for step in procedure.process.steps)


def test_only_2012_must_appraise_and_post_twice():
    assert DB_2012.process.step("survey_done", "investigating").target == "appraising"
    assert DB_2021.process.step("survey_done", "investigating").target == "opinion"
    assert DB_2012.process.step("confirm", "county_review") is None
    assert "second_noticing" not in DB_2021.process.states


@given(st.dates(date(2015, 1, 1), date(2026, 3, 1)), st.integers(0, 60), st.integers(1, 45))
def test_clocks_move_only_forward_and_never_end_on_a_day_off(since, later, count):
    limit = Limit(working_days=count)
    first, second = limit.due(since, CALENDAR), limit.due(since + timedelta(days=later), CALENDAR)
    assert first <= second
    assert CALENDAR.is_working_day(first)
    assert CALENDAR.working_days_between(since, first) == count
