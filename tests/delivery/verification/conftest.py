"""The same people everywhere: a family of three in one village, its officers, and a stranger."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from tests.delivery.verification.family import (
    AS_OF,
    CAR,
    COUNTY,
    DAUGHTER,
    FAMILY,
    FATHER,
    ON,
    SCHOOL,
    TOWN,
    apply,
    hukou,
)
from tuodi.delivery.verification import services
from tuodi.delivery.verification.models import Check
from tuodi.gateways import departments
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Assignment, Officer
from tuodi.records.standards.load import load_calendar


@pytest.fixture
def place(db):
    load_areas()
    load_departments()
    load_calendar()
    from tuodi.records.org.models import Area

    return Area.objects.filter(code__startswith=TOWN, level="village").order_by("code").first()


def officer(username, name, role, area):
    made = Officer.objects.create(username=username, name=name, password="!")
    if role:
        Assignment.objects.create(
            officer=made, role=role, area_id=area, since=date(2026, 1, 1), given_by="test"
        )
    return made


@pytest.fixture
def counter(place):
    return officer("counter1", "杨晓梅", "counter", TOWN)


@pytest.fixture
def reviewer(place):
    return officer("reviewer1", "李绍文", "reviewer", TOWN)


@pytest.fixture
def county(place):
    return officer("county1", "段丽华", "civil_affairs", COUNTY)


@pytest.fixture
def elsewhere(place):
    return officer("elsewhere1", "麻金凤", "counter", "533123104")


@pytest.fixture
def outsider(place):
    return officer("outsider1", "郑朝阳", "", "")


@pytest.fixture
def facts(place):
    made = copy.deepcopy(FAMILY)
    made["household"]["area_code"] = place.code
    return made


@pytest.fixture
def sources(db):
    """Every department has delivered, and agrees with the family."""
    departments.open_files(AS_OF)
    departments.load(
        "hukou",
        AS_OF,
        [(FATHER["number"], "岩温", hukou()), (DAUGHTER["number"], "玉罕", hukou(relation="长女"))],
    )
    departments.load("school", AS_OF, [(DAUGHTER["number"], "玉罕", SCHOOL)])


@pytest.fixture
def application(facts, counter):
    return apply(facts, counter)


@pytest.fixture
def check(application):
    return Check.objects.get(application=application)


@pytest.fixture
def flagged(check, sources, counter):
    """A check with one doubt: a car nobody declared."""
    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩温", CAR)])
    services.ask(check=check, by=counter, on=ON)
    return check
