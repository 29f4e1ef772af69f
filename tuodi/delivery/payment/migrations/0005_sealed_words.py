"""Why a returned payment is still out is sealed: it tells of deaths, moves and illness."""

from django.db import migrations

from tuodi.kit.append_only import append_only
from tuodi.kit.sealed import SealedTextField
from tuodi.kit.sealing import sealing


class Migration(migrations.Migration):
    dependencies = [("payment", "0004_month_end")]
    operations = [
        *sealing("payment", "returnexplanation", "note", SealedTextField(kind="opinion")),
        migrations.RunPython(*append_only("payment_returnexplanation")),
    ]
