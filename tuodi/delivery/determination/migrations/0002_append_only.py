"""What a decision relied on is never edited; a decision, a notice and an objection only have their ends filled in."""

from django.db import migrations

from tuodi.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("determination", "0001_initial")]
    operations = [
        migrations.RunPython(
            *append_only("determination_assessment", "determination_countyvisit", "determination_spotcheck")
        ),
        migrations.RunPython(*append_only("determination_decision", except_columns=("notified_on",))),
        migrations.RunPython(*append_only("determination_publicnotice", except_columns=("ended_on",))),
        migrations.RunPython(
            *append_only(
                "determination_objection",
                except_columns=("finding", "upheld", "concluded_on", "concluded_by"),
            )
        ),
    ]
