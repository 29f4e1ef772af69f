"""Dated values of the regulations: looked up by key, place and day; each with its document, mark and last check.

The nearest level that has a row in force answers: village … county → prefecture → province → nation (policy memo 0.1).
Urban and rural are part of the key. A missing value stops with its name; it is never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuodi.core.areas import chain, level_of
from tuodi.core.logic import Unknown
from tuodi.core.refusal import Refused

MARKS = {"verified": "已核实", "likely": "较可靠", "unverified": "未核实", "test": "测试值"}


class MissingParameter(Refused):
    """No value is in force; the message names the key, the place and the day and says who has to set it.

    A refusal like any other: wherever a rule is run, the officer reads the sentence and can act on it.
    """

    def __init__(self, key: str, area: str, on: date, note: str = "") -> None:
        self.key, self.area, self.on = key, area, on
        super().__init__(
            f"缺少参数 {key}：{area or '全国'} 在 {on.isoformat()} 没有有效的值，"
            f"请在“标准与参数”中录入并注明文件{note and f'（{note}）'}"
        )


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """What a key is: its label, its unit (fen, basis_points, months, count, bool, word) and whether upper levels set a floor."""

    key: str
    label: str
    unit: str
    floor: bool = False


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A value from a day on, for a place. `value` None means: expressly not set, ask the next level no further."""

    key: str
    area: str
    since: date
    value: int | bool | str | None
    basis: str
    mark: str
    checked: date | None = None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, as stored with an assessment."""
        return {
            "key": self.key,
            "area": self.area,
            "since": self.since.isoformat(),
            "value": self.value,
            "basis": self.basis,
            "mark": self.mark,
            "checked": self.checked.isoformat() if self.checked else None,
            "note": self.note,
        }


class InForce(dict[str, Any]):
    """The values in force for one place on one day: `p["dibao.standard.urban_month_fen"]`.

    A dictionary that fills itself, so that a rule's look-ups cost nothing the second time; it holds what was read, by one
    rule (`Parameters.at`) or by one reader alone (`Parameters.read_by_one`), so that `relied_on` names nothing else.
    """

    __slots__ = ("_parameters", "_relied_on", "area", "on")

    def __init__(self, parameters: Parameters, area: str, on: date) -> None:
        self._parameters, self.area, self.on = parameters, area, on
        self._relied_on: tuple[int, tuple[Mapping[str, Any], ...]] = (0, ())

    def __missing__(self, key: str) -> Any:
        value = self[key] = self._parameters.row(key, self.area, self.on).value
        return value

    def optional(self, key: str) -> Any:
        """A value that matters only to some families: where none is in force, an `Unknown` that says which by its label."""
        try:
            return self[key]
        except MissingParameter:
            return Unknown(self._parameters.unset(key))

    def unknown(self, name: str) -> Unknown:
        """What no row can give yet (this month's index, while only another month's is recorded): an unknown of that name."""
        return Unknown(name)

    def relied_on(self) -> tuple[Mapping[str, Any], ...]:
        """The rows read so far, with document and mark, by key."""
        if self._relied_on[0] != len(self):
            rows = (self._parameters.row(k, self.area, self.on) for k in sorted(self))
            self._relied_on = (len(self), tuple(r.to_dict() for r in rows))
        return self._relied_on[1]


class Parameters:
    """All dated values. Immutable: `with_rows` makes a new one (the prefecture's own, a what-if)."""

    def __init__(self, rows: Iterable[ParameterRow], info: Mapping[str, ParameterInfo]) -> None:
        self.info: Mapping[str, ParameterInfo] = info
        self._rows: dict[str, dict[str, list[ParameterRow]]] = {}
        for row in rows:
            self._rows.setdefault(row.key, {}).setdefault(row.area, []).append(row)
        for places in self._rows.values():
            for dated in places.values():
                # A later row of the same day (the prefecture's own beside the shipped one) stands above the earlier.
                dated.sort(key=lambda r: r.since)
        self._in_force: dict[tuple[str, str, date], InForce] = {}

    def unset(self, key: str) -> str:
        """How a value that nobody has set is named to whom it concerns: by its label, never by its key."""
        return f"{self.info[key].label if key in self.info else key}（尚未设定）"

    def keys(self) -> tuple[str, ...]:
        """Every key that has a row."""
        return tuple(self._rows)

    def places(self) -> frozenset[str]:
        """Every place that has a row of its own."""
        return frozenset(place for places in self._rows.values() for place in places)

    def rows(self, key: str | None = None) -> tuple[ParameterRow, ...]:
        """All rows, or those of one key, by place and day."""
        keys = self.keys() if key is None else (key,)
        return tuple(r for k in keys for place in sorted(self._rows.get(k, {})) for r in self._rows[k][place])

    def row(self, key: str, area: str, on: date) -> ParameterRow:
        """The row in force; raises `MissingParameter` with the name of what is missing."""
        places = self._rows.get(key, {})
        for code in chain(area):
            found = None
            for row in places.get(code, ()):
                if row.since > on:
                    break
                found = row
            if found is not None:
                if found.value is None:
                    raise MissingParameter(key, area, on, found.note or found.basis)
                return found
        raise MissingParameter(key, area, on)

    def at(self, area: str, on: date, rule: str = "") -> InForce:
        """The values in force in a place on a day; kept, since thousands of households share it.

        A rule that says what it relied on names itself, so that nobody else's look-ups stand among its own.
        """
        kept = self._in_force.get((rule, area, on))
        if kept is None:
            if len(self._in_force) > 4096:
                self._in_force.clear()
            kept = self._in_force[rule, area, on] = InForce(self, area, on)
        return kept

    def read_by_one(self, area: str, on: date) -> InForce:
        """The values for one reader alone, whose look-ups depend on the facts: `relied_on` is then exactly what it read."""
        return InForce(self, area, on)

    def next_after(self, key: str, area: str, on: date) -> ParameterRow | None:
        """The next row of the level now in force (or of any level above it) that starts after a day."""
        later = [r for code in chain(area) for r in self._rows.get(key, {}).get(code, ()) if r.since > on]
        return min(later, key=lambda r: r.since, default=None)

    def with_rows(self, rows: Iterable[ParameterRow]) -> Parameters:
        """These values and more; a new row stands above an older one of the same key, place and day."""
        return Parameters((*self.rows(), *rows), self.info)

    def faults(self) -> list[str]:
        """What is wrong with the table: no document, no mark, unknown key, a place below the floor set above it."""
        found = []
        for row in self.rows():
            where = f"{row.key} {row.area or '全国'} {row.since}"
            if row.key not in self.info:
                found.append(f"{where}: 参数没有名称和单位")
            if not row.basis.strip():
                found.append(f"{where}: 没有文件依据")
            if row.mark not in MARKS:
                found.append(f"{where}: 标记 {row.mark} 不在 {', '.join(MARKS)} 之中")
            info = self.info.get(row.key)
            if info and info.floor and row.area and type(row.value) is int:
                for code in chain(row.area)[1:]:
                    above = [r for r in self._rows[row.key].get(code, ()) if r.since <= row.since]
                    if above and type(above[-1].value) is int and row.value < above[-1].value:
                        found.append(f"{where}: 低于{level_of(code)}标准 {above[-1].value}")
        return found
