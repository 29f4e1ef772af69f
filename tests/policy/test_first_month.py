"""From which month a monthly benefit is paid."""

from datetime import date

import pytest

from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.programme import FIRST_MONTHS


@pytest.mark.parametrize("code", ["disability_living", "disability_nursing"])
def test_the_two_disability_subsidies_are_paid_from_the_month_of_application(code):
    """T8: not from the month of the decision."""
    assert PROGRAMMES[code].pays_from(applied_on=date(2025, 10, 31), confirmed_on=date(2025, 12, 5)) == date(
        2025, 10, 1
    )


@pytest.mark.parametrize("code", ["orphan", "unattended_child", "minimum_living"])
def test_a_basic_living_is_paid_from_the_month_after_the_confirmation(code):
    """T14: confirmed on 31 January, paid for February."""
    programme = PROGRAMMES[code]
    assert programme.pays_from(applied_on=date(2025, 12, 1), confirmed_on=date(2026, 1, 31)) == date(
        2026, 2, 1
    )
    assert programme.pays_from(applied_on=date(2025, 12, 1), confirmed_on=date(2025, 12, 1)) == date(
        2026, 1, 1
    )


def test_a_price_supplement_is_paid_for_its_month_without_application():
    """T18: the roll and the overlay of the index month."""
    programme = PROGRAMMES["price_supplement"]
    assert programme.pays_from(applied_on=date(2022, 9, 30), confirmed_on=date(2022, 10, 12)) == date(
        2022, 9, 1
    )


def test_every_programme_says_which_month_is_the_first():
    assert {p.first_month for p in PROGRAMMES.values()} <= set(FIRST_MONTHS)
