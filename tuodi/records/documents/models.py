"""Letters and papers of a case: numbered, kept with their hash, filed under the household (一户一档)."""

from django.db import models

from tuodi.kit.sealed import SealedJSONField
from tuodi.records.org.models import Area
from tuodi.records.people.models import Household


class Document(models.Model):
    """A letter issued or a paper handed in, never edited. A letter is re-made from `content`, which must equal `digest`.

    `content` names people, incomes and illness, so it is sealed; `title` is what lists show and names nobody.
    """

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="documents")
    area = models.ForeignKey(Area, models.PROTECT)
    record_kind = models.CharField(max_length=48)
    record_id = models.CharField(max_length=48)
    title = models.CharField(max_length=120)
    content = SealedJSONField(kind="letter")
    file = models.CharField(max_length=120, blank=True, default="")
    digest = models.CharField(max_length=64)
    issued_on = models.DateField()
    issued_by = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["household", "issued_on"], name="household_file"),
            models.Index(fields=["record_kind", "record_id"], name="document_record"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class DocumentCounter(models.Model):
    """The last number given in a series (county, word, year); its row is held while the next is taken."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
