"""Triggers that keep the ledger: totals, append-only, seals, earmarks, closed months (tuodi/funds/triggers.py)."""

from django.db import migrations

from tuodi.funds import triggers
from tuodi.funds.migrations._guard import lower_guard, raise_guard
from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]
    operations = [
        migrations.RunPython(raise_guard, lower_guard),
        migrations.RunPython(*append_only(*triggers.APPEND_ONLY)),
    ]
