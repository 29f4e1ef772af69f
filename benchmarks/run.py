"""`make bench`: every figure on one line (name, value, unit, anchor, ratio, goal), and as JSON in build/bench.jsonl.

A benchmark is a function in benchmarks/bench_*.py:

    @benchmark("assess.duckdb.100k", unit="s", anchor="hand-written SQL", goal=1.25)
    def assess(run: Run) -> Figure:
        with run.data(...) as data:
            return pairs(lambda: product(data), lambda: bare(data), n=15)

Method (shared/performance.md 2 and 9): the product and its bare reference run interleaved on the same data in the same
process, at least 15 pairs, after one unmeasured pair; medians are compared. A ratio is product / bare for times (lower
is better) and for rates (higher is better); `goal` is the line to reach, with 1.1 allowed for noise.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
NOISE = 1.1  # an A/A test on this kind of machine moves by as much (performance.md 2)


@dataclass(frozen=True)
class Figure:
    """A measured value beside its anchor's; `value` and `anchor` in the benchmark's unit, None where there is none."""

    value: float
    anchor: float | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.value / self.anchor if self.anchor else None


@dataclass
class Run:
    """What a benchmark is given: sizes, a seed, a scratch folder, and where PostgreSQL is (None where there is none)."""

    long: bool
    seed: int
    scratch: Path
    _stack: ExitStack
    _postgres: str | None = None
    _looked: bool = False

    def size(self, short: int, long: int) -> int:
        """The size for this run."""
        return long if self.long else short

    def random(self) -> random.Random:
        """A generator from the run's seed."""
        return random.Random(self.seed)

    @property
    def postgres(self) -> str:
        """The address of an empty PostgreSQL database; raises Unavailable where no server is to be had."""
        if not self._looked:
            self._looked = True
            self._postgres = os.environ.get("TUODI_BENCH_DATABASE") or self._throwaway()
        if self._postgres is None:
            raise Unavailable("needs PostgreSQL 14 or later (TUODI_BENCH_DATABASE, or a local installation)")
        return self._postgres

    def _throwaway(self) -> str | None:
        from tests.throwaway import Server, programs

        if programs() is None:
            return None
        server = Server(
            shared_buffers="1GB", work_mem="64MB", maintenance_work_mem="256MB", max_wal_size="4GB"
        )
        return self._stack.enter_context(server).create("bench")


class Unavailable(Exception):
    """The benchmark cannot run here; the message says what is missing."""


@dataclass(frozen=True)
class Benchmark:
    name: str
    unit: str
    anchor: str
    goal: float | None
    better: str
    work: Callable[[Run], Figure]


BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(
    name: str, unit: str, *, anchor: str = "", goal: float | None = None, better: str = "lower"
) -> Callable[[Callable[[Run], Figure]], Callable[[Run], Figure]]:
    """Register a benchmark. `anchor` names what stands beside it; `goal` bounds the ratio, or without an anchor the
    value; `better` is lower for times and higher for rates."""
    assert better in ("lower", "higher")

    def register(work: Callable[[Run], Figure]) -> Callable[[Run], Figure]:
        assert name not in BENCHMARKS, f"two benchmarks called {name}"
        BENCHMARKS[name] = Benchmark(name, unit, anchor, goal, better, work)
        return work

    return register


def timed(work: Callable[[], Any]) -> float:
    """Seconds one call takes, garbage collected beforehand and not during."""
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    finally:
        gc.enable()


def pairs(
    product: Callable[[], Any],
    bare: Callable[[], Any],
    n: int = 15,
    *,
    before: Callable[[], Any] | None = None,
    rate_of: int | None = None,
    long_runs: bool = False,
    **detail: Any,
) -> Figure:
    """Run `product` and `bare` interleaved `n` times (the order swaps each time), after one unmeasured pair.

    The figure holds the medians: seconds, or `rate_of` items per second. `before` runs unmeasured before each call.
    `long_runs`: each takes many seconds, so fewer than 15 pairs are run, and the figure says how many.
    """
    assert n >= 15 or long_runs, "fewer than 15 pairs say little on a shared machine"
    samples: dict[str, list[float]] = {"product": [], "bare": []}
    for turn in range(n + 1):
        order = [("product", product), ("bare", bare)]
        for name, work in order if turn % 2 else reversed(order):
            if before is not None:
                before()
            spent = timed(work)
            if turn:
                samples[name].append(spent)
    value, anchor = (statistics.median(samples[name]) for name in ("product", "bare"))
    spread = {f"{k}_min_max": [round(min(v), 6), round(max(v), 6)] for k, v in samples.items()}
    told = {"pairs": n, **spread, **detail}
    if rate_of is not None:
        return Figure(rate_of / value, rate_of / anchor, {**told, "items": rate_of})
    return Figure(value, anchor, told)


def repeated(work: Callable[[], Any], n: int = 15, *, rate_of: int | None = None, **detail: Any) -> Figure:
    """The median of `n` calls after one unmeasured, where nothing stands beside it."""
    work()
    samples = [timed(work) for _n in range(n)]
    value = statistics.median(samples)
    told = {"runs": n, "min_max": [round(min(samples), 6), round(max(samples), 6)], **detail}
    return Figure(rate_of / value if rate_of else value, None, told)


