"""Adjust, suspend, resume, fade, exit: each with a legal ground, an effective month and a journal line.

Nothing already paid is touched: less, or nothing, starts with the next month; more may reach back, as arrears.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.money import whole_yuan_up
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.entitlement.process import ENROLMENT, GROUNDS
from tuodi.delivery.entitlement.selectors import amount_in
from tuodi.delivery.entitlement.services.enrolment import county_of, next_to_run, set_amount, settle_arrears
from tuodi.delivery.entitlement.services.pricing import price_since
from tuodi.delivery.entitlement.services.questions import ask, close_open
from tuodi.kit.versions import conflict_of
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal
from tuodi.records.org.rights import refuse_without
from tuodi.records.standards.selectors import parameters


def _ground(act: str, ground: str, note: str) -> str:
    found = GROUNDS.get(ground)
    if found is None or act not in found.acts:
        raise Refused(_("请选择法定理由"))
    if not note.strip():
        raise Refused(_("请写明事实和依据，当事人要看得到"))
    return f"{found.label}（{found.basis}）"


def _fresh(enrolment: Enrolment, version: int | None) -> Enrolment:
    """The row locked as it stands now; a stale form is a Conflict, shown side by side."""
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if version is not None and row.version != version:
        raise conflict_of(row, version, {"state": enrolment.state})
    return row


def _not_run(row: Enrolment, month: date, on: date) -> date:
    """A month from which less may be paid: not before the first month not yet made due."""
    month = month_of(month)
    first = next_to_run(row.programme, county_of(row.area_id), on)
    if month < first:
        raise Refused(
            _("{done} 及以前的待遇已经生成，减少或停发最早从 {first} 起；已发的不追回").format(
                done=f"{months_after(first, -1):%Y-%m}", first=f"{first:%Y-%m}"
            )
        )
    return month


@in_chinese()
@transaction.atomic
def adjust(
    *,
    enrolment: Enrolment,
    monthly_fen: int,
    from_month: date,
    ground: str,
    note: str,
    by: Any,
    on: date,
    version: int | None = None,
) -> Enrolment:
    """Pay another amount from a month on. More may start in a month already paid: the difference becomes arrears."""
    refuse_without(by, "entitlement.adjust", enrolment.area_id, on)
    row = _fresh(enrolment, version)
    text = _ground("adjust", ground, note)
    if row.state not in ("pending", "active", "fading"):
        raise Refused(_("现在是“{state}”，不能调整金额").format(state=ENROLMENT.states[row.state]))
    if monthly_fen <= 0:
        raise Refused(_("金额须大于零；停发请办理暂停或退出"))
    from_month = month_of(from_month)
    if from_month < row.from_month or (row.until_month and from_month >= row.until_month):
        raise Refused(_("起始月份不在保障期内"))
    before = amount_in(row, from_month)
    if monthly_fen == before:
        raise Refused(_("金额没有变化"))
    if monthly_fen < before:
        _not_run(row, from_month, on)
    set_amount(row, from_month, monthly_fen, cause=ground, note=note, by=by, on=on)
    _touch(row)
    journal.record(
        "entitlement.adjust",
        by=by,
        on=on,
        record=row,
        note=f"{from_month:%Y-%m} 起 {before} → {monthly_fen} 分：{text}",
        remark=note,
    )
    settle_arrears(row, by=by, on=on)
    return row


def _touch(row: Enrolment) -> None:
    row.version += 1
    Enrolment.objects.filter(pk=row.pk).update(version=row.version)


@in_chinese()
@transaction.atomic
def suspend(
    *,
    enrolment: Enrolment,
    from_month: date,
    ground: str,
    note: str,
    by: Any,
    on: date,
    version: int | None = None,
) -> Enrolment:
    """Stop paying from a month on, until resumed."""
    row = _fresh(enrolment, version)
    text = _ground("suspend", ground, note)
    from_month = _not_run(row, from_month, on)
    journal.advance(
        row, ENROLMENT, "suspend", by=by, on=on, note=f"{from_month:%Y-%m} 起：{text}", remark=note
    )
    set_amount(row, from_month, 0, cause="suspended", note=note, by=by, on=on)
    return row


@in_chinese()
@transaction.atomic
def resume(
    *,
    enrolment: Enrolment,
    from_month: date,
    ground: str,
    note: str,
    by: Any,
    on: date,
    version: int | None = None,
) -> Enrolment:
    """Pay again from a month on, as before the suspension; months missed since then become arrears."""
    row = _fresh(enrolment, version)
    text = _ground("resume", ground, note)
    before = row.amounts.filter(monthly_fen__gt=0).order_by("-from_month", "-sequence").first()
    assert before is not None, "a suspended enrolment was paid once"
    journal.advance(
        row, ENROLMENT, "resume", by=by, on=on, note=f"{month_of(from_month):%Y-%m} 起：{text}", remark=note
    )
    stopped = row.amounts.filter(cause="suspended").order_by("-sequence").first()
    if stopped is not None and month_of(from_month) < stopped.from_month:
        raise Refused(_("恢复月份不能早于暂停月份 {month}").format(month=f"{stopped.from_month:%Y-%m}"))
    set_amount(row, from_month, before.monthly_fen, cause="resumed", note=note, by=by, on=on)
    ask(price_since(row, max(month_of(from_month), row.from_month), by=by, on=on), by=by, on=on)
    settle_arrears(row, by=by, on=on)
    return row


@in_chinese()
@transaction.atomic
def fade(
    *,
    enrolment: Enrolment,
    months: int,
    ground: str,
    note: str,
    by: Any,
    on: date,
    version: int | None = None,
) -> Enrolment:
    """Leave by degrees after finding work (渐退期): paid on at the local rate for some months, then off the roll."""
    row = _fresh(enrolment, version)
    text = _ground("fade", ground, note)
    local = parameters().at(county_of(row.area_id), on)
    most = int(local["dibao.fade.months_max"])
    if not 1 <= months <= most:
        raise Refused(_("渐退期为 1 至 {most} 个月").format(most=most))
    first = max(next_to_run(row.programme, county_of(row.area_id), on), months_after(month_of(on)))
    until = months_after(first, months)
    before = amount_in(row, first)
    paid_on = whole_yuan_up(before * int(local["dibao.fade.rate_basis_points"]), 10_000)
    if paid_on != before:
        set_amount(row, first, paid_on, cause=ground, note=note, by=by, on=on)
    return journal.advance(
        row,
        ENROLMENT,
        "fade",
        by=by,
        on=on,
        note=f"至 {months_after(until, -1):%Y-%m}：{text}",
        remark=note,
        until_month=until,
        due=months_after(until, -1),
    )


@in_chinese()
@transaction.atomic
def exit_roll(
    *, enrolment: Enrolment, ground: str, note: str, by: Any, on: date, from_month: date | None = None,
    happened_on: date | None = None, version: int | None = None,
) -> Enrolment:  # fmt: skip
    """Take a household off the roll. For a death the month of death is still paid and the next is not (T4); else from
    the next month not yet run. Months already made due stay: what was overpaid is a matter for recovery, by consent."""
    row = _fresh(enrolment, version)
    text = _ground("exit", ground, note)
    if ground == "faded" and row.until_month:
        until = row.until_month
    elif ground == "death":
        if happened_on is None or happened_on > on:
            raise Refused(_("请填写死亡日期"))
        wanted = months_after(month_of(happened_on))
        first = next_to_run(row.programme, county_of(row.area_id), on)
        until = max(wanted, first)
        if until > wanted:
            text += _("；死亡当月之后已生成 {n} 个月待遇，另行核实").format(n=len_months(wanted, until))
    else:
        first = max(months_after(month_of(on)), next_to_run(row.programme, county_of(row.area_id), on))
        until = _not_run(row, from_month or first, on)
    until = max(until, row.from_month)
    close_open(row, on=on)
    act = "withdraw" if row.state == "pending" else "exit"
    return journal.advance(
        row,
        ENROLMENT,
        act,
        by=by,
        on=on,
        note=f"{until:%Y-%m} 起停发：{text}",
        remark=note,
        until_month=until,
        exit_reason=ground,
    )


def len_months(since: date, until: date) -> int:
    """How many months lie from `since` up to `until`."""
    return (until.year - since.year) * 12 + until.month - since.month


@transaction.atomic
def raise_standard(
    *,
    programme: str,
    county: str,
    from_month: date,
    amounts: Mapping[int, int],
    document: str,
    by: Any,
    on: date,
) -> int:
    """New amounts of many enrolments by a standard document (T11); `amounts` maps enrolment id to fen a month.

    A higher amount is paid from `from_month`, with arrears for months already run; a lower one starts with the next
    month not yet run. Returns how many changed. The same document again changes nothing.
    """
    refuse_without(by, "entitlement.adjust", county, on)
    if not document.strip():
        raise Refused(_("请填写标准文件的文号"))
    first = next_to_run(programme, county, on)
    changed = 0
    rows = Enrolment.objects.select_for_update().filter(
        pk__in=amounts, programme=programme, area_id__gte=county, area_id__lt=str(int(county) + 1)
    )
    for row in rows.exclude(state="exited"):
        start = max(month_of(from_month), row.from_month)
        new, old = amounts[row.pk], amount_in(row, start)
        if new < old:
            start = max(start, first)
            old = amount_in(row, start)
        if new == old or new <= 0 or old == 0:
            continue
        set_amount(row, start, new, cause="standard", note=document, by=by, on=on)
        _touch(row)
        settle_arrears(row, by=by, on=on)
        changed += 1
    journal.record(
        "entitlement.standard", by=by, on=on, record=("entitlement.standard", f"{county}:{from_month:%Y-%m}"), area_code=county,
        note=f"{document} {changed} 户",
    )  # fmt: skip
    return changed
