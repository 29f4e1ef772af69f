"""The rules: over all households beside the same rule written by hand in SQL, and for one family beside a bare function (G3, G4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.run import Figure, Run, benchmark, pairs

ON = date(2025, 10, 15)
BY_HAND = (Path(__file__).parent / "minimum_living.sql").read_text(encoding="utf-8")


def _chance(salt: int, percent: float) -> str:
    return f"(hash(k, {salt}) % 10000 < {int(percent * 100)})"


def _pick(salt: int, *weighted: tuple[str, int]) -> str:
    """A word by weight, from the row's hash."""
    total, text, sofar = sum(w for _, w in weighted), "CASE", 0
    for word, weight in weighted[:-1]:
        sofar += weight
        text += f" WHEN hash(k, {salt}) % {total} < {sofar} THEN '{word}'"
    return f"{text} ELSE '{weighted[-1][0]}' END"


def _amount(salt: int, percent: float, most_yuan: int) -> str:
    return f"CASE WHEN {_chance(salt, percent)} THEN (hash(k, {salt + 500}) % {most_yuan * 100})::BIGINT ELSE 0::BIGINT END"


def populate(connection: Any, households: int, seed: int) -> None:
    """Synthetic households (1 to 6 members, 3.2 on average) in DuckDB tables, all by hash, so a seed gives the same again."""
    from tuodi.bulk.snapshot import COLUMNS, ID, MEMBER

    h = {
        "area_code": "'533103205203'",
        "claim_kind": _pick(1, ("rural", 8), ("urban", 2)),
        "tier": "''",
        "receiving_elsewhere": _chance(3, 1),
        "on_roll": _chance(4, 20),
        "current_monthly_fen": "(hash(k, 5) % 200000)::BIGINT",
        "over_standard_day": f"CASE WHEN {_chance(6, 10)} THEN (20250100 + hash(k, 7) % 9 * 100 + 1 + hash(k, 8) % 28)::INTEGER ELSE 0 END",
        "deposits_fen": _amount(9, 60, 60_000),
        "insurance_fen": _amount(10, 10, 20_000),
        "vehicles": f"CASE WHEN {_chance(11, 8)} THEN 1::BIGINT ELSE 0::BIGINT END",
        "houses": f"CASE WHEN {_chance(12, 4)} THEN 2::BIGINT ELSE 1::BIGINT END",
        "shops": f"CASE WHEN {_chance(13, 1)} THEN 1::BIGINT ELSE 0::BIGINT END",
        "companies": f"CASE WHEN {_chance(14, 1)} THEN 1::BIGINT ELSE 0::BIGINT END",
    }
    birth = "(20251015 - (hash(k, 21) % 90) * 10000 - (hash(k, 22) % 10) * 100 - hash(k, 23) % 14)::INTEGER"
    m = {
        "relation": "CASE WHEN n = 0 THEN 'head' ELSE "
        + _pick(20, ("spouse", 30), ("child", 40), ("parent", 20), ("sibling", 10))
        + " END",
        "birth_day": birth,
        "nationality": _pick(24, ("CN", 98), ("MM", 2)),
        "registered_kind": _pick(25, ("rural", 78), ("urban", 20), ("none", 2)),
        "registered_local": _chance(26, 96),
        "not_receiving_proof": _chance(27, 50),
        "lives_together": _chance(28, 90),
        "legal_duty": "TRUE",
        "independent": _chance(29, 80),
        "student": _pick(30, ("none", 75), ("primary", 15), ("undergraduate", 10)),
        "presence": _pick(31, ("present", 960), ("prison", 10), ("clergy", 20), ("conscript", 10)),
        "presence_day": "CASE WHEN hash(k, 31) % 1000 >= 960 THEN (20150101 + hash(k, 32) % 10 * 10000)::INTEGER ELSE 0 END",
        "disability": _pick(33, ("none", 88), ("physical", 6), ("mental", 3), ("sight", 3)),
        "disability_grade": "CASE WHEN hash(k, 33) % 100 >= 88 THEN (1 + hash(k, 34) % 4)::BIGINT ELSE 0::BIGINT END",
        "valid_until_day": "CASE WHEN hash(k, 33) % 100 >= 88 THEN (20230101 + hash(k, 35) % 8 * 10000)::INTEGER ELSE 0 END",
        "serious_illness": _chance(36, 7),
        "work_ability": _pick(37, ("full", 70), ("partial", 18), ("none", 12)),
        "employment": _pick(38, ("none", 40), ("farming", 30), ("employed", 20), ("flexible", 10)),
        "job_refusals": f"CASE WHEN {_chance(39, 1)} THEN 3::BIGINT ELSE 0::BIGINT END",
        "identity": _pick(40, ("none", 96), ("tekun", 2), ("orphan", 1), ("unattended", 1)),
        "care_need_months": "(hash(k, 60) % 13)::BIGINT",
        "work_injury_care": _chance(61, 1),
        "other_living_allowance_month_fen": _amount(62, 10, 200),
        "other_care_allowance_month_fen": _amount(63, 10, 200),
        "died_day": f"CASE WHEN {_chance(41, 1)} THEN (20250900 + hash(k, 42) % 2 * 100 + 10)::INTEGER ELSE 0 END",
        "wage_year_fen": _amount(43, 30, 30_000),
        "farm_gross_year_fen": _amount(44, 40, 12_000),
        "farm_cost_year_fen": _amount(45, 40, 8_000),
        "business_gross_year_fen": _amount(46, 8, 30_000),
        "business_cost_year_fen": _amount(47, 8, 30_000),
        "property_year_fen": _amount(48, 15, 2_000),
        "pension_basic_year_fen": f"CASE WHEN {_chance(49, 20)} THEN 171600::BIGINT ELSE 0::BIGINT END",
        "pension_resident_year_fen": f"CASE WHEN {_chance(49, 20)} THEN 207600::BIGINT ELSE 0::BIGINT END",
        "pension_employee_year_fen": _amount(50, 4, 40_000),
        "maintenance_year_fen": _amount(51, 10, 6_000),
        "obligor_income_month_per_head_fen": _amount(52, 12, 4_000),
        "obligor_family_size": "(1 + hash(k, 53) % 5)::BIGINT",
        "obligor_parents": "(1 + hash(k, 54) % 3)::BIGINT",
        "obligor_over_60_or_sibling": _chance(55, 20),
        "other_transfer_year_fen": _amount(56, 10, 5_000),
        "transfer_paid_year_fen": _amount(57, 15, 3_000),
        "medical_self_pay_year_fen": _amount(58, 25, 12_000),
        "disability_cost_year_fen": _amount(59, 8, 6_000),
    }
    for level, given, source in (
        ("household", h, f"(SELECT i AS id, hash(i, {seed}) AS k FROM range({households}) t(i))"),
        (
            "member",
            m,
            f"(SELECT i AS id, n, hash(i, n, {seed}) AS k FROM range({households}) t(i), range(6) u(n)"
            f" WHERE n < 1 + hash(i, {seed}, 99) % 6 AND (n < 4 OR hash(i, n) % 3 > 0))",
        ),
    ):
        blanks = {"integer": "0::BIGINT", "truth": "FALSE", "word": "''"}
        columns = ", ".join(
            f'{given.get(name, blanks[c.kind])} AS "{name}"' for name, c in COLUMNS[level].items()
        )
        number = f"(n + 1)::INTEGER AS {MEMBER}, " if level == "member" else ""
        connection.execute(
            f"CREATE OR REPLACE TABLE {level}s AS SELECT id::BIGINT AS {ID}, {number}{columns} FROM {source}"
        )


