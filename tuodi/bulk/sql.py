"""The same graph written as one SQL statement, for DuckDB: narwhals binds every stage anew there, which took a second a run.

The text is what one would write by hand: member terms, one group-by, one join, household terms. Spark goes through narwhals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tuodi.bulk.column import TRUTH, Column, leaves, schedule, stored_leaves
from tuodi.bulk.snapshot import ID

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
            return f"{'greatest' if op == 'at_least' else 'least'}({a}, {b})"
        better, worse = (">=", "<") if op == "at_least" else ("<=", ">")
        return f"(CASE WHEN {a} {better} {b} THEN {a} WHEN {a} {worse} {b} THEN {b} END)"
    raise AssertionError(f"unknown operation {op}")


_NAMES = re.compile(r'"(\w+)"')


def staged(outputs: Iterable[Any]) -> tuple[list[list[tuple[str, str]]], dict[int, str]]:
    """The shared nodes as (column, text) by stage, and under which name each node is stored."""
    outputs = list(outputs)
    stored = stored_leaves(outputs)
    stages = []
    for stage in schedule(outputs):
        made = [(f"_{n.number}", expression(n, stored)) for n in stage]
        stages.append(made)
        stored |= {n.number: f"_{n.number}" for n in stage}
    return stages, stored


def chained(name: str, stages: list[list[tuple[str, str]]], ending: str) -> tuple[list[str], str]:
    """The stages over the table `name` as common table expressions, each passing on only what is still to be read."""
    needed = {ID, *_NAMES.findall(ending)}
    tables = []
    for number in range(len(stages), 0, -1):
        made = stages[number - 1]
        passed = sorted(needed - {column for column, _ in made})
        columns = ", ".join([f'"{c}"' for c in passed] + [f'{text} AS "{column}"' for column, text in made])
        before = f"{name}{number - 1}" if number > 1 else name
        tables.append(f"{name}{number} AS NOT MATERIALIZED (SELECT {columns} FROM {before})")
        needed = {*passed, *(n for _, text in made for n in _NAMES.findall(text))}
    return tables[::-1], f"{name}{len(stages)}" if stages else name


def statement(
    *,
    households: str,
    members: str,
    sums: Mapping[str, Any],
    outputs: Mapping[str, Any],
    by_area: str = "",
    varying: Iterable[str] = (),
    part: tuple[int, int] = (0, 1),
) -> str:
    """The whole run as one SELECT. `households`, `members` and `by_area` (values that differ between areas) name relations."""
    chosen = f' WHERE "{ID}" % {part[1]} = {part[0]}' if part[1] > 1 else ""
    varying = tuple(varying)
    lifted = [n.args[0] for n in leaves(sums.values(), "household")]
    wanted = {n.args[0] for n in leaves(outputs.values(), "household")} - set(sums) | set(lifted)
    own = sorted(wanted - set(varying))
    local = [v for v in varying if v in wanted]
    household_columns = ", ".join(f'h."{c}"' for c in dict.fromkeys([ID, *own]))
    if local:
        household_columns += "".join(f', a."{c}"' for c in local)
        source = f"(SELECT * FROM {households}{chosen}) h JOIN {by_area} a ON h.area_code = a.area_code"
    else:
        source = f"(SELECT * FROM {households}{chosen}) h"
    tables = [f"homes AS NOT MATERIALIZED (SELECT {household_columns} FROM {source})"]

    member_columns = ", ".join(
        f'm."{c}"' for c in [ID, *(n.args[0] for n in leaves(sums.values(), "member"))]
    )
    beside = "".join(f', b."{c}"' for c in lifted)
    join = f' JOIN homes b ON m."{ID}" = b."{ID}"' if lifted else ""
    tables.append(
        f"people AS NOT MATERIALIZED (SELECT {member_columns}{beside} FROM (SELECT * FROM {members}{chosen}) m{join})"
    )
    stages, stored = staged(sums.values())
    totals = ", ".join(f'{_total(value, stored)} AS "{name}"' for name, value in sums.items())
    read = ", ".join(_total(value, stored) for value in sums.values())
    written, last = chained("people", stages, read)
    tables += written
    tables.append(f'summed AS NOT MATERIALIZED (SELECT "{ID}", {totals} FROM {last} GROUP BY "{ID}")')

    tables.append(
        f'joined AS NOT MATERIALIZED (SELECT homes.*, summed.* EXCLUDE ("{ID}") FROM homes JOIN summed USING ("{ID}"))'
    )
    stages, stored = staged(outputs.values())
    columns = ", ".join(f'{expression(value, stored)} AS "{name}"' for name, value in outputs.items())
    written, last = chained(
        "joined", stages, ", ".join(expression(value, stored) for value in outputs.values())
    )
    tables += written
    return "WITH " + ",\n".join(tables) + f'\nSELECT "{ID}", {columns} FROM {last}'


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
