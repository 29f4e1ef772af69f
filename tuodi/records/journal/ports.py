"""What the journal must ask of rooms above it: who holds a role (org) and which days are worked (standards).

The journal is the lowest room of records, so it cannot import them; they fill these in when they start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuodi.core.calendar import WorkCalendar


def _unset(*_: Any, **__: Any) -> Any:
    raise AssertionError("a port of the journal is not filled in: is the org or standards app installed?")


@dataclass
class Ports:
    """`holds(officer, role, area_code, on)`, `may(officer, act, area_code, on)` and `calendar()`."""

    holds: Callable[[Any, str, str, date], bool] = _unset
    may: Callable[[Any, str, str | None, date], bool] = _unset
    calendar: Callable[[], WorkCalendar] = _unset


ports = Ports()
