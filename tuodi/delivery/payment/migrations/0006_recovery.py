"""Recovery: claims, their items, agreed instalments, refunds. Rows stay; what was agreed and paid back is never edited."""

from typing import Any

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import tuodi.kit.sealed
from tuodi.kit.append_only import append_only


def keep_rows(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for what in ("DELETE", "TRUNCATE"):
            editor.execute(
                f"CREATE TRIGGER payment_recovery_no_{what.lower()} BEFORE {what} ON payment_recovery "
                "FOR EACH STATEMENT EXECUTE FUNCTION payment_refuse('rows stay')"
            )
    else:
        editor.execute(
            "CREATE TRIGGER payment_recovery_no_delete BEFORE DELETE ON payment_recovery "
            "BEGIN SELECT RAISE(ABORT, 'payment: rows stay'); END"
        )


def let_go(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for what in ("delete", "truncate"):
            editor.execute(f"DROP TRIGGER IF EXISTS payment_recovery_no_{what} ON payment_recovery")
    else:
        editor.execute("DROP TRIGGER IF EXISTS payment_recovery_no_delete")


class Migration(migrations.Migration):
    dependencies = [
        ("entitlement", "0003_page_indexes"),
        ("funds", "0003_closing_recovery_year"),
        ("org", "0001_initial"),
        ("payment", "0005_sealed_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recovery",
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
                ("programme", models.CharField(max_length=32)),
                ("ground", models.CharField(max_length=16)),
                ("happened_on", models.DateField(null=True)),
                ("facts", tuodi.kit.sealed.SealedTextField(editable=True, kind="recovery")),
                ("amount_fen", models.BigIntegerField()),
                ("received_fen", models.BigIntegerField(default=0)),
                ("written_off_fen", models.BigIntegerField(default=0)),
                ("proposed_by", models.CharField(max_length=64)),
                ("proposed_on", models.DateField()),
                ("notified_on", models.DateField(null=True)),
                ("objection_until", models.DateField(null=True)),
                ("objected_on", models.DateField(null=True)),
                ("objection", tuodi.kit.sealed.SealedTextField(editable=True, kind="recovery", null=True)),
                ("answer", tuodi.kit.sealed.SealedTextField(editable=True, kind="recovery", null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_on", models.DateField(null=True)),
                ("waiver_asked_by", models.CharField(blank=True, default="", max_length=64)),
                (
                    "waiver_reason",
                    tuodi.kit.sealed.SealedTextField(editable=True, kind="recovery", null=True),
                ),
                ("written_off_by", models.CharField(blank=True, default="", max_length=64)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="entitlement.enrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agreement", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("amount_fen", models.BigIntegerField()),
                ("agreed_on", models.DateField()),
                ("agreed_by", tuodi.kit.sealed.SealedTextField(editable=True, kind="recovery")),
                ("recorded_by", models.CharField(max_length=64)),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="payment.recovery",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("live", models.BooleanField(default=True)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="payment.payment",
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="payment.recovery",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("voucher", models.CharField(max_length=60)),
                ("amount_fen", models.BigIntegerField()),
                ("received_on", models.DateField()),
                ("received_by", models.CharField(max_length=64)),
                (
                    "entry",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="funds.entry"),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payment.recovery",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["state", "due"], name="recovery_due"),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["area", "programme"], name="recovery_area"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", ""),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="recovery_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("written_off_by", ""),
                    models.Q(("written_off_by", models.F("waiver_asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="write_off_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("decided", "waiver_asked", "settled", "written_off", "revoked")),
                        _negated=True,
                    ),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        ("decided_on__isnull", False),
                        ("notified_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="recovery_decided_after_notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_fen__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("received_fen"), "+", models.F("written_off_fen")
                        ),
                    ),
                    ("received_fen__gte", 0),
                    ("written_off_fen__gte", 0),
                ),
                name="recovery_within_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("settled", "written_off")), _negated=True),
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            models.F("received_fen"), "+", models.F("written_off_fen")
                        ),
                    ),
                    _connector="OR",
                ),
                name="ended_recovery_has_nothing_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "written_off"), _negated=True),
                    models.Q(("written_off_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="written_off_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.UniqueConstraint(
                fields=("recovery", "agreement", "sequence"), name="instalment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="instalment_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)), fields=("payment",), name="payment_claimed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryitem",
            constraint=models.UniqueConstraint(fields=("recovery", "payment"), name="item_once"),
        ),
        migrations.AddConstraint(
            model_name="recoveryitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="claim_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("recovery", "voucher"), name="refund_once"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="refund_positive"
            ),
        ),
        migrations.RunPython(keep_rows, let_go),
        migrations.RunPython(*append_only("payment_recoveryitem", except_columns=("live",))),
        migrations.RunPython(*append_only("payment_instalment", "payment_refund")),
    ]
