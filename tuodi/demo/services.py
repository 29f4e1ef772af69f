"""Moving the demo's business day: the day's own work (notices that end, reminders) is done for the day arrived at."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuodi.kit import jobs
from tuodi.kit.models import Job
from tuodi.records.org import clock


def advance(*, to: date, by: Any) -> list[str]:
    """Move the business day to `to` and do what a day's turn does; the titles of the work done.

    Refused in production and backwards, as `clock.advance_day` is.
    """
    with transaction.atomic():
        clock.advance_day(to=to, by=by)
    done = []
    for kind in jobs.kinds().values():
        if kind.daily is None:
            continue
        row = Job.objects.create(
            kind=kind.name,
            title=str(kind.title),
            owner=getattr(by, "username", ""),
            resumable=kind.resumable,
            attempts_max=1,
            state=Job.RUNNING,
            claim=f"demo:{timezone.now().timestamp()}",
            heartbeat_at=timezone.now(),
            started_at=timezone.now(),
        )
        jobs.run(row, report_every=None)
        done.append(f"{kind.title}：{row.message}" if row.message else str(kind.title))
    return done
