"""Everything on a clock: the parts the rooms below give in their selectors, found by walking the installed apps."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from tuodi.records.org.clocked import Clocked


@cache
def parts() -> tuple[Clocked, ...]:
    """Every part of every room, in the order the rooms are installed: that of the river."""
    found: list[Clocked] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.selectors"
        if config.name.startswith("tuodi.") and find_spec(name):
            found += getattr(import_module(name), "clocked", tuple)()
    kinds = [part.kind for part in found]
    assert len(set(kinds)) == len(kinds), f"two parts of one kind: {sorted(kinds)}"
    return tuple(found)


def part(kind: str) -> Clocked | None:
    """The part of a kind; None for one whose room is gone."""
    return next((p for p in parts() if p.kind == kind), None)
