"""Acts of intake: hand in, tell once what is missing, answer, accept, decline, withdraw, file near relatives, freeze facts.

Basis: 社会救助暂行办法 Art 60, 最低生活保障审核确认办法 (2021) Arts 9-11 and 14, 16. Each act is one transaction and
one journal line; rooms above learn of acceptance and withdrawal through `signals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tuodi.core.identity import check_document
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import selectors, signals
from tuodi.delivery.intake.models import (
    Application,
    ApplicationCounter,
    Applying,
    Consent,
    CorrectionNotice,
    Declaration,
    Draft,
    Mandate,
    RelativeFiling,
    Snapshot,
)
from tuodi.delivery.intake.process import RECEIVE
from tuodi.kit.digest import digest_of
from tuodi.kit.versions import Conflict, conflict_of, save_versioned
from tuodi.policy import needs as need_table
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.procedures import procedure_on
from tuodi.records.documents.services import issue_letter
from tuodi.records.journal import services as journal
from tuodi.records.journal.ports import ports
from tuodi.records.org import rights
from tuodi.records.org.models import Area, Officer
from tuodi.records.people import services as people
from tuodi.records.people.models import Household, Person
from tuodi.records.standards import selectors as standards

Facts = Mapping[str, Any]
CONSENT_PURPOSE = "申请社会救助家庭经济状况核对"
# No text fixes how long a mandate lasts ("申请及享受期间"); a year, signed anew at each review (policy.md HD-02, TP).
CONSENT_YEARS = 1


@dataclass(frozen=True)
class Relative:
    """A near relative of a handling officer or village committee member: which member (from 1), who to whom."""

    member: int
    relation: str
    official_name: str
    official_post: str


@dataclass(frozen=True)
class Wanted:
    """Programmes an officer added or left off against what the rules propose, each with a reason."""

    added: Mapping[str, str] = field(default_factory=dict)
    left_off: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any] | None) -> Wanted:
        """From what is stored; nothing stored is no choice."""
        kept = kept or {}
        return cls(dict(kept.get("added", {})), dict(kept.get("left_off", {})))

    def to_dict(self) -> dict[str, dict[str, str]]:
        """What is stored."""
        return {"added": dict(self.added), "left_off": dict(self.left_off)}

    def with_choice(self, programme: str, choice: str, reason: str) -> Wanted:
        """The same with one programme chosen otherwise: add, leave_off, or undo."""
        added = {k: v for k, v in self.added.items() if k != programme}
        left_off = {k: v for k, v in self.left_off.items() if k != programme}
        if choice == "undo":
            return Wanted(added, left_off)
        if choice not in ("add", "leave_off") or programme not in PROGRAMMES:
            raise Refused(_("请选一个项目"))
        if len(reason.strip()) < 2:
            raise Refused(_("请写明理由"))
        (added if choice == "add" else left_off)[programme] = reason.strip()[:300]
        return Wanted(added, left_off)


@dataclass(frozen=True)
class MandateSaid:
    """Who applies in the family's place, as it was said: an agent with a signed mandate, or somebody of the village."""

    kind: str
    name: str
    relation: str
    signed_on: date
    until: date
    number: str = ""
    phone: str = ""


def facts_digest(facts: Facts) -> str:
    """The digest of a facts document without register keys: equal content, equal digest."""
    return digest_of(
        {
            "household": dict(facts["household"]),
            "members": [{k: v for k, v in m.items() if k != "person"} for m in facts["members"]],
        }
    )


# --- handing in ----------------------------------------------------------------------------------------


