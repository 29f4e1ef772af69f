"""The engines a bulk run can use, by one setting: duckdb (embedded, default) or spark (an existing cluster, local in tests).

SQL text and engine names live here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import duckdb
import narwhals as nw
import pyarrow as pa

from tuodi.bulk.arrays import Arrays
from tuodi.bulk.column import rounds_of
from tuodi.bulk.frames import through_narwhals
from tuodi.bulk.snapshot import nullable_in, opened
from tuodi.bulk.sql import Relations, Script, script

Source: TypeAlias = pa.Table | Path | str


class Engine(Protocol):
    """What a bulk run asks of an engine."""

    name: str

    def frame(self, source: Source) -> Any:
        """A narwhals lazy frame over a source."""

    def nullable(self, source: Source, columns: tuple[str, ...]) -> frozenset[str]:
        """Which of the columns hold a null: the others need no three-valued care."""

    def distinct(self, source: Source, column: str) -> tuple[Any, ...]:
        """The values of a column, sorted."""

    def run(self, plan: Any) -> dict[str, Any]:
        """The plan's results by level (household, member), to be read with `arrow` or `write` before the next run."""

    def arrow(self, frame: Any) -> pa.Table:
        """The result in memory."""

    def write(self, frame: Any, path: Path) -> None:
        """The result as Parquet."""


