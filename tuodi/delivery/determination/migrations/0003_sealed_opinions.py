"""Opinions and the reason of a return are sealed: they tell of illness and income."""

from django.db import migrations

import tuodi.kit.sealed


def sealed(name):
    """A sealed text on a review."""
    field = tuodi.kit.sealed.SealedTextField(kind="opinion", null=True)
    return migrations.AddField(model_name="review", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [("determination", "0002_append_only")]
    operations = [
        migrations.RemoveField(model_name="review", name="opinion"),
        sealed("opinion"),
        sealed("county_opinion"),
        sealed("returned_because"),
    ]
