"""A year's budget per area, programme and source; added to and never edited."""

import django.db.models.deletion
from django.db import migrations, models

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("funds", "0003_closing_recovery_year"), ("org", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("programme", models.CharField(max_length=32)),
                (
                    "source",
                    models.CharField(
                        choices=[("central", "中央"), ("province", "省级"), ("prefecture", "州级"), ("county", "县级")], max_length=16
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveSmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=80)),
                ("set_on", models.DateField()),
                ("set_by", models.CharField(max_length=64)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("year", "area", "programme", "source", "sequence"), name="budget_sequence"),
                    models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="budget_not_negative"),
                ],
            },
        ),
        migrations.RunPython(*append_only("funds_budget")),
    ]  # fmt: skip
