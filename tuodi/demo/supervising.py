"""Late things in every state of supervision: reminded of, ordered, told to the leader, answered, remarked upon."""

from __future__ import annotations

from datetime import date, timedelta

from tuodi.coordination import services
from tuodi.coordination.models import Supervision
from tuodi.demo.accounts import TOWN
from tuodi.records.org.models import Officer
from tuodi.records.org.rights import area_condition
from tuodi.records.standards import selectors as standards

NIGHTS_BEFORE = (16, 5, 0)  # the watch as if it had been kept


def watched(on: date) -> int:
    """Watch on some nights up to a day; the township answers one of its orders, the leader remarks on one. How many escalations."""
    for days in NIGHTS_BEFORE:
        services.watch(on=on - timedelta(days=days))
    ours = Supervision.objects.filter(
        area_condition(TOWN), level="written", closed_on=None, role="reviewer"
    ).first()
    if ours is not None:
        services.answer(
            supervision=ours,
            text="两名调查员同时请假，已安排邻镇支援，本周内办结",
            promised_on=standards.calendar().add_working_days(on, 3),
            by=Officer.objects.get(username="shenhe"),
            on=on,
        )
    told = Supervision.objects.filter(level="leader", closed_on=None).order_by("pk").first()
    if told is not None:
        services.answer(
            supervision=told,
            text="请州民政局逐件核清，下次例会报告",
            by=Officer.objects.get(username="lingdao"),
            on=on,
        )
    return Supervision.objects.count()
