"""Recovery of what was paid without ground (追回): proposed, told, heard, decided, given back by agreement, or written off.

The money moves in the ledger only by the decision: from *paid* to *claimed*, pot by pot as it was paid; what comes back goes
to *available* of the same pot. What a household is due is always paid whole: nothing is netted (ZJ-12). A standard that is
lowered for months already paid is no ground at all (T11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from tuodi.core.areas import county_of
from tuodi.core.months import month_of, months_later
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.entitlement.selectors import amount_in
from tuodi.delivery.payment.models import Instalment, Payment, PaymentBatch, Recovery, RecoveryItem, Refund
from tuodi.delivery.payment.process import GROUNDS, RECOVERY
from tuodi.funds import services as funds
from tuodi.funds.models import Posting
from tuodi.kit.wording import in_chinese
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.documents.services import issue_letter
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_same_person, refuse_without
from tuodi.records.standards.selectors import calendar, parameters

MOST_INSTALMENTS = 120
VOUCHER = re.compile(r"[0-9A-Z-]{4,40}")  # a number, kept in plain; words about people have no place in it


def _fresh(recovery: Recovery, version: int | None) -> Recovery:
    """The row held as it stands now; a form seen before somebody else's act is not carried out."""
    row = Recovery.objects.select_for_update().get(pk=recovery.pk)
    if version is not None and row.version != version:
        raise Refused(_("这件事刚被别人办理过，请刷新后再看"))
    return row


def _need(text: str, sentence: str) -> str:
    if not text.strip():
        raise Refused(sentence)
    return text.strip()


@in_chinese()
@transaction.atomic
def propose(
    *,
    enrolment: Enrolment,
    ground: str,
    facts: str,
    items: Mapping[str, int],
    by: Any,
    on: date,
    happened_on: date | None = None,
) -> Recovery:
    """Propose to claim back what was paid without ground: which payments, how much of each (by reference, in fen), why."""
    refuse_without(by, "recovery.propose", enrolment.area_id, on)
    if ground == "standard":
        raise Refused(_("标准追溯调整多发的，家庭善意领取，不追回（T11）"))
    if ground not in GROUNDS:
        raise Refused(_("请选择追回的理由"))
    facts = _need(facts, _("请写明事实和证据，当事人要看得到"))
    if not items:
        raise Refused(_("请选择要追回的款项并填写金额"))
    payments = {
        p.reference: p
        for p in Payment.objects.filter(
            reference__in=list(items),
            entitlement__household=enrolment.household_id,
            entitlement__programme=enrolment.programme,
        ).select_related("entitlement")
    }
    wrong = [_refused_item(ref, fen, payments.get(ref)) for ref, fen in sorted(items.items())]
    if ground == "death":
        if happened_on is None or happened_on > on:
            raise Refused(_("请填写死亡日期"))
        wrong += [
            _("{ref} 是死亡当月或以前的待遇，照发").format(ref=ref)
            for ref, p in sorted(payments.items())
            if p.entitlement.month <= month_of(happened_on)
        ]
    wrong = [sentence for sentence in wrong if sentence]
    if wrong:
        raise Refused("；".join(wrong[:10]))
    year = f"ZH-{county_of(enrolment.area_id)}-{on:%Y}"
    try:
        with transaction.atomic():
            row = Recovery.objects.create(
                number=f"{year}-{Recovery.objects.filter(number__startswith=year).count() + 1:04d}",
                area_id=enrolment.area_id,
                programme=enrolment.programme,
                enrolment=enrolment,
                ground=ground,
                happened_on=happened_on,
                facts=facts,
                amount_fen=sum(items.values()),
                proposed_by=journal.actor_name(by),
                proposed_on=on,
                state=RECOVERY.start,
                state_since=on,
                due=RECOVERY.due(RECOVERY.start, on, calendar()),
            )
            RecoveryItem.objects.bulk_create(
                RecoveryItem(recovery=row, payment=payments[ref], amount_fen=fen)
                for ref, fen in sorted(items.items())
            )
    except IntegrityError:
        raise Refused(_("另一位经办人刚刚对同一笔款项提出了追回，请刷新后再看")) from None
    journal.record(
        "recovery.propose", by=by, on=on, record=row, state_to=RECOVERY.start,
        note=f"{row.number} {len(items)} 笔 {funds.yuan(row.amount_fen)}",
    )  # fmt: skip
    return row


