"""Places and departments from the files beside this one: loaded at seeding and on every upgrade, twice is once."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from tuodi.records.org.models import Area, Department, DepartmentDuty, DepartmentName

HERE = Path(__file__).resolve().parent


@transaction.atomic
def load_areas(path: Path = HERE / "areas.csv") -> int:
    """Load the prefecture's divisions; returns how many there are. A name changed in the file is changed here."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    order = {level: n for n, (level, _label) in enumerate(Area.LEVELS)}
    rows.sort(key=lambda r: (order[r["level"]], r["code"]))
    # A parent stands before its children, so one insert a level satisfies the foreign key at once.
    for level in order:
        Area.objects.bulk_create(
            [
                Area(code=r["code"], name=r["name"], level=level, parent_id=r["parent"] or None)
                for r in rows
                if r["level"] == level
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "level", "parent"],
        )
    return len(rows)


@transaction.atomic
def load_departments(path: Path = HERE / "departments.yaml") -> int:
    """Load the departments with their dated names and duties; returns how many there are."""
    bodies = yaml.safe_load(path.read_text(encoding="utf-8"))
    Department.objects.bulk_create([Department(code=b["code"]) for b in bodies], ignore_conflicts=True)
    DepartmentName.objects.bulk_create(
        [
            DepartmentName(department_id=b["code"], name=n["name"], basis=n.get("basis", ""), **_span(n))
            for b in bodies
            for n in b["names"]
        ],
        update_conflicts=True,
        unique_fields=["department", "since"],
        update_fields=["name", "until", "basis"],
    )
    DepartmentDuty.objects.bulk_create(
        [
            DepartmentDuty(
                department_id=b["code"], duty=d["duty"], text=d["text"], basis=d["basis"], **_span(d)
            )
            for b in bodies
            for d in b["duties"]
        ],
        update_conflicts=True,
        unique_fields=["department", "duty", "since"],
        update_fields=["text", "until", "basis"],
    )
    return len(bodies)


def _span(row: dict[str, Any]) -> dict[str, date | None]:
    return {"since": row["since"], "until": row.get("until")}
