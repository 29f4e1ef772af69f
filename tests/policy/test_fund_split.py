"""Dividing relief money by factors (E16, Appendix C 7)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuodi.policy.fund_split import Factors, split, split_by_factors

UNIT = 1_000_000  # 10,000 yuan in fen
E16 = {
    "533103": Factors(9_800, 9_500, 9_200),  # 芒市
    "533102": Factors(4_200, 8_500, 9_000),  # 瑞丽
    "533122": Factors(7_600, 11_500, 9_600),  # 梁河
    "533123": Factors(11_200, 10_500, 8_800),  # 盈江
    "533124": Factors(8_200, 11_000, 9_400),  # 陇川
}
codes = st.integers(533_101, 533_199).map(str)
weights = st.dictionaries(codes, st.integers(1, 10**7), min_size=1, max_size=12)
totals = st.integers(0, 10**12)


def test_e16_the_weights_and_the_shares():
    assert [float(f.weight) for f in E16.values()] == [8_565.20, 3_213.00, 8_390.40, 10_348.80, 8_478.80]
    shares = split_by_factors(10_000 * UNIT, E16)
    assert {code: fen // UNIT for code, fen in shares.items()} == {
        "533102": 824, "533103": 2_196, "533122": 2_152, "533123": 2_654, "533124": 2_174,
    }  # fmt: skip
    assert sum(shares.values()) == 10_000 * UNIT
    assert list(shares) == sorted(E16)


@given(totals, weights)
def test_c7_the_shares_sum_to_the_total_and_none_is_negative(total, by_code):
    shares = split(total, by_code)
    assert sum(shares.values()) == total
    assert set(shares) == set(by_code)
    assert min(shares.values()) >= 0


@given(totals, weights, st.randoms(use_true_random=False))
def test_c7_the_order_of_the_places_does_not_matter(total, by_code, shuffled):
    rows = list(by_code.items())
    shuffled.shuffle(rows)
    assert split(total, dict(rows)) == split(total, by_code)


@given(totals, weights)
def test_no_share_is_a_unit_or_more_away_from_what_is_exact(total, by_code):
    of_all = sum(by_code.values())
    for code, fen in split(total - total % UNIT, by_code).items():
        assert abs(fen - Fraction((total - total % UNIT) * by_code[code], of_all)) < UNIT


@given(totals, weights, st.integers(2, 1_000))
def test_weights_on_another_scale_divide_the_same(total, by_code, scale):
    assert split(total, {c: w * scale for c, w in by_code.items()}) == split(total, by_code)


def test_at_a_tie_the_smaller_code_goes_first():
    assert split(2 * UNIT, {"533124": 1, "533102": 1, "533103": 1}) == {
        "533102": UNIT, "533103": UNIT, "533124": 0,
    }  # fmt: skip


def test_a_broken_unit_goes_to_the_next_in_line():
    assert split(2 * UNIT + 7, {"533102": 1, "533103": 1, "533124": 1}) == {
        "533102": UNIT, "533103": UNIT, "533124": 7,
    }  # fmt: skip


def test_in_fen_nothing_is_broken():
    assert split(100, {"533102": 1, "533103": 1, "533124": 1}, unit_fen=1) == {
        "533102": 34, "533103": 33, "533124": 33,
    }  # fmt: skip


def test_a_place_without_weight_gets_nothing_not_even_what_is_left_over():
    assert split(UNIT + 5, {"533101": 0, "533102": 1}) == {"533101": 0, "533102": UNIT + 5}


@pytest.mark.parametrize(
    ("total", "by_code"), [(1, {}), (1, {"533102": 0}), (-1, {"533102": 1}), (1, {"533102": -1})]
)
def test_what_cannot_be_divided_is_our_fault(total, by_code):
    with pytest.raises(AssertionError):
        split(total, by_code)


def test_rounding_each_share_would_be_noticed():
    """The broken twin: rounded one by one, the shares of E16's neighbour no longer sum."""
    by_code = {"533102": 1, "533103": 1, "533124": 1}
    rounded = {code: round(Fraction(10_000 * w, 3)) for code, w in by_code.items()}
    assert sum(rounded.values()) != 10_000
    assert sum(split(10_000 * UNIT, by_code).values()) == 10_000 * UNIT
