"""The promise of bulk: numbers and columns give the same findings and the same fen, for any families whatever."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bulk.test_cases_on_columns import numbers
from tests.policy.case_files import cases, day_of, facts_of, parameters_of
from tests.policy.families import DAYS, families
from tuodi.bulk.assess import assess_all
from tuodi.bulk.column import Column, Graph
from tuodi.bulk.engines import DuckDB, engine_of
from tuodi.bulk.frames import through_narwhals
from tuodi.bulk.snapshot import of_households, write
from tuodi.core.parameters import ParameterRow
from tuodi.policy.parameters import shipped

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


def agree(facts, on, parameters, engine=None):
    snapshot = of_households(enumerate(facts))
    rows = assess_all(snapshot, on=on, parameters=parameters, engine=engine or "duckdb").to_pylist()
    assert len(rows) == len(facts)
    for row in rows:
        number = row.pop("household_id")
        assert row == numbers(facts[number], parameters, on), (number, facts[number])


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


class ThroughNarwhals(DuckDB):
    """DuckDB made to take the way other engines (Spark) take."""

    def run(self, plan):
        return through_narwhals(self, plan)


@pytest.mark.parametrize("seed", [20261123])
def test_the_narwhals_way_that_spark_takes_agrees_too(seed):
    for on, holes, parameters in ((date(2025, 10, 15), 0.05, LOCAL), (date(2018, 10, 15), 0.0, shipped())):
        agree(list(families(seed, 200, on, holes)), on, parameters, ThroughNarwhals())


def test_parts_and_files_give_the_same_rows_and_report_progress(tmp_path):
    on = date(2025, 10, 15)
    snapshot = of_households(enumerate(families(7, 60, on)))
    whole = assess_all(snapshot, on=on, parameters=shipped()).sort_by("household_id")
    seen = []
    stored = write(snapshot, tmp_path / "snapshot")
    into = assess_all(
        stored,
        on=on,
        parameters=shipped(),
        into=tmp_path / "out",
        parts=3,
        progress=lambda d, n: seen.append((d, n)),
    )
    import pyarrow.parquet as pq

    assert pq.read_table(into).sort_by("household_id").equals(whole.cast(pq.read_table(into).schema))
    assert seen == [(1, 3), (2, 3), (3, 3)]


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
