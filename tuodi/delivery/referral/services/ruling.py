"""Where a returned referral goes: the counter addresses it anew, the leading group's office rules for good (定办)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.delivery.referral.models import Referral, Ruling
from tuodi.delivery.referral.services.common import move, stated
from tuodi.records.org import rights
from tuodi.records.org.models import Department


@transaction.atomic
def readdress(
    *,
    referral: Referral,
    department: Department,
    reason: str,
    by: Any,
    on: date,
    version: int | None = None,
) -> Referral:
    """Send a returned referral to the body it belongs to (or again to the same, with a reason: then the office may have to rule)."""
    rights.refuse_without(by, "referral.send", referral.area_id, on)
    why = stated(reason, _("请写明为什么转到这一部门"))
    return move(
        referral,
        "readdress",
        by=by,
        on=on,
        version=version,
        reason=why,
        owner_id=department.pk,
        department_id=department.pk,
        sent_on=on,
    )


@transaction.atomic
def rule(
    *,
    referral: Referral,
    department: Department,
    reason: str,
    by: Any,
    on: date,
    version: int | None = None,
) -> Referral:
    """Rule whose it is. Final: that body can only accept."""
    rights.refuse_without(by, "referral.rule", referral.area_id, on)
    why = stated(reason, _("定办须写明理由"))
    row = move(
        referral,
        "rule",
        by=by,
        on=on,
        version=version,
        reason=why,
        owner_id=department.pk,
        department_id=department.pk,
        sent_on=on,
        final=True,
    )
    Ruling.objects.create(
        referral=row, department=department, reason=why, ruled_on=on, ruled_by=by.get_username()
    )
    return row
