"""The township's opinion and its public notice (审核意见、公示)."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Assessment, PublicNotice, Review
from tuodi.delivery.determination.notices import notice_content
from tuodi.delivery.determination.policy import programme_label
from tuodi.delivery.determination.services.common import (
    calendar,
    move,
    newest_assessment,
    newest_notice,
    newest_report,
    newest_snapshot,
    newest_survey,
    process_of,
    refuse_stale_report,
    refuse_unanswered,
    require_step,
    unsettled,
)
from tuodi.kit.wording import in_chinese
from tuodi.records.documents.letters import issuer_name
from tuodi.records.documents.services import issue_letter, take_number
from tuodi.records.journal import services as journal
from tuodi.records.journal.services import SYSTEM
from tuodi.records.org.models import Area


def settled_assessment(review: Review) -> Assessment:
    """The newest assessment, if it may carry an opinion or a decision: of the newest facts and without an unknown."""
    assessment = newest_assessment(review)
    if assessment is None:
        raise Refused(_("还没有评估结果，请先评估"))
    if assessment.snapshot_id != newest_snapshot(review).pk:
        raise Refused(_("评估之后事实有变动，请按最新核定的事实重新评估"))
    if assessment.eligible is None:
        missing = "、".join(assessment.findings.open().get("missing", [])) or _("部分事实")
        raise Refused(_("评估尚无结论，还缺：{missing}。请补充核实后重新评估").format(missing=missing))
    return assessment


def refuse_overtaken(review: Review) -> None:
    """Refused where what was proposed is no longer what the newest assessment says, or a new doubt waits to be settled."""
    assessment = settled_assessment(review)
    if unsettled(review):
        raise Refused(_("核对报告又有疑点没有处理，请先逐条认定，再重新评估、提出意见"))
    if (review.proposal == "grant") != bool(assessment.eligible):
        raise Refused(_("评估结果已变，原审核意见不再适用，请重新提出意见"))


@in_chinese()
@transaction.atomic
def form_opinion(
    *,
    review: Review,
    proposal: str,
    opinion: str,
    by: Any,
    on: date,
    version: int | None = None,
    sources_note: str = "",
) -> Review:
    """Propose to grant or to refuse, as the assessment says; the officer answers for it by name.

    Refused while a discrepancy is unsettled, while facts are unknown, against the assessment, or where sources have not
    answered and the officer does not say how the family was checked instead.
    """
    require_step(review, "form_opinion")
    assert proposal in ("grant", "refuse"), proposal
    if newest_survey(review) is None:
        raise Refused(_("还没有入户调查记录，不能提出审核意见"))
    open_flags = unsettled(review)
    if open_flags:
        raise Refused(_("核对报告还有 {n} 处疑点没有处理，请先听取申请人说明并逐条认定").format(n=open_flags))
    report = newest_report(review)
    if report is None:
        raise Refused(_("家庭经济状况核对还没有结果，请等待核对报告"))
    refuse_stale_report(review, on)
    if report.result == "pending" and not sources_note.strip():
        raise Refused(_("部分数据源未反馈，不视为一致：请写明以何种方式核实了相应情况"))
    refuse_unanswered(review)
    assessment = settled_assessment(review)
    if (proposal == "grant") != bool(assessment.eligible):
        raise Refused(
            _("评估结果为符合条件，不能提出不予确认；事实有变的，请先核定事实再评估")
            if assessment.eligible
            else _("评估结果为不符合条件，不能提出确认；事实有变的，请先核定事实再评估")
        )
    opinion = opinion.strip()
    if not opinion:
        raise Refused(_("请写明审核意见"))
    if sources_note.strip():
        opinion += "\n" + _("未反馈数据源的核实方式：{note}").format(note=sources_note.strip())
    return move(
        review,
        "form_opinion",
        by=by,
        on=on,
        version=version,
        note=proposal,
        due=review.due,  # writing the opinion down does not start the days anew
        proposal=proposal,
        proposed_by=journal.actor_name(by),
        opinion=opinion,
    )


def make_notice(review: Review, round_number: int, by: Any, on: date) -> PublicNotice:
    """What is to be posted, not yet saved: four whitelisted fields from the newest assessment, and its last day.

    Calendar days, the day of posting not counted; a last day that is no working day rolls forward (Civil Code Arts 201, 203), so
    a notice over Spring Festival can still be objected to at a staffed counter (T13).
    """
    assessment = settled_assessment(review)
    household = review.application.household
    last = newest_notice(review)
    limit = process_of(review).limits["noticing" if round_number == 1 else "second_noticing"]
    return PublicNotice(
        review=review,
        area_id=review.area_id,
        assessment=assessment,
        round=round_number,
        sequence=(last.sequence if last else 0) + 1,
        posted_on=on,
        notice_until=limit.due(on, calendar()),
        content=notice_content(
            village=review.area.name,
            head=household.head.name,
            size=assessment.size,
            amount_fen=assessment.monthly_fen,
        ),
        slug=secrets.token_urlsafe(16),
        posted_by=journal.actor_name(by),
    )


@in_chinese()
def post(
    review: Review, act: str, round_number: int, *, by: Any, on: date, version: int | None
) -> PublicNotice:
    """Move the review into its notice and put the notice up with its letter for the village board."""
    notice = make_notice(review, round_number, by, on)
    move(review, act, by=by, on=on, version=version, due=notice.notice_until)
    notice.number = take_number("notice", review.area_id, on)
    notice.save(force_insert=True)
    issue_letter(
        kind="notice",
        record=notice,
        household=review.application.household,
        data=notice_letter(review, notice),
        by=by,
        on=on,
        number=notice.number,
    )
    return notice


def notice_letter(review: Review, notice: PublicNotice) -> dict[str, Any]:
    """The notice on paper, from its whitelisted content alone."""
    content = notice.content
    town = Area.objects.get(pk=review.area_id[:9])
    return {
        "programme": programme_label(review.programme),
        "stage": "初审意见" if notice.round == 1 else "拟审批意见",
        "since": notice.posted_on,
        "until": notice.notice_until,
        "objections_to": issuer_name(town.pk, town.name),
        "phone": "",
        "rows": [
            {
                "applicant": content["head"],
                "village": content["village"],
                "size": content["size"],
                "monthly_fen": content["amount_fen"],
            }
        ],
    }


@transaction.atomic
def post_notice(*, review: Review, by: Any, on: date, version: int | None = None) -> PublicNotice:
    """Post the township's opinion in the village for seven days; an objection starts them anew (policy.md T14)."""
    require_step(review, "post_notice")
    if review.proposal != "grant":
        raise Refused(_("还没有拟确认的审核意见，不能公示；拟不予确认的不公示，直接上报县级"))
    refuse_overtaken(review)
    return post(review, "post_notice", 1, by=by, on=on, version=version)


