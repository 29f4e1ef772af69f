"""The head's one row, and triggers: the database itself refuses to change or remove a journal line."""

from django.db import migrations

from tuodi.kit.append_only import append_only


def make_head(apps, editor):
    apps.get_model("journal", "JournalHead").objects.get_or_create(
        pk=1, defaults={"sequence": 0, "digest": "0" * 64}
    )


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunPython(make_head, migrations.RunPython.noop),
        migrations.RunPython(*append_only("journal_journalline")),
    ]
