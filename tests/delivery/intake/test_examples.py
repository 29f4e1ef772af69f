"""The example workbook end to end: import, accept, assess; every result equals the one worked out by hand."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.records import people
from tuodi.core.facts import Household
from tuodi.delivery.intake import imports, selectors, workbook
from tuodi.delivery.intake.models import Application
from tuodi.policy.minimum_living.rule import assess
from tuodi.policy.parameters import shipped

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
TOWN = "533103105"


def load(name: str):
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


@pytest.fixture
def officer(db):
    people.places()
    return people.officer("jingban", ("counter", TOWN))


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_families", EXAMPLES / "make_families.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_family_comes_out_as_worked_out_by_hand(officer):
    expected = load("families-2026.expected.yaml")
    day = date.fromisoformat(expected["day"])
    content = (EXAMPLES / "families-2026.xlsx").read_bytes()
    reading = workbook.read(content, "families-2026.xlsx", on=day, by=officer)
    assert [str(f) for f in reading.faults] == []
    assert len(reading.families) >= 40
    run = imports.import_workbook(content=content, name="families-2026.xlsx", by=officer, on=day, accept=True)
    wrong = []
    for application, family in zip(imports.applications_of(run), expected["families"], strict=True):
        found = assess(
            Household.from_dict(selectors.plain(selectors.facts_of(application))), shipped(), on=day
        )
        got = {
            "eligible": found.eligible,
            "outcome": found.outcome,
            "monthly_yuan": found.monthly_fen / 100,
            "fails": sorted(f.rule for f in found.fails),
        }
        wanted = {**family["expect"], "fails": sorted(family["expect"]["fails"])}
        if got != wanted:
            wrong.append((family["key"], family["title"], got, wanted))
    assert wrong == []
    waiting = [a.number for a in Application.objects.filter(state="submitted")]
    assert len(waiting) == 1, "only the family without the proof waits for its papers"


def test_the_faulty_workbook_is_refused_with_every_fault_named(officer):
    expected = load("faulty-families.expected.yaml")["faults"]
    content = (EXAMPLES / "faulty-families.xlsx").read_bytes()
    reading = workbook.read(content, "faulty-families.xlsx", on=date(2026, 11, 23), by=officer)
    for fault in expected:
        assert any(
            f.sheet == fault["sheet"]
            and f.row == fault["row"]
            and fault["label"] in f.label
            and fault["says"] in f.message
            for f in reading.faults
        ), (fault, [str(f) for f in reading.faults if f.sheet == fault["sheet"]])
    with pytest.raises(imports.Faulty):
        imports.import_workbook(
            content=content, name="faulty-families.xlsx", by=officer, on=date(2026, 11, 23)
        )
    assert not Application.objects.exists()


def test_the_committed_files_are_what_the_script_makes(maker):
    assert (EXAMPLES / "families-2026.expected.yaml").read_text(encoding="utf-8") == maker.expected_text()
    assert (EXAMPLES / "faulty-families.expected.yaml").read_text(encoding="utf-8") == maker.faults_text()
    committed = workbook.read(
        (EXAMPLES / "families-2026.xlsx").read_bytes(), "x.xlsx", on=date(2026, 11, 23), register=False
    )
    made = workbook.read(maker.workbook_bytes(), "x.xlsx", on=date(2026, 11, 23), register=False)
    assert [f.facts for f in committed.families] == [f.facts for f in made.families]
    assert [f.relatives for f in committed.families] == [f.relatives for f in made.families]
