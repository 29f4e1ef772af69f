"""Running drafts over a frozen month: who gains, who loses, what it costs, by place and by person; all drafts of a place at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.bulk.scenarios import CLASSES, DIMENSIONS, Asked, Counted, Scenarios, totals
from tuodi.core.areas import reach, township_kind
from tuodi.core.months import months_after
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.core.refusal import Refused
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal.drafted import (
    changes_of,
    digest_of_values,
    first_month,
    keys_of,
    parameters_with,
    programmes_of,
)
from tuodi.oversight.rehearsal.models import Draft, FrozenMonth, Rehearsal
from tuodi.oversight.rehearsal.services.freezing import opened, roll_of
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards

AGES_AT_MONTH_END = "dibao.age.month_counted"
# Who pays: the county what remains, so that the parts make up the whole to the fen.
SHARES = {
    "central": "fund_share.central_basis_points",
    "province": "fund_share.province_basis_points",
    "prefecture": "fund_share.prefecture_basis_points",
}
YEARLY = {"month": 12, "term": 2, "year": 1}
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Places:
    """The places of the answers, by number: county and kind of township."""

    codes: Mapping[str, int]
    rows: tuple[tuple[str, str, str], ...]  # county code, county name, kind


def places() -> Places:
    """Every township and county as a number."""
    counties = dict(Area.objects.filter(level="county").values_list("pk", "name"))
    codes: dict[str, int] = {}
    rows: list[tuple[str, str, str]] = []
    for code, name in Area.objects.filter(level="township").order_by("pk").values_list("pk", "name"):
        codes[code] = len(rows)
        rows.append((code[:6], counties.get(code[:6], code[:6]), township_kind(code, name)))
    for code, name in counties.items():
        codes[code] = len(rows)
        rows.append((code, name, "unknown"))
    return Places(codes, tuple(rows))


@in_chinese()
def rehearse(
    *,
    drafts: Sequence[Draft],
    by: Any,
    on: date,
    frozen: FrozenMonth | None = None,
    tell: Tell = lambda done, total: None,
) -> list[Rehearsal]:
    """Run drafts of one place together over the newest frozen month, in the first month in which all their values are in force."""
    assert drafts, "something to rehearse"
    began = time.perf_counter()
    area = drafts[0].area
    if any(d.area_id != area.pk for d in drafts):
        raise Refused(_("一起预演的草案须是同一个范围"))
    rights.refuse_without(by, "rehearsal.run", area.pk, on)
    for draft in drafts:
        if not keys_of(draft):
            raise Refused(_("“{title}”里还没有值").format(title=draft.title))
    frozen = frozen or FrozenMonth.objects.order_by("-month").first()
    if frozen is None:
        raise Refused(_("还没有冻结过一个月的家庭情况，请先冻结"))
    base = standards.parameters()
    sets = [base, *(parameters_with(d, base) for d in drafts)]
    month = max(first_month(d, on) for d in drafts)
    result = run_sets(sets, sorted({k for d in drafts for k in keys_of(d)}), frozen, area, month, tell)
    spent = round((time.perf_counter() - began) * 1000)
    made = []
    with transaction.atomic():
        for draft, told in zip(drafts, result, strict=True):
            told["difference"] = difference(draft, base)
            row = Rehearsal.objects.create(
                draft=draft,
                frozen=frozen,
                frozen_digest=frozen.digest,
                on=month,
                values_digest=digest_of_values(draft, base),
                result=told,
                milliseconds=spent,
                made_by=journal.actor_name(by),
                made_on=on,
            )
            journal.record(
                "rehearsal.run",
                by=by,
                on=on,
                record=draft,
                note=f"{month:%Y-%m} {frozen.households} 户 {spent} 毫秒",
            )
            made.append(row)
    return made


def run_sets(
    sets: Sequence[Parameters], keys: Sequence[str], frozen: FrozenMonth, area: Area, month: date, tell: Tell
) -> list[dict[str, Any]]:
    """What each set after the first shows against it, as tables."""
    where = places()
    as_of = as_of_in(month, sets[0], area.pk)
    ready = Scenarios(
        opened(frozen),
        on=month,
        as_of=as_of,
        places=where.codes,
        reach=reach(area.pk),
        roll=roll_of(frozen),
    )
    codes = [c for c in programmes_of(keys) if PROGRAMMES[c].in_force(month)]
    told: list[dict[str, Any]] = [
        {
            "month": f"{month:%Y-%m}",
            "as_of": as_of.isoformat(),
            "area": area.name,
            "frozen": f"{frozen.month:%Y-%m}",
            "households": frozen.households,
            "members": frozen.members,
            "programmes": [],
            "not_set": {},
        }
        for _set in sets[1:]
    ]
    asked: list[Asked] = []
    for code in codes:
        try:
            asked.append(ready.ask(code, sets))
        except MissingParameter as missing:
            for one in told:
                one["not_set"][code] = str(missing)
        except (KeyError, TypeError) as fault:
            # A text of the law picks its articles by one version; where counties differ there is no one version.
            raise Refused(_("各县（市）适用的办法不同，请为每个县（市）分别起草后预演")) from fault
    for question, counted in zip(asked, ready.count(asked, tell), strict=True):
        for one, of_set in zip(told, counted, strict=True):
            one["programmes"].append(as_tables(question.programme, of_set, where, sets[0], month))
    return told


def as_of_in(month: date, parameters: Parameters, area: str) -> date:
    """The day in a month on which the month's run looks at ages: its last, so that a birthday within it counts, or its first."""
    try:
        at_end = bool(parameters.row(AGES_AT_MONTH_END, area, month).value)
    except MissingParameter:
        at_end = True
    return months_after(month) - timedelta(days=1) if at_end else month


