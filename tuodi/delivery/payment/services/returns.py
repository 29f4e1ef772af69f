"""What the bank returned: pay again to a repaired account, or give the money back to the budget (ZJ-09).

Only a payment known to have failed is ever paid again, and only because an officer chose it. One whose answer never
came stays unknown: the bank is asked, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.months import month_of
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.payment.process import BATCH
from tuodi.delivery.payment.selectors import awaiting_repair
from tuodi.delivery.payment.services.batch import draft
from tuodi.funds import services as funds
from tuodi.funds.models import Posting
from tuodi.records.journal import services as journal
from tuodi.records.org.rights import refuse_without
from tuodi.records.people.models import PayeeAccount


@transaction.atomic
def prepare_reissue(
    *,
    programme: str,
    county: str,
    references: Collection[str],
    by: Any,
    on: date,
    confirmed: Collection[str] = (),
) -> PaymentBatch:
    """A new batch that pays failed payments once more, each as its next attempt to the household's account of today.

    An account that was not changed since the failure must be in `confirmed`: the officer has asked the bank.
    Refused, naming the references, when one cannot be paid again.
    """
    refuse_without(by, "payment.repair", county, on)
    if not references:
        raise Refused(_("请先选择要补发的款项"))
    failed = {
        p.reference: p
        for p in awaiting_repair()
        .filter(reference__in=list(references), batch__area_id=county, batch__programme=programme)
        .select_related("entitlement", "batch")
        .select_for_update(of=("self",))
    }
    gone = sorted(set(references) - set(failed))
    if gone:
        raise Refused(
            _("下列款项不在退回待处理之列（已补发、已收回或尚未回盘）：{list}").format(
                list="、".join(gone[:10])
            )
        )
    accounts = {
        a.household_id: a
        for a in PayeeAccount.objects.filter(
            until=None, household_id__in=[p.entitlement.household_id for p in failed.values()]
        )
    }
    unchanged = [
        ref
        for ref, p in failed.items()
        if ref not in confirmed
        and (
            p.entitlement.household_id not in accounts
            or accounts[p.entitlement.household_id].account.box == p.account.box
        )
    ]
    if unchanged:
        raise Refused(
            _("下列款项的收款账户还没有更正：{list}").format(list="、".join(sorted(unchanged)[:10]))
        )
    missing = [ref for ref, p in failed.items() if p.entitlement.household_id not in accounts]
    if missing:
        raise Refused(_("下列款项的家庭没有收款账户：{list}").format(list="、".join(sorted(missing)[:10])))
    month = month_of(on)
    number = PaymentBatch.objects.filter(area_id=county, programme=programme, kind="reissue").count() + 1
    batch = draft(
        kind="reissue",
        county=county,
        programme=programme,
        month=month,
        by=by,
        on=on,
        key=f"reissue:{programme}:{county}:{number}",
    )
    payments, moves = [], []
    last = {
        p.entitlement_id: p.attempt
        for p in Payment.objects.filter(entitlement__in=[p.entitlement_id for p in failed.values()]).order_by(
            "attempt"
        )
    }
    held: dict[str, list[tuple[Any, int]]] = {}
    for row in Posting.objects.filter(
        payment_reference__in=list(failed), debit__kind="returned", entry__kind="reply"
    ).select_related("debit"):
        held.setdefault(row.payment_reference or "", []).append((row.debit, row.amount_fen))
    for reference, old in sorted(failed.items()):
        account = accounts[old.entitlement.household_id]
        attempt = last[old.entitlement_id] + 1
        new = f"T{old.entitlement_id:010d}{attempt:02d}"
        payments.append(
            Payment(
                reference=new,
                batch=batch,
                entitlement_id=old.entitlement_id,
                attempt=attempt,
                amount_fen=old.amount_fen,
                holder_name=account.holder_name,
                bank=account.bank,
                account=account.account,
                state="issued",
                state_since=on,
            )
        )
        assert sum(fen for _account, fen in held[reference]) == old.amount_fen, (
            f"{reference}: the ledger holds another amount"
        )
        for returned, fen in held[reference]:
            pot = funds.Pot(returned.area_id, returned.programme, returned.source, returned.year)
            moves.append(funds.Move(pot.account("reserved").pk, returned.pk, fen, new))
    Payment.objects.bulk_create(payments)
    total = sum(p.amount_fen for p in payments)
    funds.enter(
        key=f"reserve:{batch.number}",
        kind="reissue",
        by=by,
        on=on,
        moves=moves,
        record=("payment.paymentbatch", str(batch.pk)),
        note=batch.number,
    )
    return journal.advance(
        batch,
        BATCH,
        "reserve",
        by=by,
        on=on,
        note=f"补发 {len(payments)} 笔 {funds.yuan(total)}",
        count=len(payments),
        total_fen=total,
        due=batch.due,
    )


@transaction.atomic
def restore(*, payment: Payment, by: Any, on: date, note: str) -> Payment:
    """Give a returned payment's money back to the budget: it is not owed any more (died before, 死亡退回 …)."""
    refuse_without(by, "payment.repair", payment.batch.area_id, on)
    if not note.strip():
        raise Refused(_("请写明不再补发的理由"))
    row = awaiting_repair().filter(pk=payment.pk).first()
    if row is None:
        raise Refused(_("这笔款项不在退回待处理之列"))
    moves = []
    for account, fen in (
        Posting.objects.filter(payment_reference=row.reference, debit__kind="returned", entry__kind="reply")
        .values_list("debit")
        .annotate(fen=Sum("amount_fen"))
    ):
        returned = funds.Account.objects.get(pk=account)
        pot = funds.Pot(returned.area_id, returned.programme, returned.source, returned.year)
        moves.append(funds.Move(pot.account("available").pk, account, fen, row.reference))
    funds.enter(
        key=f"restore:{row.reference}",
        kind="restore",
        by=by,
        on=on,
        moves=moves,
        record=("payment.payment", row.reference),
        note=row.reference,
    )
    journal.record(
        "payment.restore",
        by=by,
        on=on,
        record=row,
        area_code=row.batch.area_id,
        note=row.reference,
        remark=note,
    )
    return row