def percentile(samples: list[float], share: float) -> float:
    """The smallest sample at or above `share` (0 to 1) of them."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 10_000) * len(ordered) // 10_000) - 1))]


def reached(one: Benchmark, figure: Figure) -> bool | None:
    """Whether the goal is reached, noise allowed for; None where there is no goal."""
    if one.goal is None:
        return None
    measured = figure.ratio if one.anchor else figure.value
    if measured is None:
        return False
    return measured <= one.goal * NOISE if one.better == "lower" else measured * NOISE >= one.goal


def shown(number: float | None) -> str:
    """A number with four significant figures."""
    if number is None:
        return "-"
    return f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:.4g}"


def machine() -> dict[str, Any]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next(
            (
                line.split(":", 1)[1].strip()
                for line in cpuinfo.read_text().splitlines()
                if "model name" in line
            ),
            "",
        )
    return {"cores": os.cpu_count(), "cpu": model, "memory_gb": round(memory / 2**30, 1),
            "python": platform.python_version(), "system": platform.platform(terse=True)}  # fmt: skip


def revision() -> str:
    """The commit measured, with + where the tree has changes."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


@contextmanager
def surroundings(long: bool, seed: int) -> Iterator[Run]:
    """A scratch folder of the run's own, set as TUODI_VAR before Django is first imported."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="tuodi-bench-") as scratch:
        os.environ["TUODI_VAR"] = scratch
        os.environ["TUODI_KEYS"] = str(Path(scratch) / "keys.json")
        os.environ["TUODI_MODE"] = "demo"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuodi.config.settings")
        yield Run(long=long, seed=seed, scratch=Path(scratch), _stack=stack)


def load() -> None:
    """Import every benchmarks/bench_*.py."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        importlib.import_module(f"benchmarks.{path.stem}")


def one_in_its_process(one: Benchmark, long: bool, seed: int) -> dict[str, Any]:
    """Run one benchmark here and return its record."""
    began = time.perf_counter()
    with surroundings(long, seed) as run:
        try:
            figure = one.work(run)
        except Unavailable as missing:
            return {"name": one.name, "not_run": str(missing)}
    return {
        "name": one.name,
        "value": figure.value,
        "unit": one.unit,
        "anchor_name": one.anchor,
        "anchor": figure.anchor,
        "ratio": figure.ratio,
        "goal": one.goal,
        "better": one.better,
        "reached": reached(one, figure),
        "detail": figure.detail,
        "long": long,
        "seed": seed,
        "seconds": round(time.perf_counter() - began, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> int:
    """Run what was asked for, each in a process of its own, so that none warms or fills another's memory."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="this one, or all whose name begins so"
    )
    parser.add_argument("--long", action="store_true", help="the long sizes (make nightly)")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--list", action="store_true", help="name them and stop")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    # The registry must be the one the bench_* modules import, not a second copy called __main__.
    here = importlib.import_module("benchmarks.run")
    if given.one:
        here.load()
        print("\n" + json.dumps(here.one_in_its_process(here.BENCHMARKS[given.one], given.long, given.seed)))
        return 0
    here.load()
    chosen = [
        b for b in here.BENCHMARKS.values() if not given.only or any(b.name.startswith(o) for o in given.only)
    ]
    if not chosen:
        print(f"no benchmark is called {given.only}; there are: {', '.join(here.BENCHMARKS) or 'none yet'}")
        return 2
    if given.list:
        print("\n".join(b.name for b in chosen))
        return 0
    BUILD.mkdir(exist_ok=True)
    common = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
    }
    print(f"{'name':<44}{'value':>12} {'unit':<8}{'anchor':>12}{'ratio':>8}  goal", flush=True)
    failed = 0
    with (BUILD / "bench.jsonl").open("a") as out:
        for one in chosen:
            words = ["--one", one.name, "--seed", str(given.seed), *(["--long"] if given.long else [])]
            done = subprocess.run([sys.executable, "-m", "benchmarks.run", *words], cwd=ROOT, stdout=subprocess.PIPE,
                                  text=True, check=False)  # fmt: skip
            try:
                record = json.loads(done.stdout.strip().splitlines()[-1])
            except (IndexError, ValueError):
                failed += 1
                print(f"{one.name:<44}FAILED (exit {done.returncode})\n{done.stdout}", flush=True)
                continue
            out.write(json.dumps({**record, **common}, ensure_ascii=False) + "\n")
            out.flush()
            if "not_run" in record:
                print(f"{one.name:<44}NOT RUN: {record['not_run']}", flush=True)
                continue
            sign = "≤" if one.better == "lower" else "≥"
            mark = {True: "reached", False: "MISSED", None: ""}[record["reached"]]
            goal = f"{sign} {one.goal:g} {mark}" if one.goal is not None else ""
            print(f"{one.name:<44}{shown(record['value']):>12} {one.unit:<8}{shown(record['anchor']):>12}"
                  f"{shown(record['ratio']):>8}  {goal}", flush=True)  # fmt: skip
            for line in record["detail"].get("table", ()):  # a figure made of several says them
                print(f"    {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:
        traceback.print_exc()
        sys.exit(1)
