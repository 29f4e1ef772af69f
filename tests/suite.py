"""`make test`: the whole suite on SQLite and, where a server is to be had, on PostgreSQL; says plainly what ran.

TUODI_TEST_DATABASE names a server to use; otherwise a throw-away one is started from a local installation.
TUODI_NO_SKIP=1 (CI) turns whatever would be left out into a failure. Arguments go on to pytest.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.conftest import NO_SKIP, chromium  # noqa: E402
from tests.throwaway import Server, programs  # noqa: E402


def suite(database: str, given: list[str]) -> tuple[int, float]:
    """Run pytest once; exit code and seconds."""
    environment = {
        **os.environ,
        "TUODI_TEST_DATABASE": database,
        "TUODI_PASS": "postgres" if database else "sqlite",
    }
    environment.pop("TUODI_TESTING", None)
    began = time.monotonic()
    spread = (
        []
        if any(a.startswith(("-n", "-x", "--pdb")) for a in given)
        else ["-n", str(min(os.cpu_count() or 1, 4))]
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *spread, "--dist", "loadfile", *given] if spread
        else [sys.executable, "-m", "pytest", *given],
        cwd=ROOT, env=environment, check=False,
    )  # fmt: skip
    return done.returncode, time.monotonic() - began


def main() -> int:
    """Both runs, then what ran, what did not and why."""
    given = sys.argv[1:]
    lines: list[str] = []
    failed = False
    print("== the suite on SQLite", flush=True)
    code, seconds = suite("", given)
    failed |= code != 0
    lines.append(f"SQLite      {'passed' if not code else 'FAILED'}  in {seconds:.0f} s")

    named = os.environ.get("TUODI_TEST_DATABASE", "")
    with contextlib.ExitStack() as stack:
        why = ""
        if not named:
            if programs() is None:
                why = "no server named in TUODI_TEST_DATABASE, and no PostgreSQL 14 or later installed here"
            else:
                try:
                    named = stack.enter_context(Server()).create()
                except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
                    why = f"a throw-away server could not be started: {error}"
        if named:
            print("== the suite on PostgreSQL", flush=True)
            code, seconds = suite(named, given)
            failed |= code != 0
            lines.append(f"PostgreSQL  {'passed' if not code else 'FAILED'}  in {seconds:.0f} s")
        else:
            failed |= NO_SKIP
            lines.append(
                f"PostgreSQL  NOT RUN, nor the tests that need it (races, faults, bulk loads): {why}"
            )
    if chromium():
        lines.append(f"browser     in the first run, with {Path(chromium() or '').name}")
    else:
        failed |= NO_SKIP
        lines.append("browser     NOT RUN: Chromium is not installed (Debian: apt-get install chromium)")
    if shutil.which("java"):
        lines.append("spark       in the first run, in local mode")
    else:
        failed |= NO_SKIP
        lines.append(
            "spark       NOT RUN: Java is not installed (Debian: apt-get install openjdk-17-jre-headless)"
        )
    if not os.environ.get("TUODI_NIGHTLY"):
        lines.append("long sizes  not part of this run (make nightly)")
    print("\n".join(["", "== what ran", *lines]), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
