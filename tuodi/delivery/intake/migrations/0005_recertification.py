"""Facts settled by a review of a family on the roll (复核)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_sealed_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name="cause",
            field=models.CharField(
                choices=[("declared", "申报"), ("settled", "核定"), ("reviewed", "复核")], max_length=10
            ),
        ),
    ]
