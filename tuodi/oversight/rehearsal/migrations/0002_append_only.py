"""What a rehearsal showed and what was acknowledged is never edited; drafts and frozen months are not deleted."""

from django.db import migrations

from tuodi.kit.append_only import append_only, stays


class Migration(migrations.Migration):
    dependencies = [("rehearsal", "0001_initial")]
    operations = [
        migrations.RunPython(*append_only("rehearsal_casechange", "rehearsal_rehearsal")),
        migrations.RunPython(*stays("rehearsal_draft", "rehearsal_frozenmonth")),
    ]
