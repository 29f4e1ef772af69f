"""Several sets of values over one snapshot: who gains, who loses, what it costs, counted where the data lies.

All sets share one graph, so what does not read a value that differs is one node and is worked out once: the sums over members that a
raised standard leaves alone are made by the first set and kept for every later one. All sets asked together are one statement.
Counting is SQL here; what comes back has a row a place or group, never one a household.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tuodi.bulk.assess import AllHouseholds, ColumnParameters
from tuodi.bulk.column import TRUTH, Column, Graph, leaves, rounds_of
from tuodi.bulk.engines import DuckDB, Source
from tuodi.bulk.snapshot import COLUMNS, ID, MEMBER, Snapshot
from tuodi.bulk.sql import Few, Relations, Script, script, those_where
from tuodi.core.parameters import Parameters
from tuodi.policy.catalogue import PROGRAMMES

# What became of a household (or person) between the first set and another, as small numbers in the tables.
NOTHING, GAINED, LOST, MORE, LESS, SAME, UNKNOWN = range(7)
CLASSES: Mapping[int, str] = {
    GAINED: "gained",
    LOST: "lost",
    MORE: "more",
    LESS: "less",
    SAME: "same",
    UNKNOWN: "unknown",
}
AGE_BANDS = (18, 60, 70, 80)  # the first age of each band after the first
# How persons are told apart; `mix` is one number for all four.
PERSON = """
    SELECT "{id}", {member}, struct_pack(
        sex := coalesce(sex, '9'),
        age := CASE WHEN coalesce(birth_day, 0) <= 0 THEN -1 {bands} ELSE 0 END,
        disability := CASE WHEN disability IS NULL OR disability_grade IS NULL THEN 'unknown' WHEN disability = 'none' THEN 'none'
            WHEN valid_until_day > 0 AND valid_until_day < {day} THEN 'expired'
            WHEN disability_grade BETWEEN 1 AND 2 THEN 'severe' ELSE 'other' END,
        people := coalesce(ethnicity, '97')) AS kind
    FROM {members}
"""
DIMENSIONS = ("sex", "age", "disability", "people")


@dataclass(frozen=True)
class Counted:
    """What became of one set against the first: rows of plain values.

    `places`: place, class, rows, before_fen, after_fen. `persons`: sex, age, disability, people, class, rows.
    `roll`: place, households, paid_fen, after_fen, more, less (households on the roll; less is handed to officers and paid on).
    """

    places: pa.Table
    persons: pa.Table
    roll: pa.Table | None = None


@dataclass
class _Programme:
    """One programme's graph over the snapshot, and the sums kept in the connection."""

    code: str
    graph: Graph
    first: int = 0  # how many nodes the first set has: what later sets add reads a value that differs
    kept: dict[int, tuple[str, str]] = field(default_factory=dict)
    few: dict[tuple[int, tuple[str, ...]], str] = field(default_factory=dict)
    varying: dict[str, tuple[Any, ...]] = field(default_factory=dict)


