"""Returned payments explained, and a month's sums made public; both are added to and never edited."""

import django.db.models.deletion
from django.db import migrations, models

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("payment", "0003_figures_on_the_batch"), ("org", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ReturnExplanation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(max_length=200)),
                ("explained_on", models.DateField()),
                ("explained_by", models.CharField(max_length=64)),
                ("payment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="explanations", to="payment.payment")),
            ],
        ),
        migrations.CreateModel(
            name="PublishedTotals",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("programme", models.CharField(max_length=32)),
                ("month", models.DateField()),
                ("sequence", models.PositiveSmallIntegerField()),
                ("due_count", models.PositiveIntegerField()),
                ("due_fen", models.BigIntegerField()),
                ("paid_count", models.PositiveIntegerField()),
                ("paid_fen", models.BigIntegerField()),
                ("published_on", models.DateField()),
                ("published_by", models.CharField(max_length=64)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("month", "area", "programme", "sequence"), name="totals_published_once"),
                    models.CheckConstraint(
                        condition=models.Q(due_fen__gte=models.F("paid_fen"), due_count__gte=models.F("paid_count")),
                        name="published_paid_within_due",
                    ),
                ],
            },
        ),
        migrations.RunPython(*append_only("payment_returnexplanation", "payment_publishedtotals")),
    ]  # fmt: skip
