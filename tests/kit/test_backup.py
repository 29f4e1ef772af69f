"""Backup and restore: everything comes back equal, and whatever is wrong with a backup is said before anything is touched."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

DATABASE = os.environ.get("TUODI_TEST_DATABASE", "")


class Installation:
    """A small installation of its own, driven by the command as an administrator would."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.var = folder
        self.database = database
        self.keys = folder / "keys.json"

    def tuodi(self, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "tuodi.config.settings", "TUODI_VAR": str(self.var),
            "TUODI_DATABASE": self.database, "TUODI_KEYS": str(self.keys), **more,
        }  # fmt: skip
        return subprocess.run([sys.executable, "-m", "tuodi.config.cli", *map(str, words)], env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip

    def must(self, *words: object) -> str:
        done = self.tuodi(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sql(self, statements: list[str]) -> list[tuple[object, ...]]:
        """Run statements in one transaction on a bare connection; the rows of the last, where it has any."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as bare:
                for statement in statements:
                    cursor = bare.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with contextlib.closing(
            sqlite3.connect(self.var / "tuodi.sqlite3", timeout=20, isolation_level=None)
        ) as bare:
            bare.execute("BEGIN IMMEDIATE")
            for statement in statements:
                rows = bare.execute(statement)
            found = rows.fetchall()
            bare.execute("COMMIT")
            return found


def server(statement: str) -> None:
    """Run one statement on the test server's maintenance database."""
    import psycopg

    with psycopg.connect(DATABASE.rsplit("/", 1)[0] + "/postgres", autocommit=True) as bare:
        bare.execute(statement)


def address(name: str) -> str:
    """The test server's database `name`; empty for SQLite."""
    return f"{DATABASE.rsplit('/', 1)[0]}/{name}" if DATABASE else ""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """An installation in which work has been done: jobs run, a journal with its anchor, a file. Tests get copies."""
    name = f"backup_{secrets.token_hex(6)}"
    if DATABASE:
        server(f"CREATE DATABASE {name}")
    place = Installation(tmp_path_factory.mktemp("made") / "var", address(name))
    place.must("migrate", "--verbosity", "0")
    place.must("worker", "--until-idle", "--poll", "0.05", "--verbosity", "0")
    (place.var / "files" / "letters").mkdir(parents=True, exist_ok=True)
    (place.var / "files" / "letters" / "one.pdf").write_bytes(os.urandom(50_000))
    yield place, name
    if DATABASE:
        server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def here(made_once, tmp_path):
    """A copy of that installation, for one test to break."""
    made, template = made_once
    name = f"backup_{secrets.token_hex(6)}"
    shutil.copytree(made.var, tmp_path / "var")
    if DATABASE:
        server(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield Installation(tmp_path / "var", address(name))
    if DATABASE:
        server(f"DROP DATABASE {name} WITH (FORCE)")


def test_what_was_backed_up_comes_back_after_the_data_folder_is_lost(here, tmp_path):
    copy = tmp_path / "copy"
    here.must("backup", copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    assert manifest["rows"]["kit_job"] >= 1
    assert "files/letters/one.pdf" in manifest["files"]
    kept = here.keys.read_bytes()
    letter = (here.var / "files" / "letters" / "one.pdf").read_bytes()
    shutil.rmtree(here.var)
    here.var.mkdir()
    here.keys.write_bytes(kept)
    here.keys.chmod(0o600)
    said = here.must("restore", copy, *(["--replace"] if here.database else []))
    assert "核对一致" in said
    assert (here.var / "files" / "letters" / "one.pdf").read_bytes() == letter
    again = tmp_path / "again"
    here.must("backup", again)
    assert json.loads((again / "manifest.json").read_text())["rows"] == manifest["rows"]


def test_keys_are_never_in_a_backup(here, tmp_path):
    here.must("backup", tmp_path / "copy")
    stored = json.loads(here.keys.read_text())
    secrets = [
        stored["lookup_key"],
        stored["anchor_key"],
        stored["session_secret"],
        *stored["field_keys"].values(),
    ]
    for path in (tmp_path / "copy").rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not any(
                s.encode() in raw or (len(s) % 2 == 0 and is_hex(s) and bytes.fromhex(s) in raw)
                for s in secrets
            )


def is_hex(text: str) -> bool:
    return all(c in "0123456789abcdef" for c in text)


def test_a_damaged_file_is_found_before_anything_is_touched(here, tmp_path):
    copy = tmp_path / "copy"
    here.must("backup", copy)
    for name in (
        "files/letters/one.pdf",
        next(p.name for p in copy.iterdir() if p.name.startswith("database")),
    ):
        broken = tmp_path / f"broken-{name.replace('/', '-')}"
        shutil.copytree(copy, broken)
        raw = bytearray((broken / name).read_bytes())
        raw[len(raw) // 2] ^= 1
        (broken / name).write_bytes(raw)
        said = here.tuodi("restore", broken, "--replace")
        assert said.returncode == 1 and "已损坏" in said.stderr, said.stderr
    cut = tmp_path / "cut"
    shutil.copytree(copy, cut)
    (cut / "files" / "letters" / "one.pdf").unlink()
    said = here.tuodi("restore", cut, "--replace")
    assert said.returncode == 1 and "缺少" in said.stderr


def test_the_wrong_keys_are_refused_loudly(here, tmp_path):
    here.must("backup", tmp_path / "copy")
    here.keys.rename(tmp_path / "old-keys.json")
    said = here.tuodi("restore", tmp_path / "copy", "--replace")
    assert said.returncode == 1 and "密钥不符" in said.stderr


def test_data_that_is_here_is_replaced_only_when_asked(here, tmp_path):
    here.must("backup", tmp_path / "copy")
    said = here.tuodi("restore", tmp_path / "copy")
    assert said.returncode == 1 and "--replace" in said.stderr


def test_a_backup_never_writes_over_another(here, tmp_path):
    here.must("backup", tmp_path / "copy")
    said = here.tuodi("backup", tmp_path / "copy")
    assert said.returncode == 1 and "已存在" in said.stderr


def test_a_backup_taken_while_others_write_is_of_one_moment(here, tmp_path):
    """Pairs of rows written in one transaction are both in the copy or neither."""
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            number = len(written)
            here.sql(
                [
                    f"INSERT INTO kit_schedule (kind, next_due, enabled) VALUES ('{side}{number}', '2026-01-01', false)"
                    for side in "ab"
                ]
            )
            written.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        here.must("backup", tmp_path / "copy")
    finally:
        stop.set()
        thread.join()
    here.must("restore", tmp_path / "copy", "--replace")
    kept = [str(row[0]) for row in here.sql(["SELECT kind FROM kit_schedule"])]
    firsts, seconds = ({n[1:] for n in kept if n[0] == side and n[1:].isdigit()} for side in "ab")
    assert firsts == seconds
    assert 0 < len(firsts) <= len(written), "the writer wrote while the copy was taken"
