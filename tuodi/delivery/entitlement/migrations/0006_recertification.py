"""Looking again at who receives (复核, policy.md 1.7): a class and a day for each, and what was asked and found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tuodi.kit.sealed
from tuodi.kit.append_only import stays


class Migration(migrations.Migration):
    dependencies = [
        ("determination", "0004_page_indexes"),
        ("entitlement", "0005_sealed_words"),
        ("intake", "0005_recertification"),
        ("org", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recertification",
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
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("cycle", "定期复核"),
                            ("turned", "年龄、证件变化"),
                            ("asked", "在校情况待核实"),
                            ("standard", "标准变化"),
                            ("set_by_hand", "金额由经办人定过"),
                            ("spot", "县级事后抽查不一致"),
                        ],
                        max_length=12,
                    ),
                ),
                ("month", models.DateField(null=True)),
                ("price_fen", models.BigIntegerField(null=True)),
                ("reasons", tuodi.kit.sealed.SealedJSONField(editable=True, kind="findings")),
                ("document", tuodi.kit.sealed.SealedJSONField(editable=True, kind="findings", null=True)),
                ("visited_on", models.DateField(null=True)),
                ("second_surveyor", models.CharField(blank=True, default="", max_length=40)),
                (
                    "visit_note",
                    tuodi.kit.sealed.SealedTextField(editable=True, kind="survey_note", null=True),
                ),
                (
                    "proposal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("keep", "维持不变"),
                            ("adjust", "调整金额"),
                            ("suspend", "暂停"),
                            ("exit", "退出"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("opinion", tuodi.kit.sealed.SealedTextField(editable=True, kind="opinion", null=True)),
                ("proposed_by", models.CharField(blank=True, default="", max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("keep", "维持不变"),
                            ("adjust", "调整金额"),
                            ("suspend", "暂停"),
                            ("exit", "退出"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("concluded_on", models.DateField(null=True)),
                ("concluded_by", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="enrolment",
            name="review_class",
            field=models.CharField(blank=True, default="", max_length=1),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="review_due",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("review_due__isnull", False)),
                fields=["area", "review_due"],
                name="roll_review",
            ),
        ),
        migrations.AddField(
            model_name="recertification",
            name="area",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.area"),
        ),
        migrations.AddField(
            model_name="recertification",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recertifications",
                to="entitlement.enrolment",
            ),
        ),
        migrations.AddField(
            model_name="recertification",
            name="officer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recertifications",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recertification",
            name="snapshot",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.snapshot"
            ),
        ),
        migrations.AddIndex(
            model_name="recertification",
            index=models.Index(fields=["area", "state"], name="recertification_worklist"),
        ),
        migrations.AddConstraint(
            model_name="recertification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("concluded_on__isnull", True)),
                fields=("enrolment",),
                name="one_recertification_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="recertification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concluded_on__isnull", True), ("outcome", "")),
                    models.Q(("concluded_on__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="concluded_recertification_says_what_came_of_it",
            ),
        ),
        migrations.RunPython(*stays("entitlement_enrolment", "entitlement_recertification")),
    ]
