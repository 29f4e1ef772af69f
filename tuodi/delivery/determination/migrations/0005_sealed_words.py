"""Why a limit was lengthened is sealed: it tells of people who live apart, are ill or away."""

from django.db import migrations

from tuodi.kit.sealed import SealedTextField
from tuodi.kit.sealing import sealing


class Migration(migrations.Migration):
    dependencies = [("determination", "0004_page_indexes")]
    operations = sealing("determination", "review", "special", SealedTextField(kind="opinion", null=True))
