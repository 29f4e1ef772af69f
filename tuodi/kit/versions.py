"""Edited rows carry a version: a stale write is shown beside what is there now, never silently lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F

from tuodi.kit.sealed import Sealed, SealedTextField, seal

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Difference:
    """One field that two people saw differently: what stands now, and what was about to be written."""

    field: str
    label: str
    theirs: Any
    mine: Any


class Conflict(Exception):
    """Somebody else saved this row first. Carries both versions field by field; nothing was written.

    Views answer with `kit/conflict.html` (status 409), the person's own entries kept in the form.
    """

    def __init__(
        self,
        row: models.Model,
        expected_version: int,
        differences: list[Difference],
        mine: Mapping[str, Any] | None = None,
    ) -> None:
        self.row = row
        self.expected_version = expected_version
        self.current_version: int = row.version  # type: ignore[attr-defined]
        self.differences = differences
        self.mine = dict(mine or {})
        super().__init__(
            f"{row._meta.label} {row.pk}: version {expected_version} is stale, now {self.current_version}"
        )


def save_versioned(row: Row, expected_version: int, **changes: Any) -> Row:
    """Write `changes` to `row` if it still has `expected_version`, raise its version by one, and return it fresh.

    Raises Conflict, with the row as it stands now, when somebody else was first, or DoesNotExist when it is gone.
    The comparison and the write are one UPDATE, so of two writers at once exactly one succeeds.
    """
    model = type(row)
    assert "version" not in changes, "the version is raised here and nowhere else"
    written = model._default_manager.filter(pk=row.pk, version=expected_version).update(
        version=F("version") + 1, **changes
    )
    now = model._default_manager.get(pk=row.pk)
    if not written:
        raise conflict_of(now, expected_version, changes)
    return now


def conflict_of(now: models.Model, expected_version: int, changes: Mapping[str, Any]) -> Conflict:
    """The Conflict between the row as it stands and what someone was about to write."""
    differences = []
    for name, mine in changes.items():
        field = now._meta.get_field(name)
        theirs = getattr(now, field.attname if hasattr(field, "attname") else name)
        mine_value = mine.pk if isinstance(mine, models.Model) else mine
        if plain(field, theirs) != plain(field, mine_value):
            if isinstance(field, SealedTextField) and mine is not None and not isinstance(mine, Sealed):
                mine = field.wrap(seal(field.encode(mine), field.kind))  # shown masked, like theirs
            differences.append(Difference(name, str(getattr(field, "verbose_name", name)), theirs, mine))
    return Conflict(now, expected_version, differences, changes)


def plain(field: Any, value: Any) -> Any:
    """A value in the form in which two of them can be compared: sealed values opened, text parsed by its field."""
    if isinstance(value, Sealed):
        return value.open()
    try:
        return field.to_python(value)
    except (ValidationError, TypeError, ValueError):  # an unparsable value differs from whatever stands there
        return value
