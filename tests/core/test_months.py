"""Months and days some months on."""

from datetime import date

from tuodi.core.months import month_of, months_after, months_later, parse_month, span


def test_a_month_is_its_first_day_and_the_year_turns():
    assert month_of(date(2026, 12, 31)) == date(2026, 12, 1)
    assert months_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert months_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert span(date(2026, 11, 15), date(2027, 2, 1)) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    assert parse_month(" 2026-11 ") == date(2026, 11, 1)


def test_a_day_some_months_on_is_the_same_day_or_the_last_of_a_shorter_month():
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_later(date(2026, 11, 9), 6) == date(2027, 5, 9)
    assert months_later(date(2026, 1, 31), 3) == date(2026, 4, 30)
