"""The programme's own procedure, stage by stage, to its end: given, refused with all findings, or not applicable."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.process import Step
from tuodi.core.refusal import Refused
from tuodi.delivery.referral.models import Referral
from tuodi.delivery.referral.process import BY_TIME, OWN_ENDS
from tuodi.delivery.referral.services.common import move, process_of, programme_of, stated
from tuodi.records.journal import services as journal
from tuodi.records.org import rights

# Benefits of which an amount is owed; a place, a service or an identity has none.
PAID = frozenset({"cash", "voucher"})
NOT_GIVEN = frozenset({"refused", "terminated", "clawed_back", *OWN_ENDS})
OUTCOMES = ("granted", "refused", "not_applicable")


def steps_onward(referral: Referral) -> tuple[Step, ...]:
    """The stage acts from where it stands: not those that end it, nor those with services of their own."""
    process = process_of(referral)
    return tuple(
        s
        for s in process.steps_from(referral.state)
        if referral.accepted_on is not None
        and referral.state != "correcting"
        and s.target not in process.ends
        and s.act != "ask_correction"
    )


def ending(referral: Referral, outcome: str) -> Step | None:
    """The step that ends it with an outcome from where it stands; None where the procedure has none."""
    process = process_of(referral)
    if referral.accepted_on is None:
        return None
    ends = [s for s in process.steps_from(referral.state) if s.target in process.ends]
    if outcome == "granted":
        return next((s for s in ends if s.target not in NOT_GIVEN), None)
    target = {"refused": "refused", "not_applicable": "not_applicable"}[outcome]
    return next((s for s in ends if s.target == target), None)


@transaction.atomic
def step(
    *, referral: Referral, act: str, by: Any, on: date, reason: str = "", version: int | None = None
) -> Referral:
    """Take a stage act of the programme's procedure; those that end it go through `conclude`."""
    rights.refuse_without(by, "referral.step", referral.area_id, on)
    taken = process_of(referral).step(act, referral.state)
    if taken is not None and taken not in steps_onward(referral):
        raise Refused(_("“{act}”不在这里办理").format(act=taken.label))
    return move(referral, act, by=by, on=on, version=version, reason=reason.strip())


@transaction.atomic
def conclude(
    *,
    referral: Referral,
    outcome: str,
    by: Any,
    on: date,
    reason: str = "",
    amount_fen: int | None = None,
    starts_on: date | None = None,
    version: int | None = None,
) -> Referral:
    """End it: granted with amount and start, refused or not applicable with the reason in writing.

    Whoever sent it on does not decide it. A refusal keeps every finding with the referral (`grounds`) beside the reason.
    """
    assert outcome in OUTCOMES, outcome
    rights.refuse_without(by, "referral.step", referral.area_id, on)
    last = ending(referral, outcome)
    if last is None:
        process = process_of(referral)
        ways = "、".join(dict.fromkeys(s.label for s in process.steps_from(referral.state)))
        raise Refused(
            _("现在是“{state}”，还不能作出这一结论；现在可以：{ways}").format(
                state=process.states[referral.state], ways=ways
            )
            if ways
            else _("这件转办已经办结")
        )
    fields: dict[str, Any] = {}
    if outcome == "granted":
        rights.refuse_same_person(by, [referral.sent_by], _("确认"))
        if starts_on is None:
            raise Refused(_("请填写从哪一天起享受"))
        if programme_of(referral).benefit in PAID and not amount_fen:
            raise Refused(_("请填写金额"))
        if amount_fen is not None and amount_fen < 0:
            raise Refused(_("金额不能小于零"))
        fields = {"amount_fen": amount_fen, "starts_on": starts_on}
    else:
        reason = stated(reason, _("不予或不适用须写明理由"))
    return move(
        referral,
        last.act,
        by=by,
        on=on,
        version=version,
        reason=reason.strip(),
        outcome=outcome,
        concluded_on=on,
        **fields,
    )


def end_notices(*, on: date) -> int:
    """Move on what only time ends: public notices whose last day is past. How many; may be run again."""
    ended = 0
    for pk in list(
        Referral.objects.filter(concluded_on=None, state__in=BY_TIME, due__lt=on).values_list("pk", flat=True)
    ):
        with transaction.atomic():
            row = Referral.objects.select_for_update().get(pk=pk)
            onward = next(
                (s for s in process_of(row).steps_from(row.state) if s.role == journal.SYSTEM), None
            )
            if onward is None or row.due is None or row.due >= on:
                continue
            move(row, onward.act, by=journal.SYSTEM, on=on)
            ended += 1
    return ended
