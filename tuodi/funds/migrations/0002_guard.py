"""Triggers that keep the ledger: totals, append-only, seals, earmarks, closed months (tuodi/funds/triggers.py)."""

from typing import Any

from django.db import migrations

from tuodi.funds import triggers
from tuodi.kit.append_only import append_only


def raise_guard(apps: Any, editor: Any) -> None:
    for statement in triggers.POSTGRESQL if editor.connection.vendor == "postgresql" else triggers.SQLITE:
        editor.execute(statement, params=None)


def lower_guard(apps: Any, editor: Any) -> None:
    for statement in (
        triggers.POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else triggers.SQLITE_BACK
    ):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]
    operations = [
        migrations.RunPython(raise_guard, lower_guard),
        migrations.RunPython(*append_only(*triggers.APPEND_ONLY)),
    ]
