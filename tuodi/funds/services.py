"""Acts on the ledger: release, allocate, enter, reverse, ask for a month's closing and close it. Every act is one entry under a key of its own.

Balances are not checked here and then written: the entry is written and the database's check constraint says no to an
overdraft, so two acts at once cannot both have the last yuan. What it refuses is told in the officer's words.
"""

# ruff: noqa: S608 - our own SQL, no values in it
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tuodi.core import money
from tuodi.core.refusal import Refused
from tuodi.funds.models import SOURCES, Account, Allotment, ClosedMonth, Closing, Entry, Posting, Seal
from tuodi.funds.process import CLOSING
from tuodi.funds.selectors import checks, faults
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_same_person, refuse_without
from tuodi.records.standards.selectors import calendar

DRAW_ORDER = tuple(
    code for code, _label in SOURCES
)  # the upper levels' money is taken back first when unspent (ZJ-08)


@dataclass(frozen=True, slots=True)
class Pot:
    """Money of one earmark in one place: the accounts of a pot differ only in kind."""

    area: str
    programme: str
    source: str
    year: int

    def account(self, kind: str) -> Account:
        """The pot's account of a kind, opened when first asked for."""
        return Account.objects.get_or_create(
            kind=kind,
            area_id=self.area,
            programme=self.programme,
            source=self.source,
            year=self.year,
            defaults={"may_overdraw": kind == "source"},
        )[0]


@dataclass(frozen=True, slots=True)
class Move:
    """`amount_fen` leaves the account `credit` and arrives at `debit` (account ids)."""

    debit: int
    credit: int
    amount_fen: int
    payment_reference: str | None = None


@dataclass(frozen=True, slots=True)
class MoveSet:
    """Many moves between the same two accounts, one for each row of a SELECT of (amount_fen, payment_reference).

    `total_fen` is what they must add up to; the seal refuses the entry when they do not.
    """

    debit: int
    credit: int
    total_fen: int
    rows: str
    params: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What is drawn from one pot: this year's money (`available`), or what was carried over from a year before."""

    pot: Pot
    amount_fen: int
    kind: str = "available"


def yuan(fen: int) -> str:
    """Fen as an officer reads them: 1,234.50 元."""
    return f"{money.yuan_text(fen, cents=True)} 元"


@transaction.atomic
def enter(
    *,
    key: str,
    kind: str,
    by: Any,
    on: date,
    moves: Iterable[Move | MoveSet],
    record: tuple[str, str] = ("", ""),
    reverses: Entry | None = None,
    note: str = "",
) -> Entry:
    """Write one entry with its postings and seal it. The same key again gives the entry already there (one effect).

    Raises Refused when an account would be overdrawn or the month is closed. Has no journal line of its own: it is
    part of the act that calls it.
    """
    known = Entry.objects.filter(seal_id=key).first()
    if known is not None:
        assert known.kind == kind, f"the key {key} belongs to an entry of kind {known.kind}"
        return known
    try:
        with transaction.atomic():
            return _write(key, kind, journal.actor_name(by), on, moves, record, reverses, note)
    except IntegrityError as error:
        text = str(error)
        if "account_not_overdrawn" in text:
            raise Refused(_("账户余额不足，未入账：请先下达或调剂指标")) from None
        if "month is closed" in text:
            raise Refused(
                _("{day} 所在月份已经结账，不能再记账；请按当前日期办理").format(day=on.isoformat())
            ) from None
        known = Entry.objects.filter(seal_id=key).first()  # another process made it in this very moment
        if known is not None and known.kind == kind:
            return known
        raise


def _write(
    key: str,
    kind: str,
    by: str,
    on: date,
    moves: Iterable[Move | MoveSet],
    record: tuple[str, str],
    reverses: Entry | None,
    note: str,
) -> Entry:
    entry = Entry.objects.create(
        seal_id=key,
        kind=kind,
        by=by,
        entered_on=on,
        record_kind=record[0],
        record_id=record[1],
        reverses=reverses,
        note=note[:200],
    )
    single: list[Posting] = []
    count = total = 0
    for move in moves:
        if isinstance(move, Move):
            count, total = count + 1, total + move.amount_fen
            single.append(
                Posting(
                    entry=entry,
                    debit_id=move.debit,
                    credit_id=move.credit,
                    amount_fen=move.amount_fen,
                    payment_reference=move.payment_reference,
                )
            )
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO funds_posting (entry_id, debit_id, credit_id, amount_fen, payment_reference) "
                f"SELECT %s, %s, %s, r.amount_fen, r.payment_reference FROM ({move.rows}) r",
                [entry.pk, move.debit, move.credit, *move.params],
            )
            count, total = count + cursor.rowcount, total + move.total_fen
    Posting.objects.bulk_create(single, batch_size=2000)
    assert count, f"entry {key} moves nothing"
    # A plain INSERT: save() would first look whether such a seal is there, and there never may be one.
    Seal.objects.bulk_create([Seal(key=key, postings=count, total_fen=total)])
    return entry


