"""What waits for an officer: each room answers with items, the portal lays them out as the first page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkItem:
    """A pile of work: `count` rows behind `url`, of which `overdue` are past their day; `hint` says what to do with it."""

    label: str
    count: int
    url: str
    overdue: int = 0
    due_soon: int = 0
    hint: str = ""
