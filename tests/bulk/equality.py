"""Numbers and columns over very many random families: `python -m tests.bulk.equality [--households 100000] [--only CODE] [--seconds 420]`.

Families come in batches from the seed, every second one moved to where rules change their answer, with more or fewer holes, on nine days
of the law, with and without values of the counties' own. A batch is made once and every programme in force that day is worked out on it
by numbers once, then on DuckDB and on arrays. A count is of families for which a programme gave the same on all three; a day on which a
programme lacks a value everywhere is compared and not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.policy.families import DAYS, families
from tuodi.bulk.arrays import Arrays
from tuodi.bulk.assess import assess_all
from tuodi.bulk.engines import DuckDB
from tuodi.bulk.snapshot import of_households
from tuodi.core.facts import AsOf, Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import Unknown
from tuodi.core.parameters import MissingParameter, ParameterRow, Parameters
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped

ROOT = Path(__file__).resolve().parents[2]
BATCH = 1_000
WITH_A_RULE = [code for code, p in PROGRAMMES.items() if p.evaluate is not None]
LOCAL = shipped().with_rows(
    [
        ParameterRow(
            "dibao.standard.urban_month_fen", "533102", date(2016, 1, 1), 81_200, "瑞丽较高", "test"
        ),
        ParameterRow("dibao.method.rural", "533124", date(2016, 1, 1), "tier", "陇川分档", "test"),
        ParameterRow("dibao.workcost.basis_points", "533103205", date(2016, 1, 1), 2_500, "三台山", "test"),
        ParameterRow("dibao.rigid.deducted", "533102", date(2016, 1, 1), True, "瑞丽", "test"),
    ]
)


def row_of(a: Assessment) -> dict[str, Any]:
    """An assessment as a row of columns, without its sentences."""

    def plain(value: Any) -> Any:
        return None if isinstance(value, Unknown) else value

    return {
        "eligible": plain(a.eligible),
        "outcome": plain(a.outcome),
        "amount_fen": plain(a.amount_fen),
        **{name: plain(v) for name, v in a.figures.items()},
        **{f.rule: plain(f.holds) for f in a.findings},
    }


def compare(
    codes: Sequence[str], facts: Sequence[dict[str, Any]], on: date, parameters: Parameters
) -> Counter[str]:
    """How many families each programme was the same for on numbers, DuckDB and arrays; raises with the first that differs."""
    snapshot, engines = of_households(enumerate(facts)), (DuckDB(threads=1), Arrays(threads=1))
    seen = [AsOf(Household.from_dict(one), on) for one in facts]
    same: Counter[str] = Counter()
    for code in codes:
        programme = PROGRAMMES[code]
        try:
            tables = [
                assess_all(snapshot, on=on, parameters=parameters, engine=e, programme=code) for e in engines
            ]
        except MissingParameter as missing:
            for h in seen[:3]:
                try:
                    programme.assess_seen(h, parameters, member=1 if programme.of_members else 0)
                except MissingParameter as also:
                    assert also.key == missing.key, (code, on)
                else:
                    raise AssertionError(f"{code} on {on}: numbers do without {missing.key}") from missing
            continue
        numbers = {
            (n, member): row_of(programme.assess_seen(h, parameters, member=member))
            for n, h in enumerate(seen)
            for member in (range(1, len(h.members) + 1) if programme.of_members else (0,))
        }
        for engine, table in zip(engines, tables, strict=True):
            rows = table.to_pylist()  # type: ignore[union-attr]
            assert len(rows) == len(numbers), (code, on, engine.name)
            for row in rows:
                key = row.pop("household_id"), row.pop("member_number", 0)
                assert row == numbers[key], (code, on, engine.name, key[1], row, facts[key[0]])
        same[code] += len(facts)
    return same


def batch(seed: int, number: int, size: int) -> tuple[list[dict[str, Any]], date, Parameters]:
    """The families of one batch, the day they are looked at and the values in force."""
    on = DAYS[number % len(DAYS)]
    holes = (0.0, 0.02, 0.2)[number // len(DAYS) % 3]
    made = families(seed * 1_000_003 + number, size, on, holes, edges=True)
    return list(made), on, LOCAL if number // 2 % 2 else shipped()


def part(
    seed: int, worker: int, workers: int, households: int, only: Sequence[str], seconds: float
) -> Counter[str]:
    """One worker's batches: until every programme has its share of families, or time is up."""
    share, began = -(-households // workers), time.monotonic()
    same: Counter[str] = Counter()
    number, idle = worker, 0
    while idle < 2 * len(DAYS) and time.monotonic() - began < seconds:
        on = DAYS[number % len(DAYS)]
        codes = [c for c in only if same[c] < share and PROGRAMMES[c].in_force(on)]
        if codes:
            facts, on, parameters = batch(seed, number, min(BATCH, share))
            found = compare(codes, facts, on, parameters)
            same += found
        idle = 0 if codes and found else idle + 1
        number += workers
    return same


def run(
    seed: int, households: int, only: Sequence[str], seconds: float, workers: int
) -> tuple[Counter[str], str]:
    """All workers as processes of their own; the counts, and what went wrong."""
    words = [sys.executable, "-m", "tests.bulk.equality", "--seed", str(seed), "--households", str(households),
             "--seconds", str(seconds), "--workers", str(workers), *(w for c in only for w in ("--only", c))]  # fmt: skip
    started = [
        subprocess.Popen(
            [*words, "--worker", str(n)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for n in range(workers)
    ]
    same: Counter[str] = Counter()
    wrong = ""
    for one in started:
        out, err = one.communicate()
        if one.returncode:
            wrong = wrong or err[-4000:]
        else:
            same += Counter(json.loads(out.splitlines()[-1]))
    return same, wrong


def main() -> int:
    """Run and say the seed and the counts."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("--households", type=int, default=100_000)
    ask.add_argument("--only", action="append", default=[])
    ask.add_argument("--seconds", type=float, default=float("inf"))
    ask.add_argument("--seed", type=int, default=random.randrange(2**32))
    ask.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
    ask.add_argument("--worker", type=int, default=-1)
    given = ask.parse_args()
    only = given.only or WITH_A_RULE
    if given.worker >= 0:
        print(
            json.dumps(part(given.seed, given.worker, given.workers, given.households, only, given.seconds))
        )
        return 0
    began = time.monotonic()
    same, wrong = run(given.seed, given.households, only, given.seconds, given.workers)
    for code in only:
        print(f"{code:30}{same[code]:9,}")
    print(
        f"seed {given.seed}: {len(only)} programmes, at least {min(same[c] for c in only):,} families each, {sum(same.values()):,} in all,"
        f" on numbers, DuckDB and arrays in {time.monotonic() - began:.0f} s; {'DIFFERENT: ' + wrong if wrong else '0 differences'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
