"""A columnar snapshot of households and members: what the rules read, and nothing that names a person.

One row a household (`household_id`, its facts), one a member (`household_id`, `member_number` from 1, facts). Amounts are int64 fen, choices and codes
strings, days int32 as 20261123 (0: none), unknown is null. Made from the field dictionary of `core.facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from tuodi.bulk.column import INTEGER, TRUTH, WORD
from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS, TOPIC_FIELDS, Household
from tuodi.core.fields import FactField
from tuodi.core.logic import Unknown

# Days under the names a rule uses for them; other days and free texts are not a rule's business.
DAYS = {
    "birth": "birth_day",
    "died_on": "died_day",
    "disability_valid_until": "valid_until_day",
    "presence_since": "presence_day",
    "over_standard_since": "over_standard_day",
}
KINDS = {
    "money": INTEGER,
    "money_year": INTEGER,
    "int": INTEGER,
    "day": INTEGER,
    "bool": TRUTH,
    "choice": WORD,
    "text": WORD,
}
ID = "household_id"
MEMBER = "member_number"


@dataclass(frozen=True, slots=True)
class SnapshotColumn:
    """A column of a snapshot: its name, the field it comes from, integer | truth | word, and its least value."""

    name: str
    field: FactField
    kind: str
    least: int  # -1 where the field does not say


def _columns(fields: Iterable[FactField]) -> dict[str, SnapshotColumn]:
    made = {}
    for f in fields:
        if f.kind == "day" and f.name not in DAYS and not f.topic:
            continue
        if f.kind == "text" and f.name != "area_code":
            continue
        if f.section in ("contact", "need", "consent"):
            continue
        name = f"{f.name[:-3]}_day" if f.kind == "day" and f.topic else DAYS.get(f.name, f.name)
        least = 0 if f.kind == "day" else -1 if f.least is None else f.least
        made[name] = SnapshotColumn(name, f, KINDS[f.kind], least)
    return made


COLUMNS: Mapping[str, Mapping[str, SnapshotColumn]] = {
    "household": _columns((*HOUSEHOLD_FIELDS, *(f for f in TOPIC_FIELDS if f.level == "household"))),
    "member": _columns((*MEMBER_FIELDS, *(f for f in TOPIC_FIELDS if f.level == "member"))),
}


def schema(level: str) -> pa.Schema:
    """The Arrow schema of one level."""
    types = {INTEGER: pa.int64(), TRUTH: pa.bool_(), WORD: pa.string()}
    fields = [
        pa.field(c.name, pa.int32() if c.field.kind == "day" else types[c.kind])
        for c in COLUMNS[level].values()
    ]
    keys = [pa.field(ID, pa.int64())] + ([pa.field(MEMBER, pa.int32())] if level == "member" else [])
    return pa.schema([*keys, *fields])


Opened: TypeAlias = pa.Table | pq.ParquetFile
Piece: TypeAlias = tuple[Opened, Opened]  # some households, and the members of these


def opened(source: pa.Table | Path) -> tuple[Opened, ...]:
    """A table in memory, or the Parquet files of a source, in their order."""
    if isinstance(source, pa.Table):
        return (source,)
    files = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    return tuple(pq.ParquetFile(f, memory_map=True) for f in files)


def columns_in(part: Opened, columns: Iterable[str]) -> pa.Table:
    """Some columns of a table or file."""
    names = list(dict.fromkeys(columns))
    return part.select(names) if isinstance(part, pa.Table) else part.read(names)


def nullable_in(parts: Iterable[Opened], columns: Iterable[str]) -> frozenset[str]:
    """Columns with nulls: from Arrow's counts, or the files' footers; one without statistics is taken to hold nulls."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, pa.Table):
            found |= {c for c in columns if part.column(c).null_count}
            continue
        for group in range(part.metadata.num_row_groups):
            for i in range(part.metadata.num_columns):
                chunk = part.metadata.row_group(group).column(i)
                known = chunk.statistics is not None and chunk.statistics.has_null_count
                if not known or chunk.statistics.null_count:
                    found.add(chunk.path_in_schema)
    return frozenset(columns) & found


@dataclass(frozen=True)
class Snapshot:
    """Where the two tables are: Arrow tables, Parquet files (or folders), or names of tables in the engine's connection."""

    households: pa.Table | Path | str
    members: pa.Table | Path | str

    def pieces(self) -> list[Piece]:
        """File by file where both were written in as many (each with the members of its households), else all as one."""
        assert not isinstance(self.households, str) and not isinstance(self.members, str), "not in a database"
        households, members = opened(self.households), opened(self.members)
        if len(households) == len(members):
            return list(zip(households, members, strict=True))
        return [(_whole(households), _whole(members))]

    def piece(self, number: int, parts: int) -> tuple[Snapshot, tuple[int, int]]:
        """What part `number` of `parts` reads, and which of its rows: a file of each folder where they were written in so many files
        (each with the members of its households), else everything by household id."""
        if parts > 1 and isinstance(self.households, Path) and isinstance(self.members, Path):
            files = [sorted(folder.glob("*.parquet")) for folder in (self.households, self.members)]
            if all(len(found) == parts for found in files):
                return Snapshot(files[0][number], files[1][number]), (0, 1)
        return self, (number, parts)


def _whole(parts: tuple[Opened, ...]) -> pa.Table:
    return pa.concat_tables(p if isinstance(p, pa.Table) else p.read() for p in parts)


def of_households(families: Iterable[tuple[int, Mapping[str, Any]]]) -> Snapshot:
    """A snapshot in memory from (id, facts) pairs; facts as `core.facts` defines them."""
    rows: dict[str, list[dict[str, Any]]] = {"household": [], "member": []}
    for number, facts in families:
        household = Household.from_dict(facts)
        rows["household"].append({ID: number, **_household_row(household)})
        rows["member"] += ({ID: number, MEMBER: i, **row} for i, row in enumerate(_member_rows(household), 1))
    return Snapshot(
        households=pa.Table.from_pylist(rows["household"], schema("household")),
        members=pa.Table.from_pylist(rows["member"], schema("member")),
    )


def write(snapshot: Snapshot, folder: Path) -> Snapshot:
    """The snapshot as two Parquet files (zstd, row groups of 122,880 as DuckDB reads them best)."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, table in (("households", snapshot.households), ("members", snapshot.members)):
        assert isinstance(table, pa.Table), "only a snapshot in memory is written"
        paths[name] = folder / f"{name}.parquet"
        pq.write_table(table, paths[name], compression="zstd", row_group_size=122_880)
    return Snapshot(**paths)


def _plain(value: Any) -> Any:
    return None if isinstance(value, Unknown) else value


def _household_row(household: Household) -> dict[str, Any]:
    row = {name: getattr(household, name, None) for name, c in COLUMNS["household"].items()}
    since = household.facts["over_standard_since"]
    row["over_standard_day"] = (
        None if isinstance(since, Unknown) else int(since.replace("-", "")) if since else 0
    )
    return {k: _plain(v) for k, v in row.items()}


def _member_rows(household: Household) -> Iterator[dict[str, Any]]:
    for member in household.members:
        yield {name: _plain(getattr(member, name)) for name in COLUMNS["member"]}