@transaction.atomic
def submit(
    *,
    key: str,
    facts: Facts,
    by: Officer,
    on: date,
    programme: str = "minimum_living",
    channel: str = "counter",
    relatives: Sequence[Relative] = (),
    draft: Draft | None = None,
    needs: Sequence[str] | None = None,
    wanted: Wanted | None = None,
    mandate: MandateSaid | None = None,
) -> Application:
    """Take in what a family states (core.facts document): persons registered, household formed, consents filed.

    `needs` are the categories the officer confirmed (policy.needs); left out, those of the tags in the facts. `wanted` is what was
    added or left off by choice, `mandate` who applies in the family's place.

    The same `key` again gives the application already made; with other contents it is Refused. Facts that are wrong
    are Refused with every fault (ask `selectors.faults` first to show them by field); papers that are only missing
    are taken and told once (`notify`). A member who is in another open application stops it (policy.md T20).
    """
    digest = facts_digest(facts)
    known = Application.objects.filter(key=key).first()
    if known is not None:
        first = known.declarations.order_by("sequence").first()
        if first is None or first.digest != digest or known.programme != programme:
            raise Refused(
                _("这一提交编号已用于申请 {number}，内容不同，未重复受理").format(number=known.number)
            )
        return known
    area = _place(facts)
    act = "intake.import" if channel == "batch" else "intake.submit"
    if not rights.may(by, act, area.code, on):
        raise Refused(_("您不能在“{area}”录入申请").format(area=area.name))
    _refuse_faults(facts, on, programme)
    codes = _known_needs(needs_in(facts) if needs is None else needs, on)
    if mandate is not None:
        _refuse_mandate(mandate, on)
    numbered = number_for(area, on)
    persons, household = _register(facts, area, by, on)
    application = Application.objects.create(
        number=numbered,
        key=key,
        programme=programme,
        household=household,
        applicant=household.head,
        area=area,
        channel=channel,
        submitted_on=on,
        received_by=by,
        state=RECEIVE.start,
        state_since=on,
        due=RECEIVE.due(RECEIVE.start, on, ports.calendar()),
        needs=codes,
        wanted=wanted.to_dict() if wanted else None,
    )
    if mandate is not None:
        _give_mandate(application, mandate)
    _hold(application, persons, selectors.claims_of(facts, programme, on), on)
    _declare(application, facts, persons, by, on)
    for one in relatives:
        _file(application, persons[one.member - 1], one, on)
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(application=application, version=F("version") + 1)
    journal.record(
        "intake.submit", by=by, on=on, record=application, state_to=application.state, note=channel
    )
    return application


def needs_in(facts: Facts) -> tuple[str, ...]:
    """The categories that stand for the tags ticked in the facts: what a workbook or an earlier form says."""
    household = facts["household"]
    return tuple(need_table.OF_TAG[tag][0] for tag in need_table.TAGS if household.get(f"need_{tag}"))


def _known_needs(codes: Sequence[str], on: date) -> list[str]:
    offered = {n.code for n in need_table.offered(on)}
    if strange := [code for code in codes if code not in offered]:
        raise Refused(_("没有这种需求类别：{codes}").format(codes="、".join(strange)))
    return list(dict.fromkeys(codes))


def _refuse_mandate(said: MandateSaid, on: date) -> None:
    if said.kind not in dict(Mandate.KINDS) or said.relation not in dict(Mandate.RELATIONS):
        raise Refused(_("请选代办的方式和与申请人的关系"))
    if len(said.name.strip()) < 2:
        raise Refused(_("请填代办人的姓名"))
    if said.kind == "agent" and not check_document("resident", said.number, on=on).ok:
        raise Refused(_("委托代理须填代理人的身份证号，请核对"))
    if said.signed_on > on:
        raise Refused(_("委托书的签署日期晚于今天"))
    if said.until <= on:
        raise Refused(_("委托书已经过期，请重新签署"))


def _give_mandate(application: Application, said: MandateSaid) -> Mandate:
    return Mandate.objects.create(
        application=application,
        kind=said.kind,
        name=said.name.strip(),
        number=said.number or None,
        phone=said.phone or None,
        relation=said.relation,
        signed_on=said.signed_on,
        until=said.until,
    )


def _place(facts: Facts) -> Area:
    code = str(facts["household"].get("area_code") or "")
    area = Area.objects.filter(code=code).first()
    if area is None or len(area.code) < 9:
        raise Refused(
            _("居住地代码“{code}”不是本州的乡镇（街道）或村（社区），请从列表中选择").format(code=code)
        )
    return area


def _refuse_faults(facts: Facts, on: date, programme: str, application: Application | None = None) -> None:
    found = selectors.faults(facts, on=on, programme=programme, application=application)
    if found:
        raise Refused("；".join(str(f) for f in found[:20]))


