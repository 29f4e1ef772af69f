"""The business day: what views, commands and tasks call today. In a demo it can be moved forward, never in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.records.journal import services as journal
from tuodi.records.org.models import BusinessDay

# Within one request the day is asked many times and must not change in the middle. Its keeper takes in what else is
# asked at every turn and changes seldom (the calendar).
_remembered: ContextVar[dict[str, Any] | None] = ContextVar("business_day", default=None)


def kept() -> dict[str, Any] | None:
    """What is remembered until the end of this request or task; None outside of one. Who changes a thing forgets it here."""
    return _remembered.get()


def today() -> date:
    """The business day: in a demo the real day (Asia/Shanghai) plus the days it was moved; else the real day."""
    box = _remembered.get()
    if box and "day" in box:
        return box["day"]
    day = timezone.localdate()
    if settings.DEMO:
        ahead = BusinessDay.objects.filter(pk=1).values_list("days_ahead", flat=True).first()
        day += timedelta(days=ahead or 0)
    if box is not None:
        box["day"] = day
    return day


@contextmanager
def one_day() -> Iterator[None]:
    """Inside, `today` reads the database once (a request, one task)."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


@transaction.atomic
def advance_day(*, to: date, by: Any) -> date:
    """Move the demo's business day forward to `to`. Refused in production, and backwards (clocks do not run back)."""
    if not settings.DEMO:
        raise Refused(_("只有演示环境可以调整业务日期"))
    row, _made = BusinessDay.objects.select_for_update().get_or_create(pk=1)
    real = timezone.localdate()
    now = real + timedelta(days=row.days_ahead)
    if to <= now:
        raise Refused(_("业务日期只能向后调整，现在是 {day}").format(day=now.isoformat()))
    if to > real + timedelta(days=3660):
        raise Refused(_("业务日期最多向后调整十年"))
    row.days_ahead = (to - real).days
    row.save(update_fields=["days_ahead"])
    journal.append(
        "demo.advance", by=by, on=now, record=row, state_from=now.isoformat(), state_to=to.isoformat()
    )
    if (box := _remembered.get()) is not None:
        box["day"] = to
    return to
