"""B3: nobody registers, decides and pays: not by a mix of roles, not by re-assignment, not on any path through the rooms.

Two checks. Over the tables: no set of roles one person may hold lets them both register and decide. Over the rooms: one
officer who holds every role everywhere (more than any mix or change of posts could give) tries each step of a family's way
himself, and where he is let, the rest of the way is walked with and without him.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.services import county, deciding
from tuodi.delivery.entitlement import services as entitlement
from tuodi.delivery.payment import services as payment
from tuodi.delivery.payment.models import PaymentBatch
from tuodi.delivery.payment.services import batch as batches
from tuodi.delivery.payment.services import sending
from tuodi.demo import drive, seed
from tuodi.demo.population import families
from tuodi.demo.staff import Staff
from tuodi.funds import services as funds
from tuodi.records.org import services as org
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.org.rights import INCOMPATIBLE, RIGHTS, ROLES

TOWN, COUNTY, PROGRAMME = "533103105", "533103", "minimum_living"
ON = date(2026, 10, 9)
REGISTERS = (
    RIGHTS["intake.submit"]
    | RIGHTS["intake.import"]
    | RIGHTS["intake.accept"]
    | RIGHTS["determination.review"]
)
DECIDES = RIGHTS["determination.confirm"] | RIGHTS["determination.refuse"]
PAYS = (RIGHTS["payment.prepare"], RIGHTS["payment.approve"], RIGHTS["payment.send"])


# --- over the tables -----------------------------------------------------------------------------------


def mixes(barred: tuple[frozenset[str], ...]) -> Iterator[frozenset[str]]:
    """Every set of roles without a barred pair."""
    for size in range(1, len(ROLES) + 1):
        for roles in map(frozenset, combinations(ROLES, size)):
            if not any(pair <= roles for pair in barred):
                yield roles


def too_much(roles: frozenset[str]) -> bool:
    """Whether one person with these roles could register and decide, or do all three parts of a payment."""
    return bool(roles & REGISTERS and roles & DECIDES) or all(roles & part for part in PAYS)


def test_no_mix_of_roles_lets_one_person_register_and_decide_or_pay_alone():
    found = [sorted(roles) for roles in mixes(INCOMPATIBLE) if too_much(roles)]
    assert not found, found[:5]


@pytest.mark.parametrize("role", sorted(REGISTERS))
def test_without_its_pair_a_mix_is_found(role):
    """The broken twin: each role that registers is kept from the confirmer by a pair of its own."""
    pair = frozenset({role, "confirmer"})
    assert pair in INCOMPATIBLE
    assert pair in [r for r in mixes(tuple(p for p in INCOMPATIBLE if p != pair)) if too_much(r)]


@pytest.mark.django_db
@pytest.mark.parametrize("pair", INCOMPATIBLE, ids=lambda p: "+".join(sorted(p)))
def test_the_register_of_posts_refuses_each_barred_pair(pair):
    seed.load_areas()
    admin = Officer.objects.create(username="a", name="管", password="!")
    Assignment.objects.create(
        officer=admin, role="admin", area_id="533100", since=date(2010, 1, 1), given_by="t"
    )
    one = Officer.objects.create(username="o", name="人", password="!")
    first, second = sorted(pair)
    org.give_post(officer=one, role=first, area=Area.objects.get(pk=TOWN), since=ON, by=admin, on=ON)
    for place in (TOWN, COUNTY, "533100"):  # above as well as beside
        with pytest.raises(Refused, match="不能由同一人"):
            org.give_post(
                officer=one, role=second, area=Area.objects.get(pk=place), since=ON, by=admin, on=ON
            )


# --- over the rooms ------------------------------------------------------------------------------------


class Choice(Staff):
    """The officers of a place, the one who holds everything standing in for some of them."""

    def __init__(self, staff: Staff, everything: Officer, *roles: str) -> None:
        self.staff, self.everything, self.roles = staff, everything, roles

    def of(self, role: str, area_code: str) -> Officer:
        return self.everything if role in self.roles else self.staff.of(role, area_code)


# step, the roles its one officer may stand in for (each a branch), the act
WAY: tuple[tuple[str, tuple[str, ...], drive.Act], ...] = (
    ("submit", ("counter",), drive.submit),
    ("accept", ("counter",), drive.accept),
    ("survey", ("counter", "partner"), lambda c: (drive.ask(c), drive.settle(c), drive.survey(c))),
    ("opine", ("reviewer",), drive.opine),
)


@pytest.fixture
def begun(db):
    staff = seed.ground(7, ON)
    everything = Officer.objects.create(username="all", name="全能", password="!")
    for role in ROLES:
        Assignment.objects.create(
            officer=everything, role=role, area_id="533100", since=date(2010, 1, 1), given_by="t"
        )
    villages = list(Area.objects.filter(parent=TOWN, level="village").values_list("code", flat=True))[:1]
    family = next(f for f in families(7, 60, villages, ON) if drive.grants(f, ON))
    return staff, everything, drive.Carried(family, staff, ON)


@contextmanager
def branch() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def decisions(
    staff: Staff, one: Officer, carried: Any, at: int, did: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """Every way on which `one` did something before the decision and then decided: there must be none."""
    if at == len(WAY):
        for act in (drive.post, drive.wait, drive.send_up, drive.receive, drive.draw):
            act(carried)
        with branch():
            try:
                drive.confirm(replace(carried, staff=Choice(staff, one, "confirmer")))
            except Refused:
                return []
            return [(*did, "confirm")] if did else []
    name, roles, act = WAY[at]
    found = []
    for role in (None, *roles):
        with branch():
            mine = replace(carried, staff=Choice(staff, one, role) if role else staff)
            act(mine)
            found += decisions(
                staff, one, replace(mine, staff=staff), at + 1, (*did, f"{name} as {role}") if role else did
            )
    return found


def test_who_had_a_hand_in_a_case_does_not_decide_it_whatever_posts_he_holds(begun):
    assert decisions(*begun, 0, ()) == []


def test_without_the_rule_the_paths_are_found(begun, monkeypatch):
    monkeypatch.setattr(deciding, "refuse_earlier_hand", lambda *_a, **_k: None)
    monkeypatch.setattr(county, "refuse_earlier_hand", lambda *_a, **_k: None)
    monkeypatch.setitem(globals(), "WAY", (*WAY[:2], ("survey", (), WAY[2][2]), ("opine", (), WAY[3][2])))
    found = decisions(*begun, 0, ())
    assert ("submit as counter", "accept as counter", "confirm") in found


def payments(staff: Staff, one: Officer, month: date, on: date) -> list[tuple[str, ...]]:
    """Every way on which `one` did two of the three parts of a payment: there must be none."""
    found = []

    def go(left: tuple[str, ...], batch: PaymentBatch | None, did: tuple[str, ...]) -> None:
        if len(did) > 1:
            found.append(did)
        if not left:
            return
        role = {"prepare": "civil_affairs", "approve": "payer", "send": "finance"}[left[0]]
        for by in (one, staff.of(role, COUNTY)):
            with branch():
                try:
                    if left[0] == "prepare":
                        made = payment.prepare_batch(
                            programme=PROGRAMME, county=COUNTY, month=month, by=by, on=on
                        )
                    else:
                        made = getattr(payment, left[0])(
                            batch=PaymentBatch.objects.get(pk=batch.pk), by=by, on=on
                        )
                except (
                    Refused,
                    IntegrityError,
                ):  # the database too refuses who prepared a batch to approve it
                    continue
                go(left[1:], made, (*did, left[0]) if by is one else did)

    go(("prepare", "approve", "send"), None, ())
    return found


@pytest.fixture
def due(begun):
    """A family granted, its month due, money there."""
    staff, one, carried = begun
    for _name, _roles, act in WAY:
        act(carried)
    for act in (drive.post, drive.wait, drive.send_up, drive.receive, drive.draw, drive.confirm):
        act(carried)
    on = carried.today
    month = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    funds.release(
        area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="central", year=month.year, amount_fen=10_000_00, document_number="试",
        by=staff.of("finance", COUNTY), on=on,
    )  # fmt: skip
    entitlement.run_month(
        programme=PROGRAMME, county=COUNTY, month=month, by=staff.of("civil_affairs", COUNTY), on=on
    )
    return staff, one, month, on


def test_preparing_approving_and_sending_are_three_people(due):
    assert payments(*due) == []


def test_without_the_rule_one_person_pays(due, monkeypatch):
    for room in (batches, sending):
        monkeypatch.setattr(room, "refuse_same_person", lambda *_a, **_k: None)
    assert ("approve", "send") in payments(*due)
    assert not any("prepare" in did and "approve" in did for did in payments(*due)), (
        "what the database holds by itself"
    )


def test_the_way_is_passable_for_different_people(due):
    """The search finds nothing because it is refused, not because it never gets there."""
    staff, _one, month, on = due
    batch = payment.prepare_batch(
        programme=PROGRAMME, county=COUNTY, month=month, by=staff.of("civil_affairs", COUNTY), on=on
    )
    batch = payment.approve(batch=batch, by=staff.of("payer", COUNTY), on=on)
    assert payment.send(batch=batch, by=staff.of("finance", COUNTY), on=on).state == "sent"
