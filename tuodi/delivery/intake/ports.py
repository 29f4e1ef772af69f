"""What intake asks of rooms above it: whether something stands in the way of a person applying.

Entitlement answers here (already receiving this programme, or one that excludes it); intake cannot import it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tuodi.records.people.models import Household, Person

# (programme, household, persons, on) -> one sentence per obstacle, fit to be shown to the officer as it is.
Obstacle = Callable[[str, Household | None, Sequence[Person], date], list[str]]
obstacles: list[Obstacle] = []


def obstacles_to(
    programme: str, household: Household | None, persons: Sequence[Person], on: date
) -> list[str]:
    """Everything that stands in the way, from every room that has registered."""
    return [sentence for ask in obstacles for sentence in ask(programme, household, persons, on)]