class DuckDB:
    """The embedded engine. No extension is loaded, so nothing is fetched from a network."""

    name = "duckdb"

    def __init__(
        self, connection: duckdb.DuckDBPyConnection | None = None, *, memory: str = "", threads: int = 0
    ) -> None:
        self.connection = connection or duckdb.connect()
        if memory:
            self.connection.execute("SET memory_limit = ?", [memory])
        if threads:
            self.connection.execute("SET threads = ?", [threads])
        # On a statement of many stages these two passes take seconds to plan and save nothing (measured with duckdb 2.0.0).
        self.connection.execute("SET disabled_optimizers = 'in_clause,partial_aggregate_pushdown'")

    def relation(self, source: Source) -> duckdb.DuckDBPyRelation:
        """The source as a relation."""
        if isinstance(source, pa.Table):
            return self.connection.from_arrow(source)
        if isinstance(source, Path):
            return self.connection.read_parquet(str(source / "*.parquet" if source.is_dir() else source))
        return self.connection.table(source)

    def frame(self, source: Source) -> Any:
        """A narwhals lazy frame over a source."""
        return nw.from_native(self.relation(source))

    def nullable(self, source: Source, columns: tuple[str, ...]) -> frozenset[str]:
        """Columns with nulls: from Arrow's counts, Parquet's footers or the table's statistics."""
        if not isinstance(source, str):
            return nullable_in(opened(source), columns)
        # The storage's own statistics answer without a scan; they err only towards "may be null".
        if not columns:
            return frozenset()
        asked = ", ".join(f'stats("{c}")' for c in columns)
        row = self.connection.execute(f'SELECT {asked} FROM "{source}" LIMIT 1').fetchone()
        told = dict(zip(columns, row, strict=True)) if row else {}
        return frozenset(
            c for c, known in told.items() if not (isinstance(known, dict) and known.get("has_null") is False)
        )

    def distinct(self, source: Source, column: str) -> tuple[Any, ...]:
        """The values of a column, sorted."""
        named = self._named("tuodi_asked", source)
        rows = self.connection.execute(f'SELECT DISTINCT "{column}" FROM {named} ORDER BY 1').fetchall()
        return tuple(r[0] for r in rows if r[0] is not None)

    def divide(self, frame: Any, quotients: Mapping[str, tuple[str, str | int]]) -> Any:
        """Integer division as DuckDB spells it, for frames made through narwhals."""
        parts = []
        for name, (top, bottom) in quotients.items():
            divisor = f'"{bottom}"' if isinstance(bottom, str) else str(bottom)
            parts.append(f'"{top}" // {divisor} AS "{name}"')
        return nw.from_native(frame.to_native().project(", ".join(["*", *parts])))

    def keep(self, frame: Any) -> Any:
        """A frame needed more than once: worked out once."""
        return nw.from_native(self.connection.from_arrow(frame.to_native().to_arrow_table()))

    def run(self, plan: Any) -> dict[str, Any]:
        """The results as SELECTs; where members' values are asked for, or sums rest on sums, the tables between are made first."""
        made = self.script(plan)
        if not made.members and len(rounds_of(plan.households.values())) < 2:
            return {"household": made.statement()}
        for name, select in made.tables:
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")
        results = {"household": made.households, "member": made.members}
        return {level: select for level, select in results.items() if select}

    def script(self, plan: Any) -> Script:
        """The run as SQL over the sources, which are made known to the connection under names of their own."""
        snapshot, local = plan.snapshot, plan.local
        relations = Relations(
            households=self._named("tuodi_households", snapshot.households),
            members=self._named("tuodi_members", snapshot.members),
            by_area=self._named("tuodi_local_values", local) if local is not None else "",
            varying=frozenset(local.column_names) - {"area_code"} if local is not None else frozenset(),
            part=plan.part,
        )
        return script(relations, households=plan.households, members=plan.members)

    def _named(self, name: str, source: Source) -> str:
        if isinstance(source, pa.Table):
            self.connection.register(name, source)
            return name
        if isinstance(source, Path):
            quoted = str(source / "*.parquet" if source.is_dir() else source).replace("'", "''")
            return f"read_parquet('{quoted}')"
        return f'"{source}"'

    def arrow(self, frame: Any) -> pa.Table:
        """The result in memory: of a statement, or of a frame made through narwhals."""
        if isinstance(frame, str):
            return self.connection.sql(frame).to_arrow_table()
        return frame.to_native().to_arrow_table()

    def write(self, frame: Any, path: Path) -> None:
        """The result as one Parquet file."""
        if isinstance(frame, str):
            quoted = str(path).replace("'", "''")
            self.connection.execute(f"COPY ({frame}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
        else:
            frame.to_native().write_parquet(str(path), compression="zstd")


class Spark:
    """An existing Spark session, or one in local mode; needs `pyspark` (an extra, not in the default installation) and Java."""

    name = "spark"

    def __init__(self, session: Any = None) -> None:
        self.session = session or self.local()

    @staticmethod
    def local() -> Any:
        """A session of this machine's own, which nothing outside it can reach; an existing one is taken."""
        from pyspark.sql import SparkSession

        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.ansi.enabled": "false",  # a quotient by 0 is null, as in the other engines
            "spark.log.level": "ERROR",
        }
        builder = SparkSession.builder.appName("tuodi").master("local[*]")
        for name, value in settings.items():
            builder = builder.config(name, value)
        return builder.getOrCreate()

    def frame(self, source: Source) -> Any:
        """A narwhals lazy frame over a source; Arrow tables travel through the driver, so clusters are given paths."""
        if isinstance(source, pa.Table):
            return nw.from_native(self.session.createDataFrame(source))
        return nw.from_native(
            self.session.read.parquet(str(source)) if isinstance(source, Path) else self.session.table(source)
        )

    def nullable(self, source: Source, columns: tuple[str, ...]) -> frozenset[str]:
        """Columns with nulls, in one pass."""
        if not isinstance(source, str):
            return nullable_in(opened(source), columns)
        if not columns:
            return frozenset()
        counts = (
            self.frame(source)
            .select(*(nw.col(c).is_null().sum().alias(c) for c in columns))
            .collect("pyarrow")
        )
        return frozenset(c for c in columns if counts[c][0])

    def distinct(self, source: Source, column: str) -> tuple[Any, ...]:
        """The values of a column, sorted."""
        table = self.frame(source).select(column).unique().collect("pyarrow")
        return tuple(sorted(v for v in table[column].to_list() if v is not None))

    def divide(self, frame: Any, quotients: Mapping[str, tuple[str, str | int]]) -> Any:
        """Spark's `div` is whole-number division."""
        native = frame.to_native()
        parts = []
        for name, (top, bottom) in quotients.items():
            divisor = f"`{bottom}`" if isinstance(bottom, str) else str(bottom)
            parts.append(f"`{top}` div {divisor} AS `{name}`")
        return nw.from_native(native.selectExpr("*", *parts))

    def keep(self, frame: Any) -> Any:
        """A frame needed more than once: kept by the executors."""
        return nw.from_native(frame.to_native().cache())

    def run(self, plan: Any) -> dict[str, Any]:
        """The results as frames."""
        return through_narwhals(self, plan)

    def arrow(self, frame: Any) -> pa.Table:
        """The result in the driver's memory."""
        return frame.collect("pyarrow").to_native()

    def write(self, frame: Any, path: Path) -> None:
        """The result as a folder of Parquet files."""
        frame.to_native().write.mode("overwrite").parquet(str(path))


def engine_of(name: str | Engine) -> Engine:
    """The engine by its name in the settings; an engine already made passes through."""
    if not isinstance(name, str):
        return name
    engines: dict[str, type[Any]] = {"duckdb": DuckDB, "spark": Spark, "arrays": Arrays}
    if name not in engines:
        raise ValueError(f"未知的计算引擎 {name}，可用：{'、'.join(engines)}")
    made: Engine = engines[name]()
    return made
