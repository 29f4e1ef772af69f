"""Every programme over many households at once, with the identities they presume: the arrays engine, DuckDB, and bounded memory."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.bench_rules import ON, populate
from benchmarks.run import Figure, Run, benchmark, pairs


def _tables(households: int, seed: int) -> Any:
    import duckdb

    from tuodi.bulk.snapshot import Snapshot

    connection = duckdb.connect()
    populate(connection, households, seed)
    tables = [
        connection.sql(f"SELECT * FROM {n} ORDER BY ALL").to_arrow_table() for n in ("households", "members")
    ]
    return connection, Snapshot(*tables)


def _every_programme(run: Run, households: int, n: int) -> Figure:
    """All programmes on arrays beside minimum living alone: what one more programme costs."""
    from tuodi.bulk.arrays import Arrays
    from tuodi.bulk.assess import plan, plan_all
    from tuodi.policy.answers import wanted
    from tuodi.policy.parameters import shipped

    _, snapshot = _tables(households, run.seed)
    engine, parameters = Arrays(), shipped()

    def product() -> None:
        engine.run(plan_all(snapshot, on=ON, parameters=parameters, engine=engine))

    def alone() -> None:
        engine.run(plan(snapshot, on=ON, parameters=parameters, engine=engine))

    programmes = len(wanted(ON))
    return pairs(product, alone, n=n, long_runs=True, households=households, programmes=programmes)


@benchmark("answers.150k", "s", anchor="minimum living alone on the same engine")
def every_programme_150k(run: Run) -> Figure:
    """Every programme with all findings for 150,000 households and their members."""
    return _every_programme(run, 150_000, 5)


@benchmark("answers.1m", "s", anchor="minimum living alone on the same engine")
def every_programme_1m(run: Run) -> Figure:
    """Every programme with amounts and findings for a million households (3.3 million members)."""
    return _every_programme(run, 1_000_000, 1)


@benchmark("answers.duckdb_150k", "s", anchor="the same on the arrays engine")
def on_duckdb(run: Run) -> Figure:
    """Every programme with all findings for 150,000 households in DuckDB."""
    from tuodi.bulk.arrays import Arrays
    from tuodi.bulk.assess import plan_all
    from tuodi.bulk.engines import DuckDB
    from tuodi.bulk.snapshot import Snapshot
    from tuodi.policy.parameters import shipped

    connection, snapshot = _tables(150_000, run.seed)
    duck, arrays, parameters = DuckDB(connection), Arrays(), shipped()
    at_hand = Snapshot("households", "members")

    def product() -> None:
        for select in duck.run(plan_all(at_hand, on=ON, parameters=parameters, engine=duck)).values():
            connection.execute(f"CREATE OR REPLACE TABLE answered AS {select}")

    def other() -> None:
        arrays.run(plan_all(snapshot, on=ON, parameters=parameters, engine=arrays))

    return pairs(product, other, n=3, long_runs=True, households=150_000)


@benchmark("answers.one_family_p95", "ms", anchor="50 ms allowed", goal=1.0)
def one_family(run: Run) -> Figure:
    """Every programme for one family in process: answers, reasons, what would change them; the 95th of 100 random families."""
    from tests.policy.families import families
    from tuodi.core.calendar import WorkCalendar
    from tuodi.core.facts import Household
    from tuodi.policy.parameters import shipped
    from tuodi.policy.report import report

    parameters, calendar = shipped(), WorkCalendar()
    homes = [Household.from_dict(f) for f in families(run.seed, 100, ON, 0.02)]
    for one in homes[:5]:
        report(one, parameters, calendar, on=ON)
    taken = []
    for one in homes:
        began = time.perf_counter()
        report(one, parameters, calendar, on=ON)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return Figure(taken[94], 50.0, {"p50_ms": round(statistics.median(taken), 1), "families": len(homes)})


EACH = 250_000  # households a file


def files_of(run: Run, files: int) -> Path:
    """So many files of households, and of their members, in the scratch folder."""
    folder = run.scratch / "nation"
    # Making them takes more memory than answering: that is done in other processes.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        pool.starmap(_file, [(folder, number, EACH, run.seed) for number in range(files)], chunksize=1)
    return folder


def _file(folder: Path, number: int, each: int, seed: int) -> None:
    """One file of households and one of their members."""
    import duckdb

    connection = duckdb.connect()
    populate(connection, each, seed + number)
    for name in ("households", "members"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        path = folder / name / f"part-{number:05d}.parquet"
        connection.execute(
            f"COPY (SELECT * REPLACE (household_id + {number * each} AS household_id) FROM {name} ORDER BY ALL)"
            f" TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )


@benchmark("answers.households_in_bounded_memory", "MB", anchor="2,000 MB allowed", goal=1.0)
def bounded(run: Run) -> Figure:
    """Minimum living over files of 250,000 households each (10 million in the long run), result to files: peak memory."""
    from tuodi.bulk.arrays import Arrays
    from tuodi.bulk.assess import assess_all
    from tuodi.bulk.snapshot import Snapshot
    from tuodi.policy.parameters import shipped

    files = run.size(4, 40)
    folder = files_of(run, files)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began = time.perf_counter()
    into = assess_all(
        Snapshot(folder / "households", folder / "members"),
        on=ON,
        parameters=shipped(),
        engine=Arrays(),
        into=folder / "results",
        parts=files,
    )
    seconds = time.perf_counter() - began
    assert isinstance(into, Path) and len(list(into.iterdir())) == files
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Figure(
        peak, 2000.0, {"households": EACH * files, "seconds": round(seconds, 1), "peak_before_mb": before}
    )
