"""Rows for the access test: a room says here which row of the world (tests/house/world.py) an address names in a place.

    # tests/delivery/intake/samples.py (any tests/**/samples.py is found)
    from tests.house.samples import sample

    @sample("intake:accept", "intake:decline")
    def application(world, place: str) -> dict:    # place: a key of world.PLACES
        return {"number": …}

`level="county"` says that the row lies in the county and not in the township; `"any"` that it belongs to no place (a
parameter, a calendar year): whoever may open the page may open every row. `expects` is for rows that belong to a person:
it says what somebody with the page's right is answered.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
Maker = Callable[[Any, str], dict[str, Any]]


@dataclass(frozen=True)
class Sample:
    """Which row an address names, and where it lies."""

    make: Maker
    level: str
    expects: Callable[[Any, Any, str], set[int]] | None


SAMPLES: dict[str, Sample] = {}
_read: set[Path] = set()


def sample(
    *names: str, level: str = "township", expects: Callable[[Any, Any, str], set[int]] | None = None
) -> Callable[[Maker], Maker]:
    """Register the row of the named addresses ("room:name")."""
    assert level in ("township", "county", "any")

    def register(make: Maker) -> Maker:
        for name in names:
            assert name not in SAMPLES, f"{name} has two samples"
            SAMPLES[name] = Sample(make, level, expects)
        return make

    return register


def load() -> dict[str, Sample]:
    """Every registered sample; reads each tests/**/samples.py once, whatever packages there are."""
    for path in sorted(TESTS.rglob("samples.py")):
        if path == Path(__file__) or path in _read:
            continue
        _read.add(path)
        name = "_".join(path.relative_to(TESTS).with_suffix("").parts)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return SAMPLES