def number_for(area: Area, on: date) -> str:
    """The next application number of the township and year, e.g. 533103205-2026-00017; gaps only from rollbacks."""
    series = f"{area.code[:9]}-{on.year}"
    ApplicationCounter.objects.get_or_create(series=series)
    ApplicationCounter.objects.filter(series=series).update(last=F("last") + 1)
    return f"{series}-{ApplicationCounter.objects.get(series=series).last:05d}"


def _register(facts: Facts, area: Area, by: Officer, on: date) -> tuple[list[Person], Household]:
    """The persons of the document in its order, and the household they form."""
    stated = facts["members"]
    head_at = next(i for i, m in enumerate(stated) if m["relation"] == "head")
    order = [head_at, *(i for i in range(len(stated)) if i != head_at)]
    persons: dict[int, Person] = {}
    present: Household | None = None
    for i in order:
        said = statement(stated[i])
        if i == head_at:
            said = replace(said, phone=str(facts["household"].get("phone") or ""))
        persons[i] = people.find_or_register(stated=said, area=area, by=by, on=on, household=present)
        if i == head_at:
            present = Household.objects.filter(
                memberships__person=persons[i], memberships__until=None
            ).first()
    listed = [persons[i] for i in range(len(stated))]
    household = people.form_household(
        head=persons[head_at],
        members=[(p, m["relation"]) for p, m in zip(listed, stated, strict=True)],
        area=area,
        address=str(facts["household"].get("address") or ""),
        by=by,
        on=on,
    )
    account = facts["household"].get("payee_account")
    if account:
        payee = people.plain_name(str(facts["household"].get("payee_name") or household.head.name))
        holder = next((p for p in listed if people.plain_name(p.name) == payee), household.head)
        people.set_account(
            household=household,
            holder=holder,
            bank=str(facts["household"].get("payee_bank") or ""),
            account=str(account),
            by=by,
            on=on,
        )
    return listed, household


def statement(member: Mapping[str, Any]) -> people.Statement:
    """What a member's facts say about the person, for the register."""
    document = member.get("document") or "resident"
    number = member.get("number") or None
    return people.Statement(
        name=member["name"],
        sex=member.get("sex") or "9",
        birth_on=date.fromisoformat(member["birth"]),
        document=document,
        number=number if document != "none" else None,
        ethnicity=member.get("ethnicity") or "01",
        registered_kind=member.get("registered_kind") or "rural",
        no_document_reason=member.get("no_document_reason") or "",
    )


def _hold(application: Application, persons: Sequence[Person], claims: Sequence[bool], on: date) -> None:
    """Each person's place in this application; the database refuses a person another open one claims for."""
    rows = {a.person_id: a for a in Applying.objects.filter(application=application)}
    try:
        with transaction.atomic():
            for person, claimed in zip(persons, claims, strict=True):
                row = rows.get(person.pk)
                if row is not None and (row.until, row.claimed) != (None, claimed):
                    Applying.objects.filter(pk=row.pk).update(until=None, claimed=claimed)
            Applying.objects.bulk_create(
                Applying(
                    application=application,
                    person=p,
                    programme=application.programme,
                    since=on,
                    claimed=claimed,
                )
                for p, claimed in zip(persons, claims, strict=True)
                if p.pk not in rows
            )
    except IntegrityError:
        # Checked before; only two counters pressing in the same second come here.
        raise Refused(_("家庭成员中有人刚在另一窗口提交了申请，请刷新后核对，不要重复提交")) from None


def _release(application: Application, on: date) -> None:
    Applying.objects.filter(application=application, until=None).update(until=on)


def _declare(
    application: Application, facts: Facts, persons: Sequence[Person], by: Officer, on: date
) -> Declaration:
    document = {
        "household": dict(facts["household"]),
        "members": [{**m, "person": p.pk} for m, p in zip(facts["members"], persons, strict=True)],
    }
    last = application.declarations.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    declaration = Declaration.objects.create(
        application=application,
        sequence=last + 1,
        facts=document,
        digest=facts_digest(document),
        declared_on=on,
        pledged=bool(facts["household"].get("pledge_signed")),
        taken_by=by.username,
    )
    declaration.refresh_from_db()
    held = Consent.objects.filter(application=application, withdrawn_on=None)
    consented = set(held.values_list("person_id", flat=True))
    for member, person in zip(facts["members"], persons, strict=True):
        if member.get("check_consent"):
            signed = date.fromisoformat(member["check_consent_on"]) if member.get("check_consent_on") else on
            if person.pk not in consented:
                _sign(application, person, signed)
    return declaration


