"""Raising and lowering the guard of the ledger, for the migrations that alter its tables."""

from typing import Any

from tuodi.funds import triggers


def raise_guard(apps: Any, editor: Any) -> None:
    for statement in triggers.POSTGRESQL if editor.connection.vendor == "postgresql" else triggers.SQLITE:
        editor.execute(statement, params=None)


def lower_guard(apps: Any, editor: Any) -> None:
    for statement in (
        triggers.POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else triggers.SQLITE_BACK
    ):
        editor.execute(statement, params=None)
