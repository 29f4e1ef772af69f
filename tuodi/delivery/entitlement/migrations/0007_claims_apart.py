"""The halves of a mixed family that claims apart under DB-2012 (T3): one of each at most on the roll, none beside the whole."""

from django.db import migrations, models

from tuodi.kit.append_only import stays


class Migration(migrations.Migration):
    dependencies = [
        ("determination", "0006_township_decides"),
        ("entitlement", "0006_recertification"),
        ("org", "0002_second_factor_and_waits"),
        ("people", "0002_sealed_words"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="enrolment",
            name="on_the_roll_once",
        ),
        migrations.AddField(
            model_name="enrolment",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[("", "全户"), ("urban", "城镇户口的成员"), ("rural", "农村户口的成员")],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("state", "exited"), _negated=True), ("kind__in", ("", "urban"))),
                fields=("household", "programme"),
                name="on_the_roll_once_urban",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("state", "exited"), _negated=True), ("kind__in", ("", "rural"))),
                fields=("household", "programme"),
                name="on_the_roll_once_rural",
            ),
        ),
        # SQLite made the table anew, without its guard.
        migrations.RunPython(*stays("entitlement_enrolment")),
    ]
