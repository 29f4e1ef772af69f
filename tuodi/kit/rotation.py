"""Moving every sealed value to a new key while the platform serves: by primary key, in short transactions, resumable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from tuodi.kit.append_only import suspended
from tuodi.kit.sealed import SealedTextField, reseal

STEP = 1000


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column that holds sealed values, and their kind."""

    model: type[models.Model]
    field: SealedTextField

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field.name}"


def sealed_columns() -> Iterator[SealedColumn]:
    """Every sealed column of the installation, found by its field and not by a list someone must keep."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                yield SealedColumn(model, field)


def count_under_other_keys(column: SealedColumn, current: int) -> int:
    """How many values of a column are not under the key `current`."""
    table, name, _pk = _names(column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {_is_other(name)}", [_byte(current)])  # noqa: S608
        return int(cursor.fetchone()[0])


def rotate_column(
    column: SealedColumn, current: int, *, progress: Callable[[int], None] = lambda _n: None
) -> int:
    """Reseal every value of a column that is not under the key `current`; returns how many were moved.

    Stopped anywhere, it goes on where it was: what is done is under the new key and no longer found. A value changed
    by somebody else meanwhile is left to them (compare-and-set) and was sealed under the new key anyway.
    """
    table, name, pk = _names(column)
    moved = 0
    last: Any = None
    while True:
        with (
            transaction.atomic(),
            suspended(connection, column.model._meta.db_table),
            connection.cursor() as cursor,
        ):
            after = "" if last is None else f"AND {pk} > %s"
            cursor.execute(
                f"SELECT {pk}, {name} FROM {table} WHERE {_is_other(name)} {after} ORDER BY {pk} LIMIT {STEP}",  # noqa: S608
                [_byte(current)] if last is None else [_byte(current), last],
            )
            rows = [(key, bytes(box)) for key, box in cursor.fetchall()]
            if not rows:
                return moved
            cursor.executemany(
                f"UPDATE {table} SET {name} = %s WHERE {pk} = %s AND {name} = %s",  # noqa: S608
                [(reseal(box, column.field.kind), key, box) for key, box in rows],
            )
            last = rows[-1][0]
            moved += len(rows)
        progress(moved)


def _names(column: SealedColumn) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    meta = column.model._meta
    return quote(meta.db_table), quote(column.field.column), quote(meta.pk.column)


def _is_other(name: str) -> str:
    if connection.vendor == "postgresql":
        return f"{name} IS NOT NULL AND substring({name} FROM 1 FOR 1) <> %s"
    return f"{name} IS NOT NULL AND substr({name}, 1, 1) <> %s"


def _byte(number: int) -> Any:
    return bytes([number])
