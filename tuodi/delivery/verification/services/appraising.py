"""The democratic appraisal (民主评议) as held in the village, with its votes.

Basis: 审核审批办法 (2012; policy.md 1.6): chaired by the township, villagers' representatives at least two thirds of those
present, five steps. Under DB-2021 only where the notice raised an objection or the case is in doubt.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Application
from tuodi.delivery.verification import signals
from tuodi.delivery.verification.models import Appraisal
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Officer


@transaction.atomic
def record_appraisal(
    *,
    application: Application,
    held_on: date,
    present: int,
    representatives: int,
    in_favour: int,
    against: int,
    chaired_by: str,
    opinion: str = "",
    key: str,
    by: Officer,
    on: date,
) -> Appraisal:
    """File an appraisal. Refused when representatives were fewer than two thirds of those present: it was not valid."""
    if not rights.may(by, "verification.appraisal", application.area_id, on):
        raise Refused(_("您没有在本辖区登记民主评议的权限"))
    numbers = (held_on, present, representatives, in_favour, against)
    if (known := Appraisal.objects.filter(key=key).first()) is not None:
        same = (
            known.held_on,
            known.present,
            known.representatives,
            known.in_favour,
            known.against,
        ) == numbers
        if known.application_id != application.pk or not same:
            raise Refused(_("这一提交编号已用于别的内容，未重复登记"))
        return known
    if application.state != "accepted":
        raise Refused(_("申请不在办理中，不能登记民主评议"))
    if held_on > on:
        raise Refused(_("评议日期晚于今天，请核对"))
    if application.accepted_on and held_on < application.accepted_on:
        raise Refused(_("评议日期早于受理日期 {day}，请核对").format(day=application.accepted_on.isoformat()))
    if present < 1 or min(representatives, in_favour, against) < 0:
        raise Refused(_("请填写到会人数和票数"))
    if representatives > present:
        raise Refused(_("村（居）民代表人数不能多于到会人数"))
    if representatives * 3 < present * 2:
        raise Refused(
            _("村（居）民代表 {some} 人，不足到会 {all} 人的三分之二，评议无效，请补足代表后重新评议").format(
                some=representatives, all=present
            )
        )
    if in_favour + against > present:
        raise Refused(_("赞成和反对票合计多于到会人数，请核对；弃权的不计"))
    if len(chaired_by.strip()) < 2:
        raise Refused(_("请填写主持人（乡镇工作人员）"))
    try:
        with transaction.atomic():
            row = Appraisal.objects.create(
                application=application,
                held_on=held_on,
                present=present,
                representatives=representatives,
                in_favour=in_favour,
                against=against,
                opinion=opinion.strip() or None,
                chaired_by=chaired_by.strip(),
                recorded_by=by.username,
                key=key,
            )
    except IntegrityError:
        raise Refused(_("同一份评议记录刚提交过，请刷新后再看")) from None
    journal.record(
        "check.appraisal",
        by=by,
        on=on,
        record=row,
        note=f"{in_favour} for, {against} against, {present} present",
    )
    signals.appraised.send(Appraisal, application=application, appraisal=row, by=by, on=on)
    return row
