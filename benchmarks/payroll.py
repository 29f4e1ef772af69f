"""A month of half a million entitlements in a database of its own: what bench_payroll and bench_bankreply stand on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks.run import Run

COUNTY, PROGRAMME, MONTH, ON = "533103", "minimum_living", date(2026, 11, 1), date(2026, 10, 28)
COUNT = 500_000
MONEY = (
    "funds_posting, funds_entry, funds_seal, funds_allotment, payment_payment, payment_paymentbatch, payment_bankreply, "
    "payment_returnexplanation, payment_recovery, payment_recoveryitem, payment_instalment, payment_refund"
)


@contextmanager
def own_database(run: Run) -> Iterator[Any]:
    """A fresh database on the benchmark's server with Django on it, dropped afterwards; gives a superuser connection."""
    import psycopg

    parts = urlsplit(run.postgres)
    name = f"tuodi_bench_{os.getpid()}"
    with psycopg.connect(run.postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ["TUODI_DATABASE"] = urlunsplit(parts._replace(path=f"/{name}"))
    os.environ["TUODI_VAR"] = str(run.scratch / "var")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    try:
        call_command("migrate", interactive=False, verbosity=0)
        with psycopg.connect(os.environ["TUODI_DATABASE"], autocommit=True) as hand:
            yield hand
    finally:
        connections.close_all()
        with psycopg.connect(run.postgres, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def month(hand: Any, count: int = COUNT) -> SimpleNamespace:
    """`count` households with an account and an entitlement each, and the officers who pay them."""
    from tests.funds.world import officers
    from tuodi.kit.sealed import seal
    from tuodi.records.org.load import load_areas

    load_areas()
    staff = officers()
    hand.execute(
        "INSERT INTO people_person (name, sex, birth_on, document, no_document_reason, ethnicity, area_id, registered_kind, version) "
        "VALUES ('户主', '1', '1960-01-01', 'none', '', '01', %s, 'rural', 1)",
        [COUNTY],
    )
    hand.execute(
        "INSERT INTO people_household (head_id, area_id, address, version) "
        "SELECT (SELECT max(id) FROM people_person), %s, '', 1 FROM generate_series(1, %s)",
        [COUNTY, count],
    )
    hand.execute(
        "INSERT INTO people_payeeaccount (household_id, holder_id, holder_name, bank, account, account_index, doubt, since) "
        "SELECT h.id, h.head_id, '户主' || h.id, '德宏农信', %s, md5(h.id::text), '', '2026-01-01' FROM people_household h ORDER BY h.id",
        [seal("6217000000000000012", "account")],
    )
    hand.execute(
        "INSERT INTO entitlement_entitlement (obligation, enrolment_id, household_id, area_id, county, programme, month, pay_month, "
        "kind, amount_fen, made_on) SELECT %s || ':' || h.id || ':2026-11', h.id, h.id, %s, %s, %s, %s, %s, 'regular', "
        "20000 + (h.id %% 997) * 100, %s FROM people_household h ORDER BY h.id",
        [PROGRAMME, COUNTY, COUNTY, PROGRAMME, MONTH, MONTH, ON],
    )
    hand.execute("VACUUM ANALYZE")
    return staff


def empty(hand: Any, staff: Any) -> None:
    """Forget every payment and posting (as no role of the application could) and release the budget anew."""
    from tests.funds.world import budget

    hand.execute("SET session_replication_role = replica")
    hand.execute(f"TRUNCATE {MONEY}")
    hand.execute("UPDATE funds_account SET debits_fen = 0, credits_fen = 0, through = 0")
    hand.execute("SET session_replication_role = origin")
    hand.execute("DROP TABLE IF EXISTS bare_payment, bare_posting")
    budget(10**13, staff)
    hand.execute("CHECKPOINT")


def bare_tables(hand: Any) -> None:
    """The same tables with the same indexes and keys, and nothing else: no trigger, no check."""
    hand.execute("CREATE TABLE bare_payment (LIKE payment_payment INCLUDING INDEXES INCLUDING IDENTITY)")
    hand.execute("CREATE TABLE bare_posting (LIKE funds_posting INCLUDING INDEXES INCLUDING IDENTITY)")


PAYMENT_COLUMNS = "reference, batch_id, entitlement_id, attempt, amount_fen, holder_name, bank, account, state, state_since, failure"
POSTING_COLUMNS = "entry_id, debit_id, credit_id, amount_fen, payment_reference"
BARE_PAYMENTS = f"""
INSERT INTO bare_payment ({PAYMENT_COLUMNS})
SELECT 'T' || lpad(e.id::text, 10, '0') || '01', 1, e.id, 1, e.amount_fen, c.holder_name, c.bank, c.account, 'issued', '{ON}'::date, ''
FROM entitlement_entitlement e JOIN people_payeeaccount c ON c.household_id = e.household_id AND c.until IS NULL
WHERE e.programme = '{PROGRAMME}' AND e.county = '{COUNTY}' AND e.pay_month = '{MONTH}'
ORDER BY e.id
"""
BARE_POSTINGS = (
    f"INSERT INTO bare_posting ({POSTING_COLUMNS}) SELECT 1, 2, 1, amount_fen, reference FROM bare_payment"
)


def bare_run(hand: Any) -> None:
    """The pay roll as a hand would write it: two statements, one transaction, committed to disk."""
    with hand.transaction():
        hand.execute(BARE_PAYMENTS)
        hand.execute(BARE_POSTINGS)


def product_run(staff: Any) -> Any:
    """The pay roll as an officer starts it: batch, payments, reserve, ledger, journal line."""
    from tuodi.delivery.payment.services import prepare_batch

    return prepare_batch(programme=PROGRAMME, county=COUNTY, month=MONTH, by=staff.civil_affairs, on=ON)
