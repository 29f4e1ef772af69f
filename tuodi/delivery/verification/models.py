"""Checks against the departments' data, household surveys and appraisals: evidence, added to and never edited."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.kit.sealed import EMPTY_BOX, SealedJSONField, SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area, Officer
from tuodi.records.people.models import Person


class Check(Stateful):
    """One economic-status check of one household (家庭经济状况核对): many source queries, one report after another."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="checks")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT)
    area = models.ForeignKey(Area, models.PROTECT)
    purpose = models.CharField(max_length=120)
    round = models.PositiveSmallIntegerField(default=1)
    requested_on = models.DateField()
    requested_by = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "state"], name="check_worklist"),
            models.Index(fields=["state", "due"], name="check_due"),
            models.Index(fields=["application", "state"], name="check_of_application"),
        ]

    def __str__(self) -> str:
        return self.key


class SourceQuery(models.Model):
    """A question to one source, under a mandate and a purpose; asked once per key however often it is retried."""

    STATES = (("asked", "已发出"), ("answered", "已反馈"), ("unavailable", "数据源不可用"))
    check_asked = models.ForeignKey(Check, models.PROTECT, related_name="queries")
    source = models.CharField(max_length=32)
    key = models.CharField(max_length=100, unique=True)
    round = models.PositiveSmallIntegerField()
    persons = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=120)
    consents = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=STATES)
    trouble = models.CharField(max_length=16, blank=True, default="")

    def __str__(self) -> str:
        return self.key


class SourceReply(models.Model):
    """What a source answered: sealed, with the day its data stood at."""

    query = models.OneToOneField(SourceQuery, models.PROTECT, related_name="reply")
    answered_at = models.DateTimeField()
    as_of = models.DateField()
    payload = SealedJSONField(kind="reply")
    digest = models.CharField(max_length=64)


class CheckReport(models.Model):
    """Declared against found, per fact (核对报告). A mismatch in it is a flag with an explanation asked, never a refusal."""

    STATES = (("clear", "一致"), ("inconsistent", "存在疑点"), ("pending", "部分数据源未反馈"))
    check_made = models.ForeignKey(Check, models.PROTECT, related_name="reports")
    sequence = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey(Snapshot, models.PROTECT)
    result = models.CharField(max_length=14, choices=STATES)
    reported_on = models.DateField()
    valid_until = models.DateField()
    parameters = models.JSONField()
    lines = SealedJSONField(kind="report")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_made", "sequence"], name="report_sequence")]


class Discrepancy(models.Model):
    """One fact on which a source and the family differ (疑点): a sentence a clerk can read out, and what is asked."""

    report = models.ForeignKey(CheckReport, models.PROTECT, related_name="discrepancies")
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    fact = models.CharField(max_length=48, blank=True, default="")
    flag = models.CharField(max_length=32)
    source = models.CharField(max_length=32)
    as_of = models.DateField()
    mark = models.CharField(max_length=64)
    detail = SealedJSONField(kind="report")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "mark"], name="discrepancy_once")]


class Explanation(models.Model):
    """What the family says about a discrepancy, with its evidence."""

    discrepancy = models.ForeignKey(Discrepancy, models.PROTECT, related_name="explanations")
    text = SealedTextField(kind="explanation")
    papers = SealedTextField(kind="opinion", null=True)
    given_on = models.DateField()
    taken_by = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)


class Outcome(models.Model):
    """How a named officer settled a discrepancy: explained, or upheld with the value now relied on."""

    CHOICES = (("explained", "解释成立"), ("upheld", "疑点成立"))
    discrepancy = models.OneToOneField(Discrepancy, models.PROTECT, related_name="outcome")
    outcome = models.CharField(max_length=10, choices=CHOICES)
    value = SealedJSONField(kind="report", null=True)
    reason = SealedTextField(kind="opinion")
    settled_on = models.DateField()
    settled_by = models.ForeignKey(Officer, models.PROTECT)

    class Meta:
        # A sealed nothing is as long as its wrapping: one byte key, twelve nonce, sixteen tag.
        constraints = [
            models.CheckConstraint(
                condition=GreaterThan(Length("reason"), EMPTY_BOX), name="outcome_has_reason"
            )
        ]


class Alert(models.Model):
    """Something a named officer must look at soon (预警): a death registered, aid not reached. It changes nothing by itself."""

    KINDS = (("deceased", "登记死亡或火化"), ("unserved", "符合条件可能未享受"))
    application = models.ForeignKey(Application, models.PROTECT, related_name="alerts")
    area = models.ForeignKey(Area, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT)
    kind = models.CharField(max_length=16, choices=KINDS)
    source = models.CharField(max_length=32)
    detail = SealedTextField(kind="report")
    raised_on = models.DateField()
    key = models.CharField(max_length=80, unique=True)
    due = models.DateField(null=True)
    handled_on = models.DateField(null=True)
    handled_by = models.ForeignKey(Officer, models.PROTECT, null=True)
    finding = SealedTextField(kind="report", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["area", "handled_on"], name="alert_worklist")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handled_on__isnull=True, handled_by__isnull=True)
                | models.Q(handled_on__isnull=False, handled_by__isnull=False, finding__isnull=False),
                name="handled_alert_has_hand_and_finding",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class HouseholdSurvey(models.Model):
    """A home visit by two officers (入户调查), confirmed by the family."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="surveys")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    surveyed_on = models.DateField()
    first_surveyor = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    second_surveyor = models.CharField(max_length=40)
    observed = SealedJSONField(kind="facts")
    note = SealedTextField(kind="survey_note")
    family_confirmed = models.BooleanField()
    confirmed_by = models.CharField(max_length=40, blank=True, default="")
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        indexes = [models.Index(fields=["application", "surveyed_on"], name="survey_of_application")]


class Appraisal(models.Model):
    """A democratic appraisal (民主评议): villagers' representatives at least two thirds of those present (DB-2012)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="appraisals")
    held_on = models.DateField()
    present = models.PositiveSmallIntegerField()
    representatives = models.PositiveSmallIntegerField()
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    opinion = SealedTextField(kind="opinion", null=True)
    chaired_by = models.CharField(max_length=40)
    recorded_by = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(representatives__lte=models.F("present")),
                name="representatives_were_present",
            ),
            models.CheckConstraint(
                condition=models.Q(present__gte=models.F("in_favour") + models.F("against")),
                name="votes_within_present",
            ),
        ]
