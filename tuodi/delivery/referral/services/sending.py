"""Sending on: what an accepted application concerns is worked out once, and each programme goes to its body (转办)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core.facts import Household
from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.intake.selectors import plain
from tuodi.delivery.referral.models import Opening, Referral, ReferralStep
from tuodi.delivery.referral.process import OWN_LIMITS, holder
from tuodi.delivery.referral.services.common import move, stated
from tuodi.kit.wording import in_chinese
from tuodi.policy import needs as need_table
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.fanning import Planned, fan_out, planned_by_hand
from tuodi.records.journal import services as journal
from tuodi.records.journal.ports import ports
from tuodi.records.org import rights
from tuodi.records.org.models import Officer
from tuodi.records.people.models import Person
from tuodi.records.standards import selectors as standards

Facts = Mapping[str, Any]
# What a body must know to know whom it is about; everything else only where the programme's rule relied on it.
IDENTIFYING = ("name", "relation", "sex", "birth")


@in_chinese()
@transaction.atomic
def open_all(
    *, application: Application, snapshot: Snapshot, by: Any, on: date, needs: Iterable[str] = ()
) -> list[Referral]:
    """Work out which programmes an application opens and send each to its body. Again: the same rows."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if Opening.objects.filter(application=application).exists():
        return list(application.referrals.order_by("number"))
    facts = snapshot.facts if isinstance(snapshot.facts, dict) else snapshot.facts.open()
    household = Household.from_dict(plain(facts))
    found = fan_out(
        household,
        standards.parameters(),
        ports.calendar(),
        on=on,
        needs=[*needs, *needs_of(application)],
        own=application.programme,
    )
    Opening.objects.create(
        application=application,
        snapshot=snapshot,
        opened_on=on,
        opened=len(found.planned),
        not_opened=[
            {
                "programme": n.programme,
                "members": list(n.members),
                "reason": n.reason,
                "because": list(n.because),
            }
            for n in found.not_opened
        ],
    )
    return _send(application, snapshot, facts, found.planned, by=by, on=on)


def needs_of(application: Application) -> list[str]:
    """The needs an officer confirmed for the application, as the tags referrals go by."""
    kept: Any = application.needs
    codes = kept.open() if hasattr(kept, "open") else kept or ()
    known = need_table.table()
    return sorted({known[code].tag for code in codes if code in known})


def _send(
    application: Application,
    snapshot: Snapshot,
    facts: Facts,
    planned: Sequence[Planned],
    *,
    by: Any,
    on: date,
    reason: str = "",
) -> list[Referral]:
    """The rows, their first steps and journal lines, in a few statements however many they are."""
    begin = Referral.objects.filter(application=application).count()
    due = OWN_LIMITS["sent"].due(on, ports.calendar())
    actor = journal.actor_name(by)
    rows = Referral.objects.bulk_create(
        Referral(
            number=f"{application.number}-{begin + n:02d}",
            application=application,
            snapshot=snapshot,
            programme=one.programme,
            person_id=facts["members"][one.member - 1].get("person") if one.member else None,
            area_id=application.area_id,
            owner_id=one.body,
            department_id=holder(one.procedure, "sent", one.body),
            why=one.why,
            grounds={**one.to_dict(), "facts": told(facts, one)},
            procedure=one.procedure,
            state="sent",
            state_since=on,
            due=due,
            sent_on=on,
            sent_by=actor,
            overall_due=one.due,
        )
        for n, one in enumerate(planned, 1)
    )
    ReferralStep.objects.bulk_create(
        ReferralStep(
            referral=row,
            act="send",
            state_to="sent",
            department_id=row.department_id,
            on=on,
            by=actor,
            reason=reason or None,
        )
        for row in rows
    )
    kind = Referral._meta.label_lower
    journal.append_many(
        [
            {
                "act": "referral.send",
                "actor": actor,
                "business_day": on,
                "record_kind": kind,
                "record_id": str(row.pk),
                "area_code": row.area_id,
                "state_to": "sent",
                "note": row.label,
                "remark": reason,
            }
            for row in rows
        ]
    )
    return rows


def told(facts: Facts, one: Planned) -> dict[str, Any]:
    """The facts a body is told: whom it is about, and what its programme's rule relied on, given or not (purpose limitation)."""
    whole = facts["household"]
    members = []
    for number, m in enumerate(facts["members"], 1):
        about = number in one.members
        names = (
            (*one.read.own, *one.read.others)
            if not one.member
            else one.read.own
            if about
            else one.read.others
        )
        if about or names:
            known = IDENTIFYING if about else ("name", "relation")
            members.append({"number": number, **{k: m[k] for k in (*known, *names) if k in m}})
    return {
        "household": {k: whole[k] for k in one.read.household if k in whole},
        "members": members,
    }


@in_chinese()
@transaction.atomic
def send(
    *,
    application: Application,
    programme: str,
    person: Person | None = None,
    reason: str,
    by: Officer,
    on: date,
) -> Referral:
    """Send one programme on because an officer or the family asks for it, whatever the rule found: the body decides.

    While the same is open already, that one is the answer.
    """
    rights.refuse_without(by, "referral.send", application.area_id, on)
    why = stated(reason, _("请写明为什么转办这一项目"))
    row = PROGRAMMES.get(programme)
    if row is None or not row.in_force(on) or row.process(on) is None or programme == application.programme:
        raise Refused(_("这一项目现在不能转办"))
    if not row.of_members:
        person = None
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.state != "accepted":
        raise Refused(_("申请不在办理中，不能转办"))
    known = Referral.objects.filter(
        application=application, programme=programme, person=person, concluded_on=None
    ).first()
    if known is not None:
        return known
    snapshot = application.snapshots.latest("pk")
    facts = snapshot.facts.open()
    keys = [m.get("person") for m in facts["members"]]
    if row.of_members and (person is None or person.pk not in keys):
        raise Refused(_("这一项目按人办理，请选择是哪一位家庭成员"))
    member = keys.index(person.pk) + 1 if row.of_members and person is not None else 0
    planned = planned_by_hand(
        programme,
        Household.from_dict(plain(facts)),
        standards.parameters(),
        ports.calendar(),
        on=on,
        member=member,
    )
    try:
        with transaction.atomic():
            (made,) = _send(application, snapshot, facts, [planned], by=by, on=on, reason=why)
    except IntegrityError:
        raise Refused(_("同一项目刚由别人转办，请刷新后再看")) from None
    return made


@transaction.atomic
def withdraw(*, application: Application, by: Any, on: date) -> int:
    """Call back every open referral of an application the family has taken back; how many there were."""
    rows = list(Referral.objects.filter(application=application, concluded_on=None).order_by("number"))
    for row in rows:
        move(row, "withdraw", by=by, on=on, outcome="withdrawn", concluded_on=on)
    return len(rows)


def when_accepted(
    sender: Any, *, application: Application, snapshot: Snapshot, by: Any, on: date, **_more: Any
) -> None:
    """intake.signals.accepted"""
    open_all(application=application, snapshot=snapshot, by=by, on=on)


def when_withdrawn(sender: Any, *, application: Application, by: Any, on: date, **_more: Any) -> None:
    """intake.signals.withdrawn"""
    withdraw(application=application, by=by, on=on)
