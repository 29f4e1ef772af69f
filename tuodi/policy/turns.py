"""What the passage of time does to who receives something: facts that turn on a day (T2, T24), and being looked at again (1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STUDENT = "student"  # nobody's facts say when school ends: it is asked


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which something about a member (its place from 0; None for the household) is no longer what it was."""

    day: date
    what: str
    member: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often a household on a roll is looked at again: its class (A, B, C), the months, and the value's key."""

    kind: str
    months: int
    key: str
