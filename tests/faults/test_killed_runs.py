"""Kill it anywhere (A1, A2): payment runs killed at a random moment, then taken up again; nothing lost, nothing double.

Sizes are those of reliability.md for every submission; TUODI_NIGHTLY takes the long ones. The seed is printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import TEST_DATABASE

NIGHT = bool(os.environ.get("TUODI_NIGHTLY"))
SQLITE, POSTGRES, SERVER = (1000, 500, 200) if NIGHT else (100, 60, 15)
HOUSEHOLDS = 6


class Nursery:
    """The warm process, its folder, and what it says."""

    def __init__(self, folder: Path, database: str, *, twin: bool = False) -> None:
        self.folder = folder
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TUODI_")} | {
            "TUODI_DATABASE": database, "TUODI_VAR": str(folder), "TUODI_KEYS": str(folder / "keys.json"), "TUODI_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "tuodi.config.settings",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(folder), *(["twin"] if twin else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip

    def ask(self, line: str) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def whole(self, k: int) -> float:
        """Run a month undisturbed; how long it took."""
        began = time.monotonic()
        assert self.ask(f"run {k}").startswith("began")
        said = self.hear()
        assert said.endswith(" 0"), f"{said}: {(self.folder / 'error').read_text()}"
        return time.monotonic() - began

    def told(self) -> list[str]:
        place = self.folder / "told"
        return place.read_text().splitlines() if place.exists() else []

    def check(self, k: int) -> list[str]:
        word, _space, rest = self.ask(f"check {k}").partition(" ")
        assert word == "faults", rest
        return json.loads(rest)

    def bank(self, k: int) -> None:
        said = self.ask(f"replies {k}")
        assert said == "repeated []", f"the bank was asked to pay twice: {said}"

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(20)


def kill_runs(nursery: Nursery, cycles: int, seed: int, kill) -> int:  # type: ignore[no-untyped-def]
    """Run month after month, each killed at a random moment and taken up again; how many kills landed in mid-batch."""
    dice = random.Random(seed)
    landed, span = 0, nursery.whole(0)
    where: Counter[str] = Counter()
    nursery.bank(0)
    nursery.whole(1)
    acts = len(nursery.told()) - nursery.told().index("begin 1")
    nursery.bank(1)
    for k in range(2, cycles + 2):
        before = len(nursery.told())
        pid = int(nursery.ask(f"run {k}").split()[1])
        # Aimed by acts and not by the clock alone, so that a busy machine does not draw every kill to the beginning.
        target = before + dice.randrange(1, acts - 1)
        while len(nursery.told()) < target:
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 1.0) * span / acts)
        kill(pid)
        ended = nursery.hear()
        mid = not ended.endswith(" 0") and f"done {k}" not in nursery.told()[before:]
        landed += mid
        if mid:
            where[nursery.told()[-1].split()[0]] += 1
        acknowledged = nursery.told()[before:]
        span = nursery.whole(k)
        wrong = nursery.check(k)
        assert not wrong, f"seed {seed}, cycle {k}, acknowledged before the kill {acknowledged}: {wrong}"
        nursery.bank(k)
    print(
        f"seed {seed}: {cycles} kills, {landed} in mid-batch after {dict(where)}, 0 lost, 0 double, 0 unbalanced"
    )
    assert len(where) >= 3, f"the kills all fell in the same place: {where}"
    return landed


def kill_process(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # done before us: counted as not landed
        os.kill(pid, signal.SIGKILL)


def new_seed() -> int:
    return int(os.environ.get("TUODI_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)


if not TEST_DATABASE:

    @pytest.mark.timeout(900)
    def test_a_worker_killed_on_sqlite_loses_and_doubles_nothing(tmp_path):
        nursery = Nursery(tmp_path, "")
        assert nursery.ask(f"make {HOUSEHOLDS}") == "made"
        landed = kill_runs(nursery, SQLITE, new_seed(), kill_process)
        nursery.close()
        assert landed >= 0.9 * SQLITE

    @pytest.mark.timeout(300)
    def test_the_broken_twin_is_caught(tmp_path):
        """A run that reserves in a second transaction: the same harness must find what a kill leaves behind."""
        nursery = Nursery(tmp_path, "", twin=True)
        assert nursery.ask(f"make {HOUSEHOLDS}") == "made"
        caught = ""
        for k in range(12):
            before = len(nursery.told())
            pid = int(nursery.ask(f"run {k}").split()[1])
            # Aimed by acts, as above: from a month's entitlements to its batch is where the twin is open.
            while not any(line.startswith(f"month {k} ") for line in nursery.told()[before:]):
                time.sleep(0.001)
            time.sleep(random.Random(k).uniform(0.02, 0.2))
            kill_process(pid)
            nursery.hear()
            nursery.ask(f"run {k}")
            nursery.hear()
            said = nursery.ask(f"check {k}")
            if said != "faults []":
                caught = said
                break
        nursery.close()
        assert caught, "twelve kills of the twin left no fault: the harness does not bite"


@pytest.fixture(scope="module")
def server():
    from tests.throwaway import Server

    with Server() as made:
        yield made


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_a_worker_killed_on_postgresql_loses_and_doubles_nothing(tmp_path, server):
    nursery = Nursery(tmp_path, server.create("workers"))
    assert nursery.ask(f"make {HOUSEHOLDS}") == "made"
    landed = kill_runs(nursery, POSTGRES, new_seed(), kill_process)
    nursery.close()
    assert landed >= 0.9 * POSTGRES


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_the_database_killed_under_a_run_loses_and_doubles_nothing(tmp_path, server):
    import psycopg

    url = server.create("powercut")
    with psycopg.connect(url) as hand:
        on = {
            name: hand.execute(f"SHOW {name}").fetchone()[0]
            for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
        }
    assert set(on.values()) == {"on"}, on
    nursery = Nursery(tmp_path, url)
    assert nursery.ask(f"make {HOUSEHOLDS}") == "made"

    def cut(_pid: int) -> None:
        server.kill()
        server.start()

    landed = kill_runs(nursery, SERVER, new_seed(), cut)
    nursery.close()
    assert landed >= 0.9 * SERVER
