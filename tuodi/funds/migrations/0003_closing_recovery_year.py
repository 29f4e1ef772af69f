"""A month is closed by two persons; the books know money claimed back, written off, carried over and taken back.

SQLite builds altered tables anew and will not rename one that a trigger names, so the guard is lowered first and raised
again afterwards, on both databases alike.
"""

import django.db.models.deletion
from django.db import migrations, models

from tuodi.funds import triggers
from tuodi.funds.migrations._guard import lower_guard, raise_guard
from tuodi.kit.append_only import append_only

KINDS = [
    ("source", "上级下达"), ("available", "可用指标"), ("carried", "结转"), ("reserved", "预占"), ("in_transit", "在途"),
    ("paid", "已发放"), ("returned", "退回待处理"), ("claimed", "应收追回"), ("written_off", "已核销"), ("taken_back", "已收回财政"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("funds", "0002_guard"), ("org", "0001_initial")]
    operations = [
        migrations.RunPython(lower_guard, raise_guard),
        migrations.AlterField("account", "kind", models.CharField(choices=KINDS, max_length=16)),
        migrations.RemoveConstraint("account", "account_kind_known"),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=models.Q(kind__in=tuple(kind for kind, _label in KINDS)), name="account_kind_known"
            ),
        ),
        migrations.AddField("closedmonth", "asked_by", models.CharField(default="", max_length=64)),
        migrations.AddConstraint(
            "closedmonth",
            models.CheckConstraint(
                condition=models.Q(asked_by=models.F("closed_by"), _negated=True),
                name="month_closed_by_another",
            ),
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=32)),
                ("state_since", models.DateField()),
                ("due", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("month", models.DateField(unique=True)),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_on", models.DateField()),
                ("closed_by", models.CharField(blank=True, default="", max_length=64)),
                ("checks", models.JSONField(default=list)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area")),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(raise_guard, lower_guard),
        migrations.RunPython(append_only(*triggers.APPEND_ONLY)[0], migrations.RunPython.noop),
    ]  # fmt: skip
