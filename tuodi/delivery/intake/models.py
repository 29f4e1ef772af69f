"""Applications: what a family asks and states, once, with its consent; accepted, corrected or declined."""

from django.db import models

from tuodi.kit.sealed import SealedJSONField, SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area, Officer
from tuodi.records.people.models import Household, Person


class Application(Stateful):
    """A family's application to a programme (申请), found by its number in every later state."""

    CHANNELS = (
        ("counter", "窗口"),
        ("village", "村（居）代办"),
        ("agent", "委托代理"),
        ("online", "网上"),
        ("batch", "批量导入"),
        ("discovery", "主动发现"),
    )
    number = models.CharField(max_length=32, unique=True)
    key = models.CharField(max_length=80, unique=True)
    programme = models.CharField(max_length=32)
    household = models.ForeignKey(Household, models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    area = models.ForeignKey(Area, models.PROTECT)
    channel = models.CharField(max_length=12, choices=CHANNELS)
    submitted_on = models.DateField()
    accepted_on = models.DateField(null=True)
    procedure = models.CharField(max_length=16, blank=True, default="")
    received_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    closed_because = SealedTextField(kind="opinion", null=True)
    # The categories of need the officer confirmed (policy.needs), and programmes added or left off with a reason.
    needs = SealedJSONField(kind="opinion", null=True)
    wanted = SealedJSONField(kind="opinion", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "state"], name="application_worklist"),
            models.Index(fields=["state", "due"], name="application_due"),
            models.Index(fields=["-submitted_on", "-id"], name="application_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | models.Q(accepted_on__isnull=False),
                name="accepted_application_has_day",
            ),
        ]


class Applying(models.Model):
    """A person's place in an application: while it is open, no second one of the same programme may claim for that person.

    One person, one household, one county (policy.md T20), kept by the database even when two counters press at once. Under
    DB-2012 a mixed family claims apart by registration (T3): whom a claim is not for is named in it without being `claimed`.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="applying")
    person = models.ForeignKey(Person, models.PROTECT, related_name="applying")
    programme = models.CharField(max_length=32)
    since = models.DateField()
    until = models.DateField(null=True)
    claimed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=models.Q(until__isnull=True, claimed=True),
                name="one_open_application_per_person",
            ),
            models.UniqueConstraint(fields=["application", "person"], name="applying_once"),
        ]


class ApplicationCounter(models.Model):
    """The last application number given in a township and year; locked while the next is taken."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Declaration(models.Model):
    """What the family stated, as one sealed document of facts (core.facts), with its pledge. A correction adds the next."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="declarations")
    sequence = models.PositiveSmallIntegerField()
    facts = SealedJSONField(kind="facts")
    digest = models.CharField(max_length=64)
    declared_on = models.DateField()
    pledged = models.BooleanField()
    taken_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "sequence"], name="declaration_sequence")
        ]


class Snapshot(models.Model):
    """The household's facts as of a day: what checks and assessments rely on, frozen with a digest."""

    CAUSES = (("declared", "申报"), ("settled", "核定"), ("reviewed", "复核"))
    application = models.ForeignKey(Application, models.PROTECT, related_name="snapshots")
    as_of = models.DateField()
    cause = models.CharField(max_length=10, choices=CAUSES)
    facts = SealedJSONField(kind="facts")
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)


class Consent(models.Model):
    """A member's mandate to check (核对授权书): purpose, until when; ended by withdrawal, never edited."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT)
    signed_on = models.DateField()
    valid_until = models.DateField()
    purpose = models.CharField(max_length=120)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "person", "signed_on"], name="consent_once")
        ]


class Mandate(models.Model):
    """Who applies in the family's place (委托书, 村干部代办): name, number and phone sealed; until when the mandate runs."""

    KINDS = (("agent", "委托代理"), ("village", "村（居）代办"))
    RELATIONS = (
        ("relative", "亲属"),
        ("guardian", "监护人"),
        ("neighbour", "邻居、朋友"),
        ("village", "村（社区）干部"),
        ("social_worker", "社工、志愿者"),
        ("lawyer", "律师"),
        ("other", "其他"),
    )
    application = models.OneToOneField(Application, models.PROTECT, related_name="mandate")
    kind = models.CharField(max_length=10, choices=KINDS)
    name = SealedTextField(kind="opinion")
    number = SealedTextField(kind="resident_number", null=True)
    phone = SealedTextField(kind="phone", null=True)
    relation = models.CharField(max_length=16, choices=RELATIONS)
    signed_on = models.DateField()
    until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="agent") | models.Q(number__isnull=False),
                name="agent_names_a_number",
            ),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("signed_on")), name="mandate_runs"),
        ]


class RelativeFiling(models.Model):
    """A near relative of a handling officer or village committee member, filed apart (近亲属备案); the county visits all."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="relative_filings")
    person = models.ForeignKey(Person, models.PROTECT)
    relation = models.CharField(max_length=20)
    official_name = models.CharField(max_length=40)
    official_post = models.CharField(max_length=60)
    filed_on = models.DateField()


class CorrectionNotice(models.Model):
    """The one-time list of everything missing (一次性告知); the clock stands still until it is answered.

    `working_days_left` is what remained of the acceptance limit when the clock was stopped.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="correction")
    items = SealedJSONField(kind="opinion")
    working_days_left = models.PositiveSmallIntegerField(default=0)
    issued_on = models.DateField()
    issued_by = models.CharField(max_length=40)
    answered_on = models.DateField(null=True)


class Draft(models.Model):
    """A form not yet submitted, saved as each field is left; kept on the server, restored after log-in.

    `payload` is {"values": {field: text}, "touched": {field: version}}: of two windows each keeps what only it changed.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="drafts")
    area = models.ForeignKey(Area, models.PROTECT)
    key = models.CharField(max_length=80, unique=True)
    payload = SealedJSONField(kind="facts")
    title = SealedTextField(kind="draft_title")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)
    application = models.OneToOneField(Application, models.PROTECT, null=True)

    class Meta:
        indexes = [models.Index(fields=["officer", "application"], name="draft_of_officer")]


class Upload(models.Model):
    """A file handed in for a dry run, kept sealed between looking and importing; swept a day later."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    content = SealedTextField(kind="upload")
    uploaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "digest"], name="upload_once")]


class ImportRun(models.Model):
    """A workbook taken in: all its families or none. The same file again answers with this row."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    imported_on = models.DateField()
    by = models.CharField(max_length=40)
    families = models.PositiveIntegerField()
    members = models.PositiveIntegerField(default=0)
    numbers = models.JSONField()
