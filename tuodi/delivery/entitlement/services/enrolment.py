"""Enrol: a granted decision puts the household on the roll, paid from the month after (DB-24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Decision
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Entitlement, MonthRun
from tuodi.delivery.entitlement.months import month_of, months_after, span
from tuodi.delivery.entitlement.process import ENROLMENT
from tuodi.delivery.entitlement.selectors import amount_in
from tuodi.records.journal import services as journal
from tuodi.records.standards.selectors import calendar


@transaction.atomic
def enrol(*, decision: Decision, by: Any, on: date) -> Enrolment:
    """Put a granted decision's household on the roll. The same decision again is the same enrolment."""
    if not decision.granted:
        raise Refused(_("不予确认的决定不纳入保障"))
    known = Enrolment.objects.filter(decision=decision).first()
    if known is not None:
        return known
    household = decision.review.application.household
    other = (
        Enrolment.objects.filter(household=household, programme=decision.programme)
        .exclude(state="exited")
        .first()
    )
    if other is not None:
        raise Refused(
            _("该户已在保（{number}），同一项目不能重复纳入；请先办理退出或调整").format(
                number=other.decision.number
            )
        )
    assert decision.from_month is not None
    from_month = month_of(decision.from_month)
    row = Enrolment.objects.create(
        household=household,
        area_id=decision.area_id,
        programme=decision.programme,
        category=decision.category,
        decision=decision,
        from_month=from_month,
        state=ENROLMENT.start,
        state_since=on,
        due=ENROLMENT.due(ENROLMENT.start, on, calendar()),
    )
    set_amount(row, from_month, decision.monthly_fen, cause="decision", note=decision.number, by=by, on=on)
    journal.record(
        "entitlement.enrol", by=by, on=on, record=row, state_to=ENROLMENT.start, note=decision.number
    )
    settle_arrears(row, by=by, on=on)
    return row


def set_amount(
    row: Enrolment, from_month: date, monthly_fen: int, *, cause: str, note: str, by: Any, on: date
) -> EnrolmentAmount:
    """Add what is paid from a month on. Two officers at once: the sequence lets one through."""
    last = row.amounts.aggregate(last=Max("sequence"))["last"] or 0
    return EnrolmentAmount.objects.create(
        enrolment=row,
        sequence=last + 1,
        from_month=month_of(from_month),
        monthly_fen=monthly_fen,
        cause=cause,
        note=note[:200],
        set_on=on,
        set_by=journal.actor_name(by),
    )


def county_of(area_code: str) -> str:
    """The county (6 digits) an area lies in."""
    return area_code[:6]


def next_to_run(programme: str, county: str, on: date) -> date:
    """The first month not yet made due in a county: arrears are paid with it."""
    last = MonthRun.objects.filter(programme=programme, area_id=county).aggregate(last=Max("month"))["last"]
    return months_after(last) if last else month_of(on)


def settle_arrears(row: Enrolment, *, by: Any, on: date) -> list[Entitlement]:
    """Make due what months already run fall short of now (T11). What was paid too much is never taken back here."""
    county = county_of(row.area_id)
    pay_month = next_to_run(row.programme, county, on)
    until = min(pay_month, row.until_month) if row.until_month else pay_month
    made = []
    had = dict(
        Entitlement.objects.filter(
            household_id=row.household_id, programme=row.programme, month__lt=pay_month
        )
        .values_list("month")
        .annotate(fen=Sum("amount_fen"))
    )
    for month in span(row.from_month, until):
        short = amount_in(row, month) - had.get(month, 0)
        if short <= 0:
            continue
        number = row.entitlements.filter(month=month, kind="arrears").count() + 1
        made.append(
            Entitlement(
                obligation=f"{row.programme}:{row.household_id}:{month:%Y-%m}:arrears:{row.pk}.{number}",
                enrolment=row,
                household_id=row.household_id,
                area_id=row.area_id,
                county=county,
                programme=row.programme,
                month=month,
                pay_month=pay_month,
                kind="arrears",
                amount_fen=short,
                made_on=on,
            )
        )
    Entitlement.objects.bulk_create(made)
    if made:
        journal.record(
            "entitlement.arrears",
            by=by,
            on=on,
            record=row,
            note=f"{len(made)} 个月 {sum(e.amount_fen for e in made)} 分",
        )
    return made
