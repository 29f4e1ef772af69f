"""A value once set is never edited: a new day brings a new row."""

from django.db import migrations

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]
    operations = [migrations.RunPython(*append_only("standards_parametervalue"))]
