"""What was written about a family in words is sealed: grounds of an outcome, papers shown, the opinion of an appraisal."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from tuodi.kit.append_only import append_only
from tuodi.kit.sealed import SealedTextField
from tuodi.kit.sealing import sealing


class Migration(migrations.Migration):
    dependencies = [("verification", "0002_append_only")]
    operations = [
        migrations.RemoveConstraint("outcome", "outcome_has_reason"),
        *sealing("verification", "outcome", "reason", SealedTextField(kind="opinion")),
        migrations.AddConstraint(
            "outcome",
            models.CheckConstraint(condition=GreaterThan(Length("reason"), 29), name="outcome_has_reason"),
        ),
        *sealing("verification", "explanation", "papers", SealedTextField(kind="opinion", null=True)),
        *sealing("verification", "appraisal", "opinion", SealedTextField(kind="opinion", null=True)),
        migrations.RunPython(
            *append_only("verification_outcome", "verification_explanation", "verification_appraisal")
        ),
    ]
