"""What became of a batch's payments stands on the batch. SQLite builds the table anew, so its triggers are put back."""

from typing import Any

from django.db import migrations, models

FILL = """
UPDATE payment_paymentbatch SET
    paid_count = (SELECT count(*) FROM payment_payment p WHERE p.batch_id = payment_paymentbatch.id AND p.state = 'paid'),
    paid_fen = (SELECT coalesce(sum(amount_fen), 0) FROM payment_payment p WHERE p.batch_id = payment_paymentbatch.id AND p.state = 'paid'),
    failed_count = (SELECT count(*) FROM payment_payment p WHERE p.batch_id = payment_paymentbatch.id AND p.state = 'failed'),
    failed_fen = (SELECT coalesce(sum(amount_fen), 0) FROM payment_payment p WHERE p.batch_id = payment_paymentbatch.id AND p.state = 'failed')
"""


def fill(apps: Any, editor: Any) -> None:
    editor.execute(FILL)


def put_back(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER IF EXISTS payment_paymentbatch_no_delete")
        editor.execute(
            "CREATE TRIGGER payment_paymentbatch_no_delete BEFORE DELETE ON payment_paymentbatch "
            "BEGIN SELECT RAISE(ABORT, 'payment: rows stay'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("payment", "0002_guard")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_back),
        *(
            migrations.AddField("paymentbatch", name, field(default=0))
            for name, field in (
                ("paid_count", models.PositiveIntegerField),
                ("paid_fen", models.BigIntegerField),
                ("failed_count", models.PositiveIntegerField),
                ("failed_fen", models.BigIntegerField),
            )
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            "paymentbatch",
            models.CheckConstraint(
                condition=models.Q(
                    count__gte=models.F("paid_count") + models.F("failed_count"),
                    paid_fen__gte=0,
                    failed_fen__gte=0,
                    total_fen__gte=models.F("paid_fen") + models.F("failed_fen"),
                ),
                name="batch_outcomes_within",
            ),
        ),
        migrations.RunPython(put_back, migrations.RunPython.noop),
    ]
