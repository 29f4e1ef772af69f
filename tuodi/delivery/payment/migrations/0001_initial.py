import django.db.models.deletion
from django.db import migrations, models

import tuodi.kit.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("entitlement", "0001_initial"),
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentBatch",
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
                ("number", models.CharField(max_length=40, unique=True)),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("regular", "当月发放"), ("reissue", "退回补发")],
                        default="regular",
                        max_length=8,
                    ),
                ),
                ("programme", models.CharField(max_length=32)),
                ("month", models.DateField()),
                ("count", models.PositiveIntegerField(default=0)),
                ("total_fen", models.BigIntegerField(default=0)),
                ("prepared_by", models.CharField(max_length=64)),
                ("approved_by", models.CharField(blank=True, default="", max_length=64)),
                ("sent_by", models.CharField(blank=True, default="", max_length=64)),
                ("file_name", models.CharField(blank=True, default="", max_length=120)),
                ("file_digest", models.CharField(blank=True, default="", max_length=64)),
                ("sent_on", models.DateField(null=True)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=40, unique=True)),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("amount_fen", models.BigIntegerField()),
                ("holder_name", models.CharField(max_length=60)),
                ("bank", models.CharField(max_length=40)),
                ("account", tuodi.kit.sealed.SealedTextField(editable=True, kind="account")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "待回盘"),
                            ("paid", "到账"),
                            ("failed", "退回"),
                            ("voided", "撤销"),
                        ],
                        max_length=8,
                    ),
                ),
                ("state_since", models.DateField()),
                ("failure", models.CharField(blank=True, default="", max_length=80)),
                (
                    "entitlement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="entitlement.entitlement",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="payment.paymentbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BankReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=120)),
                ("file_digest", models.CharField(max_length=64)),
                ("received_on", models.DateField()),
                ("received_by", models.CharField(max_length=64)),
                ("accepted", models.BooleanField()),
                ("paid", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("paid_fen", models.BigIntegerField(default=0)),
                ("failed_fen", models.BigIntegerField(default=0)),
                ("faults", models.JSONField(default=list)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="payment.paymentbatch",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="paymentbatch",
            index=models.Index(fields=["area", "programme", "month"], name="batch_of_month"),
        ),
        migrations.AddIndex(
            model_name="paymentbatch",
            index=models.Index(fields=["state", "due"], name="batch_due"),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", ""),
                    models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                    _connector="OR",
                ),
                name="batch_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("approved", "sent", "replied", "reconciled")), _negated=True),
                    models.Q(("approved_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="batch_approved_before_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("sent", "replied", "reconciled")), _negated=True),
                    models.Q(("sent_on__isnull", False), models.Q(("file_digest", ""), _negated=True)),
                    _connector="OR",
                ),
                name="sent_batch_has_file",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["batch", "reference"], name="payment_of_batch"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["batch"], name="payment_failed"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("entitlement", "attempt"), name="payment_attempt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="payment_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankreply",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted", True)), fields=("file_digest",), name="reply_taken_once"
            ),
        ),
    ]