# --- tables ------------------------------------------------------------------------------------------------


def blank() -> dict[str, int]:
    """A row of figures."""
    return dict.fromkeys((*CLASSES.values(), "before", "after", "before_fen", "after_fen"), 0)


def as_tables(code: str, counted: Counted, where: Places, base: Parameters, month: date) -> dict[str, Any]:
    """What one set shows of one programme, as rows a page, a sheet and a paper can print."""
    programme = PROGRAMMES[code]
    total, counties, kinds = blank(), {}, {}
    for row in counted.places.to_pylist():
        county, name, kind = where.rows[row["place"]] if row["place"] >= 0 else ("", "其他", "unknown")
        for line in (total, counties.setdefault((county, name), blank()), kinds.setdefault(kind, blank())):
            _add(line, row)
    period = programme.period if programme.period != "none" else "month"
    deltas = {county: line["after_fen"] - line["before_fen"] for (county, _n), line in counties.items()}
    told = {
        "code": code,
        "label": programme.label,
        "period": period,
        "persons": programme.of_members,
        "total": total,
        "county": [{"name": name, **line} for (_c, name), line in sorted(counties.items())],
        "kind": [{"name": kind, **line} for kind, line in sorted(kinds.items())],
        **{d: _people(totals(counted.persons, d)) for d in DIMENSIONS},
        "funds": split(deltas, period, base, month),
        "roll": None,
    }
    if counted.roll is not None:
        told["roll"] = _roll(counted.roll, where, base, month)
    return told


def _add(line: dict[str, int], row: Mapping[str, int]) -> None:
    name = CLASSES[row["class"]]
    line[name] += row["rows"]
    line["before"] += row["rows"] if name in ("lost", "more", "less", "same") else 0
    line["after"] += row["rows"] if name in ("gained", "more", "less", "same") else 0
    line["before_fen"] += row["before_fen"]
    line["after_fen"] += row["after_fen"]


def _people(found: Mapping[Any, Mapping[str, int]]) -> list[dict[str, Any]]:
    return [
        {"name": str(value), **dict.fromkeys(CLASSES.values(), 0), **by_class}
        for value, by_class in found.items()
    ]


def _roll(table: pa.Table, where: Places, base: Parameters, month: date) -> dict[str, Any]:
    """The month's run foretold: what is paid now, what will be, who gets more, whom an officer must look at."""
    names = ("households", "paid_fen", "after_fen", "more", "less")
    total, counties = dict.fromkeys(names, 0), {}
    for row in table.to_pylist():
        county, name, _kind = where.rows[row["place"]] if row["place"] >= 0 else ("", "其他", "unknown")
        for line in (total, counties.setdefault((county, name), dict.fromkeys(names, 0))):
            for key in names:
                line[key] += row[key]
    deltas = {county: line["after_fen"] - line["paid_fen"] for (county, _n), line in counties.items()}
    return {
        "total": total,
        "county": [{"name": name, **line} for (_c, name), line in sorted(counties.items())],
        "funds": split(deltas, "month", base, month),
    }


def split(deltas: Mapping[str, int], period: str, base: Parameters, month: date) -> list[dict[str, Any]]:
    """What each level of finance pays more (or less), by the shares in force in each county; the county what remains."""
    sums: dict[str, int] = {**dict.fromkeys(SHARES, 0), "county": 0}
    for county, delta in deltas.items():
        left = delta
        for level, key in SHARES.items():
            try:
                share = int(base.row(key, county, month).value or 0)
            except MissingParameter:
                share = 0
            part = abs(delta) * share // 10_000 * (1 if delta >= 0 else -1)
            sums[level] += part
            left -= part
        sums["county"] += left
    times = YEARLY.get(period, 0)
    return [
        {
            "level": level,
            "fen": fen,
            "month_fen": fen if period == "month" else None,
            "year_fen": fen * times if times else None,
        }
        for level, fen in sums.items()
    ]


def difference(draft: Draft, base: Parameters) -> list[dict[str, Any]]:
    """The draft's difference as it stood when it was run, for papers printed later."""
    return [
        {
            "key": c.value.key,
            "label": c.info.label,
            "unit": c.info.unit,
            "place": c.place,
            "since": c.value.since.isoformat(),
            "before": c.before.value if c.before else None,
            "before_basis": c.before.basis if c.before else "",
            "before_mark": c.before.mark if c.before else "",
            "after": c.value.value,
            "basis": c.value.basis,
            "mark": c.value.mark,
            "percent": c.percent,
        }
        for c in changes_of(draft, base)
    ]


def together(drafts: Iterable[Draft]) -> list[list[Draft]]:
    """Drafts by place, as they can be run at once."""
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(draft.area_id, []).append(draft)
    return list(groups.values())
