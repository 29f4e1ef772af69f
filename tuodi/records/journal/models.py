"""The journal: one line per act and per reveal, each carrying the hash of the one before."""

import re

from django.db import models

from tuodi.kit.sealed import SealedTextField

# How a line names the remark that belongs to it: the keyed hash of its text, at the end of the note.
REMARK_MARK = re.compile(r"\s?remark:([0-9a-f]{32})$")


class JournalLine(models.Model):
    """Who did what to which record, when, from which state to which, and why. Added to, never edited."""

    sequence = models.BigIntegerField(primary_key=True)
    moment = models.DateTimeField()
    business_day = models.DateField()
    actor = models.CharField(max_length=64)
    act = models.CharField(max_length=64)
    record_kind = models.CharField(max_length=48)
    record_id = models.CharField(max_length=48)
    area_code = models.CharField(max_length=12, blank=True, default="")
    state_from = models.CharField(max_length=32, blank=True, default="")
    state_to = models.CharField(max_length=32, blank=True, default="")
    purpose = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["record_kind", "record_id"], name="journal_record"),
            models.Index(fields=["actor", "moment"], name="journal_actor"),
            models.Index(fields=["business_day"], name="journal_day"),
        ]

    @property
    def fact(self) -> str:
        """What the platform itself noted with the act: figures, days, references."""
        return REMARK_MARK.sub("", self.note)

    @property
    def written(self) -> str:
        """What the person who acted wrote, opened; nothing where they wrote nothing. `lines_of` fetches it along."""
        remark = getattr(self, "remark", None) if REMARK_MARK.search(self.note) else None
        return remark.text.open() if remark is not None else ""

    @property
    def words(self) -> str:
        """Both in one, for a page about the record."""
        return "；".join(filter(None, (self.purpose, self.fact, self.written)))


class Remark(models.Model):
    """What a person wrote with an act: reasons, grounds, the purpose of a look. Sealed, beside its line.

    The line's note carries the text's keyed hash, so the chain binds the text and outlives it: once the text is
    destroyed after its period the chain is as whole as before.
    """

    line = models.OneToOneField(
        JournalLine, models.PROTECT, primary_key=True, related_name="remark", db_constraint=False
    )
    text = SealedTextField(kind="remark")


class JournalHead(models.Model):
    """The newest line's number and hash: one row, locked by each writer so that there is one chain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_journal_head")]


class Stateful(models.Model):
    """A row with a place in a procedure: moved only by `journal.services.advance`, version raised by each edit."""

    state = models.CharField(max_length=32)
    state_since = models.DateField()
    due = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
