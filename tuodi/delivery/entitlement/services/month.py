"""Run a month: one entitlement for every household on the roll that month, in one set-based statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import Enrolment, Entitlement, MonthRun
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.entitlement.process import ENROLMENT
from tuodi.delivery.entitlement.services.pricing import reprice
from tuodi.delivery.entitlement.services.questions import ask
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_without
from tuodi.records.standards.selectors import calendar

# The two halves of a split family (T3) are two obligations: 17urban and 17rural, of one household 17.
# For each enrolment the amount row in force that month; the obligation key lets each household through once.
MAKE = """
INSERT INTO entitlement_entitlement
    (obligation, enrolment_id, household_id, area_id, county, programme, month, pay_month, kind, amount_fen, made_on)
SELECT n.programme || ':' || n.household_id || n.kind || ':' || %(label)s, n.id, n.household_id, n.area_id, %(county)s, n.programme,
    {month}, {month}, 'regular', a.monthly_fen, {on}
FROM entitlement_enrolment n
JOIN entitlement_enrolmentamount a ON a.enrolment_id = n.id AND a.from_month <= %(month)s
WHERE n.programme = %(programme)s AND n.area_id >= %(county)s AND n.area_id < %(after)s
    AND n.from_month <= %(month)s AND (n.until_month IS NULL OR n.until_month > %(month)s)
    AND a.monthly_fen > 0
    AND NOT EXISTS (
        SELECT 1 FROM entitlement_enrolmentamount b WHERE b.enrolment_id = n.id AND b.from_month <= %(month)s
            AND (b.from_month > a.from_month OR (b.from_month = a.from_month AND b.sequence > a.sequence)))
ORDER BY n.area_id, n.id
ON CONFLICT (obligation) DO NOTHING
"""


@transaction.atomic
def run_month(
    *,
    programme: str,
    county: str,
    month: date,
    by: Any,
    on: date,
    tell: Callable[[int, int], None] | None = None,
) -> MonthRun:
    """Make due what a county's roll is owed for a month. Running it twice is the same as once; whoever joined the roll
    in between is added. Pending enrolments whose month has come become active. Months are run in order.

    First the roll is priced with the month's own values (see `pricing`): only the families it touches are worked out anew.
    """
    refuse_without(by, "entitlement.month", county, on)
    month = month_of(month)
    if month > months_after(month_of(on)):
        raise Refused(_("最早只能生成下个月的待遇"))
    before = MonthRun.objects.filter(programme=programme, area_id=county).order_by("-month").first()
    if before is not None and month > months_after(before.month):
        raise Refused(
            _("请先生成 {month} 的待遇，月份不能跳过").format(month=f"{months_after(before.month):%Y-%m}")
        )
    if before is not None and month < before.month:
        raise Refused(
            _("{month} 之后的月份已经生成；漏发的由系统自动补发，不必重跑").format(month=f"{month:%Y-%m}")
        )
    priced, less = reprice(programme=programme, county=county, month=month, by=by, on=on, tell=tell)
    ask(less, by=by, on=on)
    run, fresh = MonthRun.objects.get_or_create(
        programme=programme,
        area=Area.objects.get(pk=county),
        month=month,
        defaults={"run_on": on, "run_by": journal.actor_name(by)},
    )
    begun = _begin(programme, county, month, on)
    # PostgreSQL would take a bare parameter in a SELECT list for text.
    typed = (
        {"month": "%(month)s::date", "on": "%(on)s::date"}
        if connection.vendor == "postgresql"
        else {"month": "%(month)s", "on": "%(on)s"}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            MAKE.format(**typed),
            {
                "label": f"{month:%Y-%m}",
                "county": county,
                "after": str(int(county) + 1),
                "programme": programme,
                "month": month.isoformat(),
                "on": on.isoformat(),
            },
        )
        made = cursor.rowcount
    figures = Entitlement.objects.filter(programme=programme, county=county, pay_month=month).aggregate(
        n=Count("pk"), fen=Sum("amount_fen")
    )
    MonthRun.objects.filter(pk=run.pk).update(
        households=figures["n"],
        total_fen=figures["fen"] or 0,
        digests=priced.digests,
        raised=F("raised") + priced.raised,
        kept=F("kept") + priced.kept,
        unpriced=F("unpriced") + priced.unpriced,
        remark=priced.remark,
    )
    run.refresh_from_db()
    if made or begun or fresh or priced.raised or priced.kept or priced.unpriced:
        journal.record(
            "entitlement.month",
            by=by,
            on=on,
            record=run,
            note=f"{programme} {month:%Y-%m} 新增 {made} 笔，起发 {begun} 户，核定提高 {priced.raised} 户，"
            f"待核 {priced.kept + priced.unpriced} 户，合计 {run.total_fen} 分",
        )
    return run


def _begin(programme: str, county: str, month: date, on: date) -> int:
    """Pending enrolments whose first month has come become active, with a line each."""
    waiting = Enrolment.objects.select_for_update().filter(
        programme=programme,
        area_id__gte=county,
        area_id__lt=str(int(county) + 1),
        state="pending",
        from_month__lte=month,
    )
    rows = list(waiting.values_list("pk", "area_id"))
    due = ENROLMENT.due("active", on, calendar())
    for start in range(0, len(rows), 2000):
        part = rows[start : start + 2000]
        Enrolment.objects.filter(pk__in=[pk for pk, _area in part]).update(
            state="active", state_since=on, due=due, version=F("version") + 1
        )
        journal.append_many(
            [
                {
                    "act": "entitlement.begin",
                    "actor": journal.SYSTEM,
                    "business_day": on,
                    "record_kind": "entitlement.enrolment",
                    "record_id": str(pk),
                    "area_code": area,
                    "state_from": "pending",
                    "state_to": "active",
                }
                for pk, area in part
            ]
        )
    return len(rows)
