"""A check is opened for every accepted application and stopped with a withdrawn one (审核确认办法 第十七条)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.verification.models import Check
from tuodi.delivery.verification.process import CHECK
from tuodi.records.journal import services as journal
from tuodi.records.journal.ports import ports


@transaction.atomic
def open_check(*, application: Application, snapshot: Snapshot, by: Any, on: date) -> Check:
    """The check of an application, opened once however often it is asked for."""
    check, made = Check.objects.get_or_create(
        key=f"check:{application.pk}",
        defaults={
            "application": application,
            "snapshot": snapshot,
            "area_id": application.area_id,
            "purpose": intake.CONSENT_PURPOSE,
            "requested_on": on,
            "requested_by": journal.actor_name(by),
            "state": CHECK.start,
            "state_since": on,
            "due": CHECK.due(CHECK.start, on, ports.calendar()),
        },
    )
    if made:
        journal.record("check.open", by=by, on=on, record=check, state_to=CHECK.start, purpose=check.purpose)
    return check


@transaction.atomic
def stop_check(*, check: Check, on: date, note: str = "") -> Check:
    """End a check whose application has gone; what was found stays on file."""
    if check.state in CHECK.ends:
        return check
    return journal.advance(check, CHECK, "stop", by=journal.SYSTEM, on=on, note=note)


def when_accepted(
    sender: Any, *, application: Application, snapshot: Snapshot, by: Any, on: date, **_more: Any
) -> None:
    """intake.signals.accepted"""
    open_check(application=application, snapshot=snapshot, by=by, on=on)


def when_withdrawn(sender: Any, *, application: Application, by: Any, on: date, **_more: Any) -> None:
    """intake.signals.withdrawn"""
    for check in Check.objects.filter(application=application):
        stop_check(check=check, on=on, note="application withdrawn")
