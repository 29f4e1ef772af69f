"""What a family's facts become by the passage of time alone: a day and a sentence, for whatever programme asks (T2, T24)."""

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
