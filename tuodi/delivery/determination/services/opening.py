"""A review begins when an application is accepted, and ends early when it is withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import PublicNotice, Review
from tuodi.delivery.determination.policy import overall_clocks, overall_due
from tuodi.delivery.determination.services.common import (
    calendar,
    facts_of,
    move,
    procedure_of,
    process_of,
    stale,
)
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.kit.versions import save_versioned
from tuodi.policy.procedures import procedure_on
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.standards import selectors as standards


@transaction.atomic
def open_review(*, application: Application, snapshot: Snapshot, by: Any, on: date) -> Review:
    """Open the review of an accepted application, with every clock that runs from its acceptance.

    Called in the transaction of the acceptance (signal `intake.accepted`); the same application again gives the same review.
    """
    existing = Review.objects.filter(application=application).first()
    if existing is not None:
        return existing
    accepted_on = application.accepted_on
    assert accepted_on is not None, "only an accepted application is reviewed"
    procedure = procedure_on(accepted_on)
    working = calendar()
    urban = facts_of(snapshot)["household"].get("claim_kind") == "urban"
    delegated = procedure.delegated_in(standards.parameters(), application.area_id, accepted_on)
    clocks = overall_clocks(
        procedure,
        accepted_on,
        working,
        urban=urban,
        delegated=delegated,
        special=False,
        applied_on=application.submitted_on,
    )
    process = procedure.table(delegated=delegated)
    review = Review.objects.create(
        application=application,
        area_id=application.area_id,
        programme=application.programme,
        procedure=procedure.code,
        urban=urban,
        delegated=delegated,
        accepted_on=accepted_on,
        overall_due=overall_due(clocks),
        clocks=clocks,
        state=process.start,
        state_since=accepted_on,
        due=process.due(process.start, accepted_on, working),
    )
    journal.record(
        "determination.open", by=by, on=on, record=review, state_to=review.state, note=procedure.code
    )
    return review


@transaction.atomic
def extend(*, review: Review, reason: str, by: Any, on: date, version: int | None = None) -> Review:
    """Lengthen the overall limit in a special case (异议、人户分离、异地申请、调查困难), where the procedure allows it."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("延长办理时限须写明特殊情况"))
    procedure = procedure_of(review)
    if review.state in procedure.process.ends:
        raise Refused(_("程序已经结束，不能再延长办理时限"))
    if review.special:
        raise Refused(_("办理时限已经延长过一次，不能再延长"))
    if not rights.may(by, "determination.review", review.area_id, on):
        raise Refused(_("您没有在本辖区延长办理时限的权限"))
    if version is not None and version != review.version:
        raise stale(review, version)
    clocks = overall_clocks(
        procedure,
        review.accepted_on,
        calendar(),
        urban=review.urban,
        delegated=review.delegated,
        special=True,
        applied_on=review.application.submitted_on,
    )
    due = overall_due(clocks)
    if due <= review.overall_due:
        raise Refused(_("受理时施行的程序没有延长时限的规定"))
    review = save_versioned(review, review.version, special=reason[:200], clocks=clocks, overall_due=due)
    journal.record("determination.extend", by=by, on=on, record=review, note=due.isoformat())
    return review


@transaction.atomic
def withdraw(*, application: Application, by: Any, on: date) -> Review | None:
    """End the review of a withdrawn application (signal `intake.withdrawn`); a notice still up is taken down."""
    review = Review.objects.filter(application=application).first()
    if review is None or review.state in process_of(review).ends:
        return review
    take_down(review, on)
    return move(review, "withdraw", by=by, on=on)


def take_down(review: Review, on: date) -> None:
    """Take down whatever notice is up, without an outcome: the case has gone back or ended."""
    PublicNotice.objects.filter(review=review, ended_on__isnull=True).update(ended_on=on)
