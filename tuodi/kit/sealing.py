"""Sealing a column that was kept in plain: the steps of a migration, with what stands in it carried over."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation

from tuodi.kit.append_only import suspended
from tuodi.kit.sealed import SealedTextField

STEP = 1000


def sealing(app: str, model: str, name: str, field: SealedTextField) -> list[Operation]:
    """Replace the plain column `name` by the sealed `field`: added beside it, filled row by row, put in its place.

    A plain nothing becomes NULL where the field allows it. On SQLite a table that is built anew loses its triggers: the
    migration installs those of an append-only table again after this.
    """
    beside = f"{name}_sealed"
    kept_null, field.null = field.null, True
    steps: list[Operation] = [
        migrations.AddField(model, beside, field.clone()),
        migrations.RunPython(_fill(app, model, name, beside, kept_null), migrations.RunPython.noop),
        migrations.RemoveField(model, name),
        migrations.RenameField(model, beside, name),
    ]
    field.null = kept_null
    if not kept_null:
        steps.append(migrations.AlterField(model, name, field))
    return steps


def _fill(app: str, model: str, name: str, beside: str, null: bool) -> Any:
    def fill(apps: Any, editor: Any) -> None:
        rows = apps.get_model(app, model)._base_manager
        with suspended(editor.connection, apps.get_model(app, model)._meta.db_table):
            last: Any = None
            while True:
                after = rows.order_by("pk") if last is None else rows.filter(pk__gt=last).order_by("pk")
                part = list(after.only("pk", name)[:STEP])
                if not part:
                    return
                for row in part:
                    plain = getattr(row, name)
                    setattr(row, beside, plain if plain or not null else None)
                rows.bulk_update(part, [beside], batch_size=100)
                last = part[-1].pk

    return fill
