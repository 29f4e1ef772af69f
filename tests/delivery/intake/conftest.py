"""The named people of intake: a township's counter, a neighbour county's counter, and a family of three."""

from __future__ import annotations

from datetime import date

import pytest

from tests.records import people
from tuodi.core.identity import check_digit

DAY = date(2026, 11, 23)
TOWN, VILLAGE, NEIGHBOUR = "533103105", "533103105201", "533123104"


def number(area: str, birth: str, sequence: int) -> str:
    """A valid synthetic citizen number."""
    body = f"{area}{birth}{sequence:03d}"
    return body + check_digit(body)


def member(name: str, birth: str, sequence: int, relation: str = "head", **facts):
    """A member's facts with a valid number; adults have signed."""
    given = {
        "name": name,
        "relation": relation,
        "number": number("533103", birth.replace("-", ""), sequence),
        "birth": birth,
        "sex": "1" if sequence % 2 else "2",
    }
    if birth < "2008-11-23":
        given |= {"check_consent": True, "check_consent_on": "2026-11-20"}
    return given | facts


def family(sequence: int = 101, village: str = VILLAGE, **household):
    """A rural family of three: father, mother, a daughter at primary school."""
    return {
        "household": {
            "area_code": village,
            "claim_kind": "rural",
            "pledge_signed": True,
            "pledge_signed_on": "2026-11-20",
            **household,
        },
        "members": [
            member("岩温", "1980-02-29", sequence, wage_year_fen=1_200_000),
            member("玉罕", "1983-05-06", sequence + 1, "spouse"),
            member("岩依", "2015-09-01", sequence + 2, "child", student="primary"),
        ],
    }


@pytest.fixture
def places(db):
    people.places()


@pytest.fixture
def counter(places):
    return people.officer("yang", ("counter", TOWN))


@pytest.fixture
def second_counter(places):
    return people.officer("dao", ("counter", TOWN))


@pytest.fixture
def far_counter(places):
    return people.officer("ma", ("counter", NEIGHBOUR))


@pytest.fixture
def reviewer(places):
    return people.officer("li", ("reviewer", TOWN))


@pytest.fixture
def outsider(places):
    return people.officer("zheng")


@pytest.fixture
def village(places):
    from tuodi.records.org.models import Area

    return Area.objects.filter(parent=TOWN).order_by("code").first()
