"""The roll and what is due: enrolments, their amounts by month, and one entitlement per household, programme and month."""

from django.db import models

from tuodi.delivery.determination.models import Decision
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area
from tuodi.records.people.models import Household


class Enrolment(Stateful):
    """A household on a programme's roll (纳入保障), from the month after the decision (DB-24)."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="enrolments")
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    category = models.CharField(max_length=32)
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="enrolment")
    from_month = models.DateField()
    until_month = models.DateField(null=True)
    exit_reason = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["programme", "area", "state"], name="roll")]


class EnrolmentAmount(models.Model):
    """What an enrolment pays from a month on; a change adds a row with its cause, the months before stay as they were."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="amounts")
    from_month = models.DateField()
    monthly_fen = models.BigIntegerField()
    cause = models.CharField(max_length=24)
    note = models.CharField(max_length=200, blank=True, default="")
    set_on = models.DateField()
    set_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "from_month", "set_on"], name="amount_once"),
            models.CheckConstraint(condition=models.Q(monthly_fen__gte=0), name="amount_not_negative"),
        ]


class Entitlement(models.Model):
    """What is due to one household for one month (待遇). `obligation` makes it one however often the month is run."""

    obligation = models.CharField(max_length=80, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="entitlements")
    household = models.ForeignKey(Household, models.PROTECT, related_name="entitlements")
    area = models.ForeignKey(Area, models.PROTECT)
    county = models.CharField(max_length=6)
    programme = models.CharField(max_length=32)
    month = models.DateField()
    kind = models.CharField(max_length=12, choices=(("regular", "当月"), ("arrears", "补发")))
    amount_fen = models.BigIntegerField()
    made_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["programme", "county", "month"], name="month_roll")]
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="entitlement_positive")]