@transaction.atomic
def release(
    *,
    area: Area,
    programme: str,
    source: str,
    year: int,
    amount_fen: int,
    document_number: str,
    on: date,
    by: Any,
    key: str = "",
) -> Allotment:
    """Release money to an area for a programme (指标下达). One document and source is one effect, whatever is pressed twice."""
    refuse_without(by, "funds.release", area.pk, on)
    if amount_fen <= 0:
        raise Refused(_("下达金额须大于零"))
    if not document_number.strip():
        raise Refused(_("请填写下达文件的文号"))
    if source not in DRAW_ORDER:
        raise Refused(_("没有这种资金来源"))
    key = key or f"release:{area.pk}:{programme}:{source}:{year}:{document_number.strip()}"[:80]
    known = Allotment.objects.filter(key=key).first()
    if known is not None:
        wanted = (area.pk, programme, source, year, amount_fen)
        if (known.area_id, known.programme, known.source, known.year, known.amount_fen) != wanted:
            raise Refused(
                _("文号 {number} 已下达过，金额或去向与本次不同；更正请冲销原凭证").format(
                    number=known.document_number
                )
            )
        return known
    pot = Pot(area.pk, programme, source, year)
    entry = enter(
        key=key,
        kind="release",
        by=by,
        on=on,
        moves=[Move(pot.account("available").pk, pot.account("source").pk, amount_fen)],
        record=("funds.allotment", key[:48]),
        note=document_number.strip(),
    )
    made = Allotment.objects.create(
        area=area,
        programme=programme,
        source=source,
        year=year,
        amount_fen=amount_fen,
        document_number=document_number.strip()[:80],
        released_on=on,
        entry=entry,
        key=key,
    )
    journal.record(
        "funds.release", by=by, on=on, record=made, note=f"{document_number.strip()} {yuan(amount_fen)}"
    )
    return made


@transaction.atomic
def allocate(
    *,
    from_area: Area,
    to_area: Area,
    programme: str,
    source: str,
    year: int,
    amount_fen: int,
    document_number: str,
    on: date,
    by: Any,
) -> Entry:
    """Pass money down from one area's available account to another's, of the same earmark. One document is one effect."""
    refuse_without(by, "funds.allocate", from_area.pk, on)
    if amount_fen <= 0:
        raise Refused(_("分配金额须大于零"))
    if not document_number.strip():
        raise Refused(_("请填写分配文件的文号"))
    giver, taker = Pot(from_area.pk, programme, source, year), Pot(to_area.pk, programme, source, year)
    if giver == taker:
        raise Refused(_("调出与调入不能是同一地区"))
    key = f"allocate:{from_area.pk}:{to_area.pk}:{programme}:{source}:{year}:{document_number.strip()}"[:120]
    known = Entry.objects.filter(seal_id=key).select_related("seal").first()
    if known is not None:
        if known.seal.total_fen != amount_fen:
            raise Refused(
                _("文号 {number} 已分配过，金额与本次不同；更正请冲销原凭证").format(
                    number=document_number.strip()
                )
            )
        return known
    entry = enter(
        key=key,
        kind="allocate",
        by=by,
        on=on,
        moves=[Move(taker.account("available").pk, giver.account("available").pk, amount_fen)],
        note=document_number.strip(),
    )
    journal.record(
        "funds.allocate",
        by=by,
        on=on,
        record=entry,
        area_code=from_area.pk,
        note=f"{to_area.pk} {document_number.strip()} {yuan(amount_fen)}",
    )
    return entry


