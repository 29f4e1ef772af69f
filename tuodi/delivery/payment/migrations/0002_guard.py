"""What the database itself refuses about payments: edits of anything but the outcome, outcomes out of order, a second
attempt while the first is not known to have failed, deletion."""

from typing import Any

from django.db import migrations

from tuodi.kit.append_only import append_only

FROZEN = (
    "id",
    "reference",
    "batch_id",
    "entitlement_id",
    "attempt",
    "amount_fen",
    "holder_name",
    "bank",
    "account",
)
# The bank may return tomorrow what it paid today; nothing else leads out of an outcome.
ORDER = "OLD.state = 'issued' OR (OLD.state = 'paid' AND NEW.state = 'failed') OR OLD.state = NEW.state"
_PRIOR = (
    "NEW.attempt > 1 AND NOT EXISTS (SELECT 1 FROM payment_payment p WHERE p.entitlement_id = NEW.entitlement_id "
    "AND p.attempt = NEW.attempt - 1 AND p.state IN ('failed', 'voided'))"
)

POSTGRESQL = [
    """
    CREATE OR REPLACE FUNCTION payment_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'payment: %', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$
    """,
    # By column list and by statement: an update of outcomes of half a million rows does not pay for this.
    f"CREATE TRIGGER payment_payment_frozen BEFORE UPDATE OF {', '.join(FROZEN)} ON payment_payment "
    "FOR EACH STATEMENT EXECUTE FUNCTION payment_refuse('only the outcome may change')",
    f"CREATE TRIGGER payment_payment_order BEFORE UPDATE OF state ON payment_payment FOR EACH ROW WHEN (NOT ({ORDER})) "
    "EXECUTE FUNCTION payment_refuse('no such change of outcome')",
    """
    CREATE OR REPLACE FUNCTION payment_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM payment_payment p WHERE p.entitlement_id = NEW.entitlement_id
                AND p.attempt = NEW.attempt - 1 AND p.state IN ('failed', 'voided')) THEN
            RAISE EXCEPTION 'payment: the attempt before is not known to have failed' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER payment_payment_attempt BEFORE INSERT ON payment_payment FOR EACH ROW WHEN (NEW.attempt > 1) "
    "EXECUTE FUNCTION payment_attempt()",
] + [
    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION payment_refuse('rows stay')"
    for table in ("payment_payment", "payment_paymentbatch")
    for what in ("DELETE", "TRUNCATE")
]
SQLITE = [
    f"CREATE TRIGGER payment_payment_frozen BEFORE UPDATE OF {', '.join(FROZEN)} ON payment_payment "
    "BEGIN SELECT RAISE(ABORT, 'payment: only the outcome may change'); END",
    f"CREATE TRIGGER payment_payment_order BEFORE UPDATE OF state ON payment_payment WHEN NOT ({ORDER}) "
    "BEGIN SELECT RAISE(ABORT, 'payment: no such change of outcome'); END",
    f"CREATE TRIGGER payment_payment_attempt BEFORE INSERT ON payment_payment WHEN {_PRIOR} "
    "BEGIN SELECT RAISE(ABORT, 'payment: the attempt before is not known to have failed'); END",
] + [
    f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'payment: rows stay'); END"
    for table in ("payment_payment", "payment_paymentbatch")
]


def raise_guard(apps: Any, editor: Any) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)


def lower_guard(apps: Any, editor: Any) -> None:
    vendor = editor.connection.vendor
    for table, names in (
        ("payment_payment", ("frozen", "order", "attempt", "no_delete", "no_truncate")),
        ("payment_paymentbatch", ("no_delete", "no_truncate")),
    ):
        for name in names:
            editor.execute(
                f"DROP TRIGGER IF EXISTS {table}_{name}" + (f" ON {table}" if vendor == "postgresql" else "")
            )


class Migration(migrations.Migration):
    dependencies = [("payment", "0001_initial")]
    operations = [
        migrations.RunPython(raise_guard, lower_guard),
        migrations.RunPython(*append_only("payment_bankreply")),
    ]
