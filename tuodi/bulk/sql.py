"""The same graph written as one SQL statement, for DuckDB: narwhals binds every stage anew there, which took a second a run.

The text is what one would write by hand: member terms, one group-by, one join, household terms; where a term rests on a sum, the same
once more. Spark goes through narwhals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tuodi.bulk.column import TRUTH, Column, frontier, nodes_below, rounds_of, schedule
from tuodi.bulk.snapshot import ID, MEMBER

_SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "mod": "%", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "<>", "and": "AND", "or": "OR",
}  # fmt: skip


def literal(value: int | bool | str | None) -> str:
    """A constant as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        # A bare whole number may be 32 bits wide, and products of fen are not.
        return f"{value}::BIGINT"
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def _constant(value: Any) -> str:
    """A constant beside a column: its width follows the column's."""
    return str(value) if type(value) is int else literal(value)


def expression(value: Any, stored: Mapping[int, str]) -> str:
    """A value as SQL, resting on the columns already stored."""
    if not isinstance(value, Column):
        return literal(value)
    name = stored.get(value.number)
    if name is not None:
        return f'"{name}"'
    op, args = value.op, value.args
    if op == "constant":
        return literal(args[0])
    if op == "is_one_of":
        return f"({expression(args[0], stored)} IN ({', '.join(_constant(o) for o in args[1])}))"
    if op in _SIGNS:
        a, b = (expression(x, stored) if isinstance(x, Column) else _constant(x) for x in args)
        return f"({a} {_SIGNS[op]} {b})"
    texts = [expression(x, stored) for x in args]
    if op == "not":
        return f"(NOT {texts[0]})"
    if op == "surely":
        return f"coalesce({texts[0]}, FALSE)"
    if op == "floordiv":
        a, b = texts[0], texts[1] if isinstance(args[1], Column) else _constant(args[1])
        # DuckDB's // goes towards zero, Python's down: the same wherever nothing is negative.
        return f"({a} // {b})" if value.nonneg else f"(({a} - (({a} % {b}) + {b}) % {b}) // {b})"
    if op == "choose":
        condition, a, b = texts
        if not (isinstance(args[0], Column) and args[0].nullable):
            return f"(CASE WHEN {condition} THEN {a} ELSE {b} END)"
        return f"(CASE WHEN {condition} THEN {a} WHEN NOT {condition} THEN {b} WHEN {a} = {b} THEN {a} END)"
    if op in ("at_least", "at_most"):
        a, b = texts
        if not value.nullable:
            # greatest() and least() take twice as long (duckdb 2.0.0: 8 ns a row, this 3 ns).
            return f"(CASE WHEN {a} {'>=' if op == 'at_least' else '<='} {b} THEN {a} ELSE {b} END)"
        better, worse = (">=", "<") if op == "at_least" else ("<=", ">")
        return f"(CASE WHEN {a} {better} {b} THEN {a} WHEN {a} {worse} {b} THEN {b} END)"
    raise AssertionError(f"unknown operation {op}")


_NAMES = re.compile(r'"(\w+)"')


def staged(
    outputs: Iterable[Any], stored: Mapping[int, str]
) -> tuple[list[list[tuple[str, str]]], dict[int, str]]:
    """The shared nodes as (column, text) by stage, and under which name each node is stored then."""
    outputs, stored = list(outputs), dict(stored)
    stages = []
    for stage in schedule(outputs, stored, inline=True):
        stages.append([(f"_{n.number}", expression(n, stored)) for n in stage])
        stored |= {n.number: f"_{n.number}" for n in stage}
    return stages, stored


