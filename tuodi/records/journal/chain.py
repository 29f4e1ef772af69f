"""The chain itself: how a journal line becomes text, and how its SM3 hash binds it to the one before.

Nothing here touches the database; `services` writes with it and `verify` reads with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from tuodi.kit.digest import sm3

GENESIS = "0" * 64
# Every stored column except the digest, in this order. A column added later goes at the end, with a new chain form.
COLUMNS = (
    "sequence",
    "moment",
    "business_day",
    "actor",
    "act",
    "record_kind",
    "record_id",
    "area_code",
    "state_from",
    "state_to",
    "purpose",
    "note",
    "previous",
)
SEPARATOR = "\x1f"
_SEPARATOR = SEPARATOR.encode()


def moment_text(moment: datetime) -> str:
    """A moment as it enters the hash: UTC, always with six digits of a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def line_digest(columns: Sequence[str]) -> str | None:
    """The SM3 of a line's columns as text; None where a text holds the separator, which no writer lets through."""
    return joined_digest(SEPARATOR.join(columns).encode())


def joined_digest(joined: bytes) -> str | None:
    """The same from the joined columns, as the database hands them to a reader."""
    return sm3(joined) if joined.count(_SEPARATOR) == len(COLUMNS) - 1 else None


def day_text(day: date) -> str:
    """A day as it enters the hash."""
    return day.isoformat()


def clean(text: str) -> str:
    """Text fit for a line: without the separator and NUL, which no keyboard types."""
    return text.replace(SEPARATOR, " ").replace("\x00", "")
