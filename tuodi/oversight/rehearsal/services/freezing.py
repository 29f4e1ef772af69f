"""Freezing a month's facts: who is on the roll, and who was assessed lately, out of the database through Arrow to Parquet.

What goes out are the facts the rules read, as `bulk.snapshot` defines them: no names, numbers, addresses or texts. Of a family whose
facts are those of last month the row of last month is carried over; only what is new is unsealed. A month is there whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tuodi.bulk.scenarios import carry_over
from tuodi.bulk.snapshot import ID, of_households, schema
from tuodi.bulk.snapshot import Snapshot as Columns
from tuodi.core.months import month_of, months_after
from tuodi.delivery.determination.models import Assessment
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Pricing
from tuodi.delivery.entitlement.services.enrolment import amount_of
from tuodi.delivery.entitlement.services.pricing import STATES, set_by_rule
from tuodi.delivery.intake.models import Snapshot
from tuodi.kit.digest import digest_of, file_digest
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal.models import FrozenMonth
from tuodi.records.journal import services as journal

CHUNK = 1000
PART = 40_000  # families a file
LATELY = timedelta(days=366)  # how long an assessment that led to no enrolment still tells how a family lives
ROLL = pa.schema(
    [(ID, pa.int64()), ("source_id", pa.int64()), ("on_roll", pa.bool_()), ("paid_fen", pa.int64()), ("by_rule", pa.bool_())]
)  # fmt: skip

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class _Family:
    """A family to be frozen: whose facts, and what it is paid."""

    source_id: int
    on_roll: bool = False
    paid_fen: int = 0
    by_rule: bool = False


def root() -> Path:
    """Where the months lie; readable to the service alone."""
    folder = Path(settings.VAR) / "rehearsal"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def columns_of(frozen: FrozenMonth) -> Columns:
    """The frozen facts, as the engine reads them."""
    folder = root() / frozen.folder
    return Columns(folder / "households", folder / "members")


def roll_of(frozen: FrozenMonth) -> Path:
    """Who was on the roll with how much."""
    return root() / frozen.folder / "roll.parquet"


@in_chinese()
def freeze(*, month: date, by: Any, on: date, tell: Tell = lambda done, total: None) -> FrozenMonth:
    """Freeze a month, or make it anew. Broken off it leaves nothing but an unfinished folder, which the next one removes."""
    month = month_of(month)
    families = _families(month, on)
    before = FrozenMonth.objects.filter(month=month).first()
    number = before.made + 1 if before else 1
    name = f"{month:%Y-%m}.{number}"
    unfinished, folder = root() / f"{name}.unfinished", root() / name
    for path in (unfinished, folder):
        if path.exists():
            shutil.rmtree(path)
    unfinished.mkdir(mode=0o700)
    carried, members = _write(families, unfinished, tell)
    _write_roll(families, unfinished)
    digest = digest_of(
        {str(p.relative_to(unfinished)): file_digest(p) for p in sorted(unfinished.rglob("*.parquet"))}
    )
    unfinished.rename(folder)
    with transaction.atomic():
        row, _made = FrozenMonth.objects.update_or_create(
            month=month,
            defaults={
                "as_of": on,
                "folder": name,
                "households": len(families),
                "members": members,
                "on_roll": sum(f.on_roll for f in families.values()),
                "carried": carried,
                "digest": digest,
                "made": number,
                "made_on": on,
            },
        )
        journal.record(
            "rehearsal.freeze",
            by=by,
            on=on,
            record=row,
            note=f"{month:%Y-%m} {len(families)} 户，其中沿用 {carried} 户",
        )
    if before:
        shutil.rmtree(root() / before.folder, ignore_errors=True)
    return row


def _families(month: date, on: date) -> dict[int, _Family]:
    """Every family to be frozen, by the key of its household: first the roll, then who was assessed lately."""
    paid_in = months_after(month)
    found: dict[int, _Family] = {}
    roll = (
        Enrolment.objects.exclude(state="exited")
        .filter(Q(until_month__isnull=True) | Q(until_month__gt=paid_in), from_month__lte=paid_in)
        .order_by("pk")
    )
    rows = roll.values_list("pk", "household_id", "state", "decision__assessment__snapshot_id")
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK)):
        keys = [r[0] for r in chunk]
        amounts: dict[int, list[EnrolmentAmount]] = {}
        for one in EnrolmentAmount.objects.filter(enrolment__in=keys).order_by("enrolment_id", "sequence"):
            amounts.setdefault(one.enrolment_id, []).append(one)
        newer = dict(
            Pricing.objects.filter(amount__enrolment__in=keys)
            .order_by("pk")
            .values_list("amount__enrolment_id", "snapshot_id")
        )
        for pk, household, state, source in chunk:
            paid = amount_of(amounts.get(pk, []), paid_in)
            found[household] = _Family(
                newer.get(pk, source),
                True,
                paid.monthly_fen if paid else 0,
                state in STATES and paid is not None and set_by_rule(amounts[pk], paid),
            )
    lately = (
        Assessment.objects.filter(assessed_on__gte=on - LATELY, assessed_on__lte=on)
        .order_by("pk")
        .values_list("review__application__household_id", "snapshot_id")
    )
    for household, source in lately.iterator(chunk_size=CHUNK):
        known = found.get(household)
        if known is None or not known.on_roll:
            found[household] = _Family(source)
    return found


def _write(families: dict[int, _Family], folder: Path, tell: Tell) -> tuple[int, int]:
    """The two tables: carried over where nothing changed, unsealed otherwise; (families carried over, members in all)."""
    same = _unchanged(families)
    carried, members = 0, 0
    last = FrozenMonth.objects.order_by("-month").first()
    if same and last is not None:
        wanted = pa.table({ID: pa.array(sorted(same), pa.int64())})
        carried, members = carry_over(columns_of(last), wanted, folder)
    new = [(household, f.source_id) for household, f in families.items() if household not in same]
    done = len(same)
    for number, part in enumerate(_chunks(iter(new), PART), 1):
        tables: dict[str, list[pa.Table]] = {"households": [], "members": []}
        for chunk in _chunks(iter(part)):
            made = of_households(_facts(chunk))
            assert isinstance(made.households, pa.Table) and isinstance(made.members, pa.Table)
            tables["households"].append(made.households)
            tables["members"].append(made.members)
            members += made.members.num_rows
            done += len(chunk)
            tell(done, len(families))
        for level, some in tables.items():
            _put(pa.concat_tables(some), folder / level / f"part-{number:05d}.parquet")
    for level, of in (("households", "household"), ("members", "member")):
        if not (folder / level).exists():
            _put(schema(of).empty_table(), folder / level / "part-00000.parquet")
    return carried, members


def _put(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    pq.write_table(table, path, compression="zstd", row_group_size=122_880)
    path.chmod(0o600)


def _write_roll(families: dict[int, _Family], folder: Path) -> None:
    table = pa.table(
        {
            ID: list(families),
            "source_id": [f.source_id for f in families.values()],
            "on_roll": [f.on_roll for f in families.values()],
            "paid_fen": [f.paid_fen for f in families.values()],
            "by_rule": [f.by_rule for f in families.values()],
        },
        schema=ROLL,
    )
    _put(table, folder / "roll.parquet")


def _unchanged(families: dict[int, _Family]) -> frozenset[int]:
    """The families whose facts stand in the newest frozen month already; none where the fields have become others since."""
    last = FrozenMonth.objects.order_by("-month").first()
    if last is None or not roll_of(last).exists():
        return frozenset()
    columns = columns_of(last)
    for level, source in (("household", columns.households), ("member", columns.members)):
        assert isinstance(source, Path)
        first = next(iter(sorted(source.glob("*.parquet"))), None)
        if first is None or pq.read_schema(first).names != schema(level).names:
            return frozenset()
    had = pq.read_table(roll_of(last), columns=[ID, "source_id"])
    known = dict(zip(had[ID].to_pylist(), had["source_id"].to_pylist(), strict=True))
    return frozenset(h for h, f in families.items() if known.get(h) == f.source_id)


def _facts(chunk: list[tuple[int, int]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The facts of some families, unsealed one after another."""
    rows = Snapshot.objects.in_bulk([source for _h, source in chunk])
    for household, source in chunk:
        yield household, facts_of(rows[source])


def _chunks(rows: Iterator[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
