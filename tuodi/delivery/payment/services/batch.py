"""Prepare, approve, void and reconcile a batch. Preparing is one transaction of set-based statements: all or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.payment.process import BATCH
from tuodi.funds import services as funds
from tuodi.funds.models import Entry
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_same_person, refuse_without
from tuodi.records.standards.selectors import parameters

LOOK_BACK = 24  # months: what was due and could not be paid (no account yet) is taken up again for so long

# One payment for everything due that has none. People keep one account in force a household (until IS NULL); were
# there two, the unique key on (entitlement, attempt) would stop the batch, not pay twice.
FIRST = """
INSERT INTO payment_payment
    (reference, batch_id, entitlement_id, attempt, amount_fen, holder_name, bank, account, state, state_since, failure)
SELECT 'T' || {padded} || '01', {batch}, e.id, 1, e.amount_fen, c.holder_name, c.bank, c.account, 'issued', {on}, ''
FROM entitlement_entitlement e
JOIN people_payeeaccount c ON c.household_id = e.household_id AND c.until IS NULL
WHERE e.programme = %(programme)s AND e.county = %(county)s AND e.pay_month >= %(since)s AND e.pay_month <= %(month)s
    AND NOT EXISTS (SELECT 1 FROM payment_payment p WHERE p.entitlement_id = e.id)
ORDER BY e.id
"""
# And the next attempt for what was in a batch that was voided before it went to the bank.
AGAIN = """
INSERT INTO payment_payment
    (reference, batch_id, entitlement_id, attempt, amount_fen, holder_name, bank, account, state, state_since, failure)
SELECT 'T' || {padded} || {attempt}, {batch}, e.id, v.last + 1, e.amount_fen, c.holder_name, c.bank, c.account, 'issued', {on}, ''
FROM (
    SELECT p.entitlement_id, max(p.attempt) AS last FROM payment_payment p JOIN payment_paymentbatch b ON b.id = p.batch_id
    WHERE b.area_id = %(county)s AND b.programme = %(programme)s AND b.month >= %(since)s AND b.month <= %(month)s
    GROUP BY p.entitlement_id HAVING min(p.state) = 'voided' AND max(p.state) = 'voided'
) v
JOIN entitlement_entitlement e ON e.id = v.entitlement_id
JOIN people_payeeaccount c ON c.household_id = e.household_id AND c.until IS NULL
ORDER BY e.id
"""


def _sql(template: str) -> str:
    if connection.vendor == "postgresql":
        return template.format(
            padded="lpad(e.id::text, 10, '0')",
            attempt="lpad((v.last + 1)::text, 2, '0')",
            batch="%(batch)s::bigint",
            on="%(on)s::date",
        )
    return template.format(
        padded="printf('%%010d', e.id)", attempt="printf('%%02d', v.last + 1)", batch="%(batch)s", on="%(on)s"
    )


def pay_day(month: date, county: str) -> date:
    """The day of a month by which money has to be in the accounts."""
    return month.replace(day=int(parameters().at(county, month)["dibao.pay.day_limit"]))


def batch_number(kind: str, county: str, programme: str, month: date) -> str:
    """The next number: FF (发放) or BF (补发), county, month, running."""
    before = PaymentBatch.objects.filter(area_id=county, month=month, kind=kind).count()
    return f"{'FF' if kind == 'regular' else 'BF'}-{county}-{month:%Y%m}-{before + 1:02d}"


def draft(
    *, kind: str, county: str, programme: str, month: date, by: Any, on: date, key: str
) -> PaymentBatch:
    """An empty batch in its first state; part of the act that prepares it."""
    return PaymentBatch.objects.create(
        number=batch_number(kind, county, programme, month),
        key=key,
        kind=kind,
        area=Area.objects.get(pk=county),
        programme=programme,
        month=month,
        prepared_by=journal.actor_name(by),
        state=BATCH.start,
        state_since=on,
        due=pay_day(month, county),
    )


@transaction.atomic
def prepare_batch(
    *, programme: str, county: str, month: date, by: Any, on: date, key: str = ""
) -> PaymentBatch:
    """Make the roster of a county's month: a payment for everything due and unpaid, its money reserved, in one transaction.

    With a `key` the same request twice is one batch. Refused when nothing is due, when the month is not run, when the
    budget does not reach (says how much is missing), or when another officer is preparing the same month.
    """
    refuse_without(by, "payment.prepare", county, on)
    month = month_of(month)
    if key and (known := PaymentBatch.objects.filter(key=key).first()):
        return known
    name = (
        key
        or f"regular:{programme}:{county}:{month:%Y-%m}:{PaymentBatch.objects.filter(area_id=county, programme=programme, month=month).count() + 1}"
    )
    taken = _("另一位经办人刚刚生成了本月清册，请刷新后查看")
    try:
        with transaction.atomic():
            batch = draft(
                kind="regular", county=county, programme=programme, month=month, by=by, on=on, key=name
            )
            values = {
                "batch": batch.pk,
                "programme": programme,
                "county": county,
                "month": month.isoformat(),
                "since": months_after(month, -LOOK_BACK).isoformat(),
                "on": on.isoformat(),
            }
            with connection.cursor() as cursor:
                cursor.execute(_sql(FIRST), values)
                made = cursor.rowcount
                if PaymentBatch.objects.filter(area_id=county, programme=programme, state="voided").exists():
                    cursor.execute(_sql(AGAIN), values)
                    made += cursor.rowcount
    except IntegrityError as error:
        if key and (known := PaymentBatch.objects.filter(key=key).first()):
            return known
        if any(
            name in str(error)
            for name in ("payment_attempt_once", "entitlement_id", "reference", "number", "key")
        ):
            raise Refused(taken) from None
        raise
    if not made:
        raise Refused(
            _("{month} 没有待发的待遇：请先生成当月待遇，或收款账户还没有登记").format(month=f"{month:%Y-%m}")
        )
    total = Payment.objects.filter(batch=batch).aggregate(fen=Sum("amount_fen"))["fen"]
    shares = funds.plan(area=county, programme=programme, month=month, amount_fen=total)
    funds.enter(
        key=f"reserve:{batch.number}",
        kind="reserve",
        by=by,
        on=on,
        moves=funds.reserve_sets(
            shares,
            debit="reserved",
            rows="SELECT amount_fen, reference AS payment_reference FROM payment_payment WHERE batch_id = %s",
            params=[batch.pk],
        ),
        record=("payment.paymentbatch", str(batch.pk)),
        note=batch.number,
    )
    return journal.advance(
        batch,
        BATCH,
        "reserve",
        by=by,
        on=on,
        note=f"{made} 笔 {funds.yuan(total)}",
        count=made,
        total_fen=total,
        due=batch.due,
    )


def reserve_entry(batch: PaymentBatch) -> Entry:
    """The entry that reserved a batch's money: its postings name each payment."""
    return Entry.objects.get(seal_id=f"reserve:{batch.number}")


