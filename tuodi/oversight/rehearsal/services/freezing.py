"""Freezing a month's facts: who is on the roll, and who was assessed lately, out of the database through Arrow to sealed Parquet.

What goes out are the facts the rules read, as `bulk.snapshot` defines them: no names, numbers, addresses or texts; illness and disability
are among them, so each file is sealed as a whole (decision 0008) and opened in memory only. Of a family whose facts are those of last
month the row of last month is carried over; only what is new is unsealed. A month is there whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tuodi.bulk.snapshot import ID, MEMBER, Piece, columns_in, of_households, schema
from tuodi.core.months import month_of, months_after
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Assessment
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Pricing
from tuodi.delivery.entitlement.services.enrolment import amount_of
from tuodi.delivery.entitlement.services.pricing import STATES, set_by_rule
from tuodi.delivery.intake.models import Snapshot
from tuodi.kit.digest import digest_of, file_digest
from tuodi.kit.sealed import NotOurs, seal_content, unseal_content
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal.models import FrozenMonth
from tuodi.records.journal import services as journal

CHUNK = 1000
PART = 40_000  # families a file
ENDING, KIND = ".parquet.sealed", "frozen_month"
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


def opened(frozen: FrozenMonth) -> list[Piece]:
    """The frozen facts, file by file, opened in memory. Raises Refused where they are not here or do not open."""
    folder = root() / frozen.folder
    levels = [sorted((folder / level).glob(f"*{ENDING}")) for level in ("households", "members")]
    if not levels[0] or len(levels[0]) != len(levels[1]):
        raise Refused(_("这台机器上没有封存好的冻结文件，请重新冻结"))
    return [(_open(h), _open(m)) for h, m in zip(*levels, strict=True)]


def roll_of(frozen: FrozenMonth) -> pa.Table:
    """Who was on the roll with how much. Raises Refused as `opened` does."""
    path = root() / frozen.folder / f"roll{ENDING}"
    if not path.exists():
        raise Refused(_("这台机器上没有封存好的冻结文件，请重新冻结"))
    return _open(path).read()


def _open(path: Path) -> pq.ParquetFile:
    try:
        plain = unseal_content(path.read_bytes(), KIND)
    except NotOurs as fault:
        raise Refused(
            _("冻结的文件打不开：密钥不是封存时的那一把，或文件已损坏。请放回原来的密钥，或重新冻结")
        ) from fault
    return pq.ParquetFile(pa.BufferReader(plain))


def opens(frozen: FrozenMonth) -> bool:
    """Whether a month can be rehearsed on: here, sealed, and by a key we hold."""
    try:
        roll_of(frozen)
    except Refused:
        return False
    return True


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
        {str(p.relative_to(unfinished)): file_digest(p) for p in sorted(unfinished.rglob(f"*{ENDING}"))}
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
    _remove_unsealed()
    return row


def _remove_unsealed() -> None:
    """What an earlier version froze in plain does not stay."""
    for folder in {path.relative_to(root()).parts[0] for path in root().rglob("*.parquet")}:
        shutil.rmtree(root() / folder)


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


@dataclass(slots=True)
class _Parts:
    """The two tables as they are written: gathered to so many families a file, households and their members under one number."""

    folder: Path
    number: int = 0
    families: int = 0
    members: int = 0
    gathered: list[tuple[pa.Table, pa.Table]] = field(default_factory=list)

    def add(self, households: pa.Table, members: pa.Table) -> None:
        """Some families; written once there are enough."""
        self.gathered.append((households, members))
        self.families += households.num_rows
        self.members += members.num_rows
        if sum(h.num_rows for h, _members in self.gathered) >= PART:
            self.write()

    def write(self) -> None:
        """What was gathered, as a file of each."""
        if not self.gathered:
            return
        for level, some in zip(("households", "members"), zip(*self.gathered, strict=True), strict=True):
            order = [(ID, "ascending"), *([(MEMBER, "ascending")] if level == "members" else [])]
            _put(
                pa.concat_tables(some).sort_by(order), self.folder / level / f"part-{self.number:05d}{ENDING}"
            )
        self.number += 1
        self.gathered.clear()


def _write(families: dict[int, _Family], folder: Path, tell: Tell) -> tuple[int, int]:
    """The two tables: carried over where nothing changed, unsealed otherwise; (families carried over, members in all)."""
    same, last = _unchanged(families)
    parts = _Parts(folder)
    for households, members in last:
        parts.add(_of(households, same), _of(members, same))
    carried = parts.families
    new = [(household, f.source_id) for household, f in families.items() if household not in same]
    for chunk in _chunks(iter(new)):
        made = of_households(_facts(chunk))
        assert isinstance(made.households, pa.Table) and isinstance(made.members, pa.Table)
        parts.add(made.households, made.members)
        tell(parts.families, len(families))
    if not parts.families:
        parts.add(schema("household").empty_table(), schema("member").empty_table())
    parts.write()
    return carried, parts.members


def _of(part: Any, families: frozenset[int]) -> pa.Table:
    """The rows of these families."""
    table = columns_in(part, part.schema_arrow.names)
    wanted = np.fromiter(families, np.int64, len(families))
    return table.filter(pa.array(np.isin(table.column(ID).to_numpy(), wanted)))


def _put(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=122_880)
    path.write_bytes(seal_content(sink.getvalue().to_pybytes(), KIND))
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
    _put(table, folder / f"roll{ENDING}")


def _unchanged(families: dict[int, _Family]) -> tuple[frozenset[int], list[Piece]]:
    """The families whose facts stand in the newest frozen month already, and that month; none where it does not open, or where the fields
    have become others since."""
    last = FrozenMonth.objects.order_by("-month").first()
    try:
        pieces, had = (opened(last), roll_of(last)) if last is not None else ([], None)
    except Refused:
        return frozenset(), []
    if had is None or any(
        part.schema_arrow.names != schema(level).names
        for piece in pieces
        for level, part in zip(("household", "member"), piece, strict=True)
    ):
        return frozenset(), []
    known = dict(zip(had[ID].to_pylist(), had["source_id"].to_pylist(), strict=True))
    return frozenset(h for h, f in families.items() if known.get(h) == f.source_id), pieces


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
