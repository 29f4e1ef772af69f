"""Several small questions to the database in one: `together(a, b, c)` runs querysets as one statement, and fills each.

A page about one case looks into a dozen tables for a handful of rows each. One by one that is a dozen round trips; here
every queryset becomes a part of one statement, its rows come back as JSON arrays, and Django reads them as if it had
asked for each alone (models, `select_related`, `values_list`). For few rows only: nothing is streamed.

Tried without, plain querysets and prefetches one by one: a case is 29 or 30 questions instead of 9, a review 13 instead of 8
(limit 10, performance goal G9; tests/portal/test_queries.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models


def together(*querysets: models.QuerySet[Any]) -> None:
    """Evaluate querysets in one statement. Each must not have been evaluated before; prefetches follow as usual."""
    parts: list[tuple[models.QuerySet[Any], Any, list[Callable[[Any], Any]]]] = []
    tables, selects, params = [], [], []
    for queryset in querysets:
        assert queryset._result_cache is None, "this queryset has been evaluated already"
        query = queryset.query.chain()
        compiler = query.get_compiler(connection=connection)
        try:
            text, values = compiler.as_sql()
        except EmptyResultSet:
            queryset._result_cache = []
            continue
        fields = [expression.output_field for expression, _sql, _alias in compiler.select]
        name, columns = f"t{len(parts)}", [f"c{i}" for i in range(len(fields))]
        readers = [_reader(field) for field in fields]
        tables.append(f"{name} ({', '.join(columns)}) AS ({text})")
        shown = ", ".join(_written(field, column) for field, column in zip(fields, columns, strict=True))
        make = "json_build_array" if connection.vendor == "postgresql" else "json_array"
        selects.append(f"SELECT {len(parts)}, row_number() OVER (), {make}({shown}) FROM {name}")  # noqa: S608
        params += values
        parts.append((queryset, compiler, readers))
    if not parts:
        return
    found: list[list[list[Any]]] = [[] for _part in parts]
    with connection.cursor() as cursor:
        # Only names of our own making and what Django's compiler wrote; every value is a parameter.
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(selects)} ORDER BY 1, 2", params)
        for part, _place, row in cursor.fetchall():
            found[part].append(json.loads(row) if isinstance(row, str) else row)
    for (queryset, compiler, readers), rows in zip(parts, found, strict=True):
        _fill(queryset, compiler, [tuple(r(v) for r, v in zip(readers, row, strict=True)) for row in rows])


def _fill(queryset: models.QuerySet[Any], compiler: Any, rows: list[tuple[Any, ...]]) -> None:
    """Let the queryset read its rows with its own compiler, which has them at hand instead of asking."""
    asked = queryset._chain()
    compiler.execute_sql = lambda *_args, **_named: [rows]
    asked.query.get_compiler = lambda *_args, **_named: compiler
    queryset._result_cache = list(asked._iterable_class(asked))
    if queryset._prefetch_related_lookups and not queryset._prefetch_done:
        queryset._prefetch_related_objects()


def _written(field: models.Field[Any, Any], column: str) -> str:
    """A column as it stands in the array: bytes as hex, JSON as the text it is."""
    postgres = connection.vendor == "postgresql"
    if isinstance(field, models.BinaryField):
        return f"encode({column}, 'hex')" if postgres else f"hex({column})"
    if isinstance(field, models.JSONField):
        return f"{column}::text" if postgres else column
    return column


def _reader(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """What makes of a JSON value what the database's driver would have given."""
    if isinstance(field, models.BinaryField):
        if connection.vendor == "postgresql":
            return lambda value: None if value is None else bytes.fromhex(value)
        # hex(NULL) is '' in SQLite; nothing of ours is kept as no bytes at all.
        return lambda value: bytes.fromhex(value) if value else None
    if connection.vendor == "postgresql" and isinstance(field, models.DateTimeField):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if connection.vendor == "postgresql" and isinstance(field, models.DateField):
        return lambda value: None if value is None else date.fromisoformat(value)
    return lambda value: value


Parts = Mapping[str, models.QuerySet[Any]]


def gather(*wanted: tuple[models.Model, Parts]) -> None:
    """Fetch the named parts of some rows in one statement and keep them with the rows; those already there stay."""
    missing: list[models.QuerySet[Any]] = []
    for row, parts in wanted:
        held = row.__dict__.setdefault("_gathered", {})
        for name, queryset in parts.items():
            if name not in held:
                held[name] = queryset
                missing.append(queryset)
    together(*missing)


def gathered(row: models.Model, parts: Parts) -> dict[str, list[Any]]:
    """The named parts of a row as lists: from what was gathered before, else asked now, all in one statement."""
    gather((row, parts))
    held = row.__dict__["_gathered"]
    return {name: list(held[name]) for name in parts}
