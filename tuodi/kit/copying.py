"""Many rows of one table at once: COPY on PostgreSQL, executemany on SQLite, both with keys taken beforehand.

What `bulk_create` does, without composing a statement that names every value: some four times cheaper a row, and its
memory does not grow with the rows. Triggers and constraints of the table apply as for any other insert.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import connection, models
from psycopg import sql

from tuodi.kit.sealed import SealedTextField

Row = TypeVar("Row", bound=models.Model)
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))  # the backslash first


def insert(rows: Iterable[Row]) -> list[Row]:
    """Insert unsaved rows of one model inside the caller's transaction; they come back saved, with their keys."""
    made = list(rows)
    if not made:
        return made
    assert connection.in_atomic_block, "half a set of rows is no set"
    model = type(made[0])
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        for row, pk in zip(made, _keys(model, len(made)), strict=True):
            row.pk = pk
    fields = model._meta.concrete_fields
    if connection.vendor == "postgresql":
        _copy(model, fields, made)
    else:
        _executemany(model, fields, made)
    for row in made:
        row._state.adding = False
        row._state.db = connection.alias
    return made


def _keys(model: type[models.Model], count: int) -> Iterable[int]:
    """Keys nobody else will get: from the sequence on PostgreSQL, after the last one under SQLite's write lock."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # AUTOINCREMENT remembers the highest key ever given; a plain MAX would give a deleted row's again.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)


def _values(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """How a field's value for the database is read off a row."""
    name = field.attname
    if isinstance(field, models.ForeignKey):
        # The key of a related row that was saved after it was named.
        descriptor, target = field.name, field.target_field.attname

        def related(row: models.Model) -> Any:
            value = getattr(row, name)
            if value is None and field.is_cached(row):
                other = getattr(row, descriptor)
                value = None if other is None else getattr(other, target)
            return value

        return related
    if isinstance(field, models.DateField) and (
        getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
    ):
        return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
    if isinstance(field, SealedTextField):
        return lambda row: field.get_prep_value(getattr(row, name))
    if isinstance(field, models.JSONField) and field.encoder is None:
        # SQLite keeps the text as it is, so there it is spelled as Django spells it.
        ascii_ = connection.vendor == "sqlite"
        return lambda row: None if (v := getattr(row, name)) is None else json.dumps(v, ensure_ascii=ascii_)
    if type(field) is models.DateField and connection.vendor == "sqlite":
        return lambda row: None if (day := getattr(row, name)) is None else day.isoformat()
    if type(field) in PLAIN:
        return lambda row: getattr(row, name)
    return lambda row: field.get_db_prep_save(getattr(row, name), connection)


# Their values go to either database as they are.
PLAIN = (
    models.BigAutoField,
    models.CharField,
    models.TextField,
    models.SlugField,
    models.BooleanField,
    models.IntegerField,
    models.BigIntegerField,
    models.SmallIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.PositiveBigIntegerField,
    models.DateField,
)


def _text(value: Any) -> str:
    """A value in COPY's text form."""
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        for plain, escaped in _ESCAPES:  # several times faster than str.translate on long documents
            if plain in value:
                value = value.replace(plain, escaped)
        return value
    if isinstance(value, bytes | memoryview):
        return f"\\\\x{bytes(value).hex()}"
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    assert isinstance(value, int), f"{type(value)} has no COPY form here"
    return str(value)


def _copy(model: type[models.Model], fields: Iterable[Any], made: Iterable[models.Model]) -> None:
    readers = [_values(field) for field in fields]
    lines = ("\t".join([_text(read(row)) for read in readers]) for row in made)
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), columns)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for part in _parts(lines):
            copy.write(part)


def _parts(lines: Iterable[str], count: int = 200) -> Iterable[str]:
    """Lines in portions of some hundred kilobytes."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == count:
            yield "\n".join(held) + "\n"
            held.clear()
    if held:
        yield "\n".join(held) + "\n"


def _executemany(model: type[models.Model], fields: Iterable[Any], made: Iterable[models.Model]) -> None:
    readers = [_values(field) for field in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(readers))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608  our own names
            ([read(row) for read in readers] for row in made),
        )
