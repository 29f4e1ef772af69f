"""A programme without a formula asks facts of the dictionary, and its exclusions name what exists."""

import pytest

from tuodi.core.facts import BY_NAME
from tuodi.policy.catalogue import PROGRAMMES

FORMS = [code for code, p in PROGRAMMES.items() if p.form]
NAMES = {name for _, name in BY_NAME}


@pytest.mark.parametrize("code", FORMS)
def test_every_fact_a_form_asks_is_in_the_dictionary(code):
    assert set(PROGRAMMES[code].form) <= NAMES


def test_charity_is_told_nothing_without_consent():
    """PIPL Art 23: the consent is the first thing the form asks and the first step of the procedure."""
    programme = PROGRAMMES["charity_referral"]
    assert programme.form[0] == "charity_consent"
    assert "同意" in next(iter(next(iter(programme.procedures.values())).states.values()))
