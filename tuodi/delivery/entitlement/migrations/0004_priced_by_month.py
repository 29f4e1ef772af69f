"""Amounts by benefit month (policy.md T18): what each was worked out with, and the next day time changes a family's facts."""

import django.db.models.deletion
from django.db import migrations, models

import tuodi.kit.sealed
from tuodi.kit.append_only import append_only, stays


class Migration(migrations.Migration):
    dependencies = [
        ("determination", "0004_page_indexes"),
        ("entitlement", "0003_page_indexes"),
        ("intake", "0003_page_indexes"),
        ("org", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("values_digest", models.CharField(db_index=True, max_length=64)),
                ("rows", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Pricing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("as_of", models.DateField()),
                ("rule", models.CharField(max_length=64)),
                ("changed", models.JSONField()),
                ("document", tuodi.kit.sealed.SealedJSONField(editable=True, kind="findings")),
                ("until_month", models.DateField(null=True)),
                ("then_fen", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="enrolment",
            name="next_turn",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="monthrun",
            name="digests",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="monthrun",
            name="kept",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="monthrun",
            name="raised",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="monthrun",
            name="remark",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="monthrun",
            name="unpriced",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="basis",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="entitlement.pricebasis",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("next_turn__isnull", False)), fields=["next_turn"], name="roll_turns"
            ),
        ),
        migrations.AddField(
            model_name="pricing",
            name="amount",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pricing",
                to="entitlement.enrolmentamount",
            ),
        ),
        migrations.AddField(
            model_name="pricing",
            name="basis",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="entitlement.pricebasis",
            ),
        ),
        migrations.AddField(
            model_name="pricing",
            name="snapshot",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.snapshot",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("then_fen__isnull", True), ("until_month__isnull", True)),
                    models.Q(("then_fen__gte", 0), ("until_month__gt", models.F("month"))),
                    _connector="OR",
                ),
                name="passing_price_says_what_follows",
            ),
        ),
        migrations.RunPython(*append_only("entitlement_pricebasis", "entitlement_pricing")),
        # SQLite made the altered tables anew, without their guards.
        migrations.RunPython(*stays("entitlement_enrolment", "entitlement_monthrun")),
    ]
