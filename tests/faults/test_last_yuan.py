"""Eight hands at the last yuan at once (A7), again and again: the database lets one through, whatever Python believed before.

A thousand tries for every submission (125 rounds of eight), a thousand races at night.
"""

from __future__ import annotations

import os
import threading

import pytest
from django.db import connection, connections

from tests.funds.world import COUNTY, ON, PROGRAMME, budget, officers
from tuodi.core.refusal import Refused
from tuodi.funds import selectors, services
from tuodi.records.org.load import load_areas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
ROUNDS, THREADS = (1000 if os.environ.get("TUODI_NIGHTLY") else 125), 8


def race(rounds: int, accounts: tuple[int, int], after=lambda n: None) -> list[int]:  # type: ignore[no-untyped-def]
    """How many of eight won each round."""
    reserved, available = accounts
    wins: list[int] = []
    gate = threading.Barrier(THREADS + 1)
    won: list[str] = []

    def hand(name: int) -> None:
        try:
            for n in range(rounds):
                gate.wait()
                try:
                    services.enter(
                        key=f"race:{n}:{name}",
                        kind="reserve",
                        by="x",
                        on=ON,
                        moves=[services.Move(reserved, available, 100)],
                    )
                    won.append(f"{n}:{name}")
                except Refused:
                    pass
                gate.wait()
        finally:
            connections.close_all()

    hands = [threading.Thread(target=hand, args=(n,)) for n in range(THREADS)]
    for one in hands:
        one.start()
    for n in range(rounds):
        after(n)
        gate.wait()
        gate.wait()
        wins.append(len(won))
        won.clear()
    for one in hands:
        one.join()
    return wins


def world():
    load_areas()
    staff = officers()
    budget(100, staff, number="起")
    pot = services.Pot(COUNTY, PROGRAMME, "central", 2026)
    return staff, pot, (pot.account("reserved").pk, pot.account("available").pk)


def test_of_eight_hands_at_the_last_yuan_one_has_it_every_time():
    staff, pot, accounts = world()
    wins = race(ROUNDS, accounts, lambda n: budget(100, staff, number=f"第{n}轮") if n else None)
    assert wins == [1] * ROUNDS
    assert pot.account("available").balance_fen == 0 and not selectors.faults()


def test_without_the_constraint_the_last_yuan_is_spent_more_than_once():
    """The broken twin: the check constraint is what stops it."""
    _staff, pot, accounts = world()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funds_account DROP CONSTRAINT account_not_overdrawn")
    try:
        assert race(3, accounts)[0] > 1
        assert any(f.what == "overdrawn" for f in selectors.faults())
    finally:
        from tests.conftest import triggers_off

        with triggers_off(connection), connection.cursor() as cursor:
            cursor.execute("TRUNCATE funds_posting, funds_entry, funds_seal, funds_allotment CASCADE")
            cursor.execute("UPDATE funds_account SET debits_fen = 0, credits_fen = 0, through = 0")
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE funds_account ADD CONSTRAINT account_not_overdrawn CHECK "
                "((may_overdraw AND debits_fen <= credits_fen) OR (NOT may_overdraw AND credits_fen <= debits_fen))"
            )
    assert pot