def _same(connection: Any, ours: str, bare: str) -> None:
    """Both tables hold the same rows, finding by finding and to the fen."""
    columns = ", ".join(f'"{c}"' for c in connection.table(bare).columns)
    assert set(connection.table(ours).columns) == set(connection.table(bare).columns)
    for one, other in ((ours, bare), (bare, ours)):
        row = connection.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other})"
        ).fetchone()
        assert row == (0,), f"{row} rows differ between {one} and {other}"


def _against_sql(run: Run, households: int) -> Figure:
    import duckdb

    from tuodi.bulk.assess import plan
    from tuodi.bulk.engines import DuckDB
    from tuodi.bulk.snapshot import Snapshot
    from tuodi.policy.parameters import shipped

    connection = duckdb.connect()
    populate(connection, households, run.seed)
    engine, snapshot, parameters = DuckDB(connection), Snapshot("households", "members"), shipped()

    def product() -> None:
        """From nothing: which columns have nulls, the graph, the text, the run, the result as a table."""
        text = engine.script(plan(snapshot, on=ON, parameters=parameters, engine=engine)).statement()
        connection.execute(f"CREATE OR REPLACE TABLE ours AS {text}")

    def bare() -> None:
        connection.execute(f"CREATE OR REPLACE TABLE bare AS {BY_HAND}")

    product()
    bare()
    _same(connection, "ours", "bare")
    outcomes = connection.execute("SELECT outcome, count(*) FROM ours GROUP BY 1 ORDER BY 1").fetchall()
    assert len(outcomes) == 5, f"every outcome should occur: {outcomes}"
    return pairs(product, bare, n=15, households=households, outcomes=dict(outcomes))


