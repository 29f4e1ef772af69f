"""Enrol: a granted decision puts the household on the roll, paid from the month after (DB-24)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from tuodi.core.months import months_later
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Decision
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Entitlement, MonthRun
from tuodi.delivery.entitlement.months import month_of, months_after, span
from tuodi.delivery.entitlement.process import ENROLMENT
from tuodi.delivery.entitlement.services.values import basis_of, next_turn, review_cycle
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
    kind = part_claimed(decision)
    others = Enrolment.objects.filter(household=household, programme=decision.programme)
    other = next((o for o in others.exclude(state="exited") if not kind or o.kind in ("", kind)), None)
    if other is not None:
        raise Refused(
            _("该户已在保（{number}），同一项目不能重复纳入；请先办理退出或调整").format(
                number=other.decision.number
            )
        )
    assert decision.from_month is not None
    facts = facts_of(decision.assessment.snapshot)
    cycle = review_cycle(decision.programme, facts, decision.area_id, decision.decided_on)
    from_month = month_of(decision.from_month)
    row = Enrolment.objects.create(
        household=household,
        area_id=decision.area_id,
        programme=decision.programme,
        kind=kind,
        category=decision.category,
        decision=decision,
        from_month=from_month,
        state=ENROLMENT.start,
        state_since=on,
        due=ENROLMENT.due(ENROLMENT.start, on, calendar()),
        basis=basis_of(decision.assessment.parameters),
        next_turn=next_turn(
            decision.programme,
            facts,
            decision.area_id,
            decision.assessment.assessed_on,
        ),
        review_class=cycle.kind if cycle else "",
        review_due=months_later(decision.decided_on, cycle.months) if cycle else None,
    )
    set_amount(row, from_month, decision.monthly_fen, cause="decision", note=decision.number, by=by, on=on)
    journal.record(
        "entitlement.enrol", by=by, on=on, record=row, state_to=ENROLMENT.start, note=decision.number
    )
    settle_arrears(row, by=by, on=on)
    return row


def part_claimed(decision: Decision) -> str:
    """Which half of a mixed family the application was for, under DB-2012; blank for the whole family."""
    application = decision.review.application
    if not application.applying.filter(claimed=False).exists():
        return ""
    return str(facts_of(decision.assessment.snapshot)["household"]["claim_kind"])


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
        note=note.strip() or None,
        set_on=on,
        set_by=journal.actor_name(by),
    )


def amount_of(rows: Iterable[EnrolmentAmount], month: date) -> EnrolmentAmount | None:
    """The amount of a month among all of an enrolment's: the latest first month not after it, of those the latest set."""
    known = [r for r in rows if r.from_month <= month]
    return max(known, key=lambda r: (r.from_month, r.sequence), default=None)


def county_of(area_code: str) -> str:
    """The county (6 digits) an area lies in."""
    return area_code[:6]


def next_to_run(programme: str, county: str, on: date) -> date:
    """The first month not yet made due in a county: arrears are paid with it."""
    last = MonthRun.objects.filter(programme=programme, area_id=county).aggregate(last=Max("month"))["last"]
    return months_after(last) if last else month_of(on)


def settle_arrears(row: Enrolment, *, by: Any, on: date) -> list[Entitlement]:
    """Make due what months already run fall short of now (T11). What was paid too much is never taken back here."""
    return settle_many([row], by=by, on=on)


def settle_many(rows: Sequence[Enrolment], *, by: Any, on: date) -> list[Entitlement]:
    """The same for many enrolments of one county and programme, in a fixed number of statements.

    Only months the platform has run fall short: what was paid before a family was taken over is not known here.
    """
    if not rows:
        return []
    programme, county = rows[0].programme, county_of(rows[0].area_id)
    run = MonthRun.objects.filter(programme=programme, area_id=county).aggregate(
        first=Min("month"), last=Max("month")
    )
    if run["first"] is None:
        return []
    pay_month = months_after(run["last"])
    amounts: dict[int, list[EnrolmentAmount]] = {}
    for amount in EnrolmentAmount.objects.filter(enrolment__in=[r.pk for r in rows]):
        amounts.setdefault(amount.enrolment_id, []).append(amount)
    had: dict[tuple[int, str, date], int] = {}
    arrears: dict[tuple[int, str, date], int] = {}
    for household, part, month, kind, fen in Entitlement.objects.filter(
        household__in=[r.household_id for r in rows], programme=programme, month__lt=pay_month
    ).values_list("household_id", "enrolment__kind", "month", "kind", "amount_fen"):
        at = (household, part, month)
        had[at] = had.get(at, 0) + fen
        arrears[at] = arrears.get(at, 0) + (kind == "arrears")
    made = []
    lines = []
    for row in rows:
        mine = []
        until = min(pay_month, row.until_month) if row.until_month else pay_month
        for month in span(max(row.from_month, run["first"]), until):
            paid = amount_of(amounts.get(row.pk, ()), month)
            key = (row.household_id, row.kind, month)
            short = (paid.monthly_fen if paid else 0) - had.get(key, 0)
            if short <= 0:
                continue
            mine.append(
                Entitlement(
                    obligation=f"{programme}:{row.household_id}:{month:%Y-%m}:arrears:{row.pk}.{arrears.get(key, 0) + 1}",
                    enrolment=row,
                    household_id=row.household_id,
                    area_id=row.area_id,
                    county=county,
                    programme=programme,
                    month=month,
                    pay_month=pay_month,
                    kind="arrears",
                    amount_fen=short,
                    made_on=on,
                )
            )
        if mine:
            made += mine
            lines.append(
                {
                    "act": "entitlement.arrears",
                    "actor": journal.actor_name(by),
                    "business_day": on,
                    "record_kind": "entitlement.enrolment",
                    "record_id": str(row.pk),
                    "area_code": row.area_id,
                    "note": f"{len(mine)} 个月 {sum(e.amount_fen for e in mine)} 分",
                }
            )
    Entitlement.objects.bulk_create(made)
    if lines:
        journal.append_many(lines)
    return made
