"""Evidence is added to and never edited: replies, reports, doubts, what was said and how it was settled, visits, votes."""

from django.db import migrations

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial")]
    operations = [
        migrations.RunPython(
            *append_only(
                "verification_sourcereply",
                "verification_checkreport",
                "verification_discrepancy",
                "verification_explanation",
                "verification_outcome",
                "verification_householdsurvey",
                "verification_appraisal",
            )
        )
    ]
