"""The house speaks the glossary: its code names exist, each room says what it owns, each address and act has a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = "\n".join(p.read_text() for p in sorted((ROOT / "tuodi").rglob("*.py")) if "migrations" not in p.parts)
# Code names of the glossary for the rooms built so far; a room that is added adds its words.
CLASSES = [
    "Household",
    "Member",
    "Area",
    "Department",
    "Officer",
    "Application",
    "CorrectionNotice",
    "Consent",
    "Document",
    "Programme",
    "Discrepancy",
    "CheckReport",
    "HouseholdSurvey",
    "Appraisal",
    "Finding",
    "Assessment",
    "Review",
    "Decision",
    "PublicNotice",
    "Objection",
    "SpotCheck",
    "RelativeFiling",
    "Enrolment",
    "Entitlement",
    "PaymentBatch",
    "Payment",
    "PayeeAccount",
    "BankReply",
    "Recovery",
    "Refund",
    "Allotment",
    "Budget",
    "Account",
    "Entry",
    "Process",
    "Step",
    "Supervision",
]
FIELDS = ["relation_to_head", "head", "due", "since", "until", "basis", "amount_fen", "notice_until"]
ROOMS = sorted(
    {p.parent for p in (ROOT / "tuodi").rglob("models.py")}
    | {ROOT / "tuodi" / name for name in ("core", "policy", "bulk", "kit", "gateways")}
)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_of_the_glossary_exists(name):
    assert re.search(rf"^class {name}\b", CODE, re.M), f"the glossary's {name} is nowhere"


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_the_glossary_exists(name):
    assert re.search(rf"\b{name}\b", CODE)


def test_a_place_in_a_procedure_is_called_state_never_status():
    found = re.findall(r"^\s*status\s*=\s*models\.", CODE, re.M)
    assert found == []


def test_money_is_whole_fen():
    """No column is a decimal or a float: on SQLite those are not exact."""
    from django.apps import apps
    from django.db import models

    inexact = [
        f"{model._meta.label}.{field.name}"
        for config in apps.get_app_configs()
        if config.name.startswith("tuodi.")
        for model in config.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.DecimalField | models.FloatField)
    ]
    assert inexact == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: str(p.relative_to(ROOT / "tuodi")))
def test_a_room_begins_with_a_short_readme(room):
    readme = room / "README.md"
    assert readme.exists(), f"{room.relative_to(ROOT)} has no README.md: what it owns, what it hands on"
    assert 3 <= len(readme.read_text().splitlines()) <= 200


def test_every_module_begins_by_saying_what_it_is_for():
    import ast

    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tuodi").rglob("*.py"))
        if "migrations" not in path.parts and path.name not in ("__init__.py", "apps.py", "urls.py")
        and path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]  # fmt: skip
    assert silent == []
