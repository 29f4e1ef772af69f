"""Numbers of people, cards and organisations: the vectors of policy memo 17 and the properties of appendix C 8."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuodi.core.identity import (
    age_on,
    check_card,
    check_citizen,
    check_digit,
    check_document,
    check_foreign,
    check_hkmt,
    check_uscc,
    to_18,
)

ON = date(2026, 11, 23)
VALID = [
    ("533103198002290011", "1980-02-29", "1"),
    ("533123194708150042", "1947-08-15", "2"),
    ("533122200801013028", "2008-01-01", "2"),
    ("533124199907071514", "1999-07-07", "1"),
    ("533102196512310080", "1965-12-31", "2"),
    ("533121196001010018", "1960-01-01", "1"),
]


@pytest.mark.parametrize(("number", "birth", "sex"), VALID)
def test_the_vectors_of_the_memo_are_valid(number, birth, sex):
    check = check_citizen(number, on=ON)
    assert (check.number, check.faults, str(check.birth), check.sex) == (number, (), birth, sex)


@pytest.mark.parametrize(
    ("old", "new"), [("533121600101001", "533121196001010018"), ("533123470815004", "533123194708150042")]
)
def test_fifteen_digits_become_eighteen(old, new):
    assert check_citizen(old, on=ON).number == new


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("533103198002290012", "校验位"),
        ("533103198102290011", "不是日历上的日期"),
        (5.33103198002290e17, "文本"),
        ("5.33103E+17", "文本"),
        ("533103198002290011.0", "文本"),
        ("53310319800229001", "17 位"),
        ("533103600101998", "百岁"),
        ("", "0 位"),
        ("810000199001010019", "港澳台"),
    ],
)
def test_a_wrong_number_says_how_to_mend_it(value, says):
    check = check_citizen(value, on=ON)
    assert not check.ok
    assert any(says in fault for fault in check.faults), check.faults


def test_small_letters_spaces_and_full_width_are_forgiven():
    body = "53310319900101002"
    number = body + check_digit(body)
    assert check_citizen(f" {number[:6]} {number[6:14]}-{number[14:].lower()}", on=ON).number == number
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    assert check_citizen(wide, on=ON).number == number


def test_an_unknown_area_code_only_warns():
    body = "53319919900101002"
    check = check_citizen(body + check_digit(body), on=ON)
    assert check.ok
    assert check.warnings


def test_the_future_and_the_very_old_are_faults():
    for birth in ("20261124", "18951101"):
        body = f"533103{birth}001"
        assert not check_citizen(body + check_digit(body), on=ON).ok


def test_other_documents():
    for number in ("810000199001010019", "820000198802150035", "830000199506300023"):
        assert check_hkmt(number, on=ON).ok
    assert check_foreign("953104198503120015", on=ON).ok
    assert not check_foreign("953104198503120016", on=ON).ok
    assert check_document("foreign_permit", "MMR530085031212", on=ON).faults == ()
    assert not check_hkmt("533103198002290011", on=ON).ok


def test_cards_and_passbooks():
    assert check_card("6217 0000 0000 0000 012") == check_card("6217000000000000012")
    assert check_card("6217000000000000012").warnings == ()
    assert check_card("6217000000000000013").faults
    passbook = check_card("53100123456789012")
    assert passbook.ok
    assert "存折" in passbook.warnings[0]
    assert check_card(6.217e18).faults


def test_credit_codes():
    for code in ("115331000151000044", "52533103MJT000010X", "91533102MA6K00014F"):
        assert check_uscc(code).ok
        assert not check_uscc(code[:-1] + ("1" if code[-1] != "1" else "2")).ok
    assert not check_uscc("11533100015100004O").ok


births = st.dates(date(1905, 1, 1), ON)
bodies = st.builds(lambda b, n: f"533103{b:%Y%m%d}{n:03d}", births, st.integers(0, 999))


@given(bodies)
def test_a_valid_number_is_read_and_written_the_same(body):
    number = body + check_digit(body)
    check = check_citizen(number, on=ON)
    assert check.faults == ()
    assert check.number == number == to_18(number)
    assert f"{check.birth:%Y%m%d}" == number[6:14]


@given(bodies, st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(body, at, by):
    number = body + check_digit(body)
    wrong = (
        number[:at] + str(by)
        if number[at] == "X"
        else number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    )
    assert not check_citizen(wrong, on=ON).ok


@given(births, st.integers(0, 40000))
def test_age_grows_by_one_a_year_and_never_falls(birth, days):
    on = birth + timedelta(days=days)
    assert 0 <= age_on(birth, on) <= age_on(birth, on + timedelta(days=1)) <= age_on(birth, on) + 1


def test_t1_a_leap_day_birthday_has_one_switch():
    birth = date(1956, 2, 29)
    assert age_on(birth, date(2026, 2, 27)) == 69
    assert age_on(birth, date(2026, 2, 28)) == 70
    assert age_on(birth, date(2026, 2, 28), leap_day="march") == 69
    assert age_on(birth, date(2026, 3, 1), leap_day="march") == 70
    assert age_on(birth, date(2024, 2, 28)) == 67
    assert age_on(birth, date(2024, 2, 29)) == 68
