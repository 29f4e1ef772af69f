"""The home visit (入户调查): two officers, what they saw fact by fact, what the family confirmed.

Basis: 审核确认办法 (2021), 审核审批办法 (2012); policy.md 1.6: at least two investigators, the form signed by both sides. In a
border prefecture visit and neighbours are first-class evidence: what no data base can know is settled here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.intake.selectors import plain
from tuodi.delivery.verification import signals
from tuodi.delivery.verification.matching import words
from tuodi.delivery.verification.models import Check, HouseholdSurvey
from tuodi.delivery.verification.process import CHECK
from tuodi.delivery.verification.services.reporting import report
from tuodi.delivery.verification.services.settling import put_in_force
from tuodi.kit.versions import Conflict, Difference
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Officer


@transaction.atomic
def record_survey(
    *,
    application: Application,
    seen: int,
    surveyed_on: date,
    second_surveyor: str,
    observed: Mapping[str, Any],
    note: str,
    family_confirmed: bool,
    confirmed_by: str = "",
    key: str,
    by: Officer,
    on: date,
) -> HouseholdSurvey:
    """File a home visit. `seen` is the snapshot the form was made from; when facts were settled since, Conflict.

    Observed facts the family confirmed are frozen and compared anew; unconfirmed ones stay on file as evidence only.
    """
    if not rights.may(by, "verification.survey", application.area_id, on):
        raise Refused(_("您没有在本辖区登记入户调查的权限"))
    if (known := HouseholdSurvey.objects.filter(key=key).first()) is not None:
        if known.application_id != application.pk or known.observed.open() != _document(observed):
            raise Refused(_("这一提交编号已用于别的内容，未重复登记"))
        return known
    _refuse_form(application, surveyed_on, second_surveyor, note, family_confirmed, confirmed_by, by, on)
    faults = dictionary.validate(plain(observed), on=on)
    if faults:
        raise Refused("；".join(str(f) for f in faults[:20]))
    newest = Snapshot.objects.select_for_update().filter(application=application).latest("pk")
    before = newest.facts.open()
    check = Check.objects.filter(application=application).exclude(state="withdrawn").order_by("-pk").first()
    if newest.pk != seen:
        raise stale(check, seen, newest.pk, before, observed)
    try:
        with transaction.atomic():
            row = HouseholdSurvey.objects.create(
                application=application,
                snapshot=newest,
                surveyed_on=surveyed_on,
                first_surveyor=by,
                second_surveyor=second_surveyor.strip(),
                observed=_document(observed),
                note=note.strip(),
                family_confirmed=family_confirmed,
                confirmed_by=confirmed_by.strip(),
                key=key,
            )
    except IntegrityError:
        raise Refused(_("同一份调查表刚提交过，请刷新后再看")) from None
    row.refresh_from_db()
    changed = changes(before, observed)
    journal.record(
        "check.survey",
        by=by,
        on=on,
        record=row,
        note=f"{len(changed)} facts differ; confirmed: {family_confirmed}",
    )
    if family_confirmed and changed:
        put_in_force(application=application, facts=_document(observed), by=by, on=on)
        if check is not None and check.reports.exists() and check.state not in (*CHECK.ends, "stale"):
            report(check=check, by=by, on=on)
    signals.surveyed.send(HouseholdSurvey, application=application, survey=row, by=by, on=on)
    return row


def _document(observed: Mapping[str, Any]) -> dict[str, Any]:
    return {"household": dict(observed["household"]), "members": [dict(m) for m in observed["members"]]}


def _refuse_form(
    application: Application,
    surveyed_on: date,
    second: str,
    note: str,
    confirmed: bool,
    confirmed_by: str,
    by: Officer,
    on: date,
) -> None:
    if application.state != "accepted":
        raise Refused(_("申请不在办理中，不能登记入户调查"))
    if surveyed_on > on:
        raise Refused(_("入户日期晚于今天，请核对"))
    if application.accepted_on and surveyed_on < application.accepted_on:
        raise Refused(_("入户日期早于受理日期 {day}，请核对").format(day=application.accepted_on.isoformat()))
    if len(second.strip()) < 2 or second.strip() in (by.username, by.name):
        raise Refused(_("入户调查须由两人以上进行，请填另一名调查人员"))
    if len(note.strip()) < 2:
        raise Refused(_("请写明入户所见，如住房、家居、劳动力和邻里反映"))
    if confirmed and len(confirmed_by.strip()) < 2:
        raise Refused(_("请填写由哪位家庭成员签字确认"))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[int, str, Any, Any]]:
    """Which facts differ between two documents of the same family: member (from 0; -1 the household), fact, old, new."""
    found = []
    pairs = [(-1, "household", before["household"], after["household"])]
    pairs += [
        (i, "member", a, b) for i, (a, b) in enumerate(zip(before["members"], after["members"], strict=True))
    ]
    for i, level, old, new in pairs:
        for name in {**old, **new}:
            if name == "person":
                continue
            blank = dictionary.field_of(level, name).blank
            if old.get(name, blank) != new.get(name, blank):
                found.append((i, name, old.get(name, blank), new.get(name, blank)))
    return found


def stale(
    check: Check | None, seen: int, now: int, before: Mapping[str, Any], observed: Mapping[str, Any]
) -> Conflict:
    """The conflict between facts settled meanwhile and what was about to be written, in words."""
    differences = []
    for i, name, theirs, mine in changes(before, observed):
        f = dictionary.field_of("household" if i < 0 else "member", name)
        who = "" if i < 0 else str(before["members"][i].get("name", "")) + " "
        differences.append(Difference(f"{i}:{name}", f"{who}{f.label}", words(f, theirs), words(f, mine)))
    assert check is not None, "an application under way has a check"
    conflict = Conflict(check, seen, differences)
    conflict.current_version = now
    return conflict
