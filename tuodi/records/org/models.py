"""Places, departments and officers: who they are by date, and where their rights reach."""

from __future__ import annotations

import time
from base64 import b32encode
from datetime import date
from urllib.parse import quote

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP
from django_otp.util import random_hex

from tuodi.kit.sealed import Sealed, SealedTextField


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
    # Raised to end every session without a new password, e.g. when a lost second factor is forgotten.
    session_epoch = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    objects = OfficerManager()

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        kept = super()._get_session_auth_hash(secret=secret)
        return salted_hmac(
            "session epoch", f"{kept} {self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class SecondFactor(ThrottlingMixin, Device):
    """An officer's second factor (动态口令, TOTP): the secret on the telephone, sealed here. A token works once.

    Wrong tokens make the next wait, 1, 2, 4 … seconds (django-otp's throttling).
    """

    STEP, TOLERANCE = 30, 1
    key = SealedTextField(kind="second_factor", default=random_hex)
    last_t = models.BigIntegerField(default=-1)

    class Meta(Device.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["user", "confirmed"], name="one_second_factor")]

    @property
    def bin_key(self) -> bytes:
        """The secret itself, for the code that is scanned."""
        return bytes.fromhex(self.key.open() if isinstance(self.key, Sealed) else self.key)

    @property
    def config_url(self) -> str:
        """What a telephone scans."""
        secret = b32encode(self.bin_key).decode()
        return f"otpauth://totp/{quote(f'Tuodi:{self.user.get_username()}')}?secret={secret}&issuer=Tuodi"

    def verify_token(self, token: str) -> bool:
        """Whether this is the telephone's token of now, or of half a minute before or after; each only once."""
        totp = TOTP(self.bin_key, self.STEP)
        totp.time = time.time()
        good = (
            token.isascii() and token.isdigit() and totp.verify(int(token), self.TOLERANCE, self.last_t + 1)
        )
        if good:
            self.last_t = totp.t()
            self.throttle_reset(commit=False)
            self.save(update_fields=["last_t", "throttling_failure_timestamp", "throttling_failure_count"])
        else:
            self.throttle_increment(commit=True)
        return good

    def get_throttle_factor(self) -> int:
        return 1


class SignInTrouble(models.Model):
    """Wrong passwords in a row: for a name from one place, for a name from anywhere, for a place (lockout.py)."""

    PAIR, NAME, PLACE = "pair", "name", "place"
    KINDS = ((PAIR, _("账号在一处")), (NAME, _("账号在各处")), (PLACE, _("一处的各账号")))
    kind = models.CharField(max_length=8, choices=KINDS)
    subject = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)
    officer = models.ForeignKey(Officer, models.CASCADE, null=True, related_name="+")
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "address"], name="trouble_counted_once")]
        indexes = [
            models.Index(fields=["until"], name="trouble_waiting", condition=models.Q(until__isnull=False))
        ]


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