@benchmark("rules.duckdb_100k", "s", anchor="the same rule by hand in SQL", goal=1.25)
def over_100k(run: Run) -> Figure:
    """Minimum living over 100,000 households with all findings, compiling included."""
    return _against_sql(run, 100_000)


@benchmark("rules.duckdb_1m", "s", anchor="the same rule by hand in SQL", goal=1.25)
def over_1m(run: Run) -> Figure:
    """Minimum living over 1,000,000 households (3.3 million members), compiling included."""
    return _against_sql(run, 1_000_000)


@benchmark("rules.two_subsidies_100k", "s", anchor="the same two rules by hand in SQL", goal=1.25)
def two_subsidies_100k(run: Run) -> Figure:
    """The two subsidies for disabled persons over the members of 100,000 households with all findings, compiling included: a row a person,
    one of them with facts of the household."""
    import duckdb

    from tuodi.bulk.assess import plan
    from tuodi.bulk.engines import DuckDB
    from tuodi.bulk.snapshot import Snapshot
    from tuodi.policy.parameters import shipped

    connection = duckdb.connect()
    populate(connection, 100_000, run.seed)
    engine, snapshot, parameters = DuckDB(connection), Snapshot("households", "members"), shipped()
    text = (Path(__file__).parent / "two_subsidies.sql").read_text(encoding="utf-8")
    by_hand = dict(zip(("disability_living", "disability_nursing"), text.split(";\n\n"), strict=True))

    def product() -> None:
        for code in by_hand:
            made = engine.run(plan(snapshot, on=ON, parameters=parameters, programme=code, engine=engine))
            connection.execute(f"CREATE OR REPLACE TABLE ours_{code} AS {made['member']}")

    def bare() -> None:
        for code, statement in by_hand.items():
            connection.execute(f"CREATE OR REPLACE TABLE bare_{code} AS {statement}")

    product()
    bare()
    granted = {}
    for code in by_hand:
        _same(connection, f"ours_{code}", f"bare_{code}")
        row = connection.execute(f"SELECT count(*) FROM ours_{code} WHERE eligible").fetchone()
        assert row and row[0] > 0, f"{code} is granted to nobody: nothing is compared"
        granted[code] = row[0]
    return pairs(product, bare, n=15, granted=granted)


def _against_openfisca(run: Run, households: int) -> Figure:
    """From arrays at hand to a table: ours with every finding on the arrays engine, OpenFisca-core's amounts on its own."""
    import duckdb
    import numpy as np

    from benchmarks import openfisca_rule as peer
    from tuodi.bulk.arrays import Arrays
    from tuodi.bulk.assess import plan
    from tuodi.bulk.snapshot import Snapshot
    from tuodi.policy.parameters import shipped

    connection = duckdb.connect()
    populate(connection, households, run.seed)
    tables = [
        connection.sql(f"SELECT * FROM {name} ORDER BY ALL").to_arrow_table()
        for name in ("households", "members")
    ]
    engine, snapshot, parameters = Arrays(), Snapshot(*tables), shipped()
    system, data = peer.system(), peer.arrays(connection)
    made: dict[str, Any] = {}

    def product() -> None:
        made.update(engine.run(plan(snapshot, on=ON, parameters=parameters, engine=engine)))

    def bare() -> None:
        peer.calculate(system, data)

    product()
    theirs = peer.calculate(system, data)
    ours = made["household"]["amount_fen"].to_numpy() / 100
    apart = int((np.abs(ours - theirs) > 0.5).sum())
    assert apart < households / 1000, f"{apart} amounts differ: that is no longer float32"
    return pairs(product, bare, n=15, households=households, amounts_apart=apart)


