"""Letters and papers of a case: numbered, kept with their hash, filed under the household (一户一档)."""

from django.db import models

from tuodi.records.org.models import Area
from tuodi.records.people.models import Household


class Document(models.Model):
    """A letter issued or a paper handed in. Letters are re-made from `content` and must equal `digest`."""

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="documents")
    area = models.ForeignKey(Area, models.PROTECT)
    record_kind = models.CharField(max_length=48)
    record_id = models.CharField(max_length=48)
    title = models.CharField(max_length=120)
    content = models.JSONField()
    file = models.CharField(max_length=120, blank=True, default="")
    digest = models.CharField(max_length=64)
    issued_on = models.DateField()
    issued_by = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["household", "issued_on"], name="household_file")]


class DocumentCounter(models.Model):
    """The last number given in a series (kind, area, year); locked while the next is taken."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveIntegerField(default=0)
