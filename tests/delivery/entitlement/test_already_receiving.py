"""Who is on the roll may not apply for the same programme again, from whatever counter (policy.md T7, T20)."""

from datetime import date

import pytest

from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.intake import selectors
from tuodi.demo import drive, history
from tuodi.demo.accounts import TOWN
from tuodi.demo.population import families
from tuodi.demo.seed import ground
from tuodi.demo.story import declared
from tuodi.records.org.models import Area

ON = date(2026, 11, 2)


@pytest.fixture
def receiving(db):
    """A family that is on the roll."""
    staff = ground(7, ON)
    village = Area.objects.filter(level="village", parent_id=TOWN).order_by("code").first().code
    family = next(f for f in families(7, 40, [village], ON) if drive.grants(f, date(2026, 6, 1)))
    history.take_over(history.register([family], ON), staff, ON, 7)
    assert Enrolment.objects.filter(state="active").count() == 1
    return family


def test_a_family_on_the_roll_is_told_so_when_it_applies_again(receiving):
    told = [str(f) for f in selectors.faults(declared(receiving, ON), on=ON, programme="minimum_living")]
    assert any("已在" in t and "享受本项目" in t for t in told)


def test_a_family_that_has_left_the_roll_may_apply_again(receiving):
    Enrolment.objects.update(state="exited", until_month=date(2027, 1, 1), exit_reason="own_request")
    assert not [
        f
        for f in selectors.faults(declared(receiving, ON), on=ON, programme="minimum_living")
        if "享受本项目" in str(f)
    ]