@transaction.atomic
def reverse(*, entry: Entry, by: Any, on: date, note: str) -> Entry:
    """Undo a release or an allocation by its mirror entry (冲销); what payments moved is undone by the payment's own acts.

    Who gave may take back: the right is asked in the place the money came from, not where it lies now.
    """
    for area in sorted(set(entry.postings.values_list("credit__area_id", flat=True))):
        refuse_without(by, "funds.reverse", area, on)
    if entry.kind not in ("release", "allocate"):
        raise Refused(_("只能冲销下达和分配的凭证；发放类凭证请在发放批次中撤销或处理退回"))
    if not note.strip():
        raise Refused(_("请写明冲销的原因"))
    if Entry.objects.filter(reverses=entry).exists():
        raise Refused(_("这张凭证已经冲销过"))
    mirror = enter(
        key=f"reverse:{entry.pk}",
        kind="reverse",
        by=by,
        on=on,
        moves=[
            Move(p.credit_id, p.debit_id, p.amount_fen, p.payment_reference)
            for p in entry.postings.order_by("pk")
        ],
        reverses=entry,
        note=f"#{entry.pk}",
    )
    area = entry.postings.order_by("pk").values_list("credit__area_id", flat=True)[0]
    journal.record(
        "funds.reverse", by=by, on=on, record=mirror, area_code=area, note=f"#{entry.pk}", remark=note
    )
    return mirror


def _prefecture() -> Area:
    """The one book there is, is the prefecture's."""
    return Area.objects.get(level="prefecture")


def _refuse_unfit(month: date, on: date) -> None:
    """A month can be closed only when it is over, once, and when nothing of it is open."""
    if month >= on.replace(day=1):
        raise Refused(_("只能结已经过去的月份"))
    if ClosedMonth.objects.filter(month__gte=month).exists():
        raise Refused(_("{month} 已经结账，不能再开；更正请记在当前月份").format(month=f"{month:%Y-%m}"))
    wrong = [f"{c.label}（{c.open}）" for c in checks(month) if not c.holds]
    if wrong:
        raise Refused(_("{month} 还不能结账：{list}").format(month=f"{month:%Y-%m}", list="、".join(wrong)))


@transaction.atomic
def ask_closing(*, month: date, by: Any, on: date, note: str = "") -> Closing:
    """Ask another person to close a month, once everything on the checklist is done."""
    month, area = month.replace(day=1), _prefecture()
    refuse_without(by, "funds.close_ask", area.pk, on)
    _refuse_unfit(month, on)
    who = journal.actor_name(by)
    row, fresh = Closing.objects.get_or_create(
        month=month,
        defaults={
            "area": area, "asked_by": who, "asked_on": on, "state": CLOSING.start, "state_since": on,
            "due": CLOSING.due(CLOSING.start, on, calendar()),
        },
    )  # fmt: skip
    if not fresh:
        return journal.advance(row, CLOSING, "ask", by=by, on=on, remark=note, asked_by=who, asked_on=on)
    journal.record(
        "funds.close_ask",
        by=by,
        on=on,
        record=row,
        state_to=CLOSING.start,
        note=f"{month:%Y-%m}",
        remark=note,
    )
    return row


@transaction.atomic
def close_month(
    *, closing: Closing, by: Any, on: date, note: str = "", version: int | None = None
) -> Closing:
    """Close the books of a month: a second person, nothing open, the books whole. From now on the database refuses an
    entry dated in the month or before it; there is no way back."""
    refuse_without(by, "funds.close_month", closing.area_id, on)
    refuse_same_person(by, [closing.asked_by], _("结账"))
    if version is not None and closing.version != version:
        raise Refused(_("这件事刚被别人办理过，请刷新后再看"))
    if closing.state == CLOSING.start:
        _refuse_unfit(closing.month, on)
        wrong = faults()
        if wrong:
            raise Refused(
                _("账不平，不能结账：{list}").format(list="；".join(str(fault) for fault in wrong[:5]))
            )
        # Before the journal's head is taken: who is writing an entry just now is waited for (triggers.py).
        ClosedMonth.objects.create(
            month=closing.month, closed_on=on, closed_by=journal.actor_name(by), asked_by=closing.asked_by
        )
    return journal.advance(
        closing, CLOSING, "close", by=by, on=on, note=f"{closing.month:%Y-%m}", remark=note,
        closed_by=journal.actor_name(by), checks=[c.told() for c in checks(closing.month)],
    )  # fmt: skip


