"""A granted decision puts its household on the roll, in the transaction of the confirmation itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.dispatch import receiver

from tuodi.delivery.determination.models import Decision
from tuodi.delivery.determination.signals import decided
from tuodi.delivery.entitlement.services import enrol


@receiver(decided, dispatch_uid="entitlement.enrol")
def on_decided(sender: Any, *, decision: Decision, by: Any, on: date, **_more: Any) -> None:
    if decision.granted:
        enrol(decision=decision, by=by, on=on)
