"""Referrals: a programme of one application at one body, its steps, what was returned, asked and answered."""

from django.db import models

from tuodi.core.process import Process
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.referral.process import composed, hand_of
from tuodi.kit.sealed import SealedJSONField, SealedTextField
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area, Department
from tuodi.records.people.models import Person


class Opening(models.Model):
    """What was worked out when an application was accepted: once, with the programmes not opened and why not."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="opening")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    opened_on = models.DateField()
    opened = models.PositiveSmallIntegerField()
    not_opened = SealedJSONField(kind="referral")


class Referral(Stateful):
    """One programme of an application at one body (转办): its own clock, found by a number under the application's.

    `owner` is the body that answers for it, `department` the one that has it in hand now. `grounds` holds what was worked out and
    the facts the programme's rule relied on, and no others: all the body is told. `procedure` is the programme's table of the day
    of acceptance. `overall_due` is the last day of a smooth case, foreseen when it is sent and fixed when it is accepted.
    """

    WHY = (("entitled", "符合"), ("likely", "很可能符合"), ("asked", "家庭提出"), ("by_hand", "经办人转办"))
    OUTCOMES = (("granted", "给予"), ("refused", "不予"), ("not_applicable", "不适用"), ("withdrawn", "撤回"))
    number = models.CharField(max_length=40, unique=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="referrals")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    programme = models.CharField(max_length=32)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT)
    owner = models.ForeignKey(Department, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, choices=WHY)
    grounds = SealedJSONField(kind="referral")
    procedure = models.CharField(max_length=48)
    sent_on = models.DateField()
    sent_by = models.CharField(max_length=40)
    accepted_on = models.DateField(null=True)
    overall_due = models.DateField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    final = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, choices=OUTCOMES, blank=True, default="")
    amount_fen = models.BigIntegerField(null=True)
    starts_on = models.DateField(null=True)
    concluded_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["department", "state", "due"], name="referral_of_body"),
            models.Index(fields=["area", "state"], name="referral_worklist"),
            models.Index(fields=["due"], name="referral_due", condition=models.Q(concluded_on__isnull=True)),
            models.Index(fields=["-sent_on", "-id"], name="referral_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "programme", "person"],
                condition=models.Q(concluded_on__isnull=True, person__isnull=False),
                name="one_open_referral_of_person",
            ),
            models.UniqueConstraint(
                fields=["application", "programme"],
                condition=models.Q(concluded_on__isnull=True, person__isnull=True),
                name="one_open_referral_of_household",
            ),
            models.CheckConstraint(
                condition=models.Q(concluded_on__isnull=True, outcome="")
                | (models.Q(concluded_on__isnull=False) & ~models.Q(outcome="")),
                name="concluded_referral_has_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="granted")
                | models.Q(amount_fen__isnull=True, starts_on__isnull=True),
                name="only_a_granted_referral_has_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_fen__isnull=True) | models.Q(amount_fen__gte=0),
                name="referral_amount_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def process(self) -> Process:
        """The table it goes by: its programme's of the day it was accepted (or sent)."""
        return composed(self.procedure, hand_of(self.owner_id))

    @property
    def label(self) -> str:
        """What the programme is called."""
        return PROGRAMMES[self.programme].label

    @property
    def whose(self) -> str:
        """Whom it is about, for lists: the person, or the family of the applicant."""
        return self.person.name if self.person else self.application.applicant.name


class ReferralStep(models.Model):
    """One act on a referral: from which state to which, at which body, why. Added to, never edited."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=40)
    state_from = models.CharField(max_length=32, blank=True, default="")
    state_to = models.CharField(max_length=32)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    on = models.DateField()
    by = models.CharField(max_length=40)
    reason = SealedTextField(kind="opinion", null=True)


class Return(models.Model):
    """A body said that a referral is not its own (退回): the first goes to the counter, the second to the leading group's office."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="returned")
    sequence = models.PositiveSmallIntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    suggested = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    reason = SealedTextField(kind="opinion")
    returned_on = models.DateField()
    returned_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "sequence"], name="return_sequence"),
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1, sequence__lte=2), name="returned_twice_at_most"
            ),
        ]


class Ruling(models.Model):
    """The leading group's office said whose a referral is (定办). It is final: the body can no longer return it."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="ruling")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    reason = SealedTextField(kind="opinion")
    ruled_on = models.DateField()
    ruled_by = models.CharField(max_length=40)


class Pause(models.Model):
    """The clock stands still while the family is asked for something (补正); `working_days_left` run on with the answer."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="pauses")
    state = models.CharField(max_length=32)
    items = SealedJSONField(kind="opinion")
    working_days_left = models.PositiveSmallIntegerField()
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=40)
    answered_on = models.DateField(null=True)
    answer = SealedTextField(kind="opinion", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=models.Q(answered_on__isnull=True),
                name="one_pause_at_a_time",
            )
        ]


class Question(models.Model):
    """A body asks another a yes-or-no question about a referral (征求意见), to be answered by a day. The asked body sees this alone."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="questions")
    asker = models.ForeignKey(Department, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    text = SealedTextField(kind="opinion")
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=40)
    due = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["department", "due"], name="question_of_body")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asker=models.F("department")), name="no_body_asks_itself"
            )
        ]

    @property
    def area_code(self) -> str:
        """Where the referral it is about lies."""
        return str(self.referral.area_id)


class Answer(models.Model):
    """The one answer to a question."""

    question = models.OneToOneField(Question, models.PROTECT, related_name="answer")
    yes = models.BooleanField()
    text = SealedTextField(kind="opinion", null=True)
    answered_on = models.DateField()
    answered_by = models.CharField(max_length=40)
