"""Wrong passwords are counted before they are looked at: five in a row and the name waits, each time twice as long.

Counted three ways: a name seen from one place, a name from anywhere, a place whatever the name. What was typed as a name
is kept as a keyed hash alone, since people type all sorts of things into that box. A try that must wait is not counted, and
whether an account exists makes no difference to anything that is answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from tuodi.kit.sealed import lookup_hash
from tuodi.records.org.models import Officer, SignInTrouble

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong ones are free, the longest wait, and after how long without one all is forgotten."""

    free: int
    longest: timedelta
    forget: timedelta

    def wait(self, failures: int) -> timedelta:
        """One minute with the first too many, then twice as long each time."""
        over = failures - self.free
        return NOTHING if over < 0 else min(timedelta(minutes=2 ** min(over, 12)), self.longest)


# A township shares one address and every place may have one exit: a place waits late and shortly, a name from anywhere
# later than from one place, so that a stranger elsewhere cannot keep an officer out for long.
LIMITS = {
    SignInTrouble.PAIR: Limit(5, timedelta(hours=1), timedelta(days=1)),
    SignInTrouble.NAME: Limit(20, timedelta(minutes=15), timedelta(days=1)),
    SignInTrouble.PLACE: Limit(100, timedelta(minutes=5), timedelta(hours=1)),
}


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as the proxy saw it."""
    return import_string(settings.CLIENT_ADDRESS)(request) or ""


def subject_of(name: str) -> str:
    """What stands for a name: its keyed hash, whatever its case."""
    return lookup_hash(f"sign-in {name.strip().lower()}")


@transaction.atomic
def attempt(name: str, address: str) -> timedelta:
    """Count a try before its password is looked at. How long to wait where it may not be made; then it is not counted.

    Counted first and under a lock, so that twenty tries at once are twenty and not one.
    """
    now = timezone.now()
    rows = _rows(name, address, now)
    left = max((row.until - now for row in rows if row.until), default=NOTHING)
    if left > NOTHING:
        return left
    for row in rows:
        limit = LIMITS[row.kind]
        row.failures = 1 if now - row.last_at > limit.forget else row.failures + 1
        row.last_at = now
        wait = limit.wait(row.failures)
        row.until = now + wait if wait else None
        row.save(update_fields=["failures", "last_at", "until"])
    return NOTHING


@transaction.atomic
def right(name: str, address: str) -> None:
    """The password was right: the name's count begins anew, and the place's is as before the try."""
    now = timezone.now()
    for row in _rows(name, address, now):
        if row.kind == SignInTrouble.PLACE and row.failures > 1:
            row.failures, row.until = row.failures - 1, None
            row.save(update_fields=["failures", "until"])
        else:
            row.delete()
    SignInTrouble.objects.filter(last_at__lt=now - timedelta(days=30)).delete()


def waiting(name: str, address: str) -> timedelta:
    """How long this name must wait here, now."""
    now = timezone.now()
    untils = SignInTrouble.objects.filter(
        subject__in=(subject_of(name), ""), address__in=(address, ""), until__gt=now
    ).values_list("until", flat=True)
    return max((until - now for until in untils), default=NOTHING)


def _rows(name: str, address: str, now: datetime) -> list[SignInTrouble]:
    """The counts a try belongs to, held until the transaction ends, always in one order."""
    subject = subject_of(name)
    wanted = [(SignInTrouble.NAME, subject, "")]
    if address:
        wanted += [(SignInTrouble.PAIR, subject, address), (SignInTrouble.PLACE, "", address)]
    officer = Officer.objects.filter(username__iexact=name.strip()).first()
    SignInTrouble.objects.bulk_create(
        (
            SignInTrouble(
                kind=kind, subject=who, address=where, officer=officer if who else None, last_at=now
            )
            for kind, who, where in wanted
        ),
        ignore_conflicts=True,
    )
    rows = SignInTrouble.objects.select_for_update().filter(
        subject__in=(subject, ""), address__in=(address, "")
    )
    return [row for row in rows.order_by("pk") if (row.kind, row.subject, row.address) in wanted]
