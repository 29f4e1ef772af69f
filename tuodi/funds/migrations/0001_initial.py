import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("closed_on", models.DateField()),
                ("closed_by", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("source", "上级下达"),
                            ("available", "可用指标"),
                            ("reserved", "预占"),
                            ("in_transit", "在途"),
                            ("paid", "已发放"),
                            ("returned", "退回待处理"),
                        ],
                        max_length=16,
                    ),
                ),
                ("programme", models.CharField(max_length=32)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("central", "中央"),
                            ("province", "省级"),
                            ("prefecture", "州级"),
                            ("county", "县级"),
                        ],
                        max_length=16,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("debits_fen", models.BigIntegerField(default=0)),
                ("credits_fen", models.BigIntegerField(default=0)),
                ("through", models.BigIntegerField(default=0)),
                ("may_overdraw", models.BooleanField(default=False)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("entered_on", models.DateField()),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("by", models.CharField(max_length=64)),
                ("record_kind", models.CharField(blank=True, default="", max_length=48)),
                ("record_id", models.CharField(blank=True, default="", max_length=48)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="funds.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allotment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme", models.CharField(max_length=32)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("central", "中央"),
                            ("province", "省级"),
                            ("prefecture", "州级"),
                            ("county", "县级"),
                        ],
                        max_length=16,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=80)),
                ("released_on", models.DateField()),
                ("key", models.CharField(max_length=80, unique=True)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
                (
                    "entry",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="funds.entry"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("payment_reference", models.CharField(max_length=40, null=True)),
                (
                    "credit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credited",
                        to="funds.account",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debited",
                        to="funds.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="funds.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("postings", models.PositiveIntegerField()),
                ("total_fen", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("postings__gt", 0), ("total_fen__gt", 0)),
                        name="sealed_entry_moves_money",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="seal",
            field=models.OneToOneField(
                db_column="key",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entry",
                to="funds.seal",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("kind", "area", "programme", "source", "year"), name="account_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("source", "available", "reserved", "in_transit", "paid", "returned"))
                ),
                name="account_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits_fen__gte", 0), ("debits_fen__gte", 0)),
                name="account_totals_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "source"), ("may_overdraw", True)),
                    models.Q(("may_overdraw", False), models.Q(("kind", "source"), _negated=True)),
                    _connector="OR",
                ),
                name="only_source_accounts_owe",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("debits_fen__lte", models.F("credits_fen")), ("may_overdraw", True)),
                    models.Q(("credits_fen__lte", models.F("debits_fen")), ("may_overdraw", False)),
                    _connector="OR",
                ),
                name="account_not_overdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="allotment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="allotment_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["payment_reference"], name="posting_of_payment"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="posting_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True), name="posting_two_accounts"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["record_kind", "record_id"], name="entry_record"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["entered_on"], name="entry_day"),
        ),
    ]
