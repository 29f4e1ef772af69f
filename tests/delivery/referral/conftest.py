"""A family whose story concerns several bodies, an officer in each of them, the counter, the office, and a stranger."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from tests.delivery.referral.family import FAMILY, ON, PREFECTURE, TOWN
from tuodi.delivery.intake import services as intake
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.standards.load import load_calendar


@pytest.fixture
def place(db):
    load_areas()
    load_departments()
    load_calendar()
    return Area.objects.filter(code__startswith=TOWN, level="village").order_by("code").first()


def officer(username, role, area, department=None):
    made = Officer.objects.create(
        username=username, name=f"姓{username}", password="!", department_id=department
    )
    Assignment.objects.create(officer=made, role=role, area_id=area, since=date(2026, 1, 1), given_by="test")
    return made


@pytest.fixture
def counter(place):
    return officer("counter1", "counter", TOWN, "civil_affairs")


@pytest.fixture
def reviewer(place):
    return officer("reviewer1", "reviewer", TOWN, "civil_affairs")


@pytest.fixture
def confirmer(place):
    return officer("confirmer1", "confirmer", TOWN[:6], "civil_affairs")


@pytest.fixture
def civil(place):
    return officer("civil1", "civil_affairs", TOWN[:6], "civil_affairs")


@pytest.fixture
def office(place):
    return officer("office1", "office", PREFECTURE, "civil_affairs")


@pytest.fixture
def body(place):
    """An officer of any body, made when asked for."""
    made = {}

    def of(department):
        if department not in made:
            made[department] = officer(f"at_{department}", "bureau", PREFECTURE, department)
        return made[department]

    return of


@pytest.fixture
def application(place, counter):
    facts = copy.deepcopy(FAMILY)
    facts["household"]["area_code"] = place.code
    made = intake.submit(key="referral-1", facts=facts, by=counter, on=ON)
    return intake.accept(application=made, by=counter, on=ON)


@pytest.fixture
def of(application):
    """The open referral of a programme, fresh from the database."""

    def find(programme):
        return application.referrals.filter(programme=programme).order_by("number").first()

    return find
