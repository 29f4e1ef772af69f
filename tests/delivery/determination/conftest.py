"""A place, its officers, and a family at the top of the river."""

import pytest

from tests.delivery.determination.river import TOWN, River, Staff
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area
from tuodi.records.standards.load import load_calendar


@pytest.fixture
def village(db):
    load_areas()
    load_departments()
    load_calendar()
    return Area.objects.filter(code__startswith=TOWN, level="village").order_by("code").first()


@pytest.fixture
def staff(village):
    return Staff.hired()


@pytest.fixture
def river(staff, village):
    return River(staff, village)