def _sign(application: Application, person: Person, signed: date) -> Consent:
    year = signed.year + CONSENT_YEARS
    until = signed.replace(year=year) if (signed.month, signed.day) != (2, 29) else date(year, 2, 28)
    consent, _made = Consent.objects.get_or_create(
        application=application,
        person=person,
        signed_on=signed,
        defaults={"valid_until": until, "purpose": CONSENT_PURPOSE},
    )
    return consent


# --- before acceptance ---------------------------------------------------------------------------------


@transaction.atomic
def amend(
    *,
    application: Application,
    version: int,
    facts: Facts,
    by: Officer,
    on: date,
    needs: Sequence[str] | None = None,
) -> Declaration:
    """Put right what was written, before acceptance: the next declaration, the earlier one kept. Conflict when stale."""
    if application.state != "submitted":
        raise Refused(
            _("申请{state}，不能再改申报内容；受理后的变化由核对和调查核定").format(
                state=RECEIVE.states[application.state]
            )
        )
    declaration = _redeclare(application, facts, by, on, needs)
    moved = Application.objects.filter(pk=application.pk, version=version, state="submitted").update(
        version=F("version") + 1
    )
    if not moved:
        raise conflict_of(Application.objects.get(pk=application.pk), version, {})
    journal.record(
        "intake.amend", by=by, on=on, record=application, note=f"declaration {declaration.sequence}"
    )
    signals.corrected.send(Application, application=application, by=by, on=on)
    application.refresh_from_db()
    return declaration


def _redeclare(
    application: Application, facts: Facts, by: Officer, on: date, needs: Sequence[str] | None
) -> Declaration:
    area = _place(facts)
    if area.code[:9] != application.area_id[:9]:
        raise Refused(_("居住地改到了别的乡镇：请撤回本申请，在居住地重新提出"))
    if not rights.may(by, "intake.correct", application.area_id, on):
        raise Refused(_("您不能在“{area}”修改申请").format(area=area.name))
    _refuse_faults(facts, on, application.programme, application)
    persons, household = _register(facts, area, by, on)
    if household.pk != application.household_id:
        raise Refused(_("户主换成了另一户的人：请撤回本申请，以新户主重新提出"))
    now = {p.pk for p in persons}
    Applying.objects.filter(application=application, until=None).exclude(person_id__in=now).update(until=on)
    _hold(application, persons, selectors.claims_of(facts, application.programme, on), on)
    codes = _known_needs(needs_in(facts) if needs is None else needs, on)
    Application.objects.filter(pk=application.pk).update(needs=codes)
    return _declare(application, facts, persons, by, on)


@transaction.atomic
def choose(
    *, application: Application, programme: str, choice: str, reason: str, by: Officer, on: date
) -> Wanted:
    """Add a programme the rules do not open, or leave off one they do, with a reason; `undo` takes a choice back.

    Only before acceptance: with it the referrals go out.
    """
    rights.refuse_without(by, "intake.correct", application.area_id, on)
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.state not in ("submitted", "correcting"):
        raise Refused(
            _("申请{state}，转办已经按当时的选择发出").format(state=RECEIVE.states[application.state])
        )
    wanted = selectors.wanted_of(application).with_choice(programme, choice, reason)
    Application.objects.filter(pk=application.pk).update(wanted=wanted.to_dict(), version=F("version") + 1)
    journal.record("intake.choose", by=by, on=on, record=application, note=f"{choice} {programme}")
    return wanted


@transaction.atomic
def choose_in_draft(*, draft: Draft, programme: str, choice: str, reason: str, by: Officer) -> Wanted:
    """The same while the form is not handed in yet; kept with the draft."""
    if draft.officer_id != by.pk or draft.application_id:
        raise Refused(_("只能改自己未提交的草稿"))
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    payload = draft.payload.open()
    wanted = Wanted.from_dict(payload.get("wanted")).with_choice(programme, choice, reason)
    save_versioned(draft, draft.version, payload={**payload, "wanted": wanted.to_dict()})
    return wanted