def chained(
    name: str, stages: list[list[tuple[str, str]]], ending: str, keys: Iterable[str]
) -> tuple[list[str], str]:
    """The stages over the table `name` as common table expressions, each passing on only what is still to be read."""
    needed = {*keys, *_NAMES.findall(ending)}
    tables = []
    for number in range(len(stages), 0, -1):
        made = stages[number - 1]
        passed = sorted(needed - {column for column, _ in made})
        columns = ", ".join([f'"{c}"' for c in passed] + [f'{text} AS "{column}"' for column, text in made])
        before = f"{name}{number - 1}" if number > 1 else name
        tables.append(f"{name}{number} AS NOT MATERIALIZED (SELECT {columns} FROM {before})")
        needed = {*passed, *(n for _, text in made for n in _NAMES.findall(text))}
    return tables[::-1], f"{name}{len(stages)}" if stages else name


@dataclass(frozen=True)
class Relations:
    """What a run reads: households, members, and values that differ between areas (columns `varying`), by name."""

    households: str
    members: str
    by_area: str = ""
    varying: frozenset[str] = frozenset()
    part: tuple[int, int] = (0, 1)

    def chosen(self, relation: str) -> str:
        """A relation, or the part of it this run is for."""
        number, parts = self.part
        return f'(SELECT * FROM {relation} WHERE "{ID}" % {parts} = {number})' if parts > 1 else relation


@dataclass
class Script:
    """A run as SQL: tables to be made in order (name, select), then the selects of the results."""

    tables: list[tuple[str, str]]
    households: str = ""
    members: str = ""

    def statement(self) -> str:
        """The households' result as one statement, the tables inside it."""
        assert self.households and not self.members, "members' results need the tables made first"
        inside = ",\n".join(f"{name} AS NOT MATERIALIZED ({select})" for name, select in self.tables)
        return f"WITH {inside},\n{self.households.removeprefix('WITH ')}" if inside else self.households


def script(relations: Relations, *, households: Mapping[str, Any], members: Mapping[str, Any]) -> Script:
    """The run: round by round the households' values that members need, then the members' sums; at last the outputs of both."""
    made = Script([])
    kept: dict[int, tuple[str, str]] = {}  # where nodes stand already: node -> table, column
    for number, sums in enumerate(rounds_of([*households.values(), *members.values()]), 1):
        name = f"summed{number}"
        _sum(made, relations, sums, kept, name, f"lifted{number}")
        kept |= {n.number: (name, f"_{n.number}") for n in sums}
    if members:
        lift = _lift(made, relations, members.values(), kept, "lifted")
        made.members = _member_select(relations, members, lift, summed=False)
    if households:
        made.households = _household_select(relations, households, kept)
    return made


def _sum(
    made: Script,
    relations: Relations,
    sums: Iterable[Column],
    kept: dict[int, tuple[str, str]],
    name: str,
    lifted: str,
) -> None:
    """One table of sums by household, after the household values its terms rest on."""
    terms = {f"_{n.number}": n.args[0] for n in sums}
    lift = _lift(made, relations, terms.values(), kept, lifted)
    made.tables.append((name, _member_select(relations, terms, lift, summed=True)))


def _lift(
    made: Script,
    relations: Relations,
    values: Iterable[Any],
    kept: dict[int, tuple[str, str]],
    name: str,
) -> dict[int, tuple[str, str]]:
    """The households' values these members' values rest on, as a table to join: node -> table and column."""
    needed = frontier(values)
    fresh = {f"_{n.number}": n for n in needed if n.number not in kept}
    if fresh:
        made.tables.append((name, _household_select(relations, fresh, kept)))
        lifted = {n.number: (name, column) for column, n in fresh.items()}
        kept |= {k: v for k, v in lifted.items() if next(n for n in needed if n.number == k).op != "leaf"}
    else:
        lifted = {}
    return {n.number: lifted.get(n.number) or kept[n.number] for n in needed}


