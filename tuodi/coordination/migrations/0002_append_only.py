"""An escalation and an answer are never edited; only an escalation's end is written later."""

from django.db import migrations

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("coordination", "0001_initial")]
    operations = [
        migrations.RunPython(
            *append_only("coordination_supervision", except_columns=("closed_on", "closed_because"))
        ),
        migrations.RunPython(*append_only("coordination_supervisionanswer")),
    ]
