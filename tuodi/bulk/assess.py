"""The rules over all households of a snapshot, on columns: the same functions as for one family, equal to the fen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from tuodi.bulk.column import INTEGER, TRUTH, WORD, Graph
from tuodi.bulk.engines import Engine, engine_of
from tuodi.bulk.snapshot import COLUMNS, Snapshot
from tuodi.core.facts import age_between, months_over
from tuodi.core.finding import Assessment
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.answers import answer, wanted
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.stacking.rule import Due

Progress = Callable[[int, int], None]


class ColumnParameters(Mapping[str, Any]):
    """The values in force on a day for every area of a snapshot: a plain value where all agree, else a joined column."""

    def __init__(
        self,
        graph: Graph,
        parameters: Parameters,
        areas: tuple[str, ...],
        on: date,
        varying: dict[str, tuple[Any, ...]] | None = None,
    ) -> None:
        """`varying` may be shared by several sets of values over one graph: equal columns are one column."""
        self.graph, self.parameters, self.areas, self.on = graph, parameters, areas, on
        self.varying: dict[str, tuple[Any, ...]] = {} if varying is None else varying
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
            while self.varying.get(name, tuple(values)) != tuple(values):
                name += "_"  # another set of values over the same graph has others
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

    def unknown(self, name: str) -> Any:
        """What no row can give yet: null for everybody."""
        return self.graph.constant(None)

    def table(self) -> pa.Table | None:
        """The values that differ between areas, a row an area; None where there are none."""
        if not self.varying:
            return None
        columns = {name: list(values) for name, values in self.varying.items()}
        return pa.table({"area_code": pa.array(self.areas, pa.string()), **columns})

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters.keys())

    def __len__(self) -> int:
        return len(self.parameters.keys())


class Rows:
    """All members, or all households, seen as one: an attribute is a column of the snapshot or a fact worked out from one."""

    def __init__(
        self,
        graph: Graph,
        level: str,
        nullable: frozenset[str],
        on: date,
        otherwise: Mapping[str, Any] | None = None,
    ) -> None:
        self._graph, self._level, self._nullable = graph, level, nullable
        self._otherwise: Mapping[str, Any] = otherwise or {}
        self.on = on
        self.on_day = on.year * 10000 + on.month * 100 + on.day
        self.month_start = self.on_day - on.day + 1

    def __getattr__(self, name: str) -> Any:
        if name in self._otherwise:
            return self._otherwise[name]
        found = COLUMNS[self._level].get(name)
        if found is None:
            raise AttributeError(f"no such column of a {self._level}: {name}")
        return self._graph.leaf(
            name, level=self._level, kind=found.kind, nullable=name in self._nullable, least=found.least
        )

    def _taken(self, otherwise: Mapping[str, Any]) -> Rows:
        """The same rows with some facts taken otherwise."""
        taken = {**self._otherwise, **otherwise}
        return Rows(self._graph, self._level, self._nullable, self.on, taken) if otherwise else self

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
    """What a rule takes for its household: every household as one, with one member that stands for all members."""

    def __init__(self, graph: Graph, nullable: Mapping[str, frozenset[str]], on: date) -> None:
        super().__init__(graph, "household", nullable["household"], on)
        self.members: tuple[Rows, ...] = (Rows(graph, "member", nullable["member"], on),)

    def as_if(
        self, household: Mapping[str, Any], member: Callable[[Any], Mapping[str, Any]] | None = None
    ) -> AllHouseholds:
        """The households with some facts taken otherwise (`core.facts.AsOf.as_if`)."""
        (own,) = self.members
        seen = AllHouseholds.__new__(AllHouseholds)
        seen.__dict__ = {**self.__dict__, "_otherwise": {**self._otherwise, **household}}
        seen.members = (own._taken(member(own)) if member else own,)
        return seen

    def totals(self, of_member: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
        """The sums over members, as columns of the household; worked out later in one group-by a round."""
        return {name: self._graph.total(value) for name, value in of_member(self.members[0]).items()}


@dataclass(frozen=True)
class Plan:
    """A run as values to be worked out, by name: of every household, and of every member."""

    snapshot: Snapshot
    households: Mapping[str, Any]
    members: Mapping[str, Any]
    local: pa.Table | None  # the values that differ between areas, a row an area
    part: tuple[int, int]
    not_set: Mapping[str, str]  # programmes that cannot answer anywhere here: which value is not set

    @property
    def levels(self) -> tuple[str, ...]:
        """Which results there are."""
        return tuple(n for n, made in (("household", self.households), ("member", self.members)) if made)


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
    """One programme for every household, or every member where it is a person's: eligible, outcome, amount_fen, figures, findings.

    A finding is a nullable truth (null: a fact is missing; `core` on that family names it). With `into` the result is written as
    Parquet, one file a part; what is there already is kept, so a run broken off goes on. `parts` splits the run by household id;
    `progress(done, parts)` is called after each. Raises `MissingParameter` as for one family, if any area of the snapshot lacks a value.
    """
    level = "member" if PROGRAMMES[programme].of_members else "household"
    run = partial(plan, on=on, parameters=parameters, programme=programme)
    return _in_parts(run, snapshot, engine_of(engine), (level,), into, parts, progress)[level]


def answer_all(
    snapshot: Snapshot,
    *,
    on: date,
    parameters: Parameters,
    programmes: Iterable[str] | None = None,
    findings: bool = True,
    engine: str | Engine = "duckdb",
    into: Path | None = None,
    parts: int = 1,
    progress: Progress | None = None,
) -> dict[str, pa.Table | Path]:
    """Every programme for every household and member (`policy.answers`), as two results, `household` and `member`.

    Columns are named `programme.eligible`, `programme.amount_fen`, `programme.payable_fen` (beside the others) and, with
    `findings`, `programme.finding`. Otherwise as `assess_all`.
    """
    run = partial(plan_all, on=on, parameters=parameters, programmes=programmes, findings=findings)
    return _in_parts(run, snapshot, engine_of(engine), ("household", "member"), into, parts, progress)


def _in_parts(
    run: Callable[..., Plan],
    snapshot: Snapshot,
    engine: Engine,
    levels: tuple[str, ...],
    into: Path | None,
    parts: int,
    progress: Progress | None,
) -> dict[str, pa.Table | Path]:
    tables: dict[str, list[pa.Table]] = {level: [] for level in levels}
    folders = {level: into if len(levels) == 1 else into / level for level in levels} if into else {}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(parts):
        files = {level: folder / f"part-{number:05d}.parquet" for level, folder in folders.items()}
        if not files or not all(f.exists() for f in files.values()):
            piece, part = snapshot.piece(number, parts)
            made = engine.run(run(piece, engine=engine, part=part))
            for level in levels:
                if level not in made:
                    continue
                if files:
                    # A part is there whole or not at all.
                    unfinished = files[level].with_suffix(".unfinished")
                    engine.write(made[level], unfinished)
                    unfinished.replace(files[level])
                else:
                    tables[level].append(engine.arrow(made[level]))
        if progress:
            progress(number + 1, parts)
    return dict(folders) if folders else {level: pa.concat_tables(t) for level, t in tables.items() if t}


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
) -> Plan:
    """One programme's run, not yet worked out."""
    known = PROGRAMMES[programme]
    assert known.evaluate is not None, f"{programme} has no rule"

    def asked(everyone: AllHouseholds, p: ColumnParameters) -> Assessment:
        whom = (everyone.members[0], everyone) if known.of_members else (everyone,)
        assert known.evaluate is not None
        return known.evaluate(*whom, p)

    everyone, p = _seen(snapshot, on, parameters, engine, nullable, areas, asked)
    made = columns_of(asked(everyone, p))
    if known.of_members:
        return Plan(snapshot, {}, made, p.table(), part, {})
    return Plan(snapshot, made, {}, p.table(), part, {})


