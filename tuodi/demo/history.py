"""The roll as it stood when the platform was switched on: families decided before, taken over in bulk (历史数据迁入).

These rows are written set by set, not act by act, as a migration from the old system would: one journal line a chunk
says so. Their assessments are real: the rule is run on each family's facts as of its decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction

from tuodi.core.months import month_of, months_after, months_later
from tuodi.core.parameters import Parameters
from tuodi.delivery.determination import policy
from tuodi.delivery.determination.models import Assessment, Decision, Review
from tuodi.delivery.determination.services.assessing import digest_parts
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount
from tuodi.delivery.entitlement.services.values import Bases, next_turn, review_cycle
from tuodi.delivery.intake.models import Application, Applying, Consent, Declaration, Snapshot
from tuodi.delivery.intake.services import CONSENT_PURPOSE, facts_digest
from tuodi.demo.population import Family
from tuodi.demo.staff import Staff
from tuodi.demo.story import declared
from tuodi.gateways.sources import number_index
from tuodi.kit.copying import insert
from tuodi.kit.digest import digest_of
from tuodi.kit.sealed import lookup_hash
from tuodi.policy.procedures import procedure_on
from tuodi.records.journal import services as journal
from tuodi.records.people.models import Household, Membership, PayeeAccount, Person
from tuodi.records.standards import selectors as standards

PROGRAMME = "minimum_living"


@dataclass
class Registered:
    """A family with its rows in the register."""

    family: Family
    household: Household
    persons: list[Person]
    facts: dict[str, Any]


def register(families: Sequence[Family], on: date) -> list[Registered]:
    """Enter families into the register: persons, households, memberships, accounts. A few queries a chunk."""
    documents = [declared(f, on) for f in families]
    persons: list[Person] = []
    for family in families:
        for human in family.humans:
            persons.append(
                Person(
                    name=human.name,
                    sex=human.sex,
                    birth_on=human.birth,
                    document="resident" if human.number else "none",
                    number=human.number or None,
                    number_index=number_index(human.number) if human.number else None,
                    no_document_reason="" if human.number else "缅籍配偶，未办理永久居留",
                    ethnicity=human.ethnicity,
                    phone=family.phone if human is family.humans[0] else None,
                    area_id=family.village,
                    registered_kind=human.registered,
                )
            )
    persons = insert(persons)
    made: list[Registered] = []
    households: list[Household] = []
    start = 0
    for family, facts in zip(families, documents, strict=True):
        mine = persons[start : start + len(family.humans)]
        start += len(family.humans)
        household = Household(head=mine[0], area_id=family.village, address=facts["household"]["address"])
        households.append(household)
        members = [{**m, "person": p.pk} for m, p in zip(facts["members"], mine, strict=True)]
        made.append(Registered(family, household, mine, {**facts, "members": members}))
    insert(households)
    since = on - timedelta(days=900)
    insert(
        Membership(household=r.household, person=p, relation_to_head=h.relation, since=since)
        for r in made
        for p, h in zip(r.persons, r.family.humans, strict=True)
    )
    insert(
        PayeeAccount(
            household=r.household,
            holder=r.persons[0],
            holder_name=r.persons[0].name,
            bank=r.facts["household"]["payee_bank"],
            account=r.family.account,
            account_index=lookup_hash(r.family.account),
            since=since,
        )
        for r in made
    )
    return made


@transaction.atomic
def take_over(rows: Sequence[Registered], staff: Staff, on: date, seed: int) -> tuple[int, int]:
    """Decisions of the past for registered families: the eligible on the roll, the others refused; (granted, refused)."""
    if not rows:
        return 0, 0
    parameters = standards.parameters()
    past = [_past(r, on, seed, parameters) for r in rows]
    applications = insert(_applications(past, staff))
    by_row = list(zip(past, applications, strict=True))
    insert(
        Applying(application=a, person=p, programme=PROGRAMME, since=w.handed_in, until=w.decided)
        for w, a in by_row
        for p in w.row.persons
    )
    insert(
        Declaration(
            application=a,
            sequence=1,
            facts=w.row.facts,
            digest=w.digest,
            declared_on=w.handed_in,
            pledged=True,
            taken_by=w.by(staff, "counter").username,
        )
        for w, a in by_row
    )
    insert(
        Consent(
            application=a,
            person=p,
            signed_on=w.handed_in,
            valid_until=on + timedelta(days=200),
            purpose=CONSENT_PURPOSE,
        )
        for w, a in by_row
        for p, h in zip(w.row.persons, w.row.family.humans, strict=True)
        if h.age(on) >= 18 and h.number
    )
    snapshots = insert(
        Snapshot(
            application=a,
            as_of=w.handed_in,
            cause="declared",
            facts=w.row.facts,
            digest=w.digest,
            made_by=w.by(staff, "counter").username,
        )
        for w, a in by_row
    )
    reviews = insert(_review(w, a, staff) for w, a in by_row)
    assessments = [
        _assessment(w, review, snapshot, staff)
        for (w, _a), review, snapshot in zip(by_row, reviews, snapshots, strict=True)
    ]
    insert(assessments)
    decisions = insert(
        _decision(w, review, row, staff)
        for (w, _a), review, row in zip(by_row, reviews, assessments, strict=True)
    )
    bases = Bases()
    granted = [(w, d) for (w, _a), d in zip(by_row, decisions, strict=True) if d.granted]
    enrolments = insert(
        Enrolment(
            household=w.row.household,
            area_id=w.row.family.village,
            programme=PROGRAMME,
            category=d.category,
            decision=d,
            from_month=d.from_month,
            state="active",
            state_since=d.from_month,
            basis=bases(w.result.parameters),
            next_turn=next_turn(PROGRAMME, w.row.facts, w.row.family.village, w.decided, parameters),
            **_cycle(w, on, parameters),
        )
        for w, d in granted
    )
    insert(
        EnrolmentAmount(
            enrolment=e,
            sequence=1,
            from_month=d.from_month,
            monthly_fen=d.monthly_fen,
            cause="decision",
            note=d.number,
            set_on=d.decided_on,
            set_by=d.decided_by.username,
        )
        for e, (_w, d) in zip(enrolments, granted, strict=True)
    )
    first, last = applications[0].number, applications[-1].number
    journal.append_many(
        [
            {
                "act": "demo.seed",
                "actor": journal.SYSTEM,
                "business_day": on,
                "record_kind": "intake.application",
                "record_id": f"{first}…",
                "note": f"历史数据迁入 {len(rows)} 户：{first} 至 {last}",
            }
        ]
    )
    return len(granted), len(decisions) - len(granted)


@dataclass
class Past:
    """When an old case was handed in and decided, and what the rule said of it."""

    row: Registered
    number: str
    handed_in: date
    decided: date
    digest: str
    result: Any

    def by(self, staff: Staff, role: str) -> Any:
        """The officer who held that post in the family's place."""
        return staff.of(role, self.row.family.village)


