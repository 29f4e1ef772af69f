"""What the acts on a referral share: its table, whose hand it is in, the step that moves it and is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core.process import Process, Step
from tuodi.core.refusal import Refused
from tuodi.delivery.referral.models import Referral, ReferralStep
from tuodi.delivery.referral.process import BODY_ROLES, CIVIL_AFFAIRS, holder
from tuodi.kit.versions import Conflict, Difference
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.programme import Programme
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Officer


def programme_of(referral: Referral) -> Programme:
    """The row of the catalogue."""
    return PROGRAMMES[referral.programme]


def process_of(referral: Referral) -> Process:
    """The table the referral goes by: its programme's of the day it was accepted (or sent)."""
    return referral.process


def body_of_step(referral: Referral, step: Step) -> str | None:
    """The body whose officers may take a step; None where it is not a body's but a post's (counter, reviewer, confirmer)."""
    if step.role == "bureau":
        return referral.department_id
    return CIVIL_AFFAIRS if step.role == CIVIL_AFFAIRS else None


def may_take(referral: Referral, step: Step, officer: Any, on: date) -> bool:
    """Whether an officer holds the step's role over the place and sits in the body that has the referral in hand."""
    if not rights.holds(officer, step.role, referral.area_id, on):
        return False
    body = body_of_step(referral, step)
    return body is None or officer.department_id == body


def refuse_other_body(referral: Referral, step: Step, by: Any) -> None:
    """A body's part is done by its own officers: the role alone, in another bureau, is not enough."""
    body = body_of_step(referral, step)
    if step.role in BODY_ROLES and isinstance(by, Officer) and by.department_id != body:
        raise Refused(_("这件转办由另一部门承办，您不在承办部门，不能办理"))


def refuse_stale(referral: Referral, version: int | None) -> None:
    """Conflict where the officer's page showed an older version: of two officers the second is told, with the state as it stands."""
    if version is None or version == referral.version:
        return
    seen = _("您打开页面时的版本 {n}").format(n=version)
    state = process_of(referral).states[referral.state]
    now = _("{state}（版本 {n}）").format(state=state, n=referral.version)
    raise Conflict(referral, version, [Difference("state", _("办理环节"), now, seen)])


def move(
    referral: Referral,
    act: str,
    *,
    by: Any,
    on: date,
    version: int | None = None,
    reason: str = "",
    process: Process | None = None,
    **fields: Any,
) -> Referral:
    """Take a step: right, body and version looked at, the row moved from the state it is in, the step and a journal line kept."""
    refuse_stale(referral, version)
    table = process or process_of(referral)
    before = referral.state
    taken = table.step(act, before)
    if taken is not None:
        refuse_other_body(referral, taken, by)
        procedure, owner = (
            fields.get("procedure", referral.procedure),
            fields.get("owner_id", referral.owner_id),
        )
        fields.setdefault("department_id", holder(procedure, taken.target, owner))
    row = journal.advance(referral, table, act, by=by, on=on, remark=reason, **fields)
    keep(row, act, before, by=by, on=on, reason=reason)
    return row


def keep(referral: Referral, act: str, before: str, *, by: Any, on: date, reason: str = "") -> ReferralStep:
    """The step as a row of its own."""
    return ReferralStep.objects.create(
        referral=referral,
        act=act,
        state_from=before,
        state_to=referral.state,
        department_id=referral.department_id,
        on=on,
        by=journal.actor_name(by),
        reason=reason or None,
    )


def stated(text: str, what: str) -> str:
    """A reason in writing, or Refused."""
    if len(text.strip()) < 2:
        raise Refused(what)
    return text.strip()


def refuse_unless_in_hand(referral: Referral, by: Any, act: str, on: date) -> None:
    """Refused unless the referral is being handled and `by` sits in the body that has it, with the right `act` there."""
    rights.refuse_without(by, act, referral.area_id, on)
    if referral.accepted_on is None or referral.concluded_on is not None:
        raise Refused(_("这件转办不在办理中"))
    if isinstance(by, Officer) and by.department_id != referral.department_id:
        raise Refused(_("这件转办由另一部门承办，您不在承办部门，不能办理"))
