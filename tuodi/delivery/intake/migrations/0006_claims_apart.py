"""Whom an application claims for, where a mixed family claims apart (DB-2012, T3); one open claim per person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0005_recertification"),
        ("people", "0002_sealed_words"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="applying",
            name="one_open_application_per_person",
        ),
        migrations.AddField(
            model_name="applying",
            name="claimed",
            field=models.BooleanField(default=True),
        ),
        migrations.AddConstraint(
            model_name="applying",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claimed", True), ("until__isnull", True)),
                fields=("person", "programme"),
                name="one_open_application_per_person",
            ),
        ),
    ]
