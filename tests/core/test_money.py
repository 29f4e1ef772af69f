"""Money in and out: what people type, what papers show."""

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuodi.core.money import FEN_MAX, capital, parse_yuan, whole_yuan_up, yuan_plain, yuan_text


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,234.5", 123_450),
        ("１，２３４．５ 元", 123_450),
        ("￥12", 1_200),
        ("1.2万", 1_200_000),
        (1234.56, 123_456),
        (1234.5600000000001, 123_456),
        (0.1, 10),
        (12, 1_200),
        (Decimal("0.01"), 1),
        ("0", 0),
        (".5", 50),
    ],
)
def test_what_people_type(written, fen):
    assert parse_yuan(written) == (fen, "")


@pytest.mark.parametrize(
    "written", ["", "-3", "1.234", "1,23", "1e5", "abc", True, "12,345,67", "99999999999999", "一百", 1.23e20]
)
def test_what_is_not_guessed_at(written):
    fen, fault = parse_yuan(written)
    assert fen is None
    assert fault


@given(st.integers(0, FEN_MAX))
def test_written_and_read_again_it_is_the_same(fen):
    assert parse_yuan(yuan_text(fen)).fen == fen
    assert parse_yuan(yuan_plain(fen)).fen == fen


@given(st.integers(0, 10**14 - 1))
def test_capitals_agree_with_cn2an(fen):
    text = str(fen // 100) if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"
    assert capital(fen) == cn2an.an2cn(text, "rmb")


def test_capitals_as_vouchers_write_them():
    assert capital(108_400) == "壹仟零捌拾肆元整"
    assert capital(640_902) == "陆仟肆佰零玖元零贰分"


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_goes_up_to_the_yuan_and_never_below_zero(fen, parts):
    up = whole_yuan_up(fen, parts)
    assert up % 100 == 0
    assert up >= 0
    if fen > 0:
        assert (up - 100) * parts < fen <= up * parts
