"""An alert has a day by which somebody must have looked; those raised before get none and stay in their worklist."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("verification", "0003_sealed_words")]
    operations = [migrations.AddField("alert", "due", models.DateField(null=True))]
