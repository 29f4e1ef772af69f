"""One family carried down the real river, act by act, by the officers whose work it is."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tuodi.delivery.determination import services
from tuodi.delivery.determination.models import Decision, Review
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.verification import services as verification
from tuodi.delivery.verification.models import Check, CheckReport, Discrepancy
from tuodi.gateways import departments
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.standards import selectors as standards

TOWN, COUNTY, PREFECTURE = "533103105", "533103", "533100"
ON = date(2026, 11, 9)

FATHER = {
    "name": "岩温",
    "relation": "head",
    "document": "resident",
    "number": "533103198002290011",
    "sex": "1",
    "birth": "1980-02-29",
    "ethnicity": "18",
    "wage_year_fen": 300_000,
    "employment": "flexible",
}
DAUGHTER = {
    "name": "玉罕",
    "relation": "child",
    "document": "resident",
    "number": "533122200801013028",
    "sex": "2",
    "birth": "2008-01-01",
    "ethnicity": "18",
    "student": "senior",
    "boarding": True,
}
HOUSEHOLD = {
    "claim_kind": "rural", "pledge_signed": True, "payee_name": "岩温", "payee_bank": "德宏农商行", "payee_account": "6217000000000000012",
    "vehicles": 0, "houses": 1, "deposits_fen": 300_000, "phone": "13887654321", "address": "遮放镇南木村一组 12 号",
}  # fmt: skip


def numbered(number: str) -> str:
    """A resident number with the check digit it ought to have."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return number[:17] + "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11]


def family(
    area: str,
    on: date,
    *,
    sequence: int = 1,
    household: dict | None = None,
    father: dict | None = None,
    daughter: dict | None = None,
) -> dict[str, Any]:
    """A family's facts as stated on a day; `sequence` makes its people other people."""
    signed = {"check_consent": True, "check_consent_on": on.isoformat()}
    people = [
        {**copy.deepcopy(FATHER), **signed, **(father or {})},
        {**copy.deepcopy(DAUGHTER), **signed, **(daughter or {})},
    ]
    if sequence != 1:
        people[0]["number"] = numbered(f"53310319800229{sequence * 2 + 101:03d}0")
        people[1]["number"] = numbered(f"53312220080101{sequence * 2 + 100:03d}0")
    facts = {**HOUSEHOLD, "area_code": area, "pledge_signed_on": on.isoformat(), **(household or {})}
    return {"household": facts, "members": people}


def officer(username: str, name: str, role: str, area: str) -> Officer:
    """A person with one post, since before any day of these tests."""
    made = Officer.objects.create(username=username, name=name, password="!")
    if role:
        Assignment.objects.create(
            officer=made, role=role, area_id=area, since=date(2012, 1, 1), given_by="tests"
        )
    return made


@dataclass
class Staff:
    """Who works on the case."""

    counter: Officer
    surveyor: Officer
    reviewer: Officer
    county: Officer
    confirmer: Officer
    outsider: Officer

    @classmethod
    def hired(cls) -> Staff:
        return cls(
            officer("counter1", "杨晓梅", "counter", TOWN),
            officer("surveyor1", "刀建国", "counter", TOWN),
            officer("reviewer1", "李绍文", "reviewer", TOWN),
            officer("county1", "段丽华", "civil_affairs", COUNTY),
            officer("confirmer1", "赵明德", "confirmer", COUNTY),
            officer("outsider1", "郑朝阳", "", ""),
        )


def working_days_on(day: date, count: int) -> date:
    """The working day `count` after `day`."""
    return standards.calendar().add_working_days(day, count)