class Scenarios:
    """A snapshot in an engine, ready for one set of values after another.

    `on` is the day whose values are in force, `as_of` the day ages and papers are looked at. `places` maps township codes to a place
    (a number in the answers); `reach` limits the run to areas beginning so. `roll` has household_id, on_roll, paid_fen and by_rule.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        on: date,
        as_of: date,
        places: Mapping[str, int],
        reach: str = "",
        roll: Source | None = None,
        engine: DuckDB | None = None,
    ) -> None:
        self.on, self.as_of = on, as_of
        self.engine = engine or DuckDB()
        self.connection: duckdb.DuckDBPyConnection = self.engine.connection
        self.nullable = {
            "household": self.engine.nullable(snapshot.households, tuple(COLUMNS["household"])),
            "member": self.engine.nullable(snapshot.members, tuple(COLUMNS["member"])),
        }
        self.snapshot = self._within(snapshot, reach)
        self.areas = tuple(str(a) for a in self.engine.distinct(self.snapshot.households, "area_code"))
        self._programmes: dict[str, _Programme] = {}
        self._place(places)
        self._persons()
        self.has_roll = roll is not None
        if roll is not None:
            named = self.engine._named("tuodi_roll_source", roll)
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE on_roll AS SELECT * FROM {named}")

    # --- the data, once -------------------------------------------------------------------------------

    def _within(self, snapshot: Snapshot, reach: str) -> Snapshot:
        """The snapshot as two views, limited to a place."""
        households = self.engine._named("tuodi_all_households", snapshot.households)
        members = self.engine._named("tuodi_all_members", snapshot.members)
        where = f"WHERE starts_with(area_code, '{_digits(reach)}')" if reach else ""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW within_households AS SELECT * FROM {households} {where}"
        )
        only = f'WHERE "{ID}" IN (SELECT "{ID}" FROM within_households)' if reach else ""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW within_members AS SELECT * FROM {members} {only}"
        )
        return Snapshot("within_households", "within_members")

    def _place(self, places: Mapping[str, int]) -> None:
        table = pa.table(
            {
                "code": pa.array(list(places), pa.string()),
                "place": pa.array(list(places.values()), pa.int16()),
            }
        )
        self.connection.register("tuodi_places", table)
        self.connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE homes AS
            SELECT h."{ID}", coalesce(t.place, c.place, -1)::SMALLINT AS place FROM within_households h
            LEFT JOIN tuodi_places t ON t.code = left(h.area_code, 9) LEFT JOIN tuodi_places c ON c.code = left(h.area_code, 6)"""
        )

    def _persons(self) -> None:
        day = self.as_of.year * 10000 + self.as_of.month * 100 + self.as_of.day
        bands = " ".join(
            f"WHEN ({day} - birth_day) // 10000 >= {first} THEN {n}"
            for n, first in reversed(list(enumerate(AGE_BANDS, 1)))
        )
        text = PERSON.format(id=ID, member=MEMBER, bands=bands, day=day, members="within_members")
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE person_kinds AS {text}")
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE mixes AS SELECT row_number() OVER ()::SMALLINT AS mix, kind FROM (SELECT DISTINCT kind FROM person_kinds)"
        )
        self.connection.execute(
            f'CREATE OR REPLACE TEMP TABLE persons AS SELECT p."{ID}", p.{MEMBER}, m.mix FROM person_kinds p JOIN mixes m ON p.kind = m.kind'
        )
        self.connection.execute("DROP TABLE person_kinds")

    # --- one programme under several sets -------------------------------------------------------------

    def run(self, programme: str, sets: Sequence[Parameters]) -> list[Counted]:
        """The first set is what is in force; each of the others is counted against it. One answer for each of the others."""
        self._outcome(programme, sets)
        return self._counted(programme, len(sets))

    def amounts(self, programme: str, sets: Sequence[Parameters]) -> pa.Table:
        """For tests and for one family: household_id (member_number), e0, a0, e1, a1, …"""
        self._outcome(programme, sets)
        return self.connection.sql("SELECT * FROM outcome").to_arrow_table()

    def _outcome(self, programme: str, sets: Sequence[Parameters]) -> None:
        """The table `outcome`: eligible and amount under every set."""
        known = PROGRAMMES[programme]
        assert known.evaluate is not None, f"{programme} has no rule"
        own = self._programmes.setdefault(programme, _Programme(programme, Graph()))
        everyone = AllHouseholds(own.graph, self.nullable, self.as_of)
        outputs: dict[str, Any] = {}
        for n, parameters in enumerate(sets):
            p = ColumnParameters(own.graph, parameters, self.areas, self.on, own.varying)
            a = (
                known.evaluate(everyone.members[0], everyone, p)
                if known.of_members
                else known.evaluate(everyone, p)
            )
            outputs |= {f"e{n}": a.eligible, f"a{n}": a.amount_fen}
            own.first = own.first or len(own.graph.nodes)
        households, members = ({}, outputs) if known.of_members else (outputs, {})
        made = self._script(own, households, members)
        self._make(made)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE outcome AS {made.members or made.households}")

    def _make(self, made: Script) -> None:
        for name, select in made.tables:
            kind = "VIEW" if name in made.views else "TABLE"
            self.connection.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {select}")

    def _few(self, own: _Programme, relations: Relations, outputs: Iterable[Any]) -> Few | None:
        """Of the sums a later set adds, those that are 0 but for the members some unchanged conditions let through.

        `choose(a & b, value, 0)` is 0 wherever `a` is false, whatever `b` and `value` have become; where `a` was worked out for the
        first set already, only the members for whom it is not false are looked at again.
        """
        rounds = rounds_of(outputs)
        fresh = [
            n for n in (rounds[0] if rounds else ()) if n.number not in own.kept and n.number >= own.first
        ]
        guards = {
            n.number: [g for g in _guards(n.args[0]) if g.number < own.first and g.level == "member"]
            for n in fresh
        }
        scarce = [n for n in fresh if guards[n.number]]
        if not scarce:
            return None
        columns = sorted(
            {
                leaf.args[0]
                for leaf in leaves((n.args[0] for n in scarce), op="leaf")
                if leaf.level == "member"
            }
        )
        wanted = {tuple(sorted({g.number for g in guards[n.number]})): guards[n.number] for n in scarce}
        either: Any = None
        for key in sorted(wanted):
            hold: Any = None
            for guard in {g.number: g for g in wanted[key]}.values():
                hold = guard if hold is None else hold & guard
            either = hold if either is None else either | hold
        known = (either.number, tuple(columns))
        name = own.few.get(known)
        if name is None:
            name = own.few[known] = f"few_{own.code}_{len(own.few)}"
            self._make(those_where(relations, either, columns, dict(own.kept), name))
        return Few(name, frozenset(n.number for n in scarce))

    def _script(self, own: _Programme, households: Mapping[str, Any], members: Mapping[str, Any]) -> Script:
        relations = Relations(
            households="within_households",
            members="within_members",
            by_area=self._local(own),
            varying=frozenset(own.varying),
        )
        return script(
            relations,
            households=households,
            members=members,
            few=self._few(own, relations, [*households.values(), *members.values()]),
            kept=own.kept,
            prefix=f"{own.code}_{len(own.kept)}_",
        )

    def _local(self, own: _Programme) -> str:
        if not own.varying:
            return ""
        columns = {name: list(values) for name, values in own.varying.items()}
        table = pa.table({"area_code": pa.array(self.areas, pa.string()), **columns})
        name = f"tuodi_local_{own.code}"
        self.connection.register(name, table)
        return name

    def kept_sums(self, programme: str) -> int:
        """How many sums over members are kept for a programme."""
        own = self._programmes.get(programme)
        return len({n for n, (table, _c) in own.kept.items() if "summed" in table}) if own else 0

    def wanted_sums(self, programme: str) -> int:
        """How many sums its graph holds."""
        own = self._programmes[programme]
        return sum(len(r) for r in rounds_of(own.graph.nodes.values()))

    # --- counting ---------------------------------------------------------------------------------------

    def _counted(self, programme: str, sets: int) -> list[Counted]:
        of_members = PROGRAMMES[programme].of_members
        keys = [f'o."{ID}"', *([f"o.{MEMBER}"] if of_members else [])]
        columns = [*keys, "h.place", "CASE WHEN e0 THEN coalesce(a0, 0) ELSE 0 END AS b"]
        for n in range(1, sets):
            columns += [
                f"(CASE WHEN e0 IS NULL OR e{n} IS NULL OR (e0 AND a0 IS NULL) OR (e{n} AND a{n} IS NULL) THEN {UNKNOWN}"
                f" WHEN NOT e0 AND NOT e{n} THEN {NOTHING} WHEN NOT e0 THEN {GAINED} WHEN NOT e{n} THEN {LOST}"
                f" WHEN a{n} > a0 THEN {MORE} WHEN a{n} < a0 THEN {LESS} ELSE {SAME} END)::TINYINT AS c{n}",
                f"CASE WHEN e{n} THEN coalesce(a{n}, 0) ELSE 0 END AS x{n}",
            ]
        self.connection.execute(
            f'CREATE OR REPLACE TEMP TABLE classed AS SELECT {", ".join(columns)} FROM outcome o JOIN homes h ON o."{ID}" = h."{ID}"'
        )
        places = self._by_place(sets)
        persons = self._by_person(sets, of_members)
        rolls: list[pa.Table | None] = [None] * (sets - 1)
        if self.has_roll and programme == "minimum_living":
            rolls = list(self._by_roll(sets))
        return [Counted(places[n], persons[n], rolls[n]) for n in range(sets - 1)]

    def _by_place(self, sets: int) -> list[pa.Table]:
        return [
            self.connection.sql(
                f"SELECT place, c{n} AS class, count(*)::BIGINT AS rows, sum(b)::BIGINT AS before_fen, sum(x{n})::BIGINT AS after_fen"
                f" FROM classed WHERE c{n} <> {NOTHING} GROUP BY ALL ORDER BY ALL"
            ).to_arrow_table()
            for n in range(1, sets)
        ]

    def _by_person(self, sets: int, of_members: bool) -> list[pa.Table]:
        """Persons by what they are and by what became of their household (or of themselves): one join, a pass a set."""
        join = f'p."{ID}" = c."{ID}"' + (f" AND p.{MEMBER} = c.{MEMBER}" if of_members else "")
        classes = ", ".join(f"c{n}" for n in range(1, sets))
        some = " OR ".join(f"c{n} <> {NOTHING}" for n in range(1, sets))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE mixed AS SELECT mix, {classes}, count(*) AS n FROM persons p JOIN"
            f" (SELECT * FROM classed WHERE {some}) c ON {join} GROUP BY ALL"
        )
        return [
            self.connection.sql(
                "SELECT kind.sex AS sex, kind.age AS age, kind.disability AS disability, kind.people AS people, class, rows FROM"
                f" (SELECT mix, c{n} AS class, sum(n)::BIGINT AS rows FROM mixed WHERE c{n} <> {NOTHING} GROUP BY ALL)"
                " JOIN mixes USING (mix) ORDER BY ALL"
            ).to_arrow_table()
            for n in range(1, sets)
        ]

    def _by_roll(self, sets: int) -> Iterable[pa.Table]:
        """What the month's run will make due: more where the rule gives more, what is paid where it gives less or an officer set it."""
        self.connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE rolled AS SELECT r.paid_fen, r.by_rule, c.* FROM classed c
            JOIN on_roll r ON c."{ID}" = r."{ID}" WHERE r.on_roll"""
        )
        for n in range(1, sets):
            yield self.connection.sql(
                f"""SELECT place, count(*)::BIGINT AS households, sum(paid_fen)::BIGINT AS paid_fen,
                sum(CASE WHEN by_rule THEN greatest(paid_fen, x{n}) ELSE paid_fen END)::BIGINT AS after_fen,
                count(*) FILTER (by_rule AND x{n} > paid_fen)::BIGINT AS more,
                count(*) FILTER (by_rule AND x{n} < paid_fen)::BIGINT AS less
                FROM rolled GROUP BY ALL ORDER BY ALL"""
            ).to_arrow_table()

    def totals(self, table: pa.Table, dimension: str) -> dict[Any, dict[str, int]]:
        """Persons by one dimension: value -> class -> how many."""
        assert dimension in DIMENSIONS, dimension
        self.connection.register("tuodi_counted", table)
        found: dict[Any, dict[str, int]] = {}
        for value, of_class, rows in self.connection.execute(
            f"SELECT {dimension}, class, sum(rows)::BIGINT FROM tuodi_counted GROUP BY ALL ORDER BY ALL"
        ).fetchall():
            found.setdefault(value, {})[CLASSES[of_class]] = int(rows)
        return found


def _guards(term: Any) -> list[Column]:
    """Conditions without which a member's term is 0 for certain."""
    if not isinstance(term, Column):
        return []
    if term.op == "choose" and type(term.args[2]) is int and term.args[2] == 0:
        return _conjuncts(term.args[0])
    return _conjuncts(term) if term.kind == TRUTH else []


def _conjuncts(condition: Any) -> list[Column]:
    if not isinstance(condition, Column):
        return []
    if condition.op == "and":
        return [*_conjuncts(condition.args[0]), *_conjuncts(condition.args[1])]
    return [condition]


def _digits(code: str) -> str:
    assert code.isdigit(), f"not a place: {code}"
    return code


def carry_over(
    previous: Snapshot, wanted: pa.Table, into: Path, *, engine: DuckDB | None = None
) -> tuple[int, int]:
    """The families of an earlier snapshot that have not changed (`wanted`: household_id), as the first part of a new one."""
    run = engine or DuckDB()
    run.connection.register("tuodi_wanted", wanted)
    counts = []
    for level, source in (("households", previous.households), ("members", previous.members)):
        folder = into / level
        folder.mkdir(parents=True, exist_ok=True)
        named = run._named(f"tuodi_previous_{level}", source)
        text = f'SELECT s.* FROM {named} s JOIN tuodi_wanted w ON s."{ID}" = w."{ID}"'
        quoted = str(folder / "part-00000.parquet").replace("'", "''")
        row = run.connection.execute(
            f"COPY ({text}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        counts.append(int(row[0]) if row else 0)
    return counts[0], counts[1]
