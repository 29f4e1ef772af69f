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

__all__ = [
    "adjust",
    "enrol",
    "exit_roll",
    "fade",
    "raise_standard",
    "resume",
    "run_month",
    "suspend",
    "to_price",
]
