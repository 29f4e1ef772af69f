"""What determination does when intake speaks: a review begins with acceptance and ends with withdrawal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.dispatch import receiver

from tuodi.delivery.determination.services import open_review, withdraw
from tuodi.delivery.intake import signals
from tuodi.delivery.intake.models import Application, Snapshot


@receiver(signals.accepted, dispatch_uid="determination.accepted")
def on_accepted(
    sender: Any, *, application: Application, snapshot: Snapshot, by: Any, on: date, **_more: Any
) -> None:
    open_review(application=application, snapshot=snapshot, by=by, on=on)


@receiver(signals.withdrawn, dispatch_uid="determination.withdrawn")
def on_withdrawn(sender: Any, *, application: Application, by: Any, on: date, **_more: Any) -> None:
    withdraw(application=application, by=by, on=on)
