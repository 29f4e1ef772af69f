"""Why an amount was set is sealed: a note may tell of a death, a job, an illness."""

from django.db import migrations

from tuodi.kit.append_only import append_only
from tuodi.kit.sealed import SealedTextField
from tuodi.kit.sealing import sealing


class Migration(migrations.Migration):
    dependencies = [("entitlement", "0004_priced_by_month")]
    operations = [
        *sealing("entitlement", "enrolmentamount", "note", SealedTextField(kind="opinion", null=True)),
        migrations.RunPython(*append_only("entitlement_enrolmentamount")),
    ]
