"""From review to decision: assessments with reasons, public notices, objections, county checks, decisions."""

from django.db import models

from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.verification.models import CheckReport, HouseholdSurvey
from tuodi.kit.sealed import SealedJSONField, SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area, Officer


class SpotCheck(models.Model):
    """A random draw of reviews to visit (抽查), repeatable from its seed: the order of SM3(seed:application number)."""

    area = models.ForeignKey(Area, models.PROTECT)
    drawn_on = models.DateField()
    drawn_by = models.CharField(max_length=40)
    seed = models.CharField(max_length=64)
    share_percent = models.PositiveSmallIntegerField()
    share_basis = models.CharField(max_length=200, blank=True, default="")
    after_decision = models.BooleanField(default=False)  # 事后抽查: where the township decides (T19)
    pool = models.JSONField()
    drawn = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share_percent__gte=1, share_percent__lte=100), name="spot_share_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.drawn_on} {len(self.drawn)}/{len(self.pool)}"


class Review(Stateful):
    """An accepted application on its way to a decision (审核), by the procedure in force on its acceptance day."""

    PROPOSALS = (("grant", "拟确认"), ("refuse", "拟不予确认"))
    application = models.OneToOneField(Application, models.PROTECT, related_name="review")
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    procedure = models.CharField(max_length=16)
    urban = models.BooleanField(default=False)
    delegated = models.BooleanField(default=False)
    accepted_on = models.DateField()
    overall_due = models.DateField()
    # Every overall clock that runs: [{"label", "due", "basis"}]; overall_due is the one in force (the earliest for DB-2012 urban).
    clocks = models.JSONField(default=list)
    special = SealedTextField(kind="opinion", null=True)
    proposal = models.CharField(max_length=8, blank=True, default="", choices=PROPOSALS)
    proposed_by = models.CharField(max_length=40, blank=True, default="")
    # What officers write about a family, illness included, is sealed; the journal says who wrote, never what.
    opinion = SealedTextField(kind="opinion", null=True)
    county_opinion = SealedTextField(kind="opinion", null=True)
    returned_because = SealedTextField(kind="opinion", null=True)
    county_proposed_by = models.CharField(max_length=40, blank=True, default="")
    received_on = models.DateField(null=True)
    spot_draw = models.ForeignKey(SpotCheck, models.PROTECT, null=True, related_name="reviews")
    spot_drawn = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["area", "state"], name="review_worklist"),
            models.Index(fields=["state", "due"], name="review_due"),
            models.Index(fields=["overall_due", "id"], name="review_overall_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(spot_drawn=False) | models.Q(spot_draw__isnull=False),
                name="drawn_review_has_its_draw",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.state}"


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
    size = models.PositiveSmallIntegerField()
    monthly_fen = models.BigIntegerField()
    findings = SealedJSONField(kind="findings")
    parameters = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "sequence"], name="assessment_sequence"),
            models.CheckConstraint(
                condition=models.Q(monthly_fen__gte=0), name="assessed_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(eligible=True) | models.Q(monthly_fen=0),
                name="only_the_eligible_are_assessed_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.assessed_on} #{self.sequence}"


class PublicNotice(models.Model):
    """A posted notice (公示): whitelisted fields only, open to objection, taking itself down when its days are over.

    `content` holds exactly village, head (masked), size and amount; `notice_until` is the last whole day it is up.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="notices")
    area = models.ForeignKey(Area, models.PROTECT)
    assessment = models.ForeignKey(Assessment, models.PROTECT)
    round = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60, unique=True)
    posted_on = models.DateField()
    notice_until = models.DateField()
    content = models.JSONField()
    slug = models.CharField(max_length=32, unique=True)
    posted_by = models.CharField(max_length=40)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ended_on", "notice_until"], name="notice_running")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(notice_until__gt=models.F("posted_on")), name="notice_lasts"
            ),
            models.UniqueConstraint(fields=["review", "sequence"], name="notice_sequence"),
            models.UniqueConstraint(
                fields=["review"], condition=models.Q(ended_on__isnull=True), name="one_notice_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.number


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
    concluded_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(concluded_on__isnull=True, upheld__isnull=True)
                | models.Q(concluded_on__isnull=False, upheld__isnull=False, finding__isnull=False),
                name="concluded_objection_has_finding",
            ),
        ]

    @property
    def area_code(self) -> str:
        """Where it lies, for the journal."""
        return str(self.notice.area_id)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.received_on}"


class CountyVisit(models.Model):
    """A visit by the county before it confirms: filed relatives, complaints, doubtful cases, drawn spot checks."""

    CAUSES = (
        ("relative", "近亲属备案"),
        ("objection", "异议或举报"),
        ("spot", "随机抽查"),
        ("doubt", "疑点"),
    )
    review = models.ForeignKey(Review, models.PROTECT, related_name="visits")
    cause = models.CharField(max_length=16, choices=CAUSES)
    visited_on = models.DateField()
    visited_by = models.ForeignKey(Officer, models.PROTECT)
    finding = SealedTextField(kind="survey_note")
    agrees = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["review", "cause"], name="visit_cause")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.cause} {self.visited_on}"


class Decision(models.Model):
    """What was confirmed or refused (审核确认), frozen with the assessment it relies on. Only `notified_on` is filled in later."""

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
    notify_due = models.DateField()
    notified_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["notified_on", "notify_due"], name="decision_to_notify")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(granted=True, monthly_fen__gt=0, from_month__isnull=False)
                | models.Q(granted=False, monthly_fen=0, from_month__isnull=True),
                name="refused_decision_carries_no_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.number
