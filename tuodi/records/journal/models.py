"""The journal: one line per act and per reveal, each carrying the hash of the one before."""

from django.db import models


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