@transaction.atomic
def return_closing(*, closing: Closing, by: Any, on: date, note: str, version: int | None = None) -> Closing:
    """The second person does not agree that the month is done; the one who asked is told why."""
    refuse_same_person(by, [closing.asked_by], _("结账"))
    if version is not None and closing.version != version:
        raise Refused(_("这件事刚被别人办理过，请刷新后再看"))
    if not note.strip():
        raise Refused(_("请写明退回的原因"))
    return journal.advance(closing, CLOSING, "return", by=by, on=on, remark=note)


# --- what payments draw from, and what happens to it ---------------------------------------------------------


def plan(*, area: str, programme: str, month: date, amount_fen: int) -> list[Share]:
    """From which pots an amount can be drawn: older years first, there what was carried over, upper levels first.
    Raises Refused when it is not there."""
    rank = {source: n for n, source in enumerate(DRAW_ORDER)}
    found = sorted(
        Account.objects.filter(
            kind__in=("available", "carried"), area_id=area, programme=programme, year__lte=month.year
        ),
        key=lambda a: (a.year, a.kind != "carried", rank[a.source]),
    )
    left, shares = amount_fen, []
    for account in found:
        take = min(left, account.balance_fen)
        if take > 0:
            shares.append(Share(Pot(area, programme, account.source, account.year), take, account.kind))
            left -= take
        if not left:
            return shares
    raise Refused(
        _("可用指标不足：本批需 {need}，现有 {have}，还差 {short}。请财政先下达指标，再预占").format(
            need=yuan(amount_fen), have=yuan(amount_fen - left), short=yuan(left)
        )
    )


def reserve_sets(shares: Sequence[Share], *, debit: str, rows: str, params: Sequence[Any]) -> list[MoveSet]:
    """Moves that spread the rows of `rows` (amount_fen, payment_reference, in the order of their reference) over shares.

    One share takes every row as it is. Over several the row in which a pot runs out is split between two pots.
    """
    if len(shares) == 1:
        one = shares[0]
        return [
            MoveSet(one.pot.account(debit).pk, one.pot.account(one.kind).pk, one.amount_fen, rows, params)
        ]
    # Row and share are spans on one line of fen; what they have in common is the posting.
    spans = (
        "SELECT payment_reference, amount_fen, sum(amount_fen) OVER (ORDER BY payment_reference) AS upto "
        f"FROM ({rows}) every_row"
    )
    lesser = "least" if connection.vendor == "postgresql" else "min"
    greater = "greatest" if connection.vendor == "postgresql" else "max"
    sets, begin = [], 0
    for share in shares:
        end = begin + share.amount_fen
        sets.append(
            MoveSet(
                share.pot.account(debit).pk,
                share.pot.account(share.kind).pk,
                share.amount_fen,
                f"SELECT payment_reference, {lesser}(upto, {end}) - {greater}(upto - amount_fen, {begin}) AS amount_fen "
                f"FROM ({spans}) span WHERE upto > {begin} AND upto - amount_fen < {end}",
                params,
            )
        )
        begin = end
    return sets


def held_in(entry: Entry) -> list[tuple[Pot, int]]:
    """What an entry brought into each pot, by its debited accounts."""
    rows = (
        Posting.objects.filter(entry=entry)
        .values_list("debit__area_id", "debit__programme", "debit__source", "debit__year")
        .annotate(total=Sum("amount_fen"))
        .order_by("debit__year", "debit__source")
    )
    return [(Pot(area, programme, source, year), total) for area, programme, source, year, total in rows]


def onward(entry: Entry, *, credit: str, debit: str) -> list[Move]:
    """Moves that take everything an entry brought in on to the next kind of account, pot by pot."""
    return [Move(pot.account(debit).pk, pot.account(credit).pk, total) for pot, total in held_in(entry)]


def undoing(entry: Entry) -> list[Move]:
    """Moves that take everything an entry brought in back to where it came from, account by account."""
    rows = (
        Posting.objects.filter(entry=entry)
        .values_list("debit_id", "credit_id")
        .annotate(total=Sum("amount_fen"))
        .order_by("debit_id", "credit_id")
    )
    return [Move(credit, debit, total) for debit, credit, total in rows]