def plan_all(
    snapshot: Snapshot,
    *,
    on: date,
    parameters: Parameters,
    engine: Engine,
    programmes: Iterable[str] | None = None,
    findings: bool = True,
    part: tuple[int, int] = (0, 1),
    nullable: Mapping[str, frozenset[str]] | None = None,
    areas: tuple[str, ...] | None = None,
) -> Plan:
    """The run of every programme, not yet worked out."""
    everyone, p = _seen(snapshot, on, parameters, engine, nullable, areas)
    made = answer(everyone, lambda code: p, wanted(on, programmes))

    def named(of_whom: Mapping[str, Assessment], dues: Mapping[str, Due]) -> dict[str, Any]:
        columns = {
            f"{code}.{name}": value
            for code, a in of_whom.items()
            for name, value in columns_of(a, findings=findings).items()
        }
        return columns | {f"{code}.payable_fen": dues[code].payable_fen for code in of_whom}

    stacked = made.stacked
    return Plan(
        snapshot,
        named(made.household, stacked.household),
        named(made.members[0], stacked.members[0]),
        p.table(),
        part,
        made.not_set,
    )


def _seen(
    snapshot: Snapshot,
    on: date,
    parameters: Parameters,
    engine: Engine,
    nullable: Mapping[str, frozenset[str]] | None,
    areas: tuple[str, ...] | None,
    asked: Callable[[AllHouseholds, ColumnParameters], Any] | None = None,
) -> tuple[AllHouseholds, ColumnParameters]:
    """Every household of the snapshot as one, and the values in force for them.

    `asked` runs the rule: which columns hold a null is then looked up only for those it reads, a quarter of all in minimum living.
    """
    if areas is None:
        areas = engine.distinct(snapshot.households, "area_code")
    if nullable is None:
        read = {level: tuple(columns) for level, columns in COLUMNS.items()}
        if asked is not None:
            draft = Graph()
            none: Mapping[str, frozenset[str]] = dict.fromkeys(COLUMNS, frozenset())
            asked(AllHouseholds(draft, none, on), ColumnParameters(draft, parameters, areas, on))
            leaves = {(n.level, n.args[0]) for n in draft.nodes.values() if n.op == "leaf"}
            read = {level: tuple(c for c in names if (level, c) in leaves) for level, names in read.items()}
        nullable = {
            "household": engine.nullable(snapshot.households, read["household"]),
            "member": engine.nullable(snapshot.members, read["member"]),
        }
    graph = Graph()
    return AllHouseholds(graph, nullable, on), ColumnParameters(graph, parameters, areas, on)


def columns_of(a: Assessment, *, findings: bool = True) -> dict[str, Any]:
    """The columns of the result: amounts, outcome and, where findings are asked for, figures and a truth for every finding."""
    columns = {"eligible": a.eligible, "outcome": a.outcome, "amount_fen": a.amount_fen}
    if findings:
        columns |= {**a.figures, **{f.rule: f.holds for f in a.findings}}
    return columns