@transaction.atomic
def notify(*, application: Application, by: Officer, on: date, extra: Sequence[str] = ()) -> CorrectionNotice:
    """Tell once, in writing, everything that is missing (一次性告知); the acceptance clock stops with it.

    The list is worked out from the declaration; `extra` adds what the officer found. Refused the second time.
    """
    if CorrectionNotice.objects.filter(application=application).exists():
        raise Refused(_("已经一次性告知过，不得再次要求补正：请受理，或写明理由不予受理"))
    items = [*selectors.missing(application, on), *(line.strip() for line in extra if line.strip())]
    if not items:
        raise Refused(_("申报材料齐全，没有需要补正的内容，请直接受理"))
    items += selectors.unasked(application, on)  # told along, so that the family comes once
    left = 0
    if application.due and application.due > on:
        left = ports.calendar().working_days_between(on, application.due)
    journal_note = f"{len(items)} items; clock stopped, {left} working days left"
    application = journal.advance(application, RECEIVE, "notify", by=by, on=on, note=journal_note)
    issue_letter(
        kind="correction",
        record=application,
        household=application.household,
        data={
            "applicant": application.applicant.name,
            "programme": PROGRAMMES[application.programme].label,
            "number": application.number,
            "applied_on": application.submitted_on,
            "missing": [{"name": line, "how": ""} for line in items],
            "correct_by": application.due,
        },
        by=by,
        on=on,
    )
    return CorrectionNotice.objects.create(
        application=application,
        items=items,
        working_days_left=max(left, 0),
        issued_on=on,
        issued_by=by.username,
    )


@transaction.atomic
def answer(
    *, application: Application, facts: Facts, by: Officer, on: date, needs: Sequence[str] | None = None
) -> Application:
    """Take what the family brought: the next declaration; the clock runs on with the days that were left."""
    if application.state != "correcting":
        raise Refused(_("这件申请不在补正中"))
    notice = CorrectionNotice.objects.get(application=application)
    _redeclare(application, facts, by, on, needs)
    calendar = ports.calendar()
    left = notice.working_days_left
    due = calendar.add_working_days(on, left) if left else calendar.roll_forward(on)
    application = journal.advance(
        application,
        RECEIVE,
        "answer",
        by=by,
        on=on,
        due=due,
        note=f"clock runs again, {left} working days left",
    )
    CorrectionNotice.objects.filter(pk=notice.pk).update(answered_on=on)
    signals.corrected.send(Application, application=application, by=by, on=on)
    return application


@transaction.atomic
def file_relative(
    *,
    application: Application,
    person: Person,
    relation: str,
    official_name: str,
    official_post: str,
    by: Officer,
    on: date,
) -> RelativeFiling:
    """File that a member is a near relative of someone who handles the scheme (近亲属备案); the county visits all."""
    rights.refuse_without(by, "intake.correct", application.area_id, on)
    if not relation.strip() or not official_name.strip():
        raise Refused(_("请写明与谁是什么关系"))
    if not Applying.objects.filter(application=application, person=person, until=None).exists():
        raise Refused(_("备案的人须是本申请的家庭成员"))
    one = Relative(0, relation.strip(), official_name.strip(), official_post.strip())
    row = _file(application, person, one, on)
    journal.record("intake.relative", by=by, on=on, record=application)
    return row


def _file(application: Application, person: Person, one: Relative, on: date) -> RelativeFiling:
    return RelativeFiling.objects.create(
        application=application,
        person=person,
        relation=one.relation,
        official_name=one.official_name,
        official_post=one.official_post,
        filed_on=on,
    )


@transaction.atomic
def sign_consent(*, application: Application, person: Person, by: Officer, on: date) -> Consent:
    """File the mandate a member signed on this day (核对授权书), e.g. of a member who came of age or joined later."""
    rights.refuse_without(by, "verification.consent", application.area_id, on)
    if not Applying.objects.filter(application=application, person=person).exists():
        raise Refused(_("授权人须是本申请的家庭成员"))
    consent = _sign(application, person, on)
    journal.record("intake.consent", by=by, on=on, record=application)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Officer, on: date) -> None:
    """End a mandate from this day. What was asked under it stays; nothing more may be asked."""
    rights.refuse_without(by, "verification.consent", consent.application.area_id, on)
    if not Consent.objects.filter(pk=consent.pk, withdrawn_on=None).update(withdrawn_on=on):
        raise Refused(_("这份授权已经撤回"))
    journal.record("intake.consent_withdrawn", by=by, on=on, record=consent.application)


