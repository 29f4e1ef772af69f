"""One-stop settlement as pure arithmetic: the invariants (policy memo 5.3, Appendix C 2 and 3), E7 through it, and what it does to unknowns."""

from dataclasses import astuple, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuodi.core.logic import Unknown, is_unknown
from tuodi.policy.emergency_medical.rule import in_order
from tuodi.policy.medical_aid.settlement import Bands, Bill, Terms, YearSoFar, over, settle

YUAN = 100
COUNTY = Terms(
    insured=True,
    basic_deductible=400 * YUAN,
    basic_rate=7_500,
    basic_cap=150_000 * YUAN,
    major_deductible=5_000 * YUAN,
    major_bands=Bands(30_000 * YUAN, 80_000 * YUAN, (6_500, 7_000, 8_000)),
    major_capped=False,
    major_cap=0,
    aided=True,
    aid_deductible=0,
    aid_rate=7_500,
    aid_cap=50_000 * YUAN,
    tilted=True,
    tilt_threshold=10_000 * YUAN,
    tilt_rate=5_000,
    tilt_cap=20_000 * YUAN,
)
PREFECTURE = replace(COUNTY, basic_deductible=800 * YUAN, basic_rate=6_000)
E7 = (
    (Bill(12_600 * YUAN, 600 * YUAN, 400 * YUAN), COUNTY),
    (Bill(86_500 * YUAN, 4_500 * YUAN, 2_000 * YUAN), PREFECTURE),
)


def parts(made):
    return (made.basic, made.major, made.aid, made.tilt, made.other, made.patient)


def year(bills):
    so_far, made = YearSoFar(), []
    for bill, terms in bills:
        made.append(settle(bill, so_far, terms))
        so_far = made[-1].after(so_far)
    return made, so_far


def test_two_great_bills_run_through_every_band_and_ceiling_of_the_year():
    """By hand, in yuan. First: 399,600 × 75 % stops at 150,000; 245,000 above 5,000 in bands 19,500 + 35,000 + 132,000; 63,500 × 75 %;
    (15,875 - 10,000) × 50 %. Second: nothing basic is left; 506,500 - 186,500; 2,375 and 17,062.50 are left of aid and tilt."""
    (first, second), so_far = year([(Bill(400_000 * YUAN), COUNTY)] * 2)
    assert parts(first) == (15_000_000, 18_650_000, 4_762_500, 293_750, 0, 1_293_750)
    assert parts(second) == (0, 32_000_000, 237_500, 1_706_250, 0, 6_056_250)
    assert astuple(so_far) == (
        15_000_000,
        65_000_000,
        50_650_000,
        14_350_000,
        5_000_000,
        9_350_000,
        2_000_000,
    )
    without_aid = settle(Bill(400_000 * YUAN), YearSoFar(), replace(COUNTY, aided=False))
    assert (without_aid.aid, without_aid.tilt) == (0, 0)
    assert settle(Bill(400_000 * YUAN), YearSoFar(), replace(COUNTY, tilted=False)).tilt == 0


def test_others_pay_no_more_than_is_left():
    made = settle(Bill(100 * YUAN, other_paid=300 * YUAN), YearSoFar(), replace(COUNTY, aided=False))
    assert (made.other, made.patient) == (100 * YUAN, 0)
    assert settle(Bill(0, other_paid=5), YearSoFar(), COUNTY).other == 0


def test_a_band_and_a_threshold_begin_where_they_say():
    bands = Bands(10, 20, (0, 10_000, 10_000))
    assert [bands.of(n) for n in (9, 10, 11, 20, 21)] == [0, 0, 1, 10, 11]
    assert [over(n, 5) for n in (4, 5, 6)] == [0, 0, 1]


def test_e7_to_the_fen():
    (first, second), so_far = year(E7)
    assert (first.basic, first.residual, first.major, first.aid, first.patient) == (
        840_000, 320_000, 0, 240_000, 180_000,
    )  # fmt: skip
    assert (second.basic, second.residual, second.major, second.base) == (
        4_752_000, 3_248_000, 1_997_600, 1_250_400,
    )  # fmt: skip
    assert (second.aid, second.patient) == (937_800, 962_600)
    assert so_far.aid == 1_177_800


def test_the_bands_meet_without_a_gap():
    bands = COUNTY.major_bands
    assert bands.of(30_000 * YUAN) == 19_500 * YUAN
    assert bands.of(30_000 * YUAN + 10_000) == 19_500 * YUAN + 7_000
    assert bands.of(80_000 * YUAN) == (19_500 + 35_000) * YUAN
    assert bands.of(0) == 0


