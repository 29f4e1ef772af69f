"""The database itself refuses what the services never do (A8), on whichever database the suite runs."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.funds.sabotage import POSTGRESQL_ONLY, SABOTAGE, SQLITE_ONLY
from tests.funds.world import COUNTY, ON, PROGRAMME, budget, closed, officers
from tuodi.funds import selectors, services
from tuodi.funds.models import Account, Posting
from tuodi.records.org.load import load_areas

ALL = {**SABOTAGE, **(POSTGRESQL_ONLY if connection.vendor == "postgresql" else SQLITE_ONLY)}


@pytest.fixture
def targets(db):
    load_areas()
    staff = officers()
    released = budget(1_000_000_00, staff)
    closed(date(2026, 8, 1))
    pot = services.Pot(COUNTY, PROGRAMME, "central", 2026)
    named = {
        kind: pot.account(kind).pk
        for kind in (
            "available",
            "source",
            "reserved",
            "paid",
            "carried",
            "claimed",
            "written_off",
            "taken_back",
        )
    }
    found = named | {
        "other_programme": services.Pot(COUNTY, "temporary", "central", 2026).account("reserved").pk,
        "other_year": services.Pot(COUNTY, PROGRAMME, "central", 2025).account("reserved").pk,
        "other_area": services.Pot("533122", PROGRAMME, "central", 2026).account("reserved").pk,
        "entry": released.entry_id,
        "key": released.entry.key,
        "posting": Posting.objects.get(entry=released.entry).pk,
        "true": "true" if connection.vendor == "postgresql" else "1",
        "false": "false" if connection.vendor == "postgresql" else "0",
    }
    connection.check_constraints()  # the fixture's own pending checks, out of the way of ALTER TABLE
    return found


def books():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, debits_fen, credits_fen, may_overdraw, year FROM funds_account ORDER BY id"
        )
        accounts = cursor.fetchall()
        cursor.execute("SELECT id, entry_id, debit_id, credit_id, amount_fen FROM funds_posting ORDER BY id")
        return accounts, cursor.fetchall()


def attempt(statements, targets):
    """Try the statements as one transaction would end: with every deferred constraint looked at."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(**targets))
        connection.check_constraints()


@pytest.mark.parametrize("name", ALL)
def test_the_database_refuses(name, targets):
    before = books()
    with pytest.raises(DatabaseError):
        attempt(ALL[name], targets)
    assert books() == before


def test_an_honest_entry_is_not_refused(targets):
    """The statements above fail for their fault and not for their form."""
    from tests.funds.sabotage import OPEN, posting, seal

    attempt([OPEN, posting("{reserved}", "{available}", "1"), seal(1, 1)], targets)
    assert Account.objects.get(pk=targets["reserved"]).balance_fen == 1


def test_without_the_triggers_the_same_statements_pass(targets):
    """The broken twin: what the constraints alone do not stop is seen by the check of the books."""
    from tests.conftest import triggers_off

    stopped_by_trigger = [
        "a posting to yesterday's entry", "a posting edited", "a posting deleted", "totals set", "an entry edited", "to another programme",
        "straight from available to paid", "a closed month opened again", "a closed month moved", "an account that begins with money",
    ]  # fmt: skip
    passed = []
    for name in stopped_by_trigger:
        try:
            with transaction.atomic(), triggers_off(connection):
                attempt(ALL[name], targets)
                passed.append(name)
                if name in ("a posting to yesterday's entry", "a posting edited", "totals set"):
                    assert selectors.faults(), f"the books do not show: {name}"
                raise RuntimeError("put it back")
        except RuntimeError:
            pass
    assert passed == stopped_by_trigger
    assert not selectors.faults()


@pytest.mark.postgres
def test_the_application_role_may_add_and_read_and_nothing_else(targets):
    """Production connects as a role that owns nothing: the ledger is beyond its reach even without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE treasurer_app")
        call_command("database_rights", app="treasurer_app", verbosity=0)
        refused = []
        for table in (
            "funds_entry",
            "funds_posting",
            "funds_seal",
            "funds_allotment",
            "funds_closedmonth",
            "funds_account",
        ):
            for statement in (
                f"UPDATE {table} SET {first_column(table)} = {first_column(table)}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
            ):
                try:
                    with transaction.atomic():
                        cursor.execute("SET LOCAL ROLE treasurer_app")
                        cursor.execute(statement)
                except DatabaseError as error:
                    assert "permission denied" in str(error), f"{statement}: {error}"
                    refused.append(statement)
        assert len(refused) == 18
        for name, statements in SABOTAGE.items():
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute("SET LOCAL ROLE treasurer_app")
                attempt(statements, targets)
                pytest.fail(name)
        # And it can do its work: the trigger writes the totals with its owner's right.
        with transaction.atomic():
            cursor.execute("SET LOCAL ROLE treasurer_app")
            pot = services.Pot(COUNTY, PROGRAMME, "central", 2026)
            services.enter(
                key="as-app",
                kind="reserve",
                by="x",
                on=ON,
                moves=[services.Move(pot.account("reserved").pk, pot.account("available").pk, 5)],
            )
            connection.check_constraints()
        assert pot.account("reserved").balance_fen == 5


def first_column(table):
    return "month" if table == "funds_closedmonth" else "key" if table == "funds_seal" else "id"
