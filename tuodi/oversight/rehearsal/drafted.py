"""The values of a draft over what is in force: as parameters, as a difference in words, and as a digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tuodi.core.months import month_of, months_after
from tuodi.core.parameters import MissingParameter, ParameterInfo, ParameterRow, Parameters
from tuodi.kit.digest import digest_of
from tuodi.oversight.rehearsal.models import Draft, DraftValue
from tuodi.policy.cases import FILES, answer_of, cases
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards


def row_of(value: DraftValue) -> ParameterRow:
    """A drafted value as core knows it."""
    return ParameterRow(
        value.key, value.area_code, value.since, value.value, value.basis, value.mark, None, ""
    )


def values_of(draft: Draft) -> list[DraftValue]:
    """A draft's values, in the order in which they are read."""
    return sorted(draft.values.all(), key=lambda v: (v.key, v.area_code, v.since))


def parameters_with(draft: Draft, base: Parameters | None = None) -> Parameters:
    """What would be in force with the draft: its rows above everything of the same key, place and day."""
    return (base or standards.parameters()).with_rows(map(row_of, values_of(draft)))


@dataclass(frozen=True)
class Change:
    """One value as a reader compares it: what is in force on its day without it, and with it."""

    value: DraftValue
    info: ParameterInfo
    before: ParameterRow | None
    place: str

    @property
    def same(self) -> bool:
        """Whether nothing would change on its day."""
        return self.before is not None and self.before.value == self.value.value

    @property
    def percent(self) -> str:
        """By how much a figure rises or falls."""
        old, new = self.before.value if self.before else None, self.value.value
        if type(old) is not int or type(new) is not int or self.info.unit == "bool" or not old:
            return ""
        return f"{(new - old) * 100 / old:+.2f}%"


def changes_of(draft: Draft, base: Parameters | None = None) -> list[Change]:
    """The draft's difference, value by value."""
    found = base or standards.parameters()
    names = _names({v.area_code for v in draft.values.all()})
    return [
        Change(v, found.info[v.key], _row(found, v), names.get(v.area_code, v.area_code))
        for v in values_of(draft)
    ]


def _row(found: Parameters, value: DraftValue) -> ParameterRow | None:
    try:
        return found.row(value.key, value.area_code, value.since)
    except MissingParameter:
        return None


def _names(codes: Iterable[str]) -> dict[str, str]:
    return dict(Area.objects.filter(pk__in=set(codes)).values_list("pk", "name"))


def keys_of(draft: Draft) -> list[str]:
    """The keys a draft changes."""
    return sorted({v.key for v in draft.values.all()})


def digest_of_values(draft: Draft, base: Parameters | None = None) -> str:
    """What tells one rehearsal from another: the values drafted, and what stands under them today."""
    found = base or standards.parameters()
    rows = [[v.key, v.area_code, v.since.isoformat(), v.value] for v in values_of(draft)]
    under = [_told(_row(found, v)) for v in values_of(draft)]
    return digest_of([rows, under])


def _told(row: ParameterRow | None) -> list[Any]:
    return [row.area, row.since.isoformat(), row.value] if row else []


def first_day(draft: Draft) -> date | None:
    """The first day on which the draft's last value is in force: what is rehearsed is a whole month with all of them."""
    days = [v.since for v in draft.values.all()]
    return max(days) if days else None


def first_month(draft: Draft, today: date) -> date:
    """The first month that begins with every value in force; for what reaches back, the next month from today."""
    day = first_day(draft)
    if day is None or day <= today:
        return months_after(month_of(today))
    return day if day.day == 1 else months_after(month_of(day))


# --- who reads a value -------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def readers() -> Mapping[str, frozenset[str]]:
    """Which programmes read which value, as found by running their cases."""
    found: dict[str, set[str]] = {}
    for code, path in FILES.items():
        for case in cases(path):
            for key in answer_of(code, case).keys:
                found.setdefault(key, set()).add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


def programmes_of(keys: Iterable[str]) -> list[str]:
    """The programmes with a rule that read any of these values, in the order of the catalogue."""
    read: set[str] = set()
    for key in keys:
        read |= readers().get(key, frozenset())
    return [code for code in PROGRAMMES if code in read]
