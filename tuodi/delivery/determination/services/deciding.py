"""The decision (审核确认): by another person than those before, frozen with its reasons, and told to the family."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.areas import county_of
from tuodi.core.months import month_of, months_after
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Assessment, Decision, Review
from tuodi.delivery.determination.policy import notify_due, programme_label
from tuodi.delivery.determination.services.assessing import intact
from tuodi.delivery.determination.services.common import (
    calendar,
    move,
    newest_notice,
    procedure_of,
    refuse_earlier_hand,
    refuse_stale_report,
    require_step,
    unsettled,
)
from tuodi.delivery.determination.services.county import refuse_unvisited
from tuodi.delivery.determination.services.opening import take_down
from tuodi.delivery.determination.services.proposing import end_if_over, settled_assessment
from tuodi.delivery.determination.signals import decided
from tuodi.delivery.intake.models import Application
from tuodi.delivery.intake.services import close
from tuodi.kit.wording import in_chinese
from tuodi.records.documents.services import issue_letter, take_number
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area

REMEDIES = (
    "如不服本决定，可以自知道之日起 60 日内向作出决定机关的本级人民政府申请行政复议，"
    "也可以自知道或者应当知道之日起 6 个月内依法向人民法院提起行政诉讼。"
)


def ready_to_decide(review: Review, act: str, by: Any, on: date) -> tuple[Review, Assessment]:
    """Everything that must be so before either decision; raises Refused with the first thing that is not."""
    review = end_if_over(review, on)
    require_step(review, act)
    refuse_earlier_hand(review, by)
    if unsettled(review):
        raise Refused(_("核对报告还有疑点没有处理，不能作出决定"))
    refuse_stale_report(review, on)
    refuse_unvisited(review)
    assessment = settled_assessment(review)
    assert intact(assessment), f"assessment {assessment.pk} does not equal its digest"
    return review, assessment


@in_chinese()
@transaction.atomic
def confirm(*, review: Review, by: Any, on: date, version: int | None = None, note: str = "") -> Decision:
    """Grant what was proposed, assessed and posted. Money is due from the month after."""
    given = review.version
    review, assessment = ready_to_decide(review, "confirm", by, on)
    if version == given:
        version = review.version
    if review.proposal != "grant" or not assessment.eligible:
        raise Refused(_("乡镇没有提出确认意见，或评估结果不符合条件，不能确认"))
    notice = newest_notice(review)
    if notice is None or notice.ended_on is None:
        raise Refused(_("公示还没有结束，不能确认"))
    if notice.round != (2 if procedure_of(review).second_notice else 1):
        raise Refused(_("县级公示还没有进行，不能确认"))
    posted = (notice.content["size"], notice.content["amount_fen"])
    if posted != (assessment.size, assessment.monthly_fen):
        raise Refused(_("评估的人数或金额与公示的不一致，须退回重新公示"))
    move(review, "confirm", by=by, on=on, version=version, remark=note)
    return freeze(review, assessment, granted=True, by=by, on=on)


@in_chinese()
@transaction.atomic
def refuse(*, review: Review, by: Any, on: date, version: int | None = None, note: str = "") -> Decision:
    """Refuse with every finding, those that hold and those that do not. Only a failed finding on settled facts leads here."""
    given = review.version
    review, assessment = ready_to_decide(review, "refuse", by, on)
    if version == given:
        version = review.version
    if assessment.eligible:
        raise Refused(_("评估结果符合条件，不能不予确认；事实有变的，请先核定事实再评估"))
    take_down(review, on)
    move(review, "refuse", by=by, on=on, version=version, remark=note)
    return freeze(review, assessment, granted=False, by=by, on=on)


def freeze(review: Review, assessment: Assessment, *, granted: bool, by: Any, on: date) -> Decision:
    """Write the decision, its letter, and tell the rooms above, in the caller's transaction."""
    application = review.application
    kind = "confirmation" if granted else "refusal"
    findings = assessment.findings.open()
    decision = Decision.objects.create(
        review=review,
        number=take_number(kind, review.area_id, on),
        area_id=review.area_id,
        programme=review.programme,
        granted=granted,
        category=assessment.category if granted else "",
        monthly_fen=assessment.monthly_fen if granted else 0,
        # Money is due from the month after the decision (policy.md DB-24, T14).
        from_month=months_after(month_of(on)) if granted else None,
        assessment=assessment,
        reasons=findings,
        decided_on=on,
        decided_by=by,
        notify_due=notify_due(procedure_of(review), on, calendar()),
    )
    data = letter_data(review)
    if granted:
        data |= {
            "size": assessment.size,
            "monthly_fen": decision.monthly_fen,
            "since": decision.from_month,
            "reasons": [
                f["sentence"] for f in findings["findings"] if f["holds"] is True and f.get("required", True)
            ],
        }
    else:
        data |= {
            "findings": [
                {
                    "text": f["sentence"],
                    "holds": f["holds"],
                    "basis": f["basis"],
                    "required": f.get("required", True),
                }
                for f in findings["findings"]
            ],
            "change": list(findings.get("changes", [])),
        }
    issue_letter(
        kind=kind,
        record=decision,
        household=application.household,
        data=data,
        by=by,
        on=on,
        number=decision.number,
        level="township" if review.delegated else "",
    )
    close(application=Application.objects.get(pk=application.pk), on=on, note=decision.number)
    decided.send(sender=Decision, decision=decision, by=by, on=on)
    return decision


def letter_data(review: Review) -> dict[str, Any]:
    """What every letter about a review says of it. Against a township's decision, too, one goes to the county."""
    application = review.application
    county = Area.objects.get(pk=county_of(review.area_id))
    return {
        "basis": procedure_of(review).document,
        "number": application.number,
        "applicant": application.applicant.name,
        "programme": programme_label(review.programme),
        "remedies_to": f"{county.name}人民政府",
    }


@in_chinese()
@transaction.atomic
def terminate(*, review: Review, reason: str, by: Any, on: date, version: int | None = None) -> Review:
    """End the procedure because the family does not cooperate (DB-2021 Art 29): with reasons, in writing, with remedies."""
    require_step(review, "terminate")
    reason = reason.strip()
    if len(reason) < 4:
        raise Refused(_("请写明申请家庭不配合的具体情况和催告经过"))
    take_down(review, on)
    move(review, "terminate", by=by, on=on, version=version)  # the reason stands in the letter, sealed
    issue_letter(
        kind="termination",
        record=review,
        household=review.application.household,
        data={**letter_data(review), "reason": reason},
        by=by,
        on=on,
    )
    close(application=Application.objects.get(pk=review.application_id), on=on, note="terminated")
    return review


@in_chinese()
@transaction.atomic
def notify(*, decision: Decision, by: Any, on: date) -> Decision:
    """The letter has been handed to the family through the township; its remedies run from this day."""
    if not rights.may(by, "determination.notice", decision.area_id, on):
        raise Refused(_("决定由乡镇送达，您没有这一权限"))
    if on < decision.decided_on:
        raise Refused(_("送达日期早于决定日期，请核对"))
    if not Decision.objects.filter(pk=decision.pk, notified_on__isnull=True).update(notified_on=on):
        raise Refused(_("已登记过送达"))
    journal.record("determination.notify", by=by, on=on, record=decision, note=decision.number)
    return Decision.objects.get(pk=decision.pk)