def _refused_item(reference: str, fen: int, payment: Payment | None) -> str:
    """What is wrong with claiming `fen` of a payment; nothing where it may be."""
    if payment is None:
        return _("{ref} 不是这户的款项").format(ref=reference)
    if payment.state != "paid":
        return _("{ref} 没有到账，不用追回").format(ref=reference)
    if not 0 < fen <= payment.amount_fen:
        return _("{ref} 的追回金额须大于零、不超过 {most}").format(
            ref=reference, most=funds.yuan(payment.amount_fen)
        )
    if payment.claims.filter(live=True).exists():
        return _("{ref} 已在另一件追回中").format(ref=reference)
    return ""


@in_chinese()
@transaction.atomic
def notify(*, recovery: Recovery, by: Any, on: date, version: int | None = None) -> Recovery:
    """Tell the household what is to be claimed back and why, before anything is decided, and until when it may object."""
    refuse_without(by, "recovery.handle", recovery.area_id, on)
    row = _fresh(recovery, version)
    days = int(parameters().at(county_of(row.area_id), on)["recovery.objection_working_days"])
    until = calendar().add_working_days(on, days)
    row = journal.advance(
        row,
        RECOVERY,
        "notify",
        by=by,
        on=on,
        note=row.number,
        notified_on=on,
        objection_until=until,
        due=until,
    )
    _letter("recovery_notice", row, by, on, objection_until=until)
    return row


@in_chinese()
@transaction.atomic
def object_to(*, recovery: Recovery, text: str, by: Any, on: date, version: int | None = None) -> Recovery:
    """Write down what the household says against it. Also after the period, as long as nothing is decided."""
    refuse_without(by, "recovery.handle", recovery.area_id, on)
    text = _need(text, _("请记录陈述申辩的内容"))
    return journal.advance(
        _fresh(recovery, version),
        RECOVERY,
        "object",
        by=by,
        on=on,
        note=recovery.number,
        objection=text,
        objected_on=on,
    )


@in_chinese()
@transaction.atomic
def decide(
    *, recovery: Recovery, by: Any, on: date, answer: str = "", version: int | None = None
) -> Recovery:
    """Decide the claim: another person than the one who proposed it, once the period to object is over or the objection
    is answered. From here on the books show it as claimed."""
    refuse_without(by, "recovery.decide", recovery.area_id, on)
    row = _fresh(recovery, version)
    refuse_same_person(by, [row.proposed_by], _("追回决定"))
    answer = answer.strip()
    if row.state == "noticed" and row.objection_until and on <= row.objection_until:
        raise Refused(_("陈述申辩期到 {day}，期满后才能决定").format(day=row.objection_until))
    if row.state == "objected":
        answer = _need(answer, _("请逐条答复当事人的陈述申辩"))
    # The reply of a late return holds the batch too: of the two, one sees what the other has done.
    batches = PaymentBatch.objects.filter(
        pk__in=RecoveryItem.objects.filter(recovery=row).values("payment__batch")
    )
    list(batches.order_by("pk").select_for_update())
    items = list(row.items.select_related("payment").order_by("payment__reference"))
    gone = [i.payment.reference for i in items if i.payment.state != "paid"]
    if gone:
        raise Refused(_("{list} 已由银行退票，请撤回后重新提出").format(list="、".join(gone)))
    days = int(parameters().at(county_of(row.area_id), on)["recovery.pay_days"])
    due = calendar().roll_forward(on + timedelta(days=days))
    row = journal.advance(
        row, RECOVERY, "decide", by=by, on=on, note=f"{row.number} {funds.yuan(row.amount_fen)}",
        decided_by=journal.actor_name(by), decided_on=on, answer=answer or None, due=due,
    )  # fmt: skip
    funds.enter(
        key=f"recovery:{row.number}",
        kind="recovery",
        by=by,
        on=on,
        moves=_claims(items),
        record=("payment.recovery", str(row.pk)),
        note=row.number,
    )
    _letter("recovery_decision", row, by, on, pay_by=due, answer=answer)
    return row


