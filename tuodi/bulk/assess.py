"""The rules over all households of a snapshot, on columns: the same functions as for one family, equal to the fen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from tuodi.bulk.column import INTEGER, TRUTH, WORD, Column, Graph, leaves, write
from tuodi.bulk.engines import DuckDB, Engine, engine_of
from tuodi.bulk.snapshot import COLUMNS, ID, Snapshot
from tuodi.core.facts import age_between, months_over
from tuodi.core.finding import Assessment
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.minimum_living import rule as minimum_living

EVALUATE: Mapping[str, Callable[[Any, Any], Assessment]] = {"minimum_living": minimum_living.evaluate}
Progress = Callable[[int, int], None]


class ColumnParameters(Mapping[str, Any]):
    """The values in force on a day for every area of a snapshot: a plain value where all agree, else a joined column."""

    def __init__(self, graph: Graph, parameters: Parameters, areas: tuple[str, ...], on: date) -> None:
        self.graph, self.parameters, self.areas, self.on = graph, parameters, areas, on
        self.varying: dict[str, tuple[Any, ...]] = {}
        self._known: dict[str, Any] = {}

    def _value(self, key: str, missing_is_unknown: bool) -> Any:
        known = self._known.get(key)
        if known is not None:
            return known
        values: list[Any] = []
        for area in self.areas:
            try:
                values.append(self.parameters.at(area, self.on)[key])
            except MissingParameter:
                if not missing_is_unknown:
                    raise
                values.append(None)
        distinct = set(values)
        first = next((v for v in values if v is not None), None)
        if len(distinct) == 1:
            value = self.graph.constant(None) if first is None else first
        else:
            name = "p_" + "".join(c if c.isalnum() else "_" for c in key)
            kind = TRUTH if isinstance(first, bool) else WORD if isinstance(first, str) else INTEGER
            self.varying[name] = tuple(values)
            nonneg = kind == INTEGER and all(v is None or v >= 0 for v in values)
            value = self.graph.leaf(
                name, level="household", kind=kind, nullable=None in distinct, nonneg=nonneg
            )
        self._known[key] = value
        return value

    def __getitem__(self, key: str) -> Any:
        return self._value(key, False)

    def optional(self, key: str) -> Any:
        """A value that matters only to some families: null where no row is in force."""
        return self._value(key, True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters.keys())

    def __len__(self) -> int:
        return len(self.parameters.keys())


class Rows:
    """All members, or all households, seen as one: an attribute is a column of the snapshot or a fact worked out from one."""

    def __init__(self, graph: Graph, level: str, nullable: frozenset[str], on: date) -> None:
        self._graph, self._level, self._nullable = graph, level, nullable
        self.on = on
        self.on_day = on.year * 10000 + on.month * 100 + on.day
        self.month_start = self.on_day - on.day + 1

    def __getattr__(self, name: str) -> Any:
        found = COLUMNS[self._level].get(name)
        if found is None:
            raise AttributeError(f"no such column of a {self._level}: {name}")
        return self._graph.leaf(
            name, level=self._level, kind=found.kind, nullable=name in self._nullable, least=found.least
        )

    @property
    def age(self) -> Any:
        """Whole years on the day."""
        return age_between(self.birth_day, self.on_day)

    @property
    def disability_valid(self) -> Any:
        """Whether the disability certificate is in force on the day."""
        return (self.valid_until_day == 0) | (self.valid_until_day >= self.on_day)

    @property
    def over_standard_months(self) -> Any:
        """Whole months used up since income rose above the standard."""
        since = self.over_standard_day
        return (since > 0).choose(months_over(since, self.on), 0)


class AllHouseholds(Rows):
    """What a rule takes for its household: `totals` notes down the member sums it asks for."""

    def __init__(self, graph: Graph, nullable: Mapping[str, frozenset[str]], on: date) -> None:
        super().__init__(graph, "household", nullable["household"], on)
        self._member = Rows(graph, "member", nullable["member"], on)
        self.sums: dict[str, Any] = {}

    def totals(self, of_member: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
        """The sums over members, as columns of the household; worked out later in one group-by."""
        made: dict[str, Any] = {}
        for name, value in of_member(self._member).items():
            column = f"s_{name}"
            if not isinstance(value, Column) and not value:
                made[name] = 0
                continue
            self.sums[column] = value
            nullable = isinstance(value, Column) and value.nullable
            nonneg = not isinstance(value, Column) or value.kind == TRUTH or value.nonneg
            made[name] = self._graph.leaf(
                column, level="household", kind=INTEGER, nullable=nullable, nonneg=nonneg
            )
        return made


def assess_all(
    snapshot: Snapshot,
    *,
    on: date,
    parameters: Parameters,
    programme: str = "minimum_living",
    engine: str | Engine = "duckdb",
    into: Path | None = None,
    parts: int = 1,
    progress: Progress | None = None,
) -> pa.Table | Path:
    """Assess every household on a day: one row each with eligible, outcome, monthly_fen, the figures and every finding.

    A finding is a nullable truth (null: a fact is missing; `core` on that family names it). With `into` the result is written as
    Parquet, one file a part. `parts` splits the run by household id; `progress(done, parts)` is called after each.
    Raises `MissingParameter` as for one family, if any area of the snapshot lacks a value.
    """
    chosen = engine_of(engine)
    if parts > 1:
        assert into is not None or parts < 10_000, "many parts are written, not held"
    tables = []
    for part in range(parts):
        frame = plan(
            snapshot, on=on, parameters=parameters, programme=programme, engine=chosen, part=(part, parts)
        )
        if into is None:
            tables.append(chosen.arrow(frame))
        else:
            into.mkdir(parents=True, exist_ok=True)
            chosen.write(frame, into / f"part-{part:05d}.parquet")
        if progress:
            progress(part + 1, parts)
    return into if into is not None else pa.concat_tables(tables)


def plan(
    snapshot: Snapshot,
    *,
    on: date,
    parameters: Parameters,
    programme: str = "minimum_living",
    engine: Engine,
    part: tuple[int, int] = (0, 1),
    nullable: Mapping[str, frozenset[str]] | None = None,
    areas: tuple[str, ...] | None = None,
) -> Any:
    """The run as a lazy frame of the engine, not yet worked out."""
    if nullable is None:
        nullable = {
            "household": engine.nullable(snapshot.households, tuple(COLUMNS["household"])),
            "member": engine.nullable(snapshot.members, tuple(COLUMNS["member"])),
        }
    if areas is None:
        areas = engine.distinct(snapshot.households, "area_code")
    graph = Graph()
    p = ColumnParameters(graph, parameters, areas, on)
    everyone = AllHouseholds(graph, nullable, on)
    outputs = columns_of(EVALUATE[programme](everyone, p))

    # Sums nobody reads are not worked out.
    read = {leaf.args[0] for leaf in leaves(outputs.values())}
    sums = {name: value for name, value in everyone.sums.items() if name in read}
    local = _local_values(p) if p.varying else None
    if isinstance(engine, DuckDB):
        return engine.query(
            snapshot.households, snapshot.members, sums=sums, outputs=outputs, local=local, part=part
        )
    return _through_narwhals(engine, snapshot, sums=sums, outputs=outputs, local=local, part=part)


def _through_narwhals(
    engine: Engine,
    snapshot: Snapshot,
    *,
    sums: Mapping[str, Any],
    outputs: Mapping[str, Any],
    local: pa.Table | None,
    part: tuple[int, int],
) -> Any:
    """The run as narwhals frames, for any engine it knows."""
    households, members = engine.frame(snapshot.households), engine.frame(snapshot.members)
    if part[1] > 1:
        households, members = (f.filter(nw.col(ID) % part[1] == part[0]) for f in (households, members))
    if local is not None:
        households = households.join(engine.frame(local), on="area_code", how="inner")
    members = _lifted(members, households, sums)
    summed = _summed(members, sums, engine)
    households = households.join(summed, on=ID, how="inner")
    return write(households, outputs, keep=(ID,), divide=engine.divide)


def columns_of(a: Assessment) -> dict[str, Any]:
    """The columns of the result: amounts, outcome, figures, and a truth for every finding."""
    return {
        "eligible": a.eligible,
        "outcome": a.outcome,
        "monthly_fen": a.monthly_fen,
        **a.figures,
        **{f.rule: f.holds for f in a.findings},
    }


def _local_values(p: ColumnParameters) -> pa.Table:
    """The values that differ between areas, a row an area."""
    return pa.table(
        {"area_code": pa.array(p.areas, pa.string()), **{k: list(v) for k, v in p.varying.items()}}
    )


def _lifted(members: Any, households: Any, sums: Mapping[str, Any]) -> Any:
    """Members with the household facts and local values their terms mention joined on."""
    needed = [leaf.args[0] for leaf in leaves(sums.values(), "household")]
    if not needed:
        return members
    beside = households.select(nw.col(ID), *(nw.col(n).alias(n) for n in needed))
    return members.join(beside, on=ID, how="inner")


def _summed(members: Any, sums: Mapping[str, Any], engine: Engine) -> Any:
    """One group-by: the sum of every term; unknown where any member's term is."""
    outputs: dict[str, Any] = {}
    unknown: list[str] = []
    for name, value in sums.items():
        outputs[name] = value
        if isinstance(value, Column) and value.nullable:
            unknown.append(name)
    terms = write(members, outputs, keep=(ID,), divide=engine.divide)
    truths = {
        n: nw.col(n).cast(nw.Int32()) for n, v in outputs.items() if isinstance(v, Column) and v.kind == TRUTH
    }
    holes = {f"{n}_unknown": nw.col(n).is_null().cast(nw.Int32()) for n in unknown}
    if truths or holes:
        terms = terms.with_columns(**truths, **holes)
    grouped = terms.group_by(ID).agg(*(nw.col(n).sum() for n in [*outputs, *holes]))
    done = []
    for name in outputs:
        total = nw.col(name).cast(nw.Int64())
        if name in unknown:
            total = nw.when(nw.col(f"{name}_unknown") == 0).then(total)
        done.append(total.alias(name))
    return grouped.select(nw.col(ID), *done)
