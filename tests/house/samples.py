"""Rows for the access test: a room says here how to make one of its rows in a place, for the addresses that name a row.

    # tests/delivery/intake/samples.py (any tests/**/samples.py is found)
    from tests.house.samples import sample

    @sample("intake:application", "intake:accept")
    def application(place: str) -> dict:           # place: a township's area code
        return {"pk": make_an_application(area=place).pk}

The maker is called in a transaction that is rolled back afterwards. `scoped=False` says that the row belongs to no
place (a parameter, a calendar year): whoever may open the page may open every row.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Sample:
    """How to make the row an address names; `query` is added to the address where the page needs it."""

    make: Callable[[str], dict[str, Any]]
    scoped: bool


SAMPLES: dict[str, Sample] = {}


def sample(
    *names: str, scoped: bool = True
) -> Callable[[Callable[[str], dict[str, Any]]], Callable[[str], dict[str, Any]]]:
    """Register a maker for the named addresses ("room:name")."""

    def register(make: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
        for name in names:
            assert name not in SAMPLES, f"{name} has two samples"
            SAMPLES[name] = Sample(make, scoped)
        return make

    return register


def load() -> dict[str, Sample]:
    """Every registered sample; imports each tests/**/samples.py once, whatever packages there are."""
    for path in sorted(TESTS.rglob("samples.py")):
        if path != Path(__file__):
            spec = importlib.util.spec_from_file_location(
                "_".join(path.relative_to(TESTS).with_suffix("").parts), path
            )
            assert spec and spec.loader
            if not any(str(path) == getattr(s.make, "_from", "") for s in SAMPLES.values()):
                before = set(SAMPLES)
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                for name in set(SAMPLES) - before:
                    SAMPLES[name].make._from = str(path)  # type: ignore[attr-defined]
    return SAMPLES
