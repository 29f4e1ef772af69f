"""Every procedure is whole: each state can be reached, each waiting state has a time limit, each step a role."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import tuodi
from tuodi.core.process import Limit, Process, Step

SKIPPED = ("tuodi.config.testing", "tuodi.config.wsgi", "tuodi.config.up")


def processes() -> Iterator[tuple[str, Process]]:
    """Every Process that any module of the house holds, by where it is."""
    for module in pkgutil.walk_packages(tuodi.__path__, "tuodi."):
        if not module.name.rsplit(".", 1)[-1].startswith("process"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            found = (
                value.values()
                if isinstance(value, dict)
                else value
                if isinstance(value, tuple | list)
                else [value]
            )
            for one in found:
                if isinstance(one, Process):
                    yield f"{module.name}.{name}:{one.key}", one


ALL = dict(processes())


def test_the_house_has_procedures():
    assert ALL, "no process.py holds a Process"


@pytest.mark.parametrize("where", sorted(ALL))
def test_a_procedure_has_no_faults(where):
    assert ALL[where].faults() == []


@pytest.mark.parametrize("where", sorted(ALL))
def test_every_step_names_a_role_that_exists_and_a_label(where):
    from tuodi.records.org.rights import ROLES

    for step in ALL[where].steps:
        assert step.role in ROLES or step.role == "system", f"{where}: {step.act} is for {step.role!r}"
        assert step.label, f"{where}: {step.act} has no label"


def test_a_broken_table_is_found_out():
    """The broken twin: an unreachable state, a dead end, and waiting without a limit."""
    broken = Process(
        key="broken", label="", start="a", states={"a": "", "b": "", "c": ""},
        steps=(Step("go", "a", "b", role="counter", label=""),), limits={"a": Limit(days=1)}, ends=frozenset({"c"}),
    )  # fmt: skip
    faults = "\n".join(broken.faults())
    assert "c cannot be reached" in faults
    assert "no step leads out of b" in faults
    assert "b has no time limit" in faults
