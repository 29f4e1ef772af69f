"""Drafts of dated values, what running them showed, and the months' frozen facts they are run on."""

from django.db import models
from django.db.models import Q

from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area
from tuodi.records.standards.models import ParameterValue


class Draft(Stateful):
    """One or several values proposed over what is in force (政策预演). Scheduled by two people, it becomes rows of the register.

    `document` is the paper it is put in force with and `activate_on` the day its rows are entered: a value that applies from an
    earlier day reaches back. `seen` is the digest of what was rehearsed and proposed: whoever signs, signs that.
    """

    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=400, blank=True, default="")
    area = models.ForeignKey(Area, models.PROTECT, related_name="rehearsal_drafts")
    made_by = models.CharField(max_length=64)
    made_on = models.DateField()
    document = models.CharField(max_length=200, blank=True, default="")
    activate_on = models.DateField(null=True)
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_on = models.DateField(null=True)
    signed_by = models.CharField(max_length=64, blank=True, default="")
    signed_on = models.DateField(null=True)
    activated_on = models.DateField(null=True)
    seen = models.CharField(max_length=64, blank=True, default="")
    held_because = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["area", "state"], name="draft_list")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("scheduled", "active"))
                | ~Q(proposed_by="") & ~Q(signed_by="") & ~Q(document="") & Q(activate_on__isnull=False),
                name="scheduled_draft_is_signed_twice",
            ),
            models.CheckConstraint(
                condition=Q(signed_by="") | ~Q(signed_by=models.F("proposed_by")),
                name="draft_signed_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DraftValue(models.Model):
    """A value of a draft: from a day on, for an area and everything in it, with its document. `row` is what it became."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="values")
    key = models.CharField(max_length=80)
    area_code = models.CharField(max_length=12)
    since = models.DateField()
    value = models.JSONField()
    basis = models.CharField(max_length=200)
    mark = models.CharField(max_length=12, choices=ParameterValue.MARKS)
    row = models.OneToOneField(ParameterValue, models.PROTECT, null=True, related_name="drafted")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "key", "area_code", "since"], name="draft_value_once")
        ]


class CaseChange(models.Model):
    """A case whose expectation a draft changes, with the reason. `told` is the new answer; another answer is a failure again."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="case_changes")
    programme = models.CharField(max_length=32)
    case = models.CharField(max_length=200)
    told = models.JSONField()
    reason = models.CharField(max_length=400)
    made_by = models.CharField(max_length=64)
    made_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["draft", "programme"], name="case_changes")]


class FrozenMonth(models.Model):
    """The facts of all families on the roll, and of those assessed lately, as they stood in a month: two Parquet tables and the roll.

    No names, numbers or free text; the families by the keys of their rows. Made anew only as a whole (`made` counts).
    """

    month = models.DateField(unique=True)
    as_of = models.DateField()
    folder = models.CharField(max_length=120)
    households = models.PositiveIntegerField()
    members = models.PositiveIntegerField()
    on_roll = models.PositiveIntegerField()
    carried = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    made = models.PositiveIntegerField(default=1)
    made_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Rehearsal(models.Model):
    """What running a draft over a frozen month showed, as tables; kept with the values it was run with."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="rehearsals")
    frozen = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="rehearsals")
    frozen_digest = models.CharField(max_length=64)
    on = models.DateField()
    values_digest = models.CharField(max_length=64)
    result = models.JSONField()
    milliseconds = models.PositiveIntegerField()
    made_by = models.CharField(max_length=64)
    made_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["draft", "-id"], name="newest_rehearsal")]