@dataclass
class River:
    """A family on its way. Each method is one act by the right officer on the right day; `on` moves as in life."""

    staff: Staff
    village: Area
    on: date = ON
    sequence: int = 1

    def accept(self, **facts: Any) -> River:
        stated = family(self.village.pk, self.on, sequence=self.sequence, **facts)
        application = intake.submit(
            key=f"river-{self.sequence}", facts=stated, by=self.staff.counter, on=self.on
        )
        self.application: Application = intake.accept(
            application=application, by=self.staff.counter, on=self.on
        )
        return self

    @property
    def review(self) -> Review:
        return Review.objects.select_related("application__household__head", "area").get(
            application=self.application
        )

    def check(self) -> River:
        """The departments answer; who holds nothing against the family says so."""
        departments.open_files(self.on - timedelta(days=8))
        check = Check.objects.get(application=self.application)
        verification.ask(check=check, by=self.staff.reviewer, on=self.on)
        return self

    def explain_all(self) -> River:
        """Every doubt is heard and explained."""
        for _round in range(3):
            report = CheckReport.objects.filter(check_made__application=self.application).latest("pk")
            left = list(Discrepancy.objects.filter(report=report, outcome=None))
            if not left:
                return self
            for one in left:
                verification.explain(
                    discrepancy=one, text="情况属实", key=f"e{one.pk}", by=self.staff.counter, on=self.on
                )
                verification.settle(
                    discrepancy=one,
                    outcome="explained",
                    reason="已听取说明并核实",
                    by=self.staff.reviewer,
                    on=self.on,
                )
        return self

    def survey(self, *, member: dict[int, dict[str, Any]] | None = None, **changed: Any) -> River:
        """Two officers visit; `changed` are household facts they see and the family confirms, `member` those of members."""
        newest = Snapshot.objects.filter(application=self.application).latest("pk")
        observed = newest.facts.open()
        observed["household"].update(changed)
        for i, facts in (member or {}).items():
            observed["members"][i].update(facts)
        verification.record_survey(
            application=self.application, seen=newest.pk, surveyed_on=self.on, second_surveyor="尹家旺", observed=observed,
            note="土木结构瓦房两间，无大件家电", family_confirmed=True, confirmed_by="岩温",
            key=f"s{self.sequence}-{self.application.surveys.count()}", by=self.staff.surveyor, on=self.on,
        )  # fmt: skip
        return self

    def appraise(self, in_favour: int = 10, against: int = 0) -> River:
        verification.record_appraisal(
            application=self.application, held_on=self.on, present=12, representatives=9, in_favour=in_favour, against=against,
            chaired_by="李绍文", key=f"a{self.sequence}-{self.on}", by=self.staff.reviewer, on=self.on,
        )  # fmt: skip
        services.appraise(review=self.review, by=self.staff.reviewer, on=self.on)
        return self

    def survey_done(self) -> River:
        services.survey_done(review=self.review, by=self.staff.counter, on=self.on)
        return self

    def assess(self, by: Officer | None = None) -> Any:
        return services.assess(review=self.review, by=by or self.staff.reviewer, on=self.on)

    def opinion(self, proposal: str = "grant") -> River:
        self.assess()
        services.form_opinion(
            review=self.review,
            proposal=proposal,
            opinion="经调查，情况属实。",
            sources_note="到村委会核实",
            by=self.staff.reviewer,
            on=self.on,
        )
        return self

    def notice(self) -> River:
        services.post_notice(review=self.review, by=self.staff.reviewer, on=self.on)
        return self

    def days(self, count: int) -> River:
        self.on += timedelta(days=count)
        return self

    def over(self) -> River:
        """The day after the notice that is up has run out."""
        self.on = self.review.notices.latest("sequence").notice_until + timedelta(days=1)
        return self

    def send_up(self) -> River:
        services.send_up(review=self.review, by=self.staff.reviewer, on=self.on)
        return self

    def receive(self) -> River:
        services.receive(review=self.review, by=self.staff.confirmer, on=self.on)
        return self

    def confirm(self, by: Officer | None = None) -> Decision:
        return services.confirm(review=self.review, by=by or self.staff.confirmer, on=self.on)

    def refuse(self, by: Officer | None = None) -> Decision:
        return services.refuse(review=self.review, by=by or self.staff.confirmer, on=self.on)

    def to_opinion(self, **facts: Any) -> River:
        """Accepted, checked, surveyed: ready for the township's opinion."""
        return self.accept(**facts).check().explain_all().survey().explain_all().survey_done()

    def to_county(self, **facts: Any) -> River:
        """In the county's hands with a finished notice."""
        return self.to_opinion(**facts).opinion().notice().over().send_up().receive()
