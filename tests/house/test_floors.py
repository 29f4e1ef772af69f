"""Imports go one way, the lower floors ask no clock, migrations are linear and portable."""

from __future__ import annotations

import ast
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
CLOCKS = {
    "now",
    "today",
    "utcnow",
    "time",
    "time_ns",
    "localtime",
    "gmtime",
    "monotonic",
    "perf_counter",
    "fromtimestamp",
}
CLOCK_OWNERS = {"datetime", "date", "time", "timezone", "clock"}


def test_imports_go_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def clock_calls(source: str) -> list[int]:
    """Lines of `source` that ask a clock."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCKS
            and isinstance(node.value, ast.Name | ast.Attribute)
        ):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if owner in CLOCK_OWNERS:
                found.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found.append(node.lineno)
    return found


def test_core_and_policy_ask_no_clock():
    asked = [
        f"{path.relative_to(ROOT)}:{line}"
        for floor in ("core", "policy")
        for path in sorted((ROOT / "tuodi" / floor).rglob("*.py"))
        for line in clock_calls(path.read_text())
    ]
    assert asked == []


@pytest.mark.parametrize(
    "source",
    ["import datetime\nx = datetime.date.today()", "from datetime import datetime\nx = datetime.now()",
     "import time\nx = time.time()", "from time import monotonic", "from django.utils import timezone\ntimezone.now()"],
)  # fmt: skip
def test_a_clock_would_be_found(source):
    assert clock_calls(source)


OURS = [config.label for config in apps.get_app_configs() if config.name.startswith("tuodi.")]
# What SQLite, PostgreSQL and the databases derived from it do not all have (ecosystem.md 9).
BANNED = {
    "ArrayField",
    "HStoreField",
    "ExclusionConstraint",
    "SearchVectorField",
    "RangeField",
    "CreateExtension",
}


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_linear(label):
    loader = MigrationLoader(None)
    names = sorted(name for app, name in loader.disk_migrations if app == label)
    assert len(loader.graph.leaf_nodes(label)) <= 1, f"{label} has more than one last migration"
    for before, after in itertools.pairwise(names):
        parents = {key[1] for key in loader.disk_migrations[(label, after)].dependencies if key[0] == label}
        assert parents == {before}, f"{label}.{after} should follow {before} and nothing else"


@pytest.mark.parametrize("label", OURS)
def test_migrations_use_only_what_every_database_has(label):
    folder = Path(apps.get_app_config(label).path) / "migrations"
    for path in sorted(folder.glob("0*.py")):
        names = {n.attr if isinstance(n, ast.Attribute) else n.id for n in ast.walk(ast.parse(path.read_text()))
                 if isinstance(n, ast.Attribute | ast.Name)}  # fmt: skip
        assert not names & BANNED, f"{path.name}: {names & BANNED}"


def test_identifiers_are_short_enough_for_every_database():
    """Domestic databases allow 30 to 63 characters; ours keep to names a person chose."""
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            assert len(model._meta.db_table) <= 40, model._meta.db_table
            for thing in (*model._meta.indexes, *model._meta.constraints):
                assert len(thing.name) <= 60, f"{model._meta.label}: {thing.name}"


def test_models_and_migrations_agree():
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tuodi.config.testing"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