def refuse_stale(batch: PaymentBatch, version: int | None) -> None:
    """A form seen before somebody else's act is not carried out."""
    if version is not None and batch.version != version:
        raise Refused(_("这一批次刚被别人办理过，请刷新后再看"))


@transaction.atomic
def approve(
    *, batch: PaymentBatch, by: Any, on: date, note: str = "", version: int | None = None
) -> PaymentBatch:
    """A second person agrees that the batch may be paid. The database too refuses the one who prepared it."""
    refuse_stale(batch, version)
    refuse_same_person(by, [batch.prepared_by], _("发放复核"))
    return journal.advance(
        batch, BATCH, "approve", by=by, on=on, remark=note, approved_by=journal.actor_name(by), due=batch.due
    )


@transaction.atomic
def send_back(
    *, batch: PaymentBatch, by: Any, on: date, note: str, version: int | None = None
) -> PaymentBatch:
    """The second person does not agree: the batch ends, its money is free again."""
    refuse_stale(batch, version)
    refuse_same_person(by, [batch.prepared_by], _("发放复核"))
    return _end(batch, "return", by, on, note)


@transaction.atomic
def void(*, batch: PaymentBatch, by: Any, on: date, note: str, version: int | None = None) -> PaymentBatch:
    """Withdraw a batch that has not gone to the bank: payments voided, money free again."""
    refuse_stale(batch, version)
    return _end(batch, "void", by, on, note)


def _end(batch: PaymentBatch, act: str, by: Any, on: date, note: str) -> PaymentBatch:
    if not note.strip():
        raise Refused(_("请写明原因"))
    row = journal.advance(batch, BATCH, act, by=by, on=on, remark=note)
    Payment.objects.filter(batch=row, state="issued").update(state="voided", state_since=on)
    reserved = Entry.objects.filter(seal_id=f"reserve:{row.number}").first()
    if reserved is not None:
        funds.enter(
            key=f"void:{row.number}",
            kind="void",
            by=by,
            on=on,
            moves=funds.undoing(reserved),
            record=("payment.paymentbatch", str(row.pk)),
            note=row.number,
        )
    return row


@transaction.atomic
def reconcile(
    *, batch: PaymentBatch, by: Any, on: date, note: str = "", version: int | None = None
) -> PaymentBatch:
    """Close a batch once bank, payments and ledger say the same (ZJ-10). Refused with what differs."""
    refuse_stale(batch, version)
    from tuodi.delivery.payment.selectors import batch_faults

    wrong = batch_faults(batch)
    if wrong:
        raise Refused(_("对不上账：") + "；".join(wrong))
    return journal.advance(
        batch,
        BATCH,
        "reconcile",
        by=by,
        on=on,
        remark=note,
        note=f"到账 {batch.paid_count} 笔，退回 {batch.failed_count} 笔",
    )