def _claims(items: list[RecoveryItem]) -> list[funds.Move]:
    """Each payment's claim out of the pots it was paid from."""
    paid_from: dict[str, list[tuple[funds.Pot, int]]] = {}
    for posting in (
        Posting.objects.filter(
            payment_reference__in=[i.payment.reference for i in items],
            entry__kind__in=("reserve", "reissue"),
            debit__kind="reserved",
        )
        .select_related("debit")
        .order_by("pk")
    ):
        pot = funds.Pot(
            posting.debit.area_id, posting.debit.programme, posting.debit.source, posting.debit.year
        )
        paid_from.setdefault(posting.payment_reference or "", []).append((pot, posting.amount_fen))
    moves = []
    for item in items:
        left = item.amount_fen
        for pot, fen in paid_from[item.payment.reference]:
            take = min(left, fen)
            if take:
                moves.append(
                    funds.Move(
                        pot.account("claimed").pk, pot.account("paid").pk, take, item.payment.reference
                    )
                )
            left -= take
        assert not left, f"{item.payment.reference}: the ledger paid less than is claimed"
    return moves


def _outstanding(row: Recovery) -> list[tuple[funds.Pot, int]]:
    """What of a claim is still open, pot by pot as the ledger has it, older years first."""
    found: dict[funds.Pot, int] = {}
    for posting in Posting.objects.filter(
        Q(debit__kind="claimed") | Q(credit__kind="claimed"),
        entry__record_kind="payment.recovery",
        entry__record_id=str(row.pk),
    ).select_related("debit", "credit"):
        account, sign = (posting.debit, 1) if posting.debit.kind == "claimed" else (posting.credit, -1)
        pot = funds.Pot(account.area_id, account.programme, account.source, account.year)
        found[pot] = found.get(pot, 0) + sign * posting.amount_fen
    order = funds.DRAW_ORDER.index
    left = sorted(
        ((pot, fen) for pot, fen in found.items() if fen), key=lambda x: (x[0].year, order(x[0].source))
    )
    assert sum(fen for _pot, fen in left) == row.open_fen, f"{row.number}: claim and ledger differ"
    return left


def _onward(row: Recovery, fen: int, to: str) -> list[funds.Move]:
    """`fen` of an open claim to another kind of account of the same pots."""
    moves, left = [], fen
    for pot, held in _outstanding(row):
        take = min(left, held)
        if take:
            moves.append(funds.Move(pot.account(to).pk, pot.account("claimed").pk, take))
        left -= take
    assert not left
    return moves


@transaction.atomic
def drop(*, recovery: Recovery, note: str, by: Any, on: date, version: int | None = None) -> Recovery:
    """Decide that nothing is claimed back: what the household says holds, or the facts do not."""
    refuse_without(by, "recovery.decide", recovery.area_id, on)
    row = _fresh(recovery, version)
    refuse_same_person(by, [row.proposed_by], _("追回决定"))
    return _give_up(row, "drop", note, by, on)


@transaction.atomic
def withdraw(*, recovery: Recovery, note: str, by: Any, on: date, version: int | None = None) -> Recovery:
    """Take a proposal back before it is decided."""
    refuse_without(by, "recovery.handle", recovery.area_id, on)
    return _give_up(_fresh(recovery, version), "withdraw", note, by, on)


def _give_up(row: Recovery, act: str, note: str, by: Any, on: date, **fields: Any) -> Recovery:
    note = _need(note, _("请写明原因"))
    row = journal.advance(row, RECOVERY, act, by=by, on=on, note=row.number, remark=note, **fields)
    row.items.update(live=False)
    return row


@in_chinese()
@transaction.atomic
def revoke(*, recovery: Recovery, note: str, by: Any, on: date, version: int | None = None) -> Recovery:
    """Undo a decision (reconsideration, a court, one's own mistake) of which nothing has come back yet."""
    refuse_without(by, "recovery.decide", recovery.area_id, on)
    row = _fresh(recovery, version)
    if row.received_fen:
        raise Refused(
            _("已收回 {fen}，不能撤销；请先按补发程序把收回的款项退给当事人，再提请核销余额").format(
                fen=funds.yuan(row.received_fen)
            )
        )
    moves = _onward(row, row.open_fen, "paid") if row.state == "decided" else []
    row = _give_up(row, "revoke", note, by, on)
    funds.enter(
        key=f"revoke:{row.number}", kind="revoke", by=by, on=on, moves=moves,
        record=("payment.recovery", str(row.pk)), note=row.number,
    )  # fmt: skip
    return row