# --- deciding on the papers ----------------------------------------------------------------------------


@transaction.atomic
def accept(*, application: Application, by: Officer, on: date) -> Application:
    """Accept complete papers: the clocks of the procedure in force on this day begin, the facts are frozen.

    Refused, with the whole list, while anything is missing. Sends `signals.accepted` in the same transaction.
    """
    lacking = selectors.missing(application, on) if application.state == "submitted" else []
    if lacking:
        raise Refused(_("材料不齐，不能受理：{items}。请一次性告知补正").format(items="；".join(lacking)))
    latest = application.declarations.order_by("-sequence").first()
    assert latest is not None, "an application has a declaration"
    facts = latest.facts.open() if hasattr(latest.facts, "open") else latest.facts
    _claim_for_all(application, facts, on)
    procedure = procedure_on(on)
    # The day the letter promises is the day the review's clock runs to.
    due = procedure.overall_due(
        on,
        ports.calendar(),
        urban=facts["household"].get("claim_kind") == "urban",
        delegated=procedure.delegated_in(standards.parameters(), application.area_id, on),
        applied_on=application.submitted_on,
    )
    application = journal.advance(
        application,
        RECEIVE,
        "accept",
        by=by,
        on=on,
        due=due,
        accepted_on=on,
        procedure=procedure.code,
    )
    snapshot = _freeze(application, facts, on, "declared", by)
    issue_letter(
        kind="acceptance",
        record=application,
        household=application.household,
        data={
            "number": application.number,
            "applicant": application.applicant.name,
            "programme": PROGRAMMES[application.programme].label,
            "applied_on": application.submitted_on,
            "accepted_on": on,
            "due": due,
            "qr": application.number,
        },
        by=by,
        on=on,
    )
    signals.accepted.send(Application, application=application, snapshot=snapshot, by=by, on=on)
    return application


def _claim_for_all(application: Application, facts: Facts, on: date) -> None:
    """What was handed in apart while the law split families, and is accepted when it no longer does, is one claim for all (T3).

    Refused where the other half is still open: one of the two has to be withdrawn.
    """
    if not all(selectors.claims_of(facts, application.programme, on)):
        return
    try:
        with transaction.atomic():
            Applying.objects.filter(application=application, until=None, claimed=False).update(claimed=True)
    except IntegrityError:
        raise Refused(_("现行办法全户一份申请：这一户还有另一类别的申请在办，请撤回其中一件")) from None


@transaction.atomic
def freeze(
    *, application: Application, facts: Facts, on: date, by: Officer, cause: str = "settled"
) -> Snapshot:
    """The household's facts as settled by check and survey, frozen. Refused when the application is not under way."""
    if application.state != "accepted":
        raise Refused(_("申请{state}，不能核定家庭情况").format(state=RECEIVE.states[application.state]))
    return _freeze(application, facts, on, cause, by)


@transaction.atomic
def refreeze(*, application: Application, facts: Facts, on: date, by: Officer) -> Snapshot:
    """The facts of a family on the roll as a review found them (复核), frozen beside those it was granted on."""
    if application.state != "closed":
        raise Refused(_("申请还在办理，家庭情况由核对和调查核定"))
    return _freeze(application, facts, on, "reviewed", by)


def _freeze(application: Application, facts: Facts, on: date, cause: str, by: Any) -> Snapshot:
    snapshot = Snapshot.objects.create(
        application=application,
        as_of=on,
        cause=cause,
        facts=dict(facts),
        digest=facts_digest(facts),
        made_by=journal.actor_name(by),
    )
    snapshot.refresh_from_db()  # sealed, as every later reader meets it
    journal.record("intake.freeze", by=by, on=on, record=application, note=f"{cause} {snapshot.digest[:16]}")
    return snapshot


@transaction.atomic
def decline(*, application: Application, reasons: Sequence[str], by: Officer, on: date) -> Application:
    """Not accept (不予受理), with every reason in writing; the family may apply again or complain."""
    stated = [r.strip() for r in reasons if r.strip()]
    if not stated:
        raise Refused(_("不予受理须写明理由"))
    application = journal.advance(
        application,
        RECEIVE,
        "decline",
        by=by,
        on=on,
        note=f"{len(stated)} reasons",
        closed_on=on,
        closed_because="\n".join(stated),
    )
    _release(application, on)
    return application


