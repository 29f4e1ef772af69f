"""Doubts are explained by the family and settled by a named officer with a reason; what was settled enters the facts.

Basis: 审核确认办法 (2021; policy.md 1.6): told, may rebut with evidence, re-checked. An outcome changes facts, never a benefit:
the review assesses anew, and refusal or reduction has its own notice, hand and objection.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core.facts import fault_of, field_of
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Snapshot
from tuodi.delivery.verification import signals
from tuodi.delivery.verification.flags import FLAGS
from tuodi.delivery.verification.matching import HOUSEHOLD
from tuodi.delivery.verification.models import Check, Discrepancy, Explanation, Outcome
from tuodi.delivery.verification.process import CHECK
from tuodi.delivery.verification.services.reporting import report
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Officer


@transaction.atomic
def explain(
    *, discrepancy: Discrepancy, text: str, papers: str = "", key: str, by: Officer, on: date
) -> Explanation:
    """Take what the family says about a doubt, with its papers. May be added to; the same `key` is one effect."""
    check = discrepancy.report.check_made
    if not rights.may(by, "verification.explain", check.area_id, on):
        raise Refused(_("您没有在本辖区登记说明的权限"))
    if len(text.strip()) < 2:
        raise Refused(_("请写明家庭的说明；家庭表示没有说明的，写“无说明”"))
    if (known := Explanation.objects.filter(key=key).first()) is not None:
        if known.discrepancy_id != discrepancy.pk or known.text.open() != text.strip():
            raise Refused(_("这一提交编号已用于别的内容，未重复登记"))
        return known
    _still_open(discrepancy)
    try:
        with transaction.atomic():
            row = Explanation.objects.create(
                discrepancy=discrepancy,
                text=text.strip(),
                papers=papers.strip() or None,
                given_on=on,
                taken_by=by.username,
                key=key,
            )
    except IntegrityError:
        raise Refused(_("同一份说明刚提交过，请刷新后再看")) from None
    row.refresh_from_db()
    journal.record("check.explain", by=by, on=on, record=check, note=discrepancy.flag)
    return row


def _still_open(discrepancy: Discrepancy) -> None:
    newest = discrepancy.report.check_made.reports.order_by("-sequence").first()
    if newest is None or newest.pk != discrepancy.report_id:
        raise Refused(_("已有更新的核对报告，请按新报告办理"))
    settled = Outcome.objects.filter(discrepancy=discrepancy).select_related("settled_by").first()
    if settled is not None:
        raise Refused(
            _("这一疑点已由{who}于 {day} 核定为“{outcome}”：{reason}").format(
                who=settled.settled_by.name,
                day=settled.settled_on.isoformat(),
                outcome=settled.get_outcome_display(),
                reason=settled.reason.open(),
            )
        )


@in_chinese()
@transaction.atomic
def settle(
    *, discrepancy: Discrepancy, outcome: str, reason: str, by: Officer, on: date, value: Any = None
) -> Outcome:
    """Settle one doubt: `explained`, or `upheld` with the value relied on from now (where the doubt is about a fact).

    With the last doubt of a report the settled facts are frozen, compared anew and a further report is filed.
    """
    check = Check.objects.get(pk=discrepancy.report.check_made_id)
    if not rights.may(by, "verification.resolve", check.area_id, on):
        raise Refused(_("您没有在本辖区核定疑点的权限"))
    if len(reason.strip()) < 2:
        raise Refused(_("请写明核定的理由"))
    _still_open(discrepancy)
    if outcome == "upheld":
        _heard(discrepancy, check, on)
        if discrepancy.fact:
            fault = fault_of(
                field_of("household" if _member(discrepancy) == HOUSEHOLD else "member", discrepancy.fact),
                value,
            )
            if value is None or fault:
                raise Refused(_("请填写核定值：{fault}").format(fault=fault or _("不能为空")))
    else:
        assert outcome == "explained", outcome
        value = None
    try:
        with transaction.atomic():
            row = Outcome.objects.create(
                discrepancy=discrepancy,
                outcome=outcome,
                value=None if value is None else {"value": value},
                reason=reason.strip(),
                settled_on=on,
                settled_by=by,
            )
    except IntegrityError:
        # 两人同时核定：后到的看到先到的结论
        _still_open(discrepancy)
        raise
    journal.record("check.settle", by=by, on=on, record=check, state_to=outcome, note=discrepancy.flag)
    if not Discrepancy.objects.filter(report=discrepancy.report_id, outcome=None).exists():
        _conclude(check, by, on)
    return row


def _heard(discrepancy: Discrepancy, check: Check, on: date) -> None:
    """Nothing is held against a family that has not been heard, unless its time has run out."""
    if FLAGS[discrepancy.flag].turns == "for" or discrepancy.explanations.exists():
        return
    if check.due and on <= check.due:
        raise Refused(
            _("还没有登记家庭的说明：请先听取说明；{day} 以后仍不说明的方可直接核定").format(
                day=check.due.isoformat()
            )
        )


def _member(discrepancy: Discrepancy) -> int:
    return int(discrepancy.detail.open()["member"])


def _conclude(check: Check, by: Officer, on: date) -> None:
    """All doubts of the newest report are settled: freeze the facts they changed, compare and report again."""
    newest = check.reports.order_by("-sequence").first()
    snapshot = Snapshot.objects.filter(application_id=check.application_id).latest("pk")
    facts = snapshot.facts.open()
    changed = {"household": dict(facts["household"]), "members": [dict(m) for m in facts["members"]]}
    upheld = (
        Outcome.objects.filter(discrepancy__report=newest, outcome="upheld")
        .select_related("discrepancy")
        .order_by("pk")
    )
    for row in upheld:
        if not row.discrepancy.fact or row.value is None:
            continue
        detail = row.discrepancy.detail.open()
        value = row.value.open()["value"] if hasattr(row.value, "open") else row.value["value"]
        target = (
            changed["household"] if detail["member"] == HOUSEHOLD else changed["members"][detail["member"]]
        )
        target[row.discrepancy.fact] = value
        if value == detail["found"]:  # 采信了数据源：随附的字段一并采信
            target.update(detail["also"])
    if changed != facts:
        put_in_force(application=check.application, facts=changed, by=by, on=on)
    check.refresh_from_db()
    report(check=check, by=by, on=on)


@in_chinese()
def put_in_force(*, application: Any, facts: Mapping[str, Any], by: Officer, on: date) -> Snapshot:
    """Freeze settled facts and tell the rooms above that an assessment is due."""
    frozen = intake.freeze(application=application, facts=facts, on=on, cause="settled", by=by)
    frozen.refresh_from_db()
    signals.settled.send(Check, application=application, snapshot=frozen, by=by, on=on)
    return frozen


@in_chinese()
@transaction.atomic
def recheck(*, check: Check, version: int | None = None, reason: str, by: Officer, on: date) -> Check:
    """Ask all sources once more (复查): the family rebuts, or the report has run out. The earlier round stays on file."""
    if not rights.may(by, "verification.query", check.area_id, on):
        raise Refused(_("您没有在本辖区发起核对的权限"))
    if len(reason.strip()) < 2:
        raise Refused(_("请写明复查的原因"))
    if version is not None and version != check.version:
        raise Refused(_("核对刚有新的进展，请刷新后再看"))
    journal.record("check.recheck", by=by, on=on, record=check, remark=reason)
    return journal.advance(check, CHECK, "again", by=journal.SYSTEM, on=on, round=check.round + 1)


def expire_reports(*, on: date) -> int:
    """Mark reports past their validity stale; how many were. A stale report stops nothing, it asks to be renewed."""
    count = 0
    for check in Check.objects.filter(state__in=("clear", "settled"), due__lt=on).iterator():
        journal.advance(check, CHECK, "expire", by=journal.SYSTEM, on=on)
        count += 1
    return count
