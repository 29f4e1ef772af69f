"""The clock stands still while the family is asked for something, and runs on with the working days that were left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.referral.models import Pause, Referral
from tuodi.delivery.referral.services.common import move, stated
from tuodi.records.journal.ports import ports
from tuodi.records.org import rights


@transaction.atomic
def ask_correction(
    *, referral: Referral, items: Sequence[str], by: Any, on: date, version: int | None = None
) -> Referral:
    """Ask the family, through its counter, for everything that is missing; the clock stops with it."""
    rights.refuse_without(by, "referral.step", referral.area_id, on)
    wanted = [line.strip() for line in items if line.strip()]
    if not wanted:
        raise Refused(_("请一次写明要家庭补正的全部内容"))
    state, left = referral.state, 0
    if referral.due and referral.due > on:
        left = ports.calendar().working_days_between(on, referral.due)
    row = move(referral, "ask_correction", by=by, on=on, version=version, reason="\n".join(wanted))
    Pause.objects.create(
        referral=row,
        state=state,
        items=wanted,
        working_days_left=max(left, 0),
        asked_on=on,
        asked_by=by.get_username(),
    )
    return row


@transaction.atomic
def answer(*, referral: Referral, text: str, by: Any, on: date, version: int | None = None) -> Referral:
    """Take in what the family brought: the stage goes on where it stood, the clocks by the days they stood still."""
    rights.refuse_without(by, "referral.answer", referral.area_id, on)
    said = stated(text, _("请写明家庭补正了什么"))
    pause = Pause.objects.filter(referral=referral, answered_on=None).first()
    if referral.state != "correcting" or pause is None:
        raise Refused(_("这件转办没有在等补正"))
    calendar = ports.calendar()
    left, stood = pause.working_days_left, calendar.working_days_between(pause.asked_on, on)
    due = calendar.add_working_days(on, left) if left else calendar.roll_forward(on)
    overall = referral.overall_due
    row = move(
        referral,
        f"answer_{pause.state}",
        by=by,
        on=on,
        version=version,
        reason=said,
        due=due,
        overall_due=calendar.add_working_days(overall, stood) if overall and stood > 0 else overall,
    )
    Pause.objects.filter(pk=pause.pk).update(answered_on=on, answer=said)
    return row
