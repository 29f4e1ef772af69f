"""Objections to a notice (异议): taken in while it is up, investigated, answered; the notice then starts anew (T14)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Objection, PublicNotice, Review
from tuodi.delivery.determination.policy import clock, overall_clocks, overall_due
from tuodi.delivery.determination.services.common import calendar, move, procedure_of, require_step
from tuodi.delivery.determination.services.opening import take_down
from tuodi.kit.wording import in_chinese
from tuodi.policy.procedures import STEPS_LABEL
from tuodi.records.journal import services as journal
from tuodi.records.org import rights


@in_chinese()
@transaction.atomic
def object_to(
    *, notice: PublicNotice, objector: str, text: str, by: Any, on: date, version: int | None = None
) -> Objection:
    """Take in an objection. Who objects and what they say is sealed; the notice comes down and the case goes back.

    One to the township's notice takes the township's opinion with it; one to the county's (DB-2012) only the county's, for
    after the new investigation the county alone posts again (policy.md 1.6).

    `objector` may be empty: an anonymous objection is investigated like any other.
    """
    text = text.strip()
    if not text:
        raise Refused(_("请写明异议内容"))
    if notice.ended_on is not None or on > notice.notice_until:
        raise Refused(_("公示已经结束，不再受理对公示的异议；可按投诉举报登记"))
    review = Review.objects.get(pk=notice.review_id)
    require_step(review, "object")
    take_down(review, on)
    clocks, due, special = clocks_after_objection(review, notice.round, on)
    dropped = {"county_proposed_by": ""} | ({"proposal": ""} if notice.round == 1 else {})
    move(
        review,
        "object",
        by=by,
        on=on,
        version=version,
        **dropped,
        clocks=clocks,
        overall_due=due,
        special=special,
    )
    return Objection.objects.create(
        notice=notice,
        received_on=on,
        received_by=journal.actor_name(by),
        objector=objector.strip() or _("匿名"),
        text=text,
    )


def clocks_after_objection(
    review: Review, notice_round: int, on: date
) -> tuple[list[dict[str, str]], date, Any]:
    """The overall clocks once a notice has met an objection: the special total (DB-2021); where the text names none (DB-2012)
    20 working days to the decision after the second notice, the steps from their beginning after the first."""
    procedure, working = procedure_of(review), calendar()
    if procedure.total_special is not None:
        special = review.special or _("公示有异议")
        clocks = overall_clocks(
            procedure,
            review.accepted_on,
            working,
            urban=review.urban,
            delegated=review.delegated,
            special=True,
            applied_on=review.application.submitted_on,
        )
    else:
        special = review.special
        anew = procedure.objected(on, working, second=notice_round == 2)
        replaced = {STEPS_LABEL, anew.label}
        clocks = [c for c in review.clocks if c["label"] not in replaced]
        clocks.append(clock("overall", anew.label, anew.due, anew.basis))
    return clocks, overall_due(clocks), special


@in_chinese()
@transaction.atomic
def conclude_objection(*, objection: Objection, finding: str, upheld: bool, by: Any, on: date) -> Objection:
    """Write down what the new investigation found about an objection."""
    finding = finding.strip()
    if not finding:
        raise Refused(_("请写明对异议的调查结果"))
    if not rights.may(by, "determination.review", objection.notice.area_id, on):
        raise Refused(_("您没有在本辖区答复异议的权限"))
    if on < objection.received_on:
        raise Refused(_("答复日期早于收到异议的日期，请核对"))
    done = Objection.objects.filter(pk=objection.pk, concluded_on__isnull=True).update(
        finding=finding, upheld=upheld, concluded_on=on, concluded_by=journal.actor_name(by)
    )
    if not done:
        raise Refused(_("这件异议已有结论，请刷新后再看"))
    journal.record(
        "determination.conclude_objection",
        by=by,
        on=on,
        record=objection,
        note=_("成立") if upheld else _("不成立"),
    )
    return Objection.objects.get(pk=objection.pk)


@transaction.atomic
def reinvestigate(*, review: Review, by: Any, on: date, version: int | None = None, note: str = "") -> Review:
    """Begin a new investigation: after an objection, or (DB-2012) after an appraisal that could not agree."""
    require_step(review, "reinvestigate")
    return move(review, "reinvestigate", by=by, on=on, version=version, remark=note)
