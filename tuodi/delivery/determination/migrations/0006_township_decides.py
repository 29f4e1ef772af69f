"""Draws among what townships have decided by delegated power (T19)."""

from django.db import migrations, models

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("determination", "0005_sealed_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="spotcheck",
            name="after_decision",
            field=models.BooleanField(default=False),
        ),
        # SQLite made the table anew, without its guard.
        migrations.RunPython(*append_only("determination_spotcheck")),
    ]
