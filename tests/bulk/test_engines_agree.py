"""The promise of bulk: numbers and columns give the same findings and the same fen, for any families whatever.

500 random families a programme here, 100,000 by night (tests/bulk/equality.py, make nightly); the seed is printed.
"""

import os
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bulk.equality import LOCAL, WITH_A_RULE, batch, compare, run
from tests.bulk.test_cases_on_columns import numbers, plain
from tests.policy.case_files import cases, day_of, facts_of, parameters_of
from tests.policy.families import DAYS, families
from tuodi.bulk.assess import answer_all, assess_all
from tuodi.bulk.column import Column, Graph
from tuodi.bulk.engines import DuckDB, engine_of
from tuodi.bulk.frames import through_narwhals
from tuodi.bulk.snapshot import of_households, write
from tuodi.core.facts import Household
from tuodi.core.logic import is_unknown
from tuodi.core.parameters import MissingParameter
from tuodi.policy.answers import answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped

NIGHTLY = bool(os.environ.get("TUODI_NIGHTLY"))


def agree(facts, on, parameters, engine="duckdb", code="minimum_living"):
    """One programme over these families: the same on both sides, also in which value is not set."""
    snapshot = of_households(enumerate(facts))
    by_member = PROGRAMMES[code].of_members
    try:
        rows = assess_all(snapshot, on=on, parameters=parameters, engine=engine, programme=code).to_pylist()
    except MissingParameter as missing:
        with pytest.raises(MissingParameter, match=missing.key):
            for one in facts:
                numbers(one, parameters, on, code, 1 if by_member else 0)
        return
    assert len(rows) == (sum(len(f["members"]) for f in facts) if by_member else len(facts))
    for row in rows:
        number, member = row.pop("household_id"), row.pop("member_number", 0)
        assert row == numbers(facts[number], parameters, on, code, member), (number, member, facts[number])


def agree_on_everything(facts, on, parameters, engine="duckdb"):
    """All programmes together, with the identities the rules presume."""
    made = answer_all(of_households(enumerate(facts)), on=on, parameters=parameters, engine=engine)
    alone = [answers(Household.from_dict(one), parameters, on=on) for one in facts]
    for row in made["household"].to_pylist():
        number = row.pop("household_id")
        assert row == told(alone[number].household, alone[number].stacked.household), facts[number]
    for row in made["member"].to_pylist() if "member" in made else ():
        number, member = row.pop("household_id"), row.pop("member_number")
        one = alone[number]
        wanted = told(one.members[member - 1], one.stacked.members[member - 1])
        assert row == wanted, (facts[number], member)


def told(of_whom, dues):
    """The assessments of a household or person as one row of columns, with what is payable of each beside the others."""
    row = {f"{code}.{name}": value for code, a in of_whom.items() for name, value in plain(a).items()}
    for code in of_whom:
        payable = dues[code].payable_fen
        row[f"{code}.payable_fen"] = None if is_unknown(payable) else payable
    return row


@settings(max_examples=12, deadline=None, print_blob=True)
@given(
    seed=st.integers(0, 2**32),
    on=st.sampled_from(DAYS),
    holes=st.sampled_from([0.0, 0.03, 0.3]),
    local=st.booleans(),
)
def test_numbers_and_columns_agree(seed, on, holes, local):
    """`local` gives counties values of their own, so parameters become joined columns."""
    agree(list(families(seed, 150, on, holes)), on, LOCAL if local else shipped())