@transaction.atomic
def withdraw(*, application: Application, by: Officer, on: date, reason: str) -> Application:
    """Take the application back at the family's wish; what runs for it above is stopped by `signals.withdrawn`."""
    if len(reason.strip()) < 2:
        raise Refused(_("请写明撤回的原因"))
    application = journal.advance(
        application,
        RECEIVE,
        "withdraw",
        by=by,
        on=on,
        closed_on=on,
        closed_because=reason.strip(),
    )
    _release(application, on)
    signals.withdrawn.send(Application, application=application, by=by, on=on)
    return application


@transaction.atomic
def close(*, application: Application, on: date, note: str = "") -> Application:
    """Close after the decision (办结): determination calls this when it has confirmed, refused or terminated.

    From here on the family may apply again; whether it receives already is entitlement's to say (`ports.obstacles`).
    """
    application = journal.advance(
        application, RECEIVE, "close", by=journal.SYSTEM, on=on, note=note, closed_on=on, closed_because=note
    )
    _release(application, on)
    return application


# --- drafts --------------------------------------------------------------------------------------------


@transaction.atomic
def open_draft(*, by: Officer, area: Area, key: str, values: Mapping[str, str]) -> Draft:
    """A form begun, kept from its first field on. `key` is also what makes its hand-in one effect."""
    draft, _made = Draft.objects.get_or_create(
        key=key,
        defaults={
            "officer": by,
            "area": area,
            "payload": {"values": dict(values), "touched": dict.fromkeys(values, 1)},
            "title": _draft_title(values),
        },
    )
    if draft.officer_id != by.pk:
        raise Refused(_("这份草稿是别人开始填的"))
    draft.refresh_from_db()
    return draft


def _draft_title(values: Mapping[str, str]) -> str:
    return values.get("m-1-name", "").strip()


@dataclass(frozen=True)
class Clash:
    """A field that another window changed since this one was loaded: what stands there, what was about to be saved."""

    field: str
    theirs: str
    mine: str


@transaction.atomic
def save_draft(
    *, draft: Draft, version: int, values: Mapping[str, str], by: Officer, keep: Sequence[str] = ()
) -> tuple[Draft, list[Clash]]:
    """Save a form as it stands. A field nobody else touched since `version` is saved; one that was, is told and kept.

    `keep` names fields where this window's value shall stand although the other window changed them.
    """
    if draft.officer_id != by.pk:
        raise Refused(_("这份草稿是别人开始填的"))
    for _attempt in range(5):
        draft = Draft.objects.get(pk=draft.pk)
        if draft.application_id:
            raise Refused(_("这份表已经提交，草稿不再保存"))
        payload = draft.payload.open()
        stored, touched = dict(payload["values"]), dict(payload["touched"])
        clashes, changed = [], False
        for name in {*values, *stored}:
            mine, theirs = values.get(name), stored.get(name)
            if mine == theirs or (not mine and not theirs):
                continue
            if touched.get(name, 0) > version and name not in keep:
                clashes.append(Clash(name, theirs or "", mine or ""))
                continue
            changed = True
            touched[name] = draft.version + 1
            if mine is None:
                stored.pop(name, None)
            else:
                stored[name] = mine
        if not changed:
            return draft, sorted(clashes, key=lambda c: c.field)
        try:
            draft = save_versioned(
                draft,
                draft.version,
                payload={**payload, "values": stored, "touched": touched},
                title=_draft_title(stored),
                saved_at=_now(),
            )
        except Conflict:
            continue  # the other window saved between our read and our write: merge again with what it wrote
        return draft, sorted(clashes, key=lambda c: c.field)
    raise Refused(_("另一窗口正在保存同一份表，请稍后再试"))


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


@transaction.atomic
def discard_draft(*, draft: Draft, by: Officer, on: date) -> None:
    """Throw a draft away, at its owner's wish."""
    if draft.officer_id != by.pk or draft.application_id:
        raise Refused(_("只能丢弃自己未提交的草稿"))
    draft.delete()
    journal.record("intake.draft_discarded", by=by, on=on, record=("intake.draft", str(draft.key)))