def instalments(open_fen: int, monthly_fen: int, first_on: date) -> list[tuple[date, int]]:
    """Equal parts on the same day of each month; the last is what is left."""
    parts = []
    while open_fen > 0:
        parts.append((months_later(first_on, len(parts)), min(monthly_fen, open_fen)))
        open_fen -= monthly_fen
    return parts


@in_chinese()
@transaction.atomic
def agree(
    *,
    recovery: Recovery,
    signer: str,
    monthly_fen: int,
    first_on: date,
    by: Any,
    on: date,
    version: int | None = None,
) -> Recovery:
    """Write down what the household agreed to give back each month. A household on the roll keeps the better part of its
    month: the instalment stays under the ceiling. A new agreement takes the place of the one before."""
    refuse_without(by, "recovery.handle", recovery.area_id, on)
    row = _fresh(recovery, version)
    if row.state != "decided":
        raise Refused(_("现在是“{state}”，不能约定分期").format(state=RECOVERY.states[row.state]))
    signer = _need(signer, _("请填写签字同意的人"))
    if monthly_fen <= 0 or first_on < on:
        raise Refused(_("每期金额须大于零，首期不早于今天"))
    if row.open_fen > monthly_fen * MOST_INSTALMENTS:
        raise Refused(_("分期不能超过 {n} 期").format(n=MOST_INSTALMENTS))
    benefit = amount_in(row.enrolment, month_of(on)) if row.enrolment.state != "exited" else 0
    share = int(parameters().at(county_of(row.area_id), on)["recovery.instalment.max_basis_points"])
    most = benefit * share // 10_000
    if benefit and monthly_fen > most:
        raise Refused(
            _("该户在保，每期不能超过当月待遇的 {percent}%（{most}）").format(
                percent=share // 100, most=funds.yuan(most)
            )
        )
    number = (row.instalments.aggregate(last=Max("agreement"))["last"] or 0) + 1
    parts = instalments(row.open_fen, monthly_fen, first_on)
    Instalment.objects.bulk_create(
        Instalment(
            recovery=row, agreement=number, sequence=n, due_on=day, amount_fen=fen, agreed_on=on, agreed_by=signer,
            recorded_by=journal.actor_name(by),
        )
        for n, (day, fen) in enumerate(parts, 1)
    )  # fmt: skip
    _touch(row, due=first_on)
    journal.record(
        "recovery.agree",
        by=by,
        on=on,
        record=row,
        note=f"{row.number} 分 {len(parts)} 期，每期 {funds.yuan(monthly_fen)}",
    )
    return row


def _touch(row: Recovery, **fields: Any) -> None:
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)
    Recovery.objects.filter(pk=row.pk).update(version=row.version, **fields)


def next_due(row: Recovery) -> date | None:
    """The day of the first instalment of the newest agreement that what came back since does not cover."""
    parts = list(
        row.instalments.order_by("agreement", "sequence").values_list("agreement", "due_on", "amount_fen")
    )
    if not parts:
        return row.due
    newest = [(day, fen) for agreement, day, fen in parts if agreement == parts[-1][0]]
    covered = sum(fen for _day, fen in newest) - row.open_fen
    for day, fen in newest:
        covered -= fen
        if covered < 0:
            return day
    return None


@in_chinese()
@transaction.atomic
def take_refund(
    *, recovery: Recovery, amount_fen: int, voucher: str, by: Any, on: date, version: int | None = None
) -> Refund:
    """Book what the household gave back, by its bank slip; with the last fen the claim is settled."""
    refuse_without(by, "recovery.receive", recovery.area_id, on)
    voucher = voucher.strip().upper()
    if not VOUCHER.fullmatch(voucher):
        raise Refused(_("请填写银行进账单号：字母、数字和短横，4 到 40 位"))
    row = _fresh(recovery, None)
    known = row.refunds.filter(voucher=voucher).first()
    if known is not None:
        if known.amount_fen != amount_fen:
            raise Refused(_("进账单 {voucher} 已入账，金额与本次不同").format(voucher=voucher))
        return known
    if version is not None and row.version != version:
        raise Refused(_("这件事刚被别人办理过，请刷新后再看"))
    if row.state not in ("decided", "waiver_asked"):
        raise Refused(_("现在是“{state}”，不收还款").format(state=RECOVERY.states[row.state]))
    if not 0 < amount_fen <= row.open_fen:
        raise Refused(
            _("还款须大于零、不超过尚欠的 {fen}；多交的请退回当事人").format(fen=funds.yuan(row.open_fen))
        )
    entry = funds.enter(
        key=f"refund:{row.number}:{voucher}",
        kind="refund",
        by=by,
        on=on,
        moves=_onward(row, amount_fen, "available"),
        record=("payment.recovery", str(row.pk)),
        note=f"{row.number} {voucher}",
    )
    made = Refund.objects.create(
        recovery=row,
        voucher=voucher,
        amount_fen=amount_fen,
        received_on=on,
        received_by=journal.actor_name(by),
        entry=entry,
    )
    _touch(row, received_fen=row.received_fen + amount_fen)
    journal.record(
        "recovery.refund", by=by, on=on, record=row, note=f"{row.number} {voucher} {funds.yuan(amount_fen)}"
    )
    if not row.open_fen:
        journal.advance(row, RECOVERY, "settle", by=journal.SYSTEM, on=on, note=row.number)
    elif (due := next_due(row)) != row.due:
        _touch(row, due=due)
    return made