@benchmark(
    "rules.openfisca_100k", "s", anchor="OpenFisca-core 46.0.1, the same rule without findings", goal=0.25
)
def openfisca_100k(run: Run) -> Figure:
    """Minimum living over 100,000 households with all findings, beside OpenFisca."""
    return _against_openfisca(run, 100_000)


@benchmark(
    "rules.openfisca_1m", "s", anchor="OpenFisca-core 46.0.1, the same rule without findings", goal=0.25
)
def openfisca_1m(run: Run) -> Figure:
    """Minimum living over 1,000,000 households with all findings, beside OpenFisca."""
    return _against_openfisca(run, 1_000_000)


@benchmark("rules.compile", "s", anchor="0.050 s allowed", goal=1.0)
def compiling(run: Run) -> Figure:
    """From the rule to the statement, with the data's null counts already known."""
    import time

    from tuodi.bulk.assess import plan
    from tuodi.bulk.engines import DuckDB
    from tuodi.bulk.snapshot import Snapshot
    from tuodi.policy.parameters import shipped

    engine, parameters = DuckDB(), shipped()
    known: dict[str, frozenset[str]] = {"household": frozenset(), "member": frozenset()}

    def product() -> None:
        made = plan(
            Snapshot("h", "m"), on=ON, parameters=parameters, engine=engine, nullable=known, areas=("533103",)
        )
        engine.script(made).statement()

    return pairs(product, lambda: time.sleep(0.050), n=15)


def _families() -> Iterator[dict[str, Any]]:
    yield {
        "household": {"area_code": "533103205203", "claim_kind": "rural"},
        "members": [
            {"relation": "head", "birth": "1980-05-01", "wage_year_fen": 1_440_000},
            {"relation": "spouse", "birth": "1982-03-03", "farm_gross_year_fen": 900_000, "farm_cost_year_fen": 520_000,
             "medical_self_pay_year_fen": 180_000},
            {"relation": "parent", "birth": "1953-04-01", "pension_resident_year_fen": 207_600, "pension_basic_year_fen": 171_600},
            {"relation": "child", "birth": "2013-06-01", "student": "primary"},
        ],
    }  # fmt: skip


@benchmark("rules.one_family_explained", "ms", anchor="a bare function of the same rule", goal=20.0)
def one_family(run: Run) -> Figure:
    """E1's family of four: facts to assessment with every sentence, p50; the bare function gives the amount alone."""
    from benchmarks.bare_rule import minimum_living
    from tuodi.core.facts import Household
    from tuodi.policy.minimum_living.rule import assess
    from tuodi.policy.parameters import shipped

    (facts,) = _families()
    household, parameters = Household.from_dict(facts), shipped()
    members = [m.__dict__ for m in household.members]
    assessed = assess(household, parameters, on=ON)
    assert minimum_living(household.facts, members) == assessed.monthly_fen == 119_600
    times = 1000

    def product() -> None:
        for _ in range(times):
            assess(household, parameters, on=ON).sentences()

    def bare() -> None:
        for _ in range(times):
            minimum_living(household.facts, members)

    return pairs(product, bare, n=15)  # seconds a thousand are milliseconds each


@benchmark("rules.one_family_p50", "ms", anchor="0.1 ms allowed", goal=1.0)
def one_family_p50(run: Run) -> Figure:
    """The same call by itself, 5,000 times: the median of single calls."""
    import statistics
    import time

    from tuodi.core.facts import Household
    from tuodi.policy.minimum_living.rule import assess
    from tuodi.policy.parameters import shipped

    (facts,) = _families()
    household, parameters = Household.from_dict(facts), shipped()
    samples = []
    for _ in range(5000):
        start = time.perf_counter()
        assess(household, parameters, on=ON).sentences()
        samples.append((time.perf_counter() - start) * 1000)
    return Figure(value=statistics.median(samples), anchor=0.1, detail={"calls": len(samples)})
