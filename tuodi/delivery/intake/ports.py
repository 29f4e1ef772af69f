"""What intake asks of rooms above it: whether something stands in the way of a person applying, and where an application went on to.

Entitlement answers the one (already receiving this programme, or one that excludes it), referral the other; intake cannot import them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tuodi.delivery.intake.models import Application
from tuodi.records.people.models import Household, Person

# (programme, household, persons, on) -> one sentence per obstacle, fit to be shown to the officer as it is.
Obstacle = Callable[[str, Household | None, Sequence[Person], date], list[str]]
obstacles: list[Obstacle] = []


def obstacles_to(
    programme: str, household: Household | None, persons: Sequence[Person], on: date
) -> list[str]:
    """Everything that stands in the way, from every room that has registered."""
    return [sentence for ask in obstacles for sentence in ask(programme, household, persons, on)]


@dataclass(frozen=True)
class Onward:
    """A part of an application that another body handles: what the receipt says of it."""

    number: str
    body: str
    programme: str
    whose: str
    due: date | None


onward: list[Callable[[Application], list[Onward]]] = []


def sent_on(application: Application) -> list[Onward]:
    """Where an application has been sent on to, by every room that has registered."""
    return [line for ask in onward for line in ask(application)]
