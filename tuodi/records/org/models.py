"""Places, departments and officers: who they are by date, and where their rights reach."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Area(models.Model):
    """A division of the prefecture, by division code: prefecture, county, township, village."""

    LEVELS = (
        ("prefecture", "州"),
        ("county", "县（市）"),
        ("township", "乡镇（街道）"),
        ("village", "村（社区）"),
    )
    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=LEVELS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A member body of the mechanism, as a role code; what it is called on a day is a `DepartmentName`."""

    code = models.CharField(max_length=32, primary_key=True)

    def __str__(self) -> str:
        return self.code

    def name_on(self, on: date) -> str:
        """Its official name on a day; names are prefetched in lists."""
        return next(
            (n.name for n in self.names.all() if n.since <= on and (n.until is None or on < n.until)),
            self.code,
        )

    def answers_for(self, duty: str, on: date) -> bool:
        """Whether a duty lies with this department on a day."""
        return any(
            d.duty == duty and d.since <= on and (d.until is None or on < d.until) for d in self.duties.all()
        )


class DepartmentName(models.Model):
    """What a department was called from `since` until `until` (exclusive), by which document."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="names")
    name = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "since"], name="department_one_name_at_a_time")
        ]


class DepartmentDuty(models.Model):
    """What a department answers for in a period: medical aid moved from civil affairs on 2019-03-01."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=64)
    text = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "duty", "since"], name="duty_given_once")
        ]


class OfficerManager(BaseUserManager):
    def create_user(self, username: str, password: str | None = None, **fields) -> Officer:
        officer = self.model(username=username, **fields)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer

    def working(self) -> models.QuerySet[Officer]:
        """With the department, which every page's head shows."""
        return self.select_related("department")

    def get_by_natural_key(self, username: str) -> Officer:
        return self.get(username=username)


class Officer(AbstractBaseUser):
    """A person who works with the platform. What they may do comes from their dated assignments alone."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    large_text = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    objects = OfficerManager()

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """A role held by an officer in an area over a span of days; `area` bounds what the role reaches."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=32)
    area = models.ForeignKey(Area, models.PROTECT)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "role", "area", "since"], name="assignment_given_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="assignment_ends_after_it_begins",
            ),
        ]


class BusinessDay(models.Model):
    """How many days a demo's business day runs ahead of the real one: one row, unused in production."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    days_ahead = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_business_day")]
