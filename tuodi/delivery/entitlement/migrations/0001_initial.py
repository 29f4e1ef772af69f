import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("determination", "0001_initial"),
        ("org", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=32)),
                ("state_since", models.DateField()),
                ("due", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("programme", models.CharField(max_length=32)),
                ("category", models.CharField(blank=True, default="", max_length=32)),
                ("from_month", models.DateField()),
                ("until_month", models.DateField(null=True)),
                ("exit_reason", models.CharField(blank=True, default="", max_length=24)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolment",
                        to="determination.decision",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="people.household",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EnrolmentAmount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField()),
                ("from_month", models.DateField()),
                ("monthly_fen", models.BigIntegerField()),
                ("cause", models.CharField(max_length=24)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("set_on", models.DateField()),
                ("set_by", models.CharField(max_length=64)),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amounts",
                        to="entitlement.enrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("obligation", models.CharField(max_length=80, unique=True)),
                ("county", models.CharField(max_length=6)),
                ("programme", models.CharField(max_length=32)),
                ("month", models.DateField()),
                ("pay_month", models.DateField()),
                ("kind", models.CharField(choices=[("regular", "当月"), ("arrears", "补发")], max_length=12)),
                ("amount_fen", models.BigIntegerField()),
                ("made_on", models.DateField()),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="org.area",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="entitlement.enrolment",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="people.household",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonthRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme", models.CharField(max_length=32)),
                ("month", models.DateField()),
                ("run_on", models.DateField()),
                ("run_by", models.CharField(max_length=64)),
                ("households", models.PositiveIntegerField(default=0)),
                ("total_fen", models.BigIntegerField(default=0)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
            ],
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["programme", "area", "state"], name="roll"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "exited"), _negated=True),
                fields=("household", "programme"),
                name="on_the_roll_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_month__isnull", True),
                    ("until_month__gte", models.F("from_month")),
                    _connector="OR",
                ),
                name="roll_span",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "exited"), _negated=True),
                    models.Q(("until_month__isnull", False), models.Q(("exit_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="exit_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolmentamount",
            constraint=models.UniqueConstraint(fields=("enrolment", "sequence"), name="amount_sequence"),
        ),
        migrations.AddConstraint(
            model_name="enrolmentamount",
            constraint=models.CheckConstraint(
                condition=models.Q(("monthly_fen__gte", 0)), name="amount_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(fields=["programme", "county", "pay_month"], name="month_roll"),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="entitlement_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("pay_month__gte", models.F("month"))), name="paid_from_its_month_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthrun",
            constraint=models.UniqueConstraint(fields=("programme", "area", "month"), name="month_run_once"),
        ),
    ]
