"""What waits in payments for an officer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    Q,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.delivery.payment.models import (
    PaymentBatch,
    Recovery,
)
from tuodi.delivery.payment.process import REPAIR
from tuodi.delivery.payment.selectors.batch import awaiting_repair
from tuodi.kit.together import together
from tuodi.kit.worklist import WorkItem
from tuodi.records.org.rights import may, visible
from tuodi.records.standards.selectors import calendar


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits in payments for this officer: batches to approve, send, answer or reconcile; returned money."""
    wanted = {
        "reserved": ("payment.approve", _("待复核的发放批次"), _("核对人数、金额和变动，通过或退回")),
        "approved": ("payment.send", _("待送银行的发放批次"), _("生成银行文件")),
        "sent": ("payment.reply", _("待回盘的发放批次"), _("上传银行回盘")),
        "replied": ("funds.reconcile", _("待对账的发放批次"), _("三方核对后结束本批")),
    }
    mine = {state: row for state, row in wanted.items() if may(officer, row[0])}
    items = []
    url = reverse("payment:list")
    back = None
    if may(officer, "payment.repair"):
        returned = visible(awaiting_repair(), officer, "batch__area_id", act="payment.repair")
        late = Count("pk", filter=Q(state_since__lt=repair_since(on)))
        back = returned.order_by().values_list("state").annotate(n=Count("pk"), late=late)
    claims = _recovery_work(officer, on)
    if mine:
        condition = Q(pk__in=())
        for state, (act, _label, _hint) in mine.items():
            condition |= Q(
                state=state, pk__in=visible(PaymentBatch.objects.all(), officer, act=act).values("pk")
            )
        rows = (
            PaymentBatch.objects.filter(condition)
            .values_list("state")
            .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=on)))
        )
        together(*(q for q in (rows, back, claims) if q is not None))
        for state, n, late in rows:
            items.append(
                WorkItem(mine[state][1], n, f"{url}?state={state}", overdue=late, hint=mine[state][2])
            )
    items += _recovery_items(claims)
    if back is not None:
        found = [(n, late) for _state, n, late in back]
        if found:
            items.append(
                WorkItem(
                    _("退回待处理的款项"),
                    sum(n for n, _late in found),
                    reverse("payment:returned"),
                    overdue=sum(late for _n, late in found),
                    hint=_("更正账户后补发"),
                )
            )
    return items


def _recovery_words() -> dict[str, tuple[str, str, str]]:
    return {
        "proposed": ("recovery.handle", _("待告知的追回"), _("向家庭发出事先告知书")),
        "noticed": ("recovery.decide", _("待决定的追回"), _("陈述申辩期满后决定")),
        "objected": ("recovery.decide", _("待答复的陈述申辩"), _("答复后决定，或不予追回")),
        "decided": ("recovery.handle", _("逾期未还的追回"), _("联系家庭，约定分期或提请核销")),
        "waiver_asked": ("recovery.write_off", _("待审批的核销"), _("由另一人批准或退回")),
    }


def _recovery_work(officer: Any, on: date) -> Any:
    """Claims that wait for this officer, by state: to be told, decided, written off; those whose day is over. None: none can."""
    mine = {state: act for state, (act, _label, _hint) in _recovery_words().items() if may(officer, act)}
    if not mine:
        return None
    condition = Q(pk__in=())
    for state, act in mine.items():
        waits = Q(state=state) & (Q(due__lt=on) if state in ("decided", "noticed") else Q())
        condition |= waits & Q(pk__in=visible(Recovery.objects.all(), officer, act=act).values("pk"))
    return (
        Recovery.objects.filter(condition)
        .values_list("state")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=on) & ~Q(state="noticed")))
    )


def _recovery_items(claims: Any) -> list[WorkItem]:
    """The same as piles of work."""
    words, url = _recovery_words(), reverse("payment:recoveries")
    return [
        WorkItem(words[state][1], n, f"{url}?state={state}", overdue=late, hint=words[state][2])
        for state, n, late in claims or ()
    ]


def repair_since(on: date) -> date:
    """The last day on which a payment may have been returned and still be in time today (ZJ-09)."""
    day, working = on, calendar()
    while REPAIR.due(day, working) >= on:
        day -= timedelta(days=1)
    return day + timedelta(days=1)
