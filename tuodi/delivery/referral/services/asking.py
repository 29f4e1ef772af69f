"""Between bodies: a yes-or-no question with a day, its one answer; and the wish that somebody visit the family."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.referral.models import Answer, Question, Referral
from tuodi.delivery.referral.services.common import keep, refuse_unless_in_hand, stated
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Department, Officer


@transaction.atomic
def ask_body(
    *, referral: Referral, department: Department, text: str, due: date, by: Officer, on: date
) -> Question:
    """Ask another body a question that can be answered by yes or no."""
    refuse_unless_in_hand(referral, by, "referral.question", on)
    asked = stated(text, _("请写明要对方答复什么"))
    if department.pk == referral.department_id:
        raise Refused(_("不能向本部门征求意见"))
    if due <= on:
        raise Refused(_("答复期限须在今天以后"))
    row = Question.objects.create(
        referral=referral,
        asker_id=referral.department_id,
        department=department,
        text=asked,
        asked_on=on,
        asked_by=by.get_username(),
        due=due,
    )
    journal.record("referral.ask_body", by=by, on=on, record=referral, remark=asked)
    keep(referral, "ask_body", referral.state, by=by, on=on, reason=asked)
    return row


@transaction.atomic
def answer_body(*, question: Question, yes: bool, text: str = "", by: Officer, on: date) -> Answer:
    """Answer a question put to one's own body, once."""
    rights.refuse_without(by, "referral.question", question.area_code, on)
    if by.department_id != question.department_id:
        raise Refused(_("这个问题问的是另一部门"))
    said = text.strip()
    if not yes and len(said) < 2:
        raise Refused(_("答复“否”的，请写明理由"))
    try:
        with transaction.atomic():
            row = Answer.objects.create(
                question=question,
                yes=yes,
                text=said or None,
                answered_on=on,
                answered_by=by.get_username(),
            )
    except IntegrityError:
        raise Refused(_("这个问题已经答复过，不能再改")) from None
    referral = question.referral
    note = "是" if yes else "否"
    journal.record("referral.answer_body", by=by, on=on, record=referral, note=note, remark=said)
    keep(referral, "answer_body", referral.state, by=by, on=on, reason=said)
    return row


@transaction.atomic
def request_visit(*, referral: Referral, reason: str, by: Officer, on: date) -> None:
    """Record the wish that the family be visited, and what is to be looked at; the visit itself is verification's."""
    refuse_unless_in_hand(referral, by, "referral.question", on)
    why = stated(reason, _("请写明入户要看什么"))
    journal.record("referral.request_visit", by=by, on=on, record=referral, remark=why)
    keep(referral, "request_visit", referral.state, by=by, on=on, reason=why)
