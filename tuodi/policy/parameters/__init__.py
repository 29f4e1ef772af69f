"""The dated values shipped with the platform, read from the YAML files beside this one.

Each file holds keys with label, unit and dated values per area; amounts are written in yuan and held in fen, percentages
in percent and held in basis points, so that an official can compare a file with the printed notice line by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tuodi.core.parameters import ParameterInfo, ParameterRow, Parameters

HERE = Path(__file__).parent
SCALES = {"fen": 100, "basis_points": 100}


@lru_cache(maxsize=1)
def shipped() -> Parameters:
    """All values of the YAML files, those made up for a place among them: what cases, tests and the demo run on."""
    info: dict[str, ParameterInfo] = {}
    rows: list[ParameterRow] = []
    for path in sorted(HERE.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key, entry in content.items():
            assert key not in info, f"{path.name}: {key} stands twice"
            info[key] = ParameterInfo(key, entry["label"], entry["unit"], entry.get("floor", False))
            rows += _rows(key, entry)
    return Parameters(rows, info)


@lru_cache(maxsize=1)
def documented() -> Parameters:
    """The same without what is made up for a place: what production starts with (policy memo T25).

    There a look-up of such a value stops with its name until the place has set its own, with a document, in
    `records.standards`. A default for the whole nation that is marked `test` stays: its mark goes with it to the page.
    """
    whole = shipped()
    return Parameters((row for row in whole.rows() if not made_up(row)), whole.info)


def made_up(row: ParameterRow) -> bool:
    """Whether a value stands for one place only and no document says it."""
    return row.mark == "test" and row.area != ""


def held(value: Any, unit: str) -> int | bool | str | None:
    """A written value in the unit it is held in: '557' yuan as 55700 fen, '20' percent as 2000 basis points."""
    if value is None or isinstance(value, bool) or unit not in (*SCALES, "count", "months", "days", "years"):
        return value  # type: ignore[no-any-return]
    scaled = Decimal(str(value)) * SCALES.get(unit, 1)
    assert scaled == scaled.to_integral_value(), f"{value} is not a whole number of {unit}"
    return int(scaled)


def _rows(key: str, entry: Mapping[str, Any]) -> Iterator[ParameterRow]:
    for area, dated in entry["values"].items():
        for since, row in dated.items():
            yield ParameterRow(
                key=key,
                area="" if area == "nation" else str(area),
                since=since if isinstance(since, date) else date.fromisoformat(since),
                value=held(row["value"], entry["unit"]),
                basis=row["basis"],
                mark=row["mark"],
                checked=row.get("checked", entry.get("checked")),
                note=row.get("note", ""),
            )
