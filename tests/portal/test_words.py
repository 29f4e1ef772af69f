"""Every act the rooms write into the journal has words on the page; none is shown to a reader as a code."""

import ast
from pathlib import Path

import pytest

from tuodi.portal.words import act_in_words

ROOT = Path(__file__).resolve().parents[2] / "tuodi"


def acts_written() -> set[str]:
    """The first argument of every call of `record` and `append` of the journal that is a plain string."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            owner = (
                called.value.id
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
                else ""
            )
            if name in ("record", "append") and owner == "journal" and isinstance(node.args[0].value, str):
                found.add(node.args[0].value)
    return found


def test_the_scan_finds_what_the_rooms_write():
    assert {"intake.submit", "determination.assess", "people.register"} <= acts_written()


@pytest.mark.parametrize("act", sorted(acts_written()))
def test_an_act_has_words(act):
    assert act_in_words(act, "") != act, f"{act} is not in tuodi/portal/words.py"


def test_a_step_is_called_what_its_procedure_calls_it():
    assert act_in_words("minimum_living.2021.survey_done", "opinion") != "minimum_living.2021.survey_done"