@transaction.atomic
def end_notice(*, notice: PublicNotice, by: Any = SYSTEM, on: date) -> Review:
    """Take down a notice whose days are over without an objection, and start the next clock from its last day."""
    review = Review.objects.get(pk=notice.review_id)
    if notice.ended_on is not None:
        raise Refused(_("这份公示已经撤下"))
    if on <= notice.notice_until:
        left = (notice.notice_until - on).days + 1
        raise Refused(
            _("公示期未满，尚余 {n} 天（至 {day} 当日止）").format(
                n=left, day=notice.notice_until.isoformat()
            )
        )
    act = "end_notice" if notice.round == 1 else "end_second_notice"
    require_step(review, act)
    process = process_of(review)
    step = process.step(act, review.state)
    assert step is not None
    # The clock runs from the last day of the notice, not from the morning somebody noticed (E17: 11-01 + 3 wd = 11-06).
    due = process.due(step.target, notice.notice_until, calendar())
    moved = move(review, act, by=by, on=on, due=due)
    PublicNotice.objects.filter(pk=notice.pk, ended_on__isnull=True).update(ended_on=on)
    return moved


def end_if_over(review: Review, on: date) -> Review:
    """End the notice of a review whose days are over but which the daily job has not yet reached."""
    notice = review.notices.filter(ended_on__isnull=True).first()
    if notice is None or on <= notice.notice_until or review.state not in ("noticing", "second_noticing"):
        return review
    return end_notice(notice=notice, by=SYSTEM, on=on)
