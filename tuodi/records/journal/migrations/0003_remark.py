"""What people write with an act stands sealed beside its line, and is as little edited as the line itself."""

import django.db.models.deletion
from django.db import migrations, models

import tuodi.kit.sealed
from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="remark",
                        serialize=False,
                        to="journal.journalline",
                    ),
                ),
                ("text", tuodi.kit.sealed.SealedTextField(kind="remark")),
            ],
        ),
        migrations.RunPython(*append_only("journal_remark")),
    ]
