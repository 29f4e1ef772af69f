"""What was worked out, done, returned, ruled, asked and answered is added to and never edited."""

from django.db import migrations

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("referral", "0001_initial")]
    operations = [
        migrations.RunPython(
            *append_only(
                "referral_opening",
                "referral_referralstep",
                "referral_return",
                "referral_ruling",
                "referral_question",
                "referral_answer",
            )
        )
    ]
