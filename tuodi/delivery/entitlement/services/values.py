"""The values in force in a place and month, each looked up once and kept once (policy.md T18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tuodi.core.areas import chain
from tuodi.core.facts import Household
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.delivery.determination.policy import shown
from tuodi.delivery.entitlement.models import PriceBasis
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.kit.digest import digest_of
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.programme import Programme
from tuodi.policy.turns import Cycle
from tuodi.records.standards import selectors as standards

AGES_AT_MONTH_END = "dibao.age.month_counted"
STANDARDS = ("dibao.standard.rural_year_fen", "dibao.standard.urban_month_fen")
# Facts enough for the rule to look up every value it uses; the values do not depend on them.
PROBE = {"name": "—", "relation": "head", "birth": "1970-01-01"}


@dataclass(frozen=True)
class Values:
    """The values in force in a place and month; `missing` says why there are none to price with.

    `at_month_end`: ages and papers are looked at on its last day, so that a birthday within it counts.
    """

    area: str
    month: date
    rows: tuple[dict[str, Any], ...] = ()
    digest: str = ""
    at_month_end: bool = True
    missing: str = ""

    @property
    def as_of(self) -> date:
        """The day in the month on which ages and papers are looked at."""
        return months_after(self.month) - timedelta(days=1) if self.at_month_end else self.month

    @property
    def by_key(self) -> dict[str, Mapping[str, Any]]:
        return {row["key"]: row for row in self.rows}


def digest_of_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """What tells values apart: keys and values, not documents."""
    return digest_of(sorted([str(r["key"]), r["value"]] for r in rows))


class Book:
    """The values of a programme by place and month, each looked up once; places without values of their own share."""

    def __init__(self, programme: Programme, county: str, parameters: Parameters) -> None:
        self.programme, self.parameters = programme, parameters
        self._own = {r.area for r in parameters.rows() if len(r.area) > 6 and r.area.startswith(county)}
        self._kept: dict[tuple[str, date], Values] = {}
        self._bases: dict[int, PriceBasis] = {}  # by the values' identity: this book keeps them
        self._next: dict[tuple[str, date], date | None] = {}
        self.county = county

    def place(self, area: str) -> str:
        """The nearest place with values of its own, or the county."""
        return next((code for code in chain(area) if code in self._own), self.county)

    def at(self, area: str, month: date) -> Values:
        """The values of a place in a month: those in force on its first day."""
        place = self.place(area)
        kept = self._kept.get((place, month))
        if kept is None:
            kept = self._kept[place, month] = self._read(place, month)
        return kept

    def _read(self, place: str, month: date) -> Values:
        probe = Household({"area_code": place, "claim_kind": "rural"}, [PROBE])
        try:
            found = self.programme.assess(probe, self.parameters, on=month)
            whether = self.parameters.row(AGES_AT_MONTH_END, place, month).value
        except MissingParameter as missing:
            return Values(place, month, missing=str(missing))
        told = [shown(r, self.parameters.info) for r in found.relied_on]
        return Values(place, month, tuple(told), digest_of_rows(told), bool(whether))

    def basis(self, values: Values) -> PriceBasis:
        """The stored row of these values."""
        kept = self._bases.get(id(values))
        if kept is None:
            kept = self._bases[id(values)] = basis_of(values.rows)
        return kept

    def next_change(self, values: Values) -> date | None:
        """The next month for which other values are already known."""
        if (values.area, values.month) not in self._next:
            self._next[values.area, values.month] = self._look_ahead(values)
        return self._next[values.area, values.month]

    def _look_ahead(self, values: Values) -> date | None:
        days = [self.parameters.next_after(str(r["key"]), values.area, values.month) for r in values.rows]
        later = sorted({_first_whole_month(row.since) for row in days if row})
        return next((m for m in later if self.at(values.area, m).digest != values.digest), None)


def _first_whole_month(day: date) -> date:
    return day if day.day == 1 else months_after(month_of(day))


def basis_of(rows: Sequence[Mapping[str, Any]]) -> PriceBasis:
    """The one row that holds these values."""
    kept = [dict(r) for r in rows]
    basis, _made = PriceBasis.objects.get_or_create(
        digest=digest_of(kept), defaults={"values_digest": digest_of_rows(kept), "rows": kept}
    )
    return basis


class Bases:
    """The stored rows of values met again and again (a roll taken over), each asked of the database once."""

    def __init__(self) -> None:
        self._kept: dict[str, PriceBasis] = {}

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> PriceBasis:
        key = repr([(r["key"], r["since"], r["value"], r["area"]) for r in rows])
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = basis_of(rows)
        return kept


def changes(
    before: Mapping[str, Mapping[str, Any]], after: Values, *, urban: bool = False
) -> list[dict[str, Any]]:
    """The values of a month that are others than before, as they are kept with a price; the family's own standard first."""
    own = STANDARDS[urban]
    found = [
        {**row, "before": before.get(key, {}).get("text", "")}
        for key, row in after.by_key.items()
        if key not in before or before[key]["value"] != row["value"]
    ]
    return sorted(found, key=lambda row: (row["key"] != own, row["key"] in STANDARDS, row["key"]))


def change_text(row: Mapping[str, Any]) -> str:
    """A changed value in words: what, from, to, by which document."""
    was = row.get("before") or "—"
    return f"{row['label']} {was} → {row['text']}（{row['basis']}）"


def review_cycle(
    programme: str, facts: Mapping[str, Any], area: str, on: date, parameters: Parameters | None = None
) -> Cycle | None:
    """How often these facts are looked at again, by the law in force on a day."""
    ask = PROGRAMMES[programme].review_cycle
    if ask is None or not facts["members"]:
        return None
    p = (parameters or standards.parameters()).at(area, on)
    return ask(Household.from_dict(facts), p, on=on)


def next_turn(
    programme: str,
    facts: Mapping[str, Any],
    area: str,
    after: date,
    parameters: Parameters | None = None,
) -> date | None:
    """The next day after `after` on which these facts change by the passage of time alone."""
    turns = PROGRAMMES[programme].turns
    if turns is None:
        return None
    p = (parameters or standards.parameters()).at(area, after)
    return next((t.day for t in turns(Household.from_dict(facts), p, after=after)), None)