@in_chinese()
@transaction.atomic
def ask_write_off(
    *, recovery: Recovery, reason: str, by: Any, on: date, version: int | None = None
) -> Recovery:
    """Ask for the rest to be written off (nobody left to ask, no means): why, in words."""
    refuse_without(by, "recovery.handle", recovery.area_id, on)
    reason = _need(reason, _("请写明为什么收不回来，附了哪些证明"))
    return journal.advance(
        _fresh(recovery, version), RECOVERY, "ask_write_off", by=by, on=on, note=recovery.number,
        waiver_asked_by=journal.actor_name(by), waiver_reason=reason,
    )  # fmt: skip


@in_chinese()
@transaction.atomic
def write_off(
    *, recovery: Recovery, by: Any, on: date, note: str = "", version: int | None = None
) -> Recovery:
    """Write the rest off: finance, another person than the one who asked."""
    refuse_without(by, "recovery.write_off", recovery.area_id, on)
    row = _fresh(recovery, version)
    refuse_same_person(by, [row.waiver_asked_by, row.proposed_by], _("核销"))
    fen = row.open_fen
    moves = _onward(row, fen, "written_off") if row.state == "waiver_asked" else []
    row = journal.advance(
        row, RECOVERY, "write_off", by=by, on=on, note=f"{row.number} {funds.yuan(fen)}", remark=note,
        written_off_fen=row.written_off_fen + fen, written_off_by=journal.actor_name(by),
    )  # fmt: skip
    funds.enter(
        key=f"write_off:{row.number}", kind="write_off", by=by, on=on, moves=moves,
        record=("payment.recovery", str(row.pk)), note=row.number,
    )  # fmt: skip
    return row


@in_chinese()
@transaction.atomic
def refuse_write_off(
    *, recovery: Recovery, note: str, by: Any, on: date, version: int | None = None
) -> Recovery:
    """The rest is not written off: it stays claimed."""
    refuse_without(by, "recovery.write_off", recovery.area_id, on)
    row = _fresh(recovery, version)
    note = _need(note, _("请写明原因"))
    return journal.advance(
        row, RECOVERY, "refuse_write_off", by=by, on=on, note=row.number, remark=note, waiver_asked_by="", waiver_reason=None,
        due=next_due(row),
    )  # fmt: skip


def _letter(kind: str, row: Recovery, by: Any, on: date, **more: Any) -> None:
    """The letter that tells the household, filed under it."""
    household = row.enrolment.household
    county = Area.objects.get(pk=county_of(row.area_id))
    why = GROUNDS[row.ground]
    issue_letter(
        kind=kind,
        record=row,
        household=household,
        data={
            "number": row.number,
            "applicant": household.head.name,
            "programme": PROGRAMMES[row.programme].label,
            "reason": str(why.label),
            "facts": row.facts.open(),
            "basis": why.basis,
            "amount_fen": row.amount_fen,
            "rows": [
                {
                    "month": f"{i.payment.entitlement.month:%Y-%m}",
                    "reference": i.payment.reference,
                    "paid_fen": i.payment.amount_fen,
                    "claimed_fen": i.amount_fen,
                }
                for i in row.items.select_related("payment__entitlement").order_by("payment__reference")
            ],
            "remedies_to": f"{county.name}人民政府",
            **more,
        },
        by=by,
        on=on,
    )
