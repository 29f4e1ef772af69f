"""The roll and what is due: enrolments, their amounts by month, and one entitlement per household, programme and month."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.determination.models import Decision
from tuodi.delivery.intake.models import Snapshot
from tuodi.kit.sealed import SealedJSONField, SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area, Officer
from tuodi.records.people.models import Household

# On what ground a household is on the roll: the outcome of its assessment.
# A mixed family's claims under DB-2012 are apart (T3): the urban members' and the rural members'. Blank: the whole family.
PARTS = {"": _("全户"), "urban": _("城镇户口的成员"), "rural": _("农村户口的成员")}
CATEGORIES = {"granted": _("整户保"), "single": _("单人保"), "fade_out": _("渐退")}


class PriceBasis(models.Model):
    """The values in force a price was worked out with, each with its document: once for all families of the same kind.

    `digest` covers everything; `values_digest` keys and values only, for the same value in a new document moves no money.
    """

    digest = models.CharField(max_length=64, unique=True)
    values_digest = models.CharField(max_length=64, db_index=True)
    rows = models.JSONField()

    def __str__(self) -> str:
        return self.digest[:16]


class Enrolment(Stateful):
    """A household on a programme's roll (纳入保障), from the month after the decision (DB-24).

    `until_month` is the first month no longer paid. What it pays in a month is in its amounts alone; `state` tells
    people where it stands. `basis` is what its amount was last worked out with (none: taken over without facts),
    `next_turn` the next day on which its frozen facts change by the passage of time alone, `review_due` the last day of
    the cycle of its class (A, B, C) in which it has to be looked at again.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="enrolments")
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, blank=True, default="", choices=PARTS.items())
    category = models.CharField(max_length=32, blank=True, default="")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="enrolment")
    from_month = models.DateField()
    until_month = models.DateField(null=True)
    exit_reason = models.CharField(max_length=24, blank=True, default="")
    basis = models.ForeignKey(PriceBasis, models.PROTECT, null=True, related_name="+", db_index=False)
    next_turn = models.DateField(null=True)
    review_class = models.CharField(max_length=1, blank=True, default="")
    review_due = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["area", "review_due"], name="roll_review", condition=Q(review_due__isnull=False)
            ),
            models.Index(fields=["programme", "area", "state"], name="roll"),
            models.Index(fields=["next_turn"], name="roll_turns", condition=Q(next_turn__isnull=False)),
            # What waits on the roll is little; finding it must not read the whole roll.
            models.Index(fields=["due"], name="roll_due", condition=Q(due__isnull=False)),
            models.Index(fields=["area"], name="roll_fading", condition=Q(state="fading")),
        ]
        constraints = [
            # The whole family is both halves, so that neither half can stand beside it.
            *(
                models.UniqueConstraint(
                    fields=["household", "programme"],
                    condition=~Q(state="exited") & Q(kind__in=("", half)),
                    name=f"on_the_roll_once_{half}",
                )
                for half in ("urban", "rural")
            ),
            models.CheckConstraint(
                condition=Q(until_month__isnull=True) | Q(until_month__gte=F("from_month")), name="roll_span"
            ),
            models.CheckConstraint(
                condition=~Q(state="exited") | Q(until_month__isnull=False) & ~Q(exit_reason=""),
                name="exit_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}/{self.programme}"

    @property
    def category_label(self) -> str:
        """The ground in words."""
        return str(CATEGORIES.get(self.category, self.category))


class EnrolmentAmount(models.Model):
    """What an enrolment pays from a month on; a change adds a row with its cause, the rows before stay as they were.

    For a month the row with the latest `from_month` not after it counts, of those the latest `sequence`.
    A suspension is a row of nothing.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="amounts", db_index=False)
    sequence = models.PositiveSmallIntegerField()
    from_month = models.DateField()
    monthly_fen = models.BigIntegerField()
    cause = models.CharField(max_length=24)
    note = SealedTextField(kind="opinion", null=True)
    set_on = models.DateField()
    set_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "sequence"], name="amount_sequence"),
            models.CheckConstraint(condition=Q(monthly_fen__gte=0), name="amount_not_negative"),
        ]


class Pricing(models.Model):
    """What an amount relied on that was worked out for a benefit month (T18): frozen facts, the month's values, the reasons.

    `changed` are the values that differ from those before, `turned` what time alone changed. An amount raised by values whose
    end was known from the start goes back at `until_month`, to no less than `then_fen`.
    """

    amount = models.OneToOneField(EnrolmentAmount, models.PROTECT, related_name="pricing")
    basis = models.ForeignKey(PriceBasis, models.PROTECT, related_name="+", db_index=False)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    as_of = models.DateField()
    rule = models.CharField(max_length=64)
    changed = models.JSONField()
    document = SealedJSONField(kind="findings")
    until_month = models.DateField(null=True)
    then_fen = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_month__isnull=True, then_fen__isnull=True)
                | Q(until_month__gt=F("month"), then_fen__gte=0),
                name="passing_price_says_what_follows",
            ),
        ]

    @property
    def area_code(self) -> str:
        """Where it lies."""
        return str(self.amount.enrolment.area_id)


class Recertification(Stateful):
    """A family on the roll looked at again (复核): because its cycle is over, or because something asks for it.

    `price_fen` is what the rule gives, where it was asked: from the frozen facts when the question arose, from newly settled
    ones after a re-assessment (`snapshot`, `document`). Money stays as it is until the county has decided.
    """

    CAUSES = (
        ("cycle", _("定期复核")),
        ("turned", _("年龄、证件变化")),
        ("asked", _("在校情况待核实")),
        ("standard", _("标准变化")),
        ("set_by_hand", _("金额由经办人定过")),
        ("spot", _("县级事后抽查不一致")),
    )
    OUTCOMES = (
        ("keep", _("维持不变")),
        ("adjust", _("调整金额")),
        ("suspend", _("暂停")),
        ("exit", _("退出")),
    )
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="recertifications")
    area = models.ForeignKey(Area, models.PROTECT)
    cause = models.CharField(max_length=12, choices=CAUSES)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="recertifications")
    month = models.DateField(null=True)
    price_fen = models.BigIntegerField(null=True)
    reasons = SealedJSONField(kind="findings")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="+")
    document = SealedJSONField(kind="findings", null=True)
    visited_on = models.DateField(null=True)
    second_surveyor = models.CharField(max_length=40, blank=True, default="")
    visit_note = SealedTextField(kind="survey_note", null=True)
    proposal = models.CharField(max_length=8, blank=True, default="", choices=OUTCOMES)
    opinion = SealedTextField(kind="opinion", null=True)
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=8, blank=True, default="", choices=OUTCOMES)
    concluded_on = models.DateField(null=True)
    concluded_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["area", "state"], name="recertification_worklist"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(concluded_on__isnull=True),
                name="one_recertification_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(concluded_on__isnull=True, outcome="")
                | Q(concluded_on__isnull=False) & ~Q(outcome=""),
                name="concluded_recertification_says_what_came_of_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.cause}"


class MonthRun(models.Model):
    """A month made due for a county and programme: by whom, and what differed from the month before.

    `digests` are the values it was priced with, by place: where they are others today, a document came later and reaches
    back (T11). `raised`, `kept` and `unpriced` count what pricing found: more, less (left as it was), and amounts an officer
    had set.
    """

    programme = models.CharField(max_length=32)
    area = models.ForeignKey(Area, models.PROTECT)
    month = models.DateField()
    run_on = models.DateField()
    run_by = models.CharField(max_length=64)
    households = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    digests = models.JSONField(default=dict)
    raised = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    unpriced = models.PositiveIntegerField(default=0)
    remark = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "area", "month"], name="month_run_once")]


class Entitlement(models.Model):
    """What is due to one household for one month (待遇). `obligation` makes it one however often the month is run.

    `pay_month` is the month in whose roster it is paid: the month itself, or for arrears the first not yet run.
    Rows are made by INSERT … SELECT from enrolments, whose own references are checked and which are never deleted
    (trigger), so the database need not check these three again row by row.
    """

    KINDS = (("regular", _("当月")), ("arrears", _("补发")))
    obligation = models.CharField(max_length=80, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="entitlements", db_constraint=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="entitlements", db_constraint=False)
    area = models.ForeignKey(Area, models.PROTECT, db_constraint=False, db_index=False)
    county = models.CharField(max_length=6)
    programme = models.CharField(max_length=32)
    month = models.DateField()
    pay_month = models.DateField()
    kind = models.CharField(max_length=12, choices=KINDS)
    amount_fen = models.BigIntegerField()
    made_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["programme", "county", "pay_month"], name="month_roll")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="entitlement_positive"),
            models.CheckConstraint(condition=Q(pay_month__gte=F("month")), name="paid_from_its_month_on"),
        ]
