"""The tuodi command: two words or one, errors as one Chinese sentence, keys before anything else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuodi.config import cli


def tuodi(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an office would."""
    return subprocess.run(
        [sys.executable, "-m", "tuodi.config.cli", *words],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tuodi.config.settings", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


KNOWN = {
    "intake_import": "a",
    "payment_run": "a",
    "payment_approve": "a",
    "worker": "a",
    "journal_verify": "a",
}


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("intake import families.xlsx", "intake_import", ["families.xlsx"]),
        ("payment run --month 2026-11", "payment_run", ["--month", "2026-11"]),
        ("worker --until-idle", "worker", ["--until-idle"]),
        ("journal verify", "journal_verify", []),
    ],
)
def test_words_find_their_command(typed, name, rest):
    assert cli.found(typed.split(), KNOWN) == (name, rest)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("payment", "approve、run"),
        ("payment runn", "payment runn"),
        ("intak", "tuodi intake"),
        ("x", "tuodi help"),
    ],
)
def test_wrong_words_are_answered_with_what_to_type(typed, hint):
    with pytest.raises(cli.Wrong, match=hint):
        cli.found(typed.split(), KNOWN)


def test_help_lists_every_command_of_ours_with_its_line(tmp_path):
    said = tuodi("help", TUODI_VAR=str(tmp_path))
    assert said.returncode == 0
    for name in cli.commands():
        line = next(
            (row for row in said.stdout.splitlines() if f"tuodi {name.replace('_', ' ', 1)} " in row), ""
        )
        assert line.split(name.replace("_", " ", 1), 1)[-1].strip(), f"{name} has no line of help"


def test_wrong_use_says_so_in_chinese_and_leaves_with_2(tmp_path):
    said = tuodi("worker", "--nonsense", TUODI_VAR=str(tmp_path))
    assert said.returncode == 2
    assert "不认识的参数：--nonsense" in said.stderr
    assert "Traceback" not in said.stderr


def test_production_without_keys_says_what_to_do(tmp_path):
    said = tuodi(
        "health", TUODI_VAR=str(tmp_path), TUODI_KEYS=str(tmp_path / "none.json"), TUODI_MODE="production"
    )
    assert said.returncode == 1
    assert "tuodi keys make" in said.stderr
    assert "Traceback" not in said.stderr


def test_keys_are_made_once_for_the_owner_s_eyes_and_never_written_over(tmp_path):
    where = tmp_path / "keys.json"
    assert tuodi("keys", "make", "--file", str(where), TUODI_MODE="production").returncode == 0
    first = where.read_text()
    assert where.stat().st_mode & 0o077 == 0
    assert len(bytes.fromhex(json.loads(first)["field_keys"]["1"])) == 16
    again = tuodi("keys", "make", "--file", str(where), TUODI_MODE="production")
    assert again.returncode == 2 and "已存在" in again.stderr
    assert where.read_text() == first


def test_an_unreachable_database_is_named_not_traced(tmp_path):
    said = tuodi("migrate", TUODI_VAR=str(tmp_path), TUODI_KEYS=str(tmp_path / "k.json"),
                 TUODI_DATABASE="postgresql://nobody:x@127.0.0.1:1/none")  # fmt: skip
    assert said.returncode == 1
    assert "连接不上数据库" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_supervisor_weighs_little():
    """up.py stays beside web and worker: standard library only."""
    source = (Path(cli.__file__).with_name("up.py")).read_text()
    assert "django" not in source.replace("DJANGO", "")
