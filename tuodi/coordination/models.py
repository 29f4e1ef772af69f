"""Escalations of limits (督办) and the answers to them: added to, never edited; only an escalation's end is written later."""

from django.db import models
from django.db.models import Q

from tuodi.kit.sealed import SealedTextField
from tuodi.records.org.models import Area, Officer


class Supervision(models.Model):
    """One escalation of one limit (督办): of what, to whom, on which day; a written one has a number and a day for its answer.

    A limit is a thing (`kind`, `subject`) in a `step` since a day until a day. What it said is frozen in it: the thing itself
    moves on. `closed_on` is the day on which the watch found the step done, or its last day moved.
    """

    REMIND, WRITTEN, LEADER = "remind", "written", "leader"
    LEVELS = ((REMIND, "提醒"), (WRITTEN, "督办单"), (LEADER, "报告领导"))
    ENDS = (("done", "已办理"), ("moved", "期限已改"))
    kind = models.CharField(max_length=32)
    subject = models.BigIntegerField()
    number = models.CharField(max_length=60)
    step = models.CharField(max_length=32)
    since = models.DateField()
    due = models.DateField()
    level = models.CharField(max_length=8, choices=LEVELS)
    made_on = models.DateField()
    area = models.ForeignKey(Area, models.PROTECT)
    body = models.CharField(max_length=32)
    role = models.CharField(max_length=32)
    document_number = models.CharField(max_length=60, blank=True, default="")
    answer_due = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    closed_because = models.CharField(max_length=8, blank=True, default="", choices=ENDS)

    class Meta:
        indexes = [
            # What is open is little beside all that ever was.
            models.Index(fields=["kind", "subject"], name="supervision_open", condition=Q(closed_on=None)),
            models.Index(fields=["area", "level", "made_on"], name="supervision_list"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "step", "since", "due", "level"],
                condition=Q(closed_on=None),
                name="supervised_once_a_level",
            ),
            models.UniqueConstraint(
                fields=["document_number"], condition=~Q(document_number=""), name="supervision_number"
            ),
            models.CheckConstraint(
                condition=~Q(level="written") | ~Q(document_number="") & Q(answer_due__isnull=False),
                name="written_order_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_because="")
                | Q(closed_on__isnull=False) & ~Q(closed_because=""),
                name="supervision_ends_with_a_cause",
            ),
        ]

    def __str__(self) -> str:
        return self.document_number or f"{self.kind} {self.number} {self.level}"


class SupervisionAnswer(models.Model):
    """What the body says of a late thing: why, and by when it will be done. A leader's words to it stand here too."""

    VOICES = (("body", "答复"), ("leader", "批示"))
    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="answers")
    voice = models.CharField(max_length=8, choices=VOICES)
    text = SealedTextField(kind="opinion")
    promised_on = models.DateField(null=True)
    answered_on = models.DateField()
    answered_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(promised_on__isnull=True) | Q(promised_on__gte=models.F("answered_on")),
                name="promised_after_the_answer",
            )
        ]
