"""Search over what the officer reaches: by case number, payment reference, resident number or name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.core.identity import check_citizen
from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Application
from tuodi.delivery.payment.models import Payment
from tuodi.kit.sealed import lookup_hash
from tuodi.records.org.rights import visible

LIMIT = 50


@dataclass(frozen=True)
class Found:
    """One thing found: where it is read, and a line to recognise it by."""

    url: str
    number: str
    name: str
    place: str
    state: str


def find(asked: str, officer: Any, on: date) -> list[Found]:
    """What `asked` may mean, within the officer's reach, at most LIMIT rows. Refused when it is too short to look for."""
    if len(asked) < 2:
        raise Refused(_("请输入至少两个字：案卷号、姓名、身份证号或发放编号"))
    payment = visible(
        Payment.objects.filter(reference=asked), officer, "entitlement__area_id", act="portal.trace"
    ).first()
    if payment:
        return [
            Found(
                reverse("portal:trace", args=[payment.reference]),
                payment.reference,
                payment.holder_name,
                "",
                payment.state,
            )
        ]
    cases = visible(Application.objects.all(), officer, act="portal.search")
    number = check_citizen(asked, on=on)
    if number.ok:
        index = lookup_hash(number.number)
        cases = cases.filter(household__memberships__person__number_index=index)
    elif any(c.isdigit() for c in asked):
        cases = cases.filter(number=asked)
    else:
        cases = cases.filter(household__memberships__person__name=asked)
    rows = (
        cases.select_related("applicant", "area__parent").order_by("-submitted_on", "-pk").distinct()[:LIMIT]
    )
    return [
        Found(
            reverse("portal:case", args=[a.number]),
            a.number,
            a.applicant.name,
            f"{a.area.parent} {a.area}",
            a.state,
        )
        for a in rows
    ]
