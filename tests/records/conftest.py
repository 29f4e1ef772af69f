import pytest

from tests.records import people


@pytest.fixture
def places(db):
    people.places()


@pytest.fixture
def town(places):
    """A township of 芒市."""
    return people.township_of(people.COUNTY)


@pytest.fixture
def counter(town):
    return people.officer("counter", ("counter", town))


@pytest.fixture
def reviewer(town):
    return people.officer("reviewer", ("reviewer", town))


@pytest.fixture
def confirmer(places):
    return people.officer("confirmer", ("confirmer", people.COUNTY))


@pytest.fixture
def auditor(places):
    return people.officer("auditor", ("auditor", people.PREFECTURE))


@pytest.fixture
def admin(places):
    return people.officer("admin", ("admin", people.PREFECTURE))


@pytest.fixture
def outsider(places):
    return people.officer("outsider")
