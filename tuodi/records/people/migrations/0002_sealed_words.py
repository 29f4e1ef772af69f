"""Where a household lives and why a person has no document are sealed."""

from django.db import migrations

from tuodi.kit.sealed import SealedTextField
from tuodi.kit.sealing import sealing


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        *sealing("people", "person", "no_document_reason", SealedTextField(kind="opinion", null=True)),
        *sealing("people", "household", "address", SealedTextField(kind="address", null=True)),
    ]
