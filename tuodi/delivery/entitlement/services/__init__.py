"""Acts on the roll."""

from tuodi.delivery.entitlement.services.changes import (
    adjust,
    exit_roll,
    fade,
    raise_standard,
    resume,
    suspend,
)
from tuodi.delivery.entitlement.services.enrolment import enrol
from tuodi.delivery.entitlement.services.month import run_month
from tuodi.delivery.entitlement.services.pricing import to_price
from tuodi.delivery.entitlement.services.questions import ask
from tuodi.delivery.entitlement.services.recertifying import (
    carry_on,
    open_review,
    reassess,
    refer,
    send_back,
    settle,
)

__all__ = [
    "adjust",
    "ask",
    "carry_on",
    "enrol",
    "exit_roll",
    "fade",
    "open_review",
    "raise_standard",
    "reassess",
    "refer",
    "resume",
    "run_month",
    "send_back",
    "settle",
    "suspend",
    "to_price",
]