fen = st.integers(0, 10**9)
rate = st.integers(0, 10_000)
terms = st.builds(
    lambda first, wider, **more: Terms(major_bands=Bands(first, first + wider, more.pop("rates")), **more),
    first=fen, wider=fen, rates=st.tuples(rate, rate, rate), insured=st.booleans(), aided=st.booleans(), tilted=st.booleans(),
    major_capped=st.booleans(), basic_rate=rate, aid_rate=rate, tilt_rate=rate,
    **dict.fromkeys(("basic_deductible", "basic_cap", "major_deductible", "major_cap", "aid_deductible", "aid_cap",
                     "tilt_threshold", "tilt_cap"), fen),
)  # fmt: skip
bills = st.builds(
    lambda outside, advance, covered, other: Bill(outside + advance + covered, outside, advance, other),
    fen, fen, fen, st.one_of(st.just(0), fen),
)  # fmt: skip
so_fars = st.builds(YearSoFar, *[fen] * 7)


@settings(max_examples=300)
@given(bills, so_fars, terms)
def test_the_parts_are_never_negative_and_sum_to_the_bill(bill, so_far, with_terms):
    made = settle(bill, so_far, with_terms)
    assert sum(parts(made)) == bill.total
    assert min(parts(made)) >= 0
    assert min(astuple(made)) >= 0


@settings(max_examples=300)
@given(bills, so_fars, terms)
def test_c3_the_patient_bears_at_least_what_is_outside_unless_others_pay(bill, so_far, with_terms):
    alone = settle(replace(bill, other_paid=0), so_far, with_terms)
    assert alone.patient >= bill.outside + bill.advance


@settings(max_examples=300)
@given(bills, so_fars, terms)
def test_no_ceiling_of_a_year_is_passed(bill, so_far, with_terms):
    made = settle(bill, so_far, with_terms)
    assert made.basic <= max(with_terms.basic_cap - so_far.basic, 0)
    assert made.aid <= max(with_terms.aid_cap - so_far.aid, 0)
    assert made.tilt <= max(with_terms.tilt_cap - so_far.tilt, 0)
    assert not with_terms.major_capped or made.major <= max(with_terms.major_cap - so_far.major, 0)


yuan = st.integers(0, 10**6).map(lambda n: n * YUAN)
NO_CEILING = replace(
    COUNTY, basic_deductible=0, basic_cap=10**15, aid_cap=10**15, tilt_cap=10**15, aid_deductible=2_600 * YUAN
)


@settings(max_examples=200)
@given(st.lists(yuan, min_size=1, max_size=8))
def test_c2_a_year_comes_to_the_same_however_its_care_is_divided(amounts):
    """Same level, no deductible of an admission, no ceilings; whole yuan, so that no part is rounded."""
    (merged,), _ = year([(Bill(sum(amounts)), NO_CEILING)])
    divided, so_far = year([(Bill(a), NO_CEILING) for a in amounts])
    for part in ("basic", "residual", "major", "base", "aid", "self_paid", "tilt", "patient"):
        assert sum(getattr(one, part) for one in divided) == getattr(merged, part), part
    assert so_far.aid == merged.aid


@settings(max_examples=200)
@given(st.lists(fen, min_size=1, max_size=8))
def test_with_odd_fen_a_divided_year_differs_by_less_than_a_fen_an_admission(amounts):
    (merged,), _ = year([(Bill(sum(amounts)), NO_CEILING)])
    divided, _ = year([(Bill(a), NO_CEILING) for a in amounts])
    assert abs(sum(one.basic for one in divided) - merged.basic) < len(amounts)


@settings(max_examples=200)
@given(st.lists(yuan, min_size=1, max_size=8))
def test_the_ceiling_of_aid_is_the_same_for_a_divided_year(amounts):
    capped = replace(NO_CEILING, aid_cap=50_000 * YUAN)
    (merged,), _ = year([(Bill(sum(amounts)), capped)])
    _, so_far = year([(Bill(a), capped) for a in amounts])
    assert so_far.aid == merged.aid <= capped.aid_cap


def test_reckoning_each_bill_by_itself_would_be_noticed():
    """The broken twin: without what the year has come to, the major-illness deductible of E7 falls twice."""
    second, terms_then = E7[1]
    alone = settle(second, YearSoFar(), terms_then)
    (_, in_its_year), _ = year(E7)
    assert alone.major != in_its_year.major
    assert alone.patient != in_its_year.patient


def test_an_unknown_total_leaves_every_part_unknown_by_name():
    made = settle(Bill(Unknown("医疗费用总额"), 0, 0), YearSoFar(), COUNTY)
    for part in parts(made):
        assert is_unknown(part) or part == 0
    assert made.patient.names == {"医疗费用总额"}


@pytest.mark.parametrize(
    ("cost", "offered", "borne"),
    [
        (1_000, (300, 400, 500), (300, 400, 300, 0)), (1_000, (0, 0, 0), (0, 0, 0, 1_000)), (0, (5, 5), (0, 0, 0)),
        (1_000, (1_000, 1), (1_000, 0, 0)),
    ],
)  # fmt: skip
def test_payers_come_in_order_and_none_bears_more_than_is_left(cost, offered, borne):
    assert in_order(cost, *(("某某", one) for one in offered)) == borne


@given(fen, st.lists(fen, max_size=6))
def test_what_the_payers_bear_sums_to_the_cost(cost, offered):
    borne = in_order(cost, *(("某某", one) for one in offered))
    assert sum(borne) == cost
    assert min(borne) >= 0
