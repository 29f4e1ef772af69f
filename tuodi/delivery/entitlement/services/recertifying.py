"""Looking again at who receives (复核): opened, visited and assessed anew where something changed, concluded with reasons.

DB-2012 Art 33, DB-2021 Arts 31 and 32 (policy.md 1.7): no evident change, no new price; increases, reductions and stops only on
legal ground, by the county, with notice and reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.money import yuan_text
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.policy import programme_label
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Pricing, Recertification
from tuodi.delivery.entitlement.months import month_of
from tuodi.delivery.entitlement.process import ENROLMENT, GROUNDS, RECERTIFICATION
from tuodi.delivery.entitlement.selectors import amount_in, facts_behind
from tuodi.delivery.entitlement.services.changes import adjust, exit_roll, suspend
from tuodi.delivery.entitlement.services.enrolment import county_of, next_to_run, set_amount
from tuodi.delivery.entitlement.services.pricing import Price, family_of, price
from tuodi.delivery.entitlement.services.questions import Reviewers, next_review
from tuodi.delivery.entitlement.services.values import Book, next_turn, review_cycle
from tuodi.delivery.intake.models import Snapshot
from tuodi.delivery.intake.selectors import plain
from tuodi.delivery.intake.services import refreeze
from tuodi.kit.versions import conflict_of
from tuodi.kit.wording import in_chinese
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.documents.services import issue_letter
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_same_person, refuse_without
from tuodi.records.standards import selectors as standards

REVIEWED = frozenset(
    {"active", "suspended"}
)  # before the first payment and in a fade-out there is nothing to look at again


def _fresh(row: Recertification, version: int | None) -> Recertification:
    """The row locked as it stands; a stale form is a Conflict, shown side by side."""
    now = Recertification.objects.select_for_update().select_related("enrolment").get(pk=row.pk)
    if version is not None and now.version != version:
        raise conflict_of(now, version, {"state": row.state})
    return now


@transaction.atomic
def open_review(*, enrolment: Enrolment, by: Any, on: date, version: int | None = None) -> Recertification:
    """Begin to look again at a family (定期复核); a question that already waits for it is taken up instead."""
    refuse_without(by, "entitlement.recertify", enrolment.area_id, on)
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if version is not None and row.version != version:
        raise conflict_of(row, version, {"state": enrolment.state})
    if row.state not in REVIEWED:
        raise Refused(_("现在是“{state}”，不需要复核").format(state=ENROLMENT.states[row.state]))
    waiting = Recertification.objects.filter(enrolment=row, concluded_on=None).first()
    if waiting is not None:
        if waiting.state != "waiting":
            raise Refused(_("这一户的复核已经在办"))
        return journal.advance(waiting, RECERTIFICATION, "open", by=by, on=on, officer=by)
    try:
        with transaction.atomic():
            made = Recertification.objects.create(
                enrolment=row,
                area_id=row.area_id,
                cause="cycle",
                officer=by,
                reasons=[cycle_text(row)] if row.review_due else [],
                state=RECERTIFICATION.start,
                state_since=on,
            )
    except IntegrityError:
        raise Refused(_("这一户的复核已经在办")) from None
    return journal.advance(made, RECERTIFICATION, "open", by=by, on=on)


def cycle_text(row: Enrolment) -> str:
    """Why a family is looked at now, where only the calendar asks."""
    return _("{kind} 类，复核限 {day}").format(
        kind=row.review_class or "—", day=row.review_due.isoformat() if row.review_due else ""
    )


def priced_now(row: Enrolment, facts: Mapping[str, Any], on: date) -> Price:
    """What the rule gives for the first month not yet made due."""
    month = max(next_to_run(row.programme, county_of(row.area_id), on), row.from_month)
    book = Book(PROGRAMMES[row.programme], county_of(row.area_id), standards.parameters())
    values = book.at(row.area_id, month)
    if values.missing:
        raise Refused(values.missing)
    return price(book.programme, family_of(row, facts), book, row.area_id, month)


@in_chinese()
@transaction.atomic
def reassess(
    *, review: Recertification, seen: int, observed: Mapping[str, Any], visited_on: date, second_surveyor: str, note: str,
    family_confirmed: bool, confirmed_by: str = "", by: Any, on: date, version: int | None = None,
) -> Recertification:  # fmt: skip
    """Two officers have been there, the family signed: the facts are frozen anew and the rule asked. Nothing is paid by it yet."""
    row = _fresh(review, version)
    refuse_without(by, "entitlement.recertify", row.area_id, on)
    if visited_on > on or visited_on < row.enrolment.decision.decided_on:
        raise Refused(_("入户日期应在决定之后、今天之前"))
    if len(second_surveyor.strip()) < 2 or second_surveyor.strip() in (by.username, by.name):
        raise Refused(_("入户须由两人以上进行，请填另一名调查人员"))
    if not family_confirmed or len(confirmed_by.strip()) < 2:
        raise Refused(_("家庭没有签字确认的，不能作为重新评估的依据；请补签，或写明情况报县级决定"))
    faults = dictionary.validate(plain(observed), on=on)
    if faults:
        raise Refused("；".join(str(f) for f in faults[:20]))
    behind = facts_behind(row.enrolment)
    if behind.pk != seen and (row.snapshot_id or 0) != seen:
        raise Refused(_("家庭情况刚被别人核定过，请刷新后再看"))
    snapshot = refreeze(application=row.enrolment.decision.review.application, facts=observed, on=on, by=by)
    found = priced_now(row.enrolment, observed, on)
    if found.fen is None:
        raise Refused(_("评估尚无结论，还缺：{missing}").format(missing="、".join(found.found.missing)))
    return journal.advance(
        row,
        RECERTIFICATION,
        "reassess",
        by=by,
        on=on,
        due=row.due,
        snapshot=snapshot,
        document=found.whole,
        price_fen=found.fen,
        month=found.values.month,
        visited_on=visited_on,
        second_surveyor=second_surveyor.strip(),
        visit_note=note.strip(),
    )


def differs(row: Recertification, on: date) -> bool:
    """Whether what the rule gives is not what is paid: then the county decides, not the township."""
    if row.cause == "asked" and row.snapshot_id is None:
        return False  # the figure is only what would follow, had the student left school
    if row.price_fen is None:
        return row.cause in ("turned", "standard", "set_by_hand", "spot") and row.snapshot_id is None
    month = row.month or next_to_run(row.enrolment.programme, county_of(row.area_id), on)
    return row.price_fen != amount_in(row.enrolment, max(month, row.enrolment.from_month))


@in_chinese()
@transaction.atomic
def carry_on(
    *, review: Recertification, opinion: str, by: Any, on: date, version: int | None = None
) -> Recertification:
    """Nothing has evidently changed: paid on as it is, and looked at again when the next cycle is over (Art 31)."""
    row = _fresh(review, version)
    if not opinion.strip():
        raise Refused(_("请写明复核情况"))
    if row.state == "checking" and differs(row, on):
        if row.price_fen is None:
            raise Refused(_("须入户重新评估，或报县级决定"))
        raise Refused(
            _("按规则每月应为 {fen} 元，与现在不同：须入户重新评估，或报县级决定").format(
                fen=yuan_text(row.price_fen)
            )
        )
    row = journal.advance(
        row,
        RECERTIFICATION,
        "continue",
        by=by,
        on=on,
        opinion=opinion.strip(),
        proposal="keep",
        proposed_by=journal.actor_name(by),
        outcome="keep",
        concluded_on=on,
        concluded_by=journal.actor_name(by),
    )
    _stand_on(row, by, on)
    begin_cycle(row.enrolment, on)
    return row


@in_chinese()
@transaction.atomic
def refer(
    *, review: Recertification, proposal: str, opinion: str, by: Any, on: date, version: int | None = None
) -> Recertification:
    """Send what was found to the county with a proposal: only the county changes what is paid."""
    row = _fresh(review, version)
    assert proposal in dict(Recertification.OUTCOMES), proposal
    if not opinion.strip():
        raise Refused(_("请写明复核情况和意见"))
    return journal.advance(
        row,
        RECERTIFICATION,
        "refer",
        by=by,
        on=on,
        note=proposal,
        proposal=proposal,
        opinion=opinion.strip(),
        proposed_by=journal.actor_name(by),
    )


@transaction.atomic
def send_back(
    *, review: Recertification, reason: str, by: Any, on: date, version: int | None = None
) -> Recertification:
    """The county asks the township to look once more."""
    row = _fresh(review, version)
    if len(reason.strip()) < 4:
        raise Refused(_("退回乡镇须写明理由"))
    return journal.advance(row, RECERTIFICATION, "return", by=by, on=on, remark=reason.strip())


@in_chinese()
@transaction.atomic
def settle(
    *, review: Recertification, outcome: str, ground: str, note: str, from_month: date | None = None,
    monthly_fen: int | None = None, by: Any, on: date, version: int | None = None,
) -> Recertification:  # fmt: skip
    """The county decides on a review: kept, adjusted, suspended or ended, on a legal ground, with a letter to the family.

    Another person than the one who proposed it. Less, or nothing, starts with the next month not yet made due.
    """
    row = _fresh(review, version)
    refuse_same_person(by, [row.proposed_by], _("复核结果"))
    if not note.strip():
        raise Refused(_("请写明事实和依据，当事人要看得到"))
    enrolment = Enrolment.objects.get(pk=row.enrolment_id)
    first = max(next_to_run(enrolment.programme, county_of(row.area_id), on), enrolment.from_month)
    month = month_of(from_month) if from_month else first
    before = amount_in(enrolment, month)
    act = "keep" if outcome == "keep" else "settle"
    row = journal.advance(
        row,
        RECERTIFICATION,
        act,
        by=by,
        on=on,
        note=outcome,
        remark=note.strip(),
        outcome=outcome,
        concluded_on=on,
        concluded_by=journal.actor_name(by),
    )
    given: dict[str, Any] = {
        "enrolment": enrolment,
        "ground": ground,
        "note": note.strip(),
        "by": by,
        "on": on,
    }
    if outcome == "keep":
        begin_cycle(enrolment, on)
        return row
    if outcome == "adjust":
        fen = row.price_fen if monthly_fen is None else monthly_fen
        if not fen:
            raise Refused(_("请填写调整后的金额；停发请选暂停或退出"))
        adjust(**given, from_month=month, monthly_fen=fen)
        if fen == row.price_fen and row.snapshot_id:
            _price_newest(row, by)
        begin_cycle(enrolment, on)
    elif outcome == "suspend":
        suspend(**given, from_month=month)
    else:
        assert outcome == "exit", outcome
        exit_roll(**given, from_month=month)
    _tell(row, enrolment, ground, note.strip(), month, before, by, on)
    return row


def _tell(
    row: Recertification,
    enrolment: Enrolment,
    ground: str,
    note: str,
    month: date,
    before: int,
    by: Any,
    on: date,
) -> None:
    """The letter: what changes from when, why, on what ground, and what the family may do about it."""
    now = amount_in(Enrolment.objects.get(pk=enrolment.pk), month)
    what = {
        "adjust": _("每月保障金增加") if now > before else _("每月保障金减少"),
        "suspend": _("暂停发放"),
        "exit": _("停止发放"),
    }
    data: dict[str, Any] = {
        "number": enrolment.decision.number,
        "applicant": enrolment.household.head.name,
        "programme": programme_label(enrolment.programme),
        "what": what[row.outcome],
        "since": month,
        "reason": note,
        "basis": GROUNDS[ground].basis,
        "remedies_to": f"{Area.objects.get(pk=county_of(row.area_id)).name}人民政府",
        "before_fen": before,
    }
    if row.outcome == "adjust":
        data["monthly_fen"] = now
    issue_letter(kind="change", record=row, household=enrolment.household, data=data, by=by, on=on)


def _stand_on(row: Recertification, by: Any, on: date) -> None:
    """Newly settled facts that leave the amount as it is become what later months are priced from."""
    if row.snapshot_id is None or row.month is None:
        return
    enrolment = row.enrolment
    fen = amount_in(enrolment, row.month)
    if not fen or fen != row.price_fen:
        return
    set_amount(enrolment, row.month, fen, cause="review", note="复核，金额不变", by=by, on=on)
    _price_newest(row, by)


def _price_newest(row: Recertification, by: Any) -> None:
    """What the amount just set relied on."""
    amount = EnrolmentAmount.objects.filter(enrolment=row.enrolment_id).latest("sequence")
    enrolment = row.enrolment
    assert row.snapshot is not None, "an amount of a re-assessment stands on its facts"
    facts = facts_of(Snapshot.objects.get(pk=row.snapshot_id))
    book = Book(PROGRAMMES[enrolment.programme], county_of(row.area_id), standards.parameters())
    found = price(book.programme, family_of(enrolment, facts), book, row.area_id, amount.from_month)
    if found.fen != amount.monthly_fen:
        return  # the month chosen has other values: the amount is the officer's own
    basis = book.basis(found.values)
    Pricing.objects.create(
        amount=amount,
        basis=basis,
        snapshot_id=row.snapshot_id,
        month=amount.from_month,
        as_of=found.values.as_of,
        rule=f"{book.programme.code}/{found.values.by_key['dibao.law']['value']}",
        changed=[],
        document=found.document,
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(
        basis=basis, next_turn=next_turn(enrolment.programme, facts, row.area_id, found.values.as_of)
    )


def begin_cycle(enrolment: Enrolment, on: date) -> None:
    """The next cycle begins today, by the class of the facts now relied on and the law in force."""
    facts = facts_of(facts_behind(enrolment))
    cycle = review_cycle(enrolment.programme, facts, enrolment.area_id, on)
    if cycle is not None:
        Enrolment.objects.filter(pk=enrolment.pk).update(
            review_class=cycle.kind, review_due=next_review(on, cycle.months)
        )


__all__ = ["Reviewers", "carry_on", "open_review", "reassess", "refer", "send_back", "settle"]
