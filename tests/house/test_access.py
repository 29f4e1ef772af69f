"""E1: every address × every role × own township, other township, other county, against the table of rights.

The addresses come from the URL map and the expectations from RIGHTS and the reach of a post, so a new page is tested
the day it lands. Each call happens in a transaction that is rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.house.samples import load
from tests.records import people
from tuodi.records.org import rights
from tuodi.records.org.rights import RIGHTS, ROLES, SIGNED_IN

# Where each role is held: the rights table says what, this says where such people sit.
LEVEL = {"counter": "township", "reviewer": "township", "confirmer": "county", "civil_affairs": "county", "finance": "county",
         "payer": "county", "bureau": "prefecture", "cashier": "county", "office": "prefecture", "leader": "prefecture",
         "auditor": "prefecture", "admin": "prefecture"}  # fmt: skip
# An officer who holds no post, and nobody at all.
WHO = [*ROLES, "outsider", "anonymous"]


@dataclass(frozen=True)
class Address:
    name: str
    parameters: dict[str, Any]  # name -> converter
    right: str
    posts_only: bool


def addresses() -> Iterator[Address]:
    """Every named address of the house, with its right."""

    def walk(patterns: list, spaces: tuple[str, ...]) -> Iterator[Address]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, (*spaces, one.namespace) if one.namespace else spaces)
            elif isinstance(one, URLPattern) and one.name:
                right = getattr(one.callback, "right", None)
                parameters = dict(one.pattern.converters)
                yield Address(
                    ":".join((*spaces, one.name)), parameters, right or "none", _posts_only(one.callback)
                )

    return walk(get_resolver().url_patterns, ())


def _posts_only(view) -> bool:
    """Whether a GET is answered 405: then rows are asked for by POST."""
    while view is not None:
        cells = [c.cell_contents for c in (getattr(view, "__closure__", None) or ()) if _filled(c)]
        if any(isinstance(c, list | tuple) and list(c) == ["POST"] for c in cells):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def _filled(cell) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


ALL = {a.name: a for a in addresses()}
MADE_UP = (
    "987654321",
    "nothing",
    "0" * 64,
    "0" * 32,
    "2026-11",
    "2026-11-23",
    "533103999-2026-99999",
    "00000000-0000-4000-8000-000000000000",
)


def made_up(address: Address) -> dict:
    """Arguments of the right form that name no row."""
    found = {}
    for name, converter in address.parameters.items():
        text = next((t for t in MADE_UP if re.fullmatch(converter.regex, t)), None)
        assert text is not None, f"{address.name}: add a made-up value for {converter.regex} to MADE_UP"
        found[name] = converter.to_python(text)
    return found


@pytest.fixture
def world(db):
    """Townships, and one officer for each role."""
    from tuodi.records.standards.load import load_calendar

    people.places()
    load_calendar()
    own = people.township_of(people.COUNTY)
    places = {
        "own township": own,
        "other township": people.township_of(people.COUNTY, but=own),
        "other county": people.township_of(people.OTHER_COUNTY),
    }
    seat = {"township": own, "county": people.COUNTY, "prefecture": people.PREFECTURE}
    officers = {
        role: people.officer(
            f"of_{role}", (role, seat[LEVEL[role]]), department="housing" if role == "bureau" else None
        )
        for role in ROLES
    }
    officers["outsider"] = people.officer("of_outsider")
    return places, officers


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_of(who: str, officers: dict) -> Client:
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        client.force_login(officers[who])
    return client


def allowed(right: str, who: str) -> bool:
    if right == "public":
        return True
    return who != "anonymous" and (RIGHTS[right] is SIGNED_IN or who in RIGHTS[right])


def ask(client: Client, address: Address, kwargs: dict) -> int:
    url = reverse(address.name, kwargs=kwargs)
    with undone():
        answer = client.post(url) if address.posts_only else client.get(url)
        if answer.status_code == 302 and answer["Location"].startswith("/login/"):
            return 401
        return answer.status_code


@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", WHO)
def test_every_page_opens_to_those_the_table_names_and_to_nobody_else(world, who):
    _places, officers = world
    client = client_of(who, officers)
    wrong = []
    for address in ALL.values():
        if address.right == "none" or address.name == "org:logout":
            continue  # test_addresses names pages without a right; signing out would end the round
        status = ask(client, address, made_up(address))
        if allowed(address.right, who):
            # a made-up row is not found, an empty form comes back with its faults, a GET of an act is 405
            fine = status in (200, 302, 404, 405, 409, 422, 400) or (
                address.name == "portal:health" and status == 503
            )
        else:
            fine = status == (401 if who == "anonymous" else 403)
        if not fine:
            wrong.append(f"{address.name} ({address.right}) answered {who} with {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", [w for w in WHO if w != "anonymous"])
def test_a_row_opens_where_the_role_reaches_and_is_not_there_elsewhere(world, who):
    places, officers = world
    client = client_of(who, officers)
    wrong = []
    for name, one in load().items():
        address = ALL[name]
        for place, code in places.items():
            mark = transaction.savepoint()
            kwargs = one.make(code)
            status = ask(client, address, kwargs)
            transaction.savepoint_rollback(mark)
            if not allowed(address.right, who):
                fine = status == 403
            elif one.scoped and not rights.may(officers[who], address.right, code):
                fine = status == 404
            else:
                fine = status in (200, 302, 405, 409, 422, 400)
            if not fine:
                wrong.append(f"{name} ({address.right}) of {place} answered {who} with {status}")
    assert not wrong, "\n".join(wrong)


def test_every_address_that_names_a_row_has_a_sample():
    """Until a room registers its makers (tests/house/samples.py) its rows are tested for refusals only."""
    missing = sorted(a.name for a in ALL.values() if a.parameters and a.name not in load())
    unknown = sorted(set(load()) - set(ALL))
    assert not unknown, f"samples of addresses that are not there: {unknown}"
    if missing:
        pytest.xfail(f"{len(missing)} addresses without a sample row: {', '.join(missing)}")


def test_the_round_would_notice_an_open_page_and_a_leaking_row(world, monkeypatch):
    """The broken twins: a table that lets too many in, and rows that are not limited."""
    places, officers = world
    outsider = client_of("of", {"of": officers["counter"]})
    address = ALL["org:officers"]
    assert ask(outsider, address, {}) == 403
    monkeypatch.setitem(RIGHTS, "org.see", SIGNED_IN)
    assert ask(outsider, address, {}) == 200  # and `allowed`, asked with the right table, would call it wrong
    county_admin = people.officer("cadmin", ("admin", people.COUNTY))
    client = client_of("a", {"a": county_admin})
    far = load()["org:end_post"].make(places["other county"])
    assert ask(client, ALL["org:end_post"], far) == 404
    monkeypatch.setattr(rights, "visible", lambda queryset, *_a, **_k: queryset)
    assert ask(client, ALL["org:end_post"], far) != 404


def test_names_in_addresses_carry_no_person():
    """GET addresses name rows by number or code; nothing a person is called by stands in one."""
    for address in ALL.values():
        assert not re.search(r"person_name|phone|account|resident|citizen", " ".join(address.parameters)), (
            address.name
        )
