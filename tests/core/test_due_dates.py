"""Five hundred last days over the eleven years of notices, kept as data: what the product says, what a naive count says, what stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from chinese_calendar.constants import holidays, workdays

from tests.core.naive_days import FILE, candidates, counted
from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Limit, warned_from
from tuodi.policy.procedures import DB_2012, DB_2021

ROWS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CALENDAR = WorkCalendar(frozenset(holidays), frozenset(workdays), frozenset(range(2004, 2027)))


def limit_of(row: dict[str, Any]) -> Limit:
    return Limit(
        **{k: v for k, v in row.items() if k in ("working_days", "days", "months", "month_end", "rolls")}
    )


def wrong(calendar: WorkCalendar) -> list[str]:
    return [
        f"{row['start']} {row['what']}: {due}, expected {row['expected']} ({row['why']})"
        for row in ROWS
        if (due := limit_of(row).due(row["start"], calendar, row.get("pauses", ()))) != row["expected"]
    ]


def test_every_last_day_is_the_one_that_stands_in_the_file():
    assert wrong(CALENDAR) == []


def test_a_naive_count_over_the_notices_finds_the_same_days():
    """Also those checked by hand: the file stands on two legs."""
    for row in ROWS:
        rule = {k: row[k] for k in ("working_days", "days", "months", "month_end", "rolls") if k in row}
        assert counted(row["start"], rule, row.get("pauses", [])) == row["expected"], row


def test_the_file_holds_what_was_asked_for():
    assert len(ROWS) >= 500 and sum(r["by"] == "hand" for r in ROWS) >= 40
    assert {r["start"].year for r in ROWS} == set(range(2016, 2027))
    assert sum("pauses" in r for r in ROWS) >= 40
    swaps = sum("上班" in r["why"] for r in ROWS)
    assert swaps >= 200, f"only {swaps} touch a swapped day"
    assert len({(r["start"], r["what"], str(r.get("pauses"))) for r in ROWS}) == len(ROWS)


def test_the_counted_rows_are_those_of_the_program_beside_them():
    kept = [r for r in ROWS if r["by"] == "count"]
    assert kept == list(candidates(20170217))


@pytest.mark.parametrize(
    "broken",
    [
        replace(CALENDAR, swapped=frozenset()),
        replace(CALENDAR, holidays=frozenset()),
        replace(CALENDAR, holidays=CALENDAR.holidays - {date(2025, 10, 8)}),
    ],
    ids=["no swapped days", "no holidays", "one holiday short"],
)
def test_a_wrong_calendar_is_found_out(broken):
    assert wrong(broken)


def test_e17_by_the_procedures_themselves():
    """Policy memo 18, E17: not the figures alone, but the tables that carry them."""
    old, new = DB_2012.process, DB_2021.process

    def due(process: Any, state: str, since: date) -> date | None:
        return process.due(state, since, CALENDAR)

    accepted = date(2017, 9, 18)
    assert due(old, "investigating", accepted) == date(2017, 9, 30)
    assert due(old, "appraising", date(2017, 9, 27)) == date(2017, 10, 10)
    assert due(old, "noticing", date(2017, 10, 10)) == date(2017, 10, 17)
    assert due(old, "county_review", date(2017, 10, 18)) == date(2017, 10, 25)
    assert due(old, "second_noticing", date(2017, 10, 25)) == date(2017, 11, 1)
    assert due(old, "county_decision", date(2017, 11, 1)) == date(2017, 11, 6)
    accepted = date(2025, 9, 22)
    assert DB_2021.start_investigation is not None
    assert DB_2021.start_investigation.due(accepted, CALENDAR) == date(2025, 9, 25)

    def whole(**how: bool) -> date:
        return DB_2021.overall_due(accepted, CALENDAR, urban=False, **how)

    assert whole(delegated=True) == date(2025, 10, 24)
    assert whole() == date(2025, 11, 7)
    assert whole(special=True) == date(2025, 11, 28)
    assert new.limits


def test_a_limit_is_warned_of_at_eighty_per_cent_and_never_after_its_end():
    """Of ten working days the eighth, of three the third, of twenty the sixteenth; a day's limit on its day."""
    since = date(2025, 9, 22)
    for days, day in (
        (1, date(2025, 9, 23)),
        (3, date(2025, 9, 25)),
        (10, date(2025, 10, 9)),
        (20, date(2025, 10, 20)),
    ):
        due = CALENDAR.add_working_days(since, days)
        assert warned_from(since, due, 80, CALENDAR) == day, days
    assert warned_from(since, since, 80, CALENDAR) == since
    for row in ROWS:
        assert warned_from(row["start"], row["expected"], 80, CALENDAR) <= row["expected"]


def test_a_pause_that_begins_after_the_last_day_stops_nothing():
    since = date(2026, 3, 2)
    for limit in (Limit(working_days=3), Limit(days=3)):
        due = limit.due(since, CALENDAR)
        after = [(due + timedelta(days=1), due + timedelta(days=9))]
        assert limit.due(since, CALENDAR, after) == due
