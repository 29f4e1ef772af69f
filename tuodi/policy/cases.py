"""The cases of `<programme>/cases.yaml`: families and expectations as officials write them (yuan, blanks), run on the rules.

Tests run every one on numbers and on columns; the rehearsal runs them under a draft before it may be scheduled. A case pins its own
day, so a value in force only from a later day changes none of them; one that reaches back changes those whose day it reaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tuodi.core.facts import BY_NAME, Household
from tuodi.core.finding import Assessment
from tuodi.core.parameters import MissingParameter, ParameterRow, Parameters
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import held, shipped

FOLDER = Path(__file__).parent
FILES: Mapping[str, Path] = {path.parent.name: path for path in sorted(FOLDER.glob("*/cases.yaml"))}
PLACE = "533103205203"
DAY = "2025-10-15"
# What the cases of minimum living call its figures, written before those of the other programmes.
ALIASES = {
    "monthly": "amount",
    "base": "base_monthly",
    "supplement": "supplement_monthly",
    "income": "income_year",
    "standard": "standard_year",
}


def cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, each with what the file gives to all of them (`given`: day, household, members) filled in."""
    return list(_read(path))


@lru_cache(maxsize=128)
def _read(path: Path) -> tuple[dict[str, Any], ...]:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    if isinstance(written, list):
        return tuple(written)
    given = written["given"]
    return tuple(_filled(case, given) for case in written["cases"])


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


def facts_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """The family of a case as `core.facts` takes it: amounts in fen, the first member head of the household."""
    members = [
        _facts(
            "member",
            {"name": f"成员{i}", "relation": "head" if i == 1 else None, "birth": "1980-05-01", **(m or {})},
        )
        for i, m in enumerate(case["members"], 1)
    ]
    household = {"area_code": PLACE, "claim_kind": "rural", **case.get("household", {})}
    return {"household": _facts("household", household), "members": members}


def _facts(level: str, written: Mapping[str, Any]) -> dict[str, Any]:
    facts = {}
    for name, value in written.items():
        if (level, name) not in BY_NAME:
            assert (level, f"{name}_fen") in BY_NAME, f"unknown fact {name}"
            name, value = f"{name}_fen", None if value is None else _fen(value)
        facts[name] = value
    return facts


def _fen(yuan: Any) -> int:
    return int(Decimal(str(yuan)) * 100)


def day_of(case: Mapping[str, Any]) -> date:
    """The day the case is asked on."""
    return date.fromisoformat(case.get("day", DAY))


def parameters_of(case: Mapping[str, Any], base: Parameters | None = None) -> Parameters:
    """The values the case is asked under: the base's, and above them those the case sets for its county."""
    base = base or shipped()
    changed = case.get("parameters", {})
    rows = [
        ParameterRow(key, "533103", date(2012, 12, 12), held(value, base.info[key].unit), "算例", "test")
        for key, value in changed.items()
    ]
    return base.with_rows(rows) if rows else base


def member_of(code: str, case: Mapping[str, Any]) -> int:
    """Whom the answer is about: the member's number where the programme is a person's, else 0."""
    return int(case.get("member", 1)) if PROGRAMMES[code].of_members else 0


@dataclass(frozen=True)
class Answer:
    """What the rule says of a case: an assessment, or the value that is not set; and which values it read."""

    assessment: Assessment | None
    missing_parameter: str
    keys: frozenset[str]

    def told(self) -> dict[str, Any]:
        """What is compared, JSON-able; amounts in fen."""
        a = self.assessment
        if a is None:
            return {"missing_parameter": self.missing_parameter}
        stored = a.to_dict()
        return {
            "eligible": stored["eligible"],
            "outcome": stored["outcome"],
            "amount_fen": stored["amount_fen"],
            "fails": [f.rule for f in a.fails],
            "unknown": [f.rule for f in a.unknown()],
            "missing": stored["missing"],
        }


def answer_of(
    code: str, case: Mapping[str, Any], base: Parameters | None = None, *, on: date | None = None
) -> Answer:
    """Run one case, on its own day unless another is asked for."""
    parameters = parameters_of(case, base)
    household = Household.from_dict(facts_of(case))
    try:
        a = PROGRAMMES[code].assess(
            household, parameters, on=on or day_of(case), member=member_of(code, case)
        )
    except MissingParameter as missing:
        return Answer(None, missing.key, frozenset({missing.key}))
    return Answer(a, "", frozenset(str(r["key"]) for r in a.relied_on))


def faults(case: Mapping[str, Any], answer: Answer) -> list[str]:
    """Where an answer is other than the case expects: a line each, nothing where it is as written."""
    expect = case["expect"]
    wanted = expect.get("missing_parameter", "")
    a = answer.assessment
    if a is None or wanted:
        seen = answer.missing_parameter
        fine = wanted and wanted in seen
        return [] if fine else [f"missing_parameter: {seen or '—'} ≠ {wanted or '—'}"]
    found = []
    for name, value in expect.items():
        if name in ("holds", "not_holds"):
            truth = name == "holds"
            found += [f"{rule}: ≠ {truth}" for rule in value if a.finding(rule).holds is not truth]
            continue
        seen, money = _seen(answer, name)
        due = _fen(value) if money and value is not None else value
        if seen != due:
            found.append(f"{name}: {seen} ≠ {due}")
    return found


def _seen(answer: Answer, name: str) -> tuple[Any, bool]:
    """What the answer has under a name of `expect`, and whether that is money."""
    a = answer.assessment
    assert a is not None
    figures = a.to_dict()["figures"]
    if name not in figures and f"{name}_fen" not in figures:
        name = ALIASES.get(name, name)
    told = answer.told()
    if name == "amount":
        return told["amount_fen"], True
    if name in told:
        return told[name], False
    money = f"{name}_fen" in figures
    return figures[f"{name}_fen" if money else name], money
