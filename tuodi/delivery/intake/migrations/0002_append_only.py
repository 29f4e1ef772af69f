"""Declarations and snapshots are what later decisions rely on: the database itself refuses to change them."""

from django.db import migrations

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(*append_only("intake_declaration", "intake_snapshot"))]
