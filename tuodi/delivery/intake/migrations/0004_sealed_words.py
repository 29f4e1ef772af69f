"""Why an application ended and what was missing are sealed; `need` was never written (needs are in the declaration)."""

from django.db import migrations

from tuodi.kit.sealed import SealedJSONField, SealedTextField
from tuodi.kit.sealing import sealing


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_page_indexes")]
    operations = [
        migrations.RemoveField("application", "need"),
        *sealing("intake", "application", "closed_because", SealedTextField(kind="opinion", null=True)),
        *sealing("intake", "correctionnotice", "items", SealedJSONField(kind="opinion")),
    ]
