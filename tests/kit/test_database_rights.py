"""The application's database role cannot rewrite what must stay, whatever the application does (reliability.md A8)."""

from __future__ import annotations

import secrets

import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def application():
    """A bare connection as a role that `tuodi database rights` has been run for."""
    psycopg = pytest.importorskip("psycopg")
    role, password = f"app_{secrets.token_hex(4)}", secrets.token_hex(8)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    call_command("database_rights", app=role, verbosity=0)
    at = connection.settings_dict
    bare = psycopg.connect(
        host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user=role, password=password, autocommit=True
    )
    yield bare
    bare.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")


KEPT = ("journal_journalline", "funds_entry", "funds_posting")


@pytest.mark.parametrize("table", KEPT)
def test_the_role_cannot_touch_what_is_there(application, table):
    import psycopg

    column = {"journal_journalline": "note", "funds_entry": "id", "funds_posting": "id"}[table]
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TRIGGER {table}_no_update ON {table}",
        f"DROP TABLE {table}",
        "CREATE OR REPLACE FUNCTION tuodi_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


def test_the_role_can_do_the_daily_work(application):
    application.execute(
        "INSERT INTO kit_schedule (kind, next_due, enabled) VALUES ('x', now(), false) ON CONFLICT DO NOTHING"
    )
    application.execute("UPDATE kit_schedule SET enabled = true WHERE kind = 'x'")
    application.execute("DELETE FROM kit_schedule WHERE kind = 'x'")
    assert application.execute("SELECT count(*) FROM journal_journalline").fetchone() is not None


def test_a_role_that_was_granted_everything_could(application):
    """The broken twin: with plain GRANT ALL the update goes through to the trigger, the last line of defence."""
    import psycopg

    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON journal_journalline TO {application.info.user}")
    with pytest.raises(psycopg.errors.RestrictViolation):
        application.execute("UPDATE journal_journalline SET note = 'x'")
