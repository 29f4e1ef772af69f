from datetime import date

import pytest

from tests.records import people
from tuodi.records.standards.load import load_calendar

ON = date(2025, 6, 16)


@pytest.fixture
def places(db):
    people.places()
    load_calendar()


@pytest.fixture
def _today(monkeypatch):
    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: ON)


@pytest.fixture
def office(places):
    return people.officer("office", ("office", people.PREFECTURE))


@pytest.fixture
def county(places):
    return people.officer("county", ("civil_affairs", people.COUNTY))


@pytest.fixture
def reviewer(places):
    return people.officer("reviewer", ("reviewer", people.township_of(people.COUNTY)))
