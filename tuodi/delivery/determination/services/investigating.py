"""Closing the investigation and the appraisal: the evidence is verification's, the step is ours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Review
from tuodi.delivery.determination.services.common import (
    last_objection,
    move,
    newest_survey,
    refuse_unanswered,
    require_step,
)
from tuodi.delivery.verification.models import Appraisal


@transaction.atomic
def survey_done(*, review: Review, by: Any, on: date, version: int | None = None, note: str = "") -> Review:
    """The investigation is finished: a home visit by two officers, agreed by the family, is on file (DB-2021).

    A new investigation (after an objection, after a disputed appraisal) needs a new visit. Out of `objected` (DB-2021) the
    step hands the objection to an appraisal instead, and no visit is asked. After an objection to the county's notice (DB-2012)
    the case goes straight back to the county, with the objection answered; the county visits anew before it posts again.
    """
    require_step(review, "survey_done")
    if review.state == "objected":
        return move(review, "survey_done", by=by, on=on, version=version, remark=note)
    survey = newest_survey(review)
    if survey is None:
        raise Refused(_("还没有入户调查记录，请先由两名调查人员入户并登记"))
    if not survey.second_surveyor.strip() or survey.second_surveyor in (
        survey.first_surveyor.username,
        survey.first_surveyor.name,
    ):
        raise Refused(_("入户调查须由两名以上人员进行，请补登第二名调查人员"))
    if not survey.family_confirmed:
        raise Refused(_("入户调查表未经申请家庭确认，请补签或重新入户"))
    if survey.surveyed_on > on:
        raise Refused(_("入户日期晚于今天，请核对"))
    if survey.surveyed_on < review.state_since:
        raise Refused(
            _("{day} 起重新调查，须在此后重新入户；现有调查记录是 {before} 的").format(
                day=review.state_since.isoformat(), before=survey.surveyed_on.isoformat()
            )
        )
    if review.state == "second_objected":
        refuse_unanswered(review)
        return move(review, "survey_done", by=by, on=on, version=version, remark=note, received_on=on)
    return move(review, "survey_done", by=by, on=on, version=version, remark=note)


@transaction.atomic
def appraise(*, review: Review, by: Any, on: date, version: int | None = None, note: str = "") -> Review:
    """The democratic appraisal has been held: representatives at least two thirds of those present (DB-2012)."""
    require_step(review, "appraise")
    appraisal = (
        Appraisal.objects.filter(application_id=review.application_id).order_by("-held_on", "-pk").first()
    )
    if appraisal is None:
        raise Refused(_("还没有民主评议记录，请先召开评议会并登记"))
    if appraisal.held_on > on:
        raise Refused(_("评议日期晚于今天，请核对"))
    if appraisal.representatives * 3 < appraisal.present * 2 or not appraisal.present:
        raise Refused(
            _("村（居）民代表 {some} 人，不足到会 {all} 人的三分之二，评议无效，请重新评议").format(
                some=appraisal.representatives, all=appraisal.present
            )
        )
    survey = newest_survey(review)
    if survey is not None and appraisal.held_on < survey.surveyed_on:
        raise Refused(_("评议日期早于入户调查，评议应依据调查结果，请重新评议"))
    objection = last_objection(review)
    if objection is not None and appraisal.held_on < objection.received_on:
        raise Refused(_("{day} 收到异议，须在此后重新评议").format(day=objection.received_on.isoformat()))
    if review.procedure == "DB-2012" and appraisal.against >= appraisal.in_favour:
        raise Refused(
            _("评议争议较大（赞成 {yes}，反对 {no}），应重新组织家庭经济状况调查").format(
                yes=appraisal.in_favour, no=appraisal.against
            )
        )
    return move(review, "appraise", by=by, on=on, version=version, remark=note)