def _household_select(
    relations: Relations, outputs: Mapping[str, Any], kept: Mapping[int, tuple[str, str]]
) -> str:
    """A select of household values: the columns of the data, sums and lifted values joined, then stage by stage."""
    at_hand = {
        n.number: kept[n.number]
        for n in nodes_below(outputs.values(), dict.fromkeys(kept, ""))
        if n.number in kept
    }
    stored = {number: column for number, (_, column) in at_hand.items()}
    own = leaves_above(outputs.values(), stored)
    stored |= {n.number: n.args[0] for n in own}
    columns = [f'h."{ID}"']
    columns += [f'{"a" if n.args[0] in relations.varying else "h"}."{n.args[0]}"' for n in own]
    columns += [f'{table}."{column}"' for table, column in at_hand.values()]
    source = f"{relations.chosen(relations.households)} h"
    if any(n.args[0] in relations.varying for n in own):
        source += f" JOIN {relations.by_area} a ON h.area_code = a.area_code"
    for table in dict.fromkeys(table for table, _ in at_hand.values()):
        source += f' JOIN {table} ON h."{ID}" = {table}."{ID}"'
    tables = [f"homes AS NOT MATERIALIZED (SELECT {', '.join(dict.fromkeys(columns))} FROM {source})"]
    stages, stored = staged(outputs.values(), stored)
    texts = {name: expression(value, stored) for name, value in outputs.items()}
    written, last = chained("homes", stages, ", ".join(texts.values()), (ID,))
    listed = ", ".join(f'{text} AS "{name}"' for name, text in texts.items())
    return "WITH " + ",\n".join([*tables, *written]) + f'\nSELECT "{ID}", {listed} FROM {last}'


def _member_select(
    relations: Relations, outputs: Mapping[str, Any], lifted: Mapping[int, tuple[str, str]], *, summed: bool
) -> str:
    """A select of member values, a row a member, or summed up by household; what comes from the household is joined."""
    stored = {number: column for number, (_, column) in lifted.items()}
    own = leaves_above(outputs.values(), stored)
    stored |= {n.number: n.args[0] for n in own}
    keys = (ID,) if summed else (ID, MEMBER)
    columns = [f'm."{c}"' for c in (*keys, *(n.args[0] for n in own))]
    columns += [f'{table}."{column}"' for table, column in lifted.values()]
    source = f"{relations.chosen(relations.members)} m"
    for table in dict.fromkeys(table for table, _ in lifted.values()):
        source += f' JOIN {table} ON m."{ID}" = {table}."{ID}"'
    tables = [f"people AS NOT MATERIALIZED (SELECT {', '.join(dict.fromkeys(columns))} FROM {source})"]
    stages, stored = staged(outputs.values(), stored)
    write = _total if summed else expression
    texts = {name: write(value, stored) for name, value in outputs.items()}
    written, last = chained("people", stages, ", ".join(texts.values()), keys)
    listed = ", ".join(f'{text} AS "{name}"' for name, text in texts.items())
    ending = f' GROUP BY "{ID}"' if summed else ""
    key = ", ".join(f'"{k}"' for k in keys)
    return "WITH " + ",\n".join([*tables, *written]) + f"\nSELECT {key}, {listed} FROM {last}{ending}"


def leaves_above(outputs: Iterable[Any], stored: Mapping[int, str]) -> list[Column]:
    """The columns of the data to be read for these outputs where some nodes are stored already."""
    found = (n for n in nodes_below(outputs, stored) if n.op == "leaf" and n.number not in stored)
    return sorted(found, key=lambda n: n.number)


def _total(value: Any, stored: Mapping[int, str]) -> str:
    """The sum of a term over the members of a household; unknown where any member's term is."""
    if value is True or (type(value) is int and value == 1):
        return "count(*)"
    text = expression(value, stored)
    truth = isinstance(value, Column) and value.kind == TRUTH
    total = f"sum(({text})::INTEGER)::BIGINT" if truth else f"sum({text})::BIGINT"
    if isinstance(value, Column) and value.nullable:
        return f"CASE WHEN count({text}) = count(*) THEN {total} END"
    return total
