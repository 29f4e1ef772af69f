"""Reads cases.yaml: families and expectations as officials write them (yuan, blanks), into facts (fen)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tuodi.core.facts import BY_NAME
from tuodi.core.parameters import ParameterRow, Parameters
from tuodi.policy.parameters import held, shipped

MINIMUM_LIVING = Path(__file__).parents[2] / "tuodi/policy/minimum_living/cases.yaml"


FOLDER = Path(__file__).parents[2] / "tuodi/policy"
FILES = {path.parent.name: path for path in sorted(FOLDER.glob("*/cases.yaml"))}


def cases(path: Path = MINIMUM_LIVING) -> list[dict[str, Any]]:
    """The cases of a file, each with what the file gives to all of them (`given`: day, household, members) filled in."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    if isinstance(written, list):
        return written
    given = written["given"]
    return [_filled(case, given) for case in written["cases"]]


def _filled(case: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given.member` holds for every member, `given.household` for the household; the case's own words stand above them."""
    members = case.get("members", given.get("members", [{}]))
    common = {name: value for name, value in given.items() if name != "member"}  # in a case: whom it is about
    return {
        **common,
        **case,
        "household": {**given.get("household", {}), **case.get("household", {})},
        "members": [{**given.get("member", {}), **(m or {})} for m in members],
    }


def _facts(level: str, written: Mapping[str, Any]) -> dict[str, Any]:
    facts = {}
    for name, value in written.items():
        if (level, name) not in BY_NAME:
            assert (level, f"{name}_fen") in BY_NAME, f"unknown fact {name}"
            name, value = f"{name}_fen", None if value is None else int(Decimal(str(value)) * 100)
        facts[name] = value
    return facts


def facts_of(case: Mapping[str, Any]) -> dict[str, Any]:
    members = [
        _facts(
            "member",
            {"name": f"成员{i}", "relation": "head" if i == 1 else None, "birth": "1980-05-01", **(m or {})},
        )
        for i, m in enumerate(case["members"], 1)
    ]
    household = {"area_code": "533103205203", "claim_kind": "rural", **case.get("household", {})}
    return {"household": _facts("household", household), "members": members}


def day_of(case: Mapping[str, Any]) -> date:
    return date.fromisoformat(case.get("day", "2025-10-15"))


def parameters_of(case: Mapping[str, Any], base: Parameters | None = None) -> Parameters:
    base = base or shipped()
    changed = case.get("parameters", {})
    rows = [
        ParameterRow(key, "533103", date(2012, 12, 12), held(value, base.info[key].unit), "算例", "test")
        for key, value in changed.items()
    ]
    return base.with_rows(rows) if rows else base