def _past(row: Registered, on: date, seed: int, parameters: Parameters) -> Past:
    random = Random(f"{seed}:past:{row.family.index}")
    decided = on - timedelta(days=random.randrange(80, 500))
    handed_in = decided - timedelta(days=random.randrange(24, 40))
    return Past(
        row=row,
        number=f"{row.family.township}-{handed_in.year}-H{row.family.index:06d}",
        handed_in=handed_in,
        decided=decided,
        digest=facts_digest(row.facts),
        result=policy.assess_facts(PROGRAMME, row.facts, decided, changes=False, parameters=parameters),
    )


def _applications(past: Iterable[Past], staff: Staff) -> Iterable[Application]:
    for w in past:
        yield Application(
            number=w.number,
            key=f"history:{w.number}",
            programme=PROGRAMME,
            household=w.row.household,
            applicant=w.row.persons[0],
            area_id=w.row.family.village,
            channel="batch",
            submitted_on=w.handed_in,
            accepted_on=w.handed_in,
            procedure=procedure_on(w.handed_in).code,
            received_by=w.by(staff, "counter"),
            state="closed",
            state_since=w.decided,
            closed_on=w.decided,
        )


def _review(w: Past, application: Application, staff: Staff) -> Review:
    granted = _granted(w)
    return Review(
        application=application,
        area_id=w.row.family.village,
        programme=PROGRAMME,
        procedure=application.procedure,
        urban=w.row.family.kind == "urban",
        accepted_on=w.handed_in,
        overall_due=w.handed_in + timedelta(days=45),
        proposed_by=w.by(staff, "reviewer").username,
        proposal="grant" if granted else "refuse",
        opinion="历史数据迁入",
        state="confirmed" if granted else "refused",
        state_since=w.decided,
    )


def _cycle(w: Past, on: date, parameters: Parameters) -> dict[str, Any]:
    """Class and day of the next review: as if every cycle since the decision had been kept but, for one in twenty, the last."""
    cycle = review_cycle(PROGRAMME, w.row.facts, w.row.family.village, w.decided, parameters)
    if cycle is None:
        return {}
    late = 20 if w.row.family.index % 20 == 7 else 0
    due = months_later(w.decided, cycle.months)
    while due < on - timedelta(days=late):
        due = months_later(due, cycle.months)
    return {"review_class": cycle.kind, "review_due": due}


def _granted(w: Past) -> bool:
    return bool(w.result.eligible) and w.result.monthly_fen > 0


def _assessment(w: Past, review: Review, snapshot: Snapshot, staff: Staff) -> Assessment:
    row = Assessment(
        review=review,
        sequence=1,
        snapshot=snapshot,
        rule=w.result.rule,
        assessed_on=w.decided,
        eligible=w.result.eligible,
        category=w.result.category,
        size=w.result.size,
        monthly_fen=w.result.monthly_fen,
        findings=w.result.document,
        parameters=w.result.parameters,
        made_by=w.by(staff, "reviewer").username,
    )
    row.digest = digest_of(digest_parts(row, w.result.document))
    return row


def _decision(w: Past, review: Review, assessment: Assessment, staff: Staff) -> Decision:
    granted = _granted(w)
    return Decision(
        review=review,
        number=f"迁{w.number}",
        area_id=review.area_id,
        programme=PROGRAMME,
        granted=granted,
        category=w.result.category if granted else "",
        monthly_fen=w.result.monthly_fen if granted else 0,
        from_month=months_after(month_of(w.decided)) if granted else None,
        assessment=assessment,
        reasons=w.result.document,
        decided_on=w.decided,
        decided_by=w.by(staff, "confirmer"),
        notify_due=w.decided + timedelta(days=5),
        notified_on=w.decided + timedelta(days=2),
    )
