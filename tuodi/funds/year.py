"""Acts of a year: its budget, and at its end what is carried over and what is taken back (ZJ-08).

Money keeps the year it was released for, so its age is always known: carrying over moves it from *available* to *carried* of
the same pot, taking back from there to *taken back*. Both happen after the year, by a document, to what is unspent.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.funds.models import Account, Budget, Entry
from tuodi.funds.selectors import outlay, surplus_limit, years_max
from tuodi.funds.services import DRAW_ORDER, Move, Pot, enter, yuan
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_without


def _held(pot: Pot, *kinds: str) -> list[Account]:
    """The pot's accounts of these kinds that have something in them, held until the act ends."""
    rows = Account.objects.filter(
        kind__in=kinds, area_id=pot.area, programme=pot.programme, source=pot.source, year=pot.year
    )
    found = {a.kind: a for a in rows if a.balance_fen}
    return [found[kind] for kind in kinds if kind in found]


def _number(document_number: str) -> str:
    number = document_number.strip()
    if not number:
        raise Refused(_("请填写文件的文号"))
    return number[:80]


def _over(year: int, on: date) -> None:
    if on.year <= year:
        raise Refused(_("{year} 年还没有结束，年终后才能结转或收回").format(year=year))


def _known(key: str, amount_fen: int) -> Entry | None:
    """The same act by the same document, if it was done; with another amount it is refused."""
    known = Entry.objects.filter(seal_id=key).select_related("seal").first()
    if known is not None and known.seal.total_fen != amount_fen:
        raise Refused(_("这份文件已办理过，金额与本次不同"))
    return known


@transaction.atomic
def set_budget(
    *,
    area: Area,
    programme: str,
    source: str,
    year: int,
    amount_fen: int,
    document_number: str,
    by: Any,
    on: date,
) -> Budget:
    """Set a year's budget for a source, or change it: the whole amount from this document on. The same twice is one row."""
    refuse_without(by, "funds.budget", area.pk, on)
    number = _number(document_number)
    if source not in DRAW_ORDER:
        raise Refused(_("没有这种资金来源"))
    if amount_fen < 0:
        raise Refused(_("预算不能小于零"))
    rows = Budget.objects.filter(area=area, programme=programme, source=source, year=year)
    last = rows.order_by("-sequence").first()
    if last is not None and (last.document_number, last.amount_fen) == (number, amount_fen):
        return last
    made = Budget.objects.create(
        area=area, programme=programme, source=source, year=year, sequence=last.sequence + 1 if last else 1, amount_fen=amount_fen,
        document_number=number, set_on=on, set_by=journal.actor_name(by),
    )  # fmt: skip
    journal.record(
        "funds.budget",
        by=by,
        on=on,
        record=made,
        note=f"{year} {programme} {source} {number} {yuan(amount_fen)}",
    )
    return made


@transaction.atomic
def carry_over(
    *, pot: Pot, amount_fen: int, document_number: str, by: Any, on: date, note: str = ""
) -> Entry:
    """Carry unspent money over into the years after its own. What has been carried for longer than allowed is taken back
    instead; where the surplus passes its share of the year's outlay, the reason is written down."""
    refuse_without(by, "funds.year_end", pot.area, on)
    number = _number(document_number)
    key = f"carry_over:{pot.area}:{pot.programme}:{pot.source}:{pot.year}:{number}"[:120]
    if (known := _known(key, amount_fen)) is not None:
        return known
    _over(pot.year, on)
    most = years_max(pot.area, on)
    if on.year - pot.year > most:
        raise Refused(
            _("{year} 年的指标已超过 {n} 年没有用完，应当收回，不能再结转").format(year=pot.year, n=most)
        )
    available = next(iter(_held(pot, "available")), None)
    unspent = available.balance_fen if available else 0
    if not 0 < amount_fen <= unspent:
        raise Refused(_("结转金额须大于零、不超过未用完的 {fen}").format(fen=yuan(unspent)))
    assert available is not None
    limit = surplus_limit(pot.area, pot.programme, on)
    spent = outlay(pot.area, pot.programme, pot.year)
    if limit is not None and amount_fen * 10_000 > spent * limit and not note.strip():
        raise Refused(
            _("结转 {fen} 超过当年支出 {spent} 的 {percent}%，请写明原因").format(
                fen=yuan(amount_fen), spent=yuan(spent), percent=limit // 100
            )
        )
    entry = enter(
        key=key,
        kind="carry_over",
        by=by,
        on=on,
        moves=[Move(pot.account("carried").pk, available.pk, amount_fen)],
        note=number,
    )
    journal.record(
        "funds.carry_over", by=by, on=on, record=entry, area_code=pot.area,
        note=f"{pot.year} {pot.source} {number} {yuan(amount_fen)}", remark=note,
    )  # fmt: skip
    return entry


@transaction.atomic
def take_back(*, pot: Pot, amount_fen: int, document_number: str, by: Any, on: date, note: str = "") -> Entry:
    """Take unspent money of a past year back (结余收回): first what was carried over, then what is still available."""
    refuse_without(by, "funds.year_end", pot.area, on)
    number = _number(document_number)
    key = f"take_back:{pot.area}:{pot.programme}:{pot.source}:{pot.year}:{number}"[:120]
    if (known := _known(key, amount_fen)) is not None:
        return known
    _over(pot.year, on)
    held = _held(pot, "carried", "available")
    unspent = sum(account.balance_fen for account in held)
    if not 0 < amount_fen <= unspent:
        raise Refused(_("收回金额须大于零、不超过未用完的 {fen}").format(fen=yuan(unspent)))
    moves, left = [], amount_fen
    for account in held:
        take = min(left, account.balance_fen)
        if take:
            moves.append(Move(pot.account("taken_back").pk, account.pk, take))
        left -= take
    entry = enter(key=key, kind="take_back", by=by, on=on, moves=moves, note=number)
    journal.record(
        "funds.take_back", by=by, on=on, record=entry, area_code=pot.area,
        note=f"{pot.year} {pot.source} {number} {yuan(amount_fen)}", remark=note,
    )  # fmt: skip
    return entry
