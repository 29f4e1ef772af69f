"""The check report (核对报告): declared against found per fact, with source, query time, as-of and age.

A report is added to the ones before; a source that gave no usable answer leaves it pending and never clear (B4). What
an officer has settled once stands in the next report as long as the evidence is the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.core.months import months_later
from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Snapshot
from tuodi.delivery.verification import matching, signals
from tuodi.delivery.verification.matching import Reply
from tuodi.delivery.verification.models import Check, CheckReport, Discrepancy, Outcome, SourceQuery
from tuodi.delivery.verification.process import CHECK
from tuodi.delivery.verification.services import alerting
from tuodi.gateways.sources import SOURCES
from tuodi.kit.digest import digest_of
from tuodi.kit.sealed import lookup_hash
from tuodi.records.journal import services as journal
from tuodi.records.standards import selectors as standards

ACTS = {"clear": "find_clear", "inconsistent": "find_doubts", "pending": "find_part"}


def replies_of(check: Check) -> dict[str, Reply | None]:
    """What each source answered in this round; None where it gave no usable answer, or was not asked yet."""
    replies: dict[str, Reply | None] = {s.code: None for s in SOURCES.values() if s.household}
    rows = SourceQuery.objects.filter(
        check_asked=check, round=check.round, reply__isnull=False
    ).select_related("reply")
    for query in rows:
        asked_at = timezone.localtime(query.reply.answered_at).strftime("%Y-%m-%d %H:%M")
        replies[query.source] = Reply(query.reply.as_of, asked_at, query.reply.payload.open())
    return replies


def mark_of(mismatch: matching.Mismatch) -> str:
    """The keyed hash under which the same doubt on the same evidence is known again."""
    return lookup_hash(f"doubt|{mismatch.key}")


@transaction.atomic
def report(*, check: Check, by: Any, on: date) -> CheckReport:
    """Compare the newest facts with the replies of this round and file the report; nothing new, the last one again.

    Moves only the check: no path leads from here to a review, an enrolment or a payment (HD-05, B5).
    """
    if check.state in CHECK.ends:
        raise Refused(_("核对{state}，不再出具报告").format(state=CHECK.states[check.state]))
    snapshot = Snapshot.objects.filter(application_id=check.application_id).latest("pk")
    facts = snapshot.facts.open()
    replies = replies_of(check)
    p = standards.parameters().read_by_one(check.area_id, on)
    lines, mismatches = matching.compare(facts, replies, p, on)
    settled = settled_marks(check)
    open_now = [m for m in mismatches if mark_of(m) not in settled]
    result = matching.result_of(replies, open_now)
    document = {
        "lines": [line.to_dict() for line in lines],
        "settled": [
            {"flag": m.flag, "sentence": m.sentence, "outcome": settled[mark_of(m)]}
            for m in mismatches
            if mark_of(m) in settled
        ],
    }
    digest = digest_of([snapshot.digest, result, document, check.round])
    last = check.reports.order_by("-sequence").first()
    if last is not None and last.digest == digest:
        return last
    row = CheckReport.objects.create(
        check_made=check,
        sequence=last.sequence + 1 if last else 1,
        snapshot=snapshot,
        result=result,
        reported_on=on,
        valid_until=months_later(on, p["verification.valid_months"]),
        parameters=list(p.relied_on()),
        lines=document,
        digest=digest,
    )
    Discrepancy.objects.bulk_create(
        Discrepancy(
            report=row,
            person_id=m.person,
            fact=m.fact,
            flag=m.flag,
            source=m.source,
            as_of=m.as_of,
            mark=mark_of(m),
            detail=m.to_dict(),
        )
        for m in open_now
    )
    alerting.raise_alerts(check=check, facts=facts, replies=replies, on=on)
    _follow(check, result, bool(settled), on, row)
    row.refresh_from_db()  # 密封字段读回后才是密封值
    signals.reported.send(Check, check=check, report=row, by=by, on=on)
    return row


def settled_marks(check: Check) -> dict[str, str]:
    """The doubts of this application that an officer has settled, and how."""
    rows = Outcome.objects.filter(discrepancy__report__check_made__application_id=check.application_id)
    return dict(rows.values_list("discrepancy__mark", "outcome"))


def _follow(check: Check, result: str, any_settled: bool, on: date, row: CheckReport) -> None:
    """The state of the check as the report says, with the day until which it holds or must move on."""
    act = "close" if result == "clear" and any_settled else ACTS[result]
    step = CHECK.step(act, check.state)
    assert step is not None, (act, check.state)
    if step.target == check.state:  # 状态不变，时限不重新起算
        Check.objects.filter(pk=check.pk).update(version=F("version") + 1)
        check.refresh_from_db()
        journal.record(
            "check.report", by=journal.SYSTEM, on=on, record=check, note=f"report {row.sequence}: {result}"
        )
        return
    more: dict[str, Any] = {"due": row.valid_until} if result == "clear" else {}
    journal.advance(check, CHECK, act, by=journal.SYSTEM, on=on, note=f"report {row.sequence}", **more)
