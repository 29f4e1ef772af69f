"""Triggers that make a table one to add to and never edit, on SQLite and PostgreSQL.

Used by the migrations of the journal, the ledger, payments and standards. The application's role should hold no
update or delete right there either (README, production); the trigger also stops an owner's slip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

MESSAGE = "append-only"


def append_only_sql(table: str, vendor: str, *, except_columns: Sequence[str] = ()) -> list[str]:
    """The statements that forbid UPDATE, DELETE (and TRUNCATE) on `table`; all may be run twice.

    `except_columns` may still change, by an update that leaves every other column as it was (a state beside frozen
    facts); the other columns are read from the table, so for PostgreSQL and SQLite alike it must exist already.
    """
    _check(table, *except_columns)
    if vendor == "postgresql":
        return _postgresql(table, except_columns)
    if vendor == "sqlite":
        return _sqlite(table, except_columns)
    raise AssertionError(f"no append-only trigger for {vendor}")


def append_only_reverse_sql(table: str, vendor: str) -> list[str]:
    """The statements that take the triggers away again, for the way back of a migration."""
    _check(table)
    on = f" ON {table}" if vendor == "postgresql" else ""
    names = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    return [f"DROP TRIGGER IF EXISTS {table}_no_{name}{on}" for name in names]


def append_only(
    *tables: str, except_columns: Sequence[str] = ()
) -> tuple[Callable[..., None], Callable[..., None]]:
    """Forward and backward functions for `migrations.RunPython(*append_only("journal_journalline"))`."""

    def forward(apps: Any, editor: Any) -> None:
        vendor = editor.connection.vendor
        for table in tables:
            columns = except_columns
            if columns and vendor == "sqlite":
                with editor.connection.cursor() as cursor:
                    described = editor.connection.introspection.get_table_description(cursor, table)
                frozen = [column.name for column in described if column.name not in columns]
                statements = _sqlite(table, columns, frozen)
            else:
                statements = append_only_sql(table, vendor, except_columns=columns)
            for statement in statements:
                editor.execute(statement, None)  # no parameters: a % in the text is a %

    def backward(apps: Any, editor: Any) -> None:
        for table in tables:
            for statement in append_only_reverse_sql(table, editor.connection.vendor):
                editor.execute(statement, None)  # no parameters: a % in the text is a %

    return forward, backward


def stays(*tables: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """Forward and backward functions for a migration after which rows may change but none is deleted.

    May be run again: on SQLite a table that is altered is made anew without its triggers, and the migration that alters it
    puts them back with this.
    """

    def forward(apps: Any, editor: Any) -> None:
        for table in tables:
            _check(table)
            if editor.connection.vendor == "postgresql":
                for what in ("DELETE", "TRUNCATE"):
                    name = f"{table}_no_{what.lower()}"
                    editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                    editor.execute(
                        f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION tuodi_append_only()"
                    )
            else:
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
                editor.execute(
                    f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
                )

    return forward, lambda apps, editor: None  # the guard of the migration before is what they go back to


@contextmanager
def suspended(connection: Any, table: str) -> Iterator[None]:
    """Within the caller's transaction, `table` may be changed: for key rotation alone, which writes the same values
    under a new key. Needs the table's owner; the triggers are back before the transaction ends, or it rolls back.
    """
    assert connection.in_atomic_block, "triggers are lifted inside a transaction or not at all"
    _check(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _name, sql in triggers:
                cursor.execute(sql, None)


def _check(*names: str) -> None:
    for name in names:
        assert re.fullmatch(r"[a-z_][a-z0-9_]*", name), f"not a plain SQL name: {name}"


def _sqlite(table: str, except_columns: Sequence[str], frozen: Sequence[str] = ()) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{MESSAGE}: {table}')"
    assert not except_columns or frozen, "SQLite needs the frozen columns: use append_only() in the migration"
    when = " OR ".join(f'NEW."{c}" IS NOT OLD."{c}"' for c in frozen)
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update",
        f"DROP TRIGGER IF EXISTS {table}_no_delete",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{f' WHEN {when}' if when else ''} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
    ]


def _postgresql(table: str, except_columns: Sequence[str]) -> list[str]:
    # One function for all tables: it raises with the table's own name.
    function = (
        "CREATE OR REPLACE FUNCTION tuodi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    if except_columns:
        names = "ARRAY[" + ", ".join(f"'{c}'" for c in except_columns) + "]::text[]"
        update = (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (to_jsonb(NEW) - {names} IS DISTINCT FROM to_jsonb(OLD) - {names}) "
            "EXECUTE FUNCTION tuodi_append_only()"
        )
    else:
        update = (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tuodi_append_only()"
        )
    return [
        function,
        f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        update,
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION tuodi_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION tuodi_append_only()",
    ]
