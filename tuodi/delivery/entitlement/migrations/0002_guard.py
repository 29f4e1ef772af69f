"""Enrolments stay (payments point to them without a check per row); amounts and entitlements are never edited."""

from typing import Any

from django.db import migrations

from tuodi.kit.append_only import append_only

STAYS = ("entitlement_enrolment", "entitlement_monthrun")


def keep_rows(apps: Any, editor: Any) -> None:
    for table in STAYS:
        if editor.connection.vendor == "postgresql":
            for what in ("DELETE", "TRUNCATE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION tuodi_append_only()"
                )
        else:
            editor.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            )


def let_go(apps: Any, editor: Any) -> None:
    for table in STAYS:
        if editor.connection.vendor == "postgresql":
            for what in ("delete", "truncate"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}")
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")


class Migration(migrations.Migration):
    dependencies = [("entitlement", "0001_initial")]
    operations = [
        migrations.RunPython(*append_only("entitlement_enrolmentamount", "entitlement_entitlement")),
        migrations.RunPython(keep_rows, let_go),
    ]
