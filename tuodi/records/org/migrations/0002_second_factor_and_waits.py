"""Second factors of our own, sealed; wrong passwords counted by keyed hash. What django-otp and django-axes kept in plain
(secrets, whatever was typed as a name) is carried over sealed, or goes.
"""

from typing import Any

import django.db.models.deletion
import django_otp.util
from django.conf import settings
from django.db import migrations, models

import tuodi.kit.sealed

OLD = (
    "otp_totp_totpdevice", "axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog",
)  # fmt: skip


def carry_over(apps: Any, editor: Any) -> None:
    """Second factors set up before this: the same secret, the same last token."""
    tables = editor.connection.introspection.table_names()
    with editor.connection.cursor() as cursor:
        if OLD[0] in tables:
            cursor.execute(
                "SELECT user_id, name, confirmed, key, last_t FROM otp_totp_totpdevice ORDER BY id"
            )
            held = {
                (user, bool(confirmed)): (name, key, last)
                for user, name, confirmed, key, last in cursor.fetchall()
            }
            for (user, confirmed), (name, key, last) in held.items():
                apps.get_model("org", "SecondFactor").objects.create(
                    user_id=user, name=name, confirmed=confirmed, key=key, last_t=last
                )
        for table in OLD:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="session_epoch",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="The human-readable name of this device.", max_length=64),
                ),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "key",
                    tuodi.kit.sealed.SealedTextField(
                        default=django_otp.util.random_hex, editable=True, kind="second_factor"
                    ),
                ),
                ("last_t", models.BigIntegerField(default=-1)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("user", "confirmed"), name="one_second_factor")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInTrouble",
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
                        choices=[("pair", "账号在一处"), ("name", "账号在各处"), ("place", "一处的各账号")],
                        max_length=8,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(db_index=True)),
                ("until", models.DateTimeField(null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="trouble_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "address"), name="trouble_counted_once")
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