@pytest.mark.parametrize("engine", ["duckdb", "arrays"])
@pytest.mark.parametrize("code", WITH_A_RULE)
def test_numbers_and_columns_agree_for_every_programme(code, engine):
    """500 families: what is asked of them is given more or less completely, on five days of the law."""
    days = [d for d in DAYS if PROGRAMMES[code].in_force(d)] or [DAYS[-1]]
    for turn in range(5):
        on = days[turn * len(days) // 5]
        agree(
            list(families(20261124 + turn, 100, on, (0.0, 0.02, 0.2)[turn % 3])), on, shipped(), engine, code
        )


@pytest.mark.nightly
@pytest.mark.timeout(6 * 3600)
def test_numbers_duckdb_and_arrays_agree_on_100_000_families_a_programme():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    same, wrong = run(seed, 100_000, WITH_A_RULE, seconds=6 * 3600, workers=2)
    print(f"{sum(same.values()):,} families compared")
    assert not wrong, (seed, wrong)
    assert min(same[code] for code in WITH_A_RULE) >= 100_000, same


def test_families_at_the_edges_of_the_regulations_agree():
    """A small share of what the night does, every programme at once."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    facts, on, parameters = batch(seed, 6, 25)
    same = compare(WITH_A_RULE, facts, on, parameters)
    assert set(same.values()) == {25}
    assert len(same) == len(WITH_A_RULE)


@pytest.mark.parametrize("engine", ["duckdb", "arrays"])
def test_all_programmes_together_agree(engine):
    for seed, on, holes in (
        (1, date(2017, 2, 17), 0.02),
        (2, date(2025, 10, 15), 0.0),
        (3, date(2026, 11, 24), 0.1),
    ):
        agree_on_everything(
            list(families(seed, 60, on, holes)), on, LOCAL if seed == 2 else shipped(), engine
        )


class ThroughNarwhals(DuckDB):
    """DuckDB made to take the way other engines (Spark) take."""

    def run(self, plan):
        return through_narwhals(self, plan)


@pytest.mark.parametrize("seed", [20261123])
def test_the_narwhals_way_that_spark_takes_agrees_too(seed):
    for on, holes, parameters in ((date(2025, 10, 15), 0.05, LOCAL), (date(2018, 10, 15), 0.0, shipped())):
        agree(list(families(seed, 200, on, holes)), on, parameters, ThroughNarwhals())


def test_parts_and_files_give_the_same_rows_report_progress_and_go_on_where_they_were(tmp_path):
    on = date(2025, 10, 15)
    snapshot = of_households(enumerate(families(7, 60, on)))
    whole = assess_all(snapshot, on=on, parameters=shipped()).sort_by("household_id")
    seen = []
    stored = write(snapshot, tmp_path / "snapshot")

    def run():
        seen.clear()
        return assess_all(
            stored,
            on=on,
            parameters=shipped(),
            into=tmp_path / "out",
            parts=3,
            progress=lambda d, n: seen.append((d, n)),
        )

    import pyarrow.parquet as pq

    into = run()
    assert pq.read_table(into).sort_by("household_id").equals(whole.cast(pq.read_table(into).schema))
    assert seen == [(1, 3), (2, 3), (3, 3)]

    parts = sorted(into.iterdir())
    kept = {p.name: p.stat().st_mtime_ns for p in parts[:2]}
    parts[2].unlink()
    run()
    assert {p.name: p.stat().st_mtime_ns for p in sorted(into.iterdir())[:2]} == kept
    assert pq.read_table(into).sort_by("household_id").equals(whole.cast(pq.read_table(into).schema))


def test_a_wrong_answer_would_be_noticed():
    """The broken twin: columns under another day do not agree."""
    case = next(c for c in cases() if c["name"].startswith("T11"))
    facts = facts_of(case)
    with pytest.raises(AssertionError):
        snapshot = of_households([(0, facts)])
        (row,) = assess_all(snapshot, on=date(2025, 7, 1), parameters=parameters_of(case)).to_pylist()
        row.pop("household_id")
        assert row == numbers(facts, parameters_of(case), day_of(case))


def test_a_column_is_never_taken_for_a_truth():
    column = Graph().leaf("x", level="member", kind="truth", nullable=False)
    assert isinstance(column, Column)
    with pytest.raises(TypeError):
        bool(column)


def test_an_unknown_engine_is_refused_by_name():
    with pytest.raises(ValueError, match="polars"):
        engine_of("polars")
