"""A body takes a referral, or says that it is not its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.referral.models import Referral, Return
from tuodi.delivery.referral.process import composed, hand_of
from tuodi.delivery.referral.services.common import move, programme_of, stated
from tuodi.policy.fanning import last_day
from tuodi.records.journal.ports import ports
from tuodi.records.org import rights
from tuodi.records.org.models import Department


@transaction.atomic
def accept(*, referral: Referral, by: Any, on: date, version: int | None = None) -> Referral:
    """Take it: from this day the programme's own clocks run, by the table in force on it."""
    rights.refuse_without(by, "referral.act", referral.area_id, on)
    programme = programme_of(referral)
    base = programme.process(on)
    assert base is not None, f"{referral.programme} has no procedure on {on}"
    return move(
        referral,
        "accept",
        by=by,
        on=on,
        version=version,
        process=composed(base.key, hand_of(referral.owner_id)),
        procedure=base.key,
        accepted_on=on,
        overall_due=last_day(programme, on, ports.calendar()),
    )


@transaction.atomic
def return_(
    *,
    referral: Referral,
    reason: str,
    by: Any,
    on: date,
    suggested: Department | None = None,
    version: int | None = None,
) -> Referral:
    """Say with a reason that it is not this body's: the first time to the counter, the second to the leading group's office."""
    rights.refuse_without(by, "referral.act", referral.area_id, on)
    why = stated(reason, _("退回须写明理由：为什么不属于本部门，应由谁办"))
    if referral.final:
        raise Refused(_("领导小组办公室已经定办，由本部门办理，不能再退回"))
    department = referral.department_id
    act = "return" if referral.returns == 0 else "dispute"
    row = move(referral, act, by=by, on=on, version=version, reason=why, returns=referral.returns + 1)
    Return.objects.create(
        referral=row,
        sequence=row.returns,
        department_id=department,
        suggested=suggested,
        reason=why,
        returned_on=on,
        returned_by=by.get_username(),
    )
    return row
