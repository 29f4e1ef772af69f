"""From review to decision: assessments with reasons, public notices, objections, county checks, decisions."""

from django.db import models

from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.verification.models import CheckReport, HouseholdSurvey
from tuodi.kit.sealed import SealedJSONField, SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area, Officer


class Review(Stateful):
    """An accepted application on its way to a decision (审核), by the procedure in force on its acceptance day."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="review")
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    procedure = models.CharField(max_length=16)
    accepted_on = models.DateField()
    overall_due = models.DateField()
    proposed_by = models.CharField(max_length=40, blank=True, default="")
    opinion = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["area", "state"], name="review_worklist"), models.Index(fields=["state", "due"], name="review_due")]


class Assessment(models.Model):
    """What the rule said of a snapshot (资格评估结果): every finding with figures, the parameters relied on, the amount."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="assessments")
    sequence = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey(Snapshot, models.PROTECT)
    report = models.ForeignKey(CheckReport, models.PROTECT, null=True)
    survey = models.ForeignKey(HouseholdSurvey, models.PROTECT, null=True)
    rule = models.CharField(max_length=64)
    assessed_on = models.DateField()
    eligible = models.BooleanField(null=True)
    category = models.CharField(max_length=32, blank=True, default="")
    monthly_fen = models.BigIntegerField()
    findings = SealedJSONField(kind="findings")
    parameters = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "sequence"], name="assessment_sequence"),
            models.CheckConstraint(condition=models.Q(monthly_fen__gte=0), name="assessed_amount_not_negative"),
        ]


class PublicNotice(models.Model):
    """A posted notice (公示): whitelisted fields only, open to objection, taking itself down when its days are over."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="notices")
    area = models.ForeignKey(Area, models.PROTECT)
    round = models.PositiveSmallIntegerField()
    posted_on = models.DateField()
    notice_until = models.DateField()
    content = models.JSONField()
    slug = models.CharField(max_length=32, unique=True)
    posted_by = models.CharField(max_length=40)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(notice_until__gt=models.F("posted_on")), name="notice_lasts"),
        ]


class Objection(models.Model):
    """An objection to a notice (异议): who and what are sealed; it sends the case back to investigation."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    received_on = models.DateField()
    received_by = models.CharField(max_length=40)
    objector = SealedTextField(kind="objection")
    text = SealedTextField(kind="objection")
    finding = SealedTextField(kind="objection", null=True)
    upheld = models.BooleanField(null=True)
    concluded_on = models.DateField(null=True)


class CountyVisit(models.Model):
    """A visit by the county before it confirms: filed relatives, complaints, doubtful cases, drawn spot checks."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="visits")
    cause = models.CharField(max_length=16, choices=(("relative", "近亲属备案"), ("objection", "异议或举报"), ("spot", "随机抽查"), ("doubt", "疑点")))
    visited_on = models.DateField()
    visited_by = models.ForeignKey(Officer, models.PROTECT)
    finding = SealedTextField(kind="survey_note")
    agrees = models.BooleanField()


class SpotCheckDraw(models.Model):
    """A random draw of reviews to visit (抽查), repeatable from its seed."""

    area = models.ForeignKey(Area, models.PROTECT)
    drawn_on = models.DateField()
    drawn_by = models.CharField(max_length=40)
    seed = models.CharField(max_length=64)
    share_percent = models.PositiveSmallIntegerField()
    pool = models.JSONField()
    drawn = models.JSONField()


class Decision(models.Model):
    """What the county confirmed or refused (审核确认), frozen with the assessment it relies on."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="decision")
    number = models.CharField(max_length=60, unique=True)
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    granted = models.BooleanField()
    category = models.CharField(max_length=32, blank=True, default="")
    monthly_fen = models.BigIntegerField(default=0)
    from_month = models.DateField(null=True)
    assessment = models.ForeignKey(Assessment, models.PROTECT)
    reasons = SealedJSONField(kind="findings")
    decided_on = models.DateField()
    decided_by = models.ForeignKey(Officer, models.PROTECT)
    notified_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(granted=True, monthly_fen__gt=0, from_month__isnull=False)
                | models.Q(granted=False, monthly_fen=0, from_month__isnull=True),
                name="refused_decision_carries_no_amount",
            ),
        ]
