"""A small county for the money tests: its officers, families with accounts, decisions behind them, and a budget.

Also used by the fault tests, whose processes build it in databases of their own.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from tuodi.delivery.determination.models import Assessment, Decision, Review
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.funds import services as funds
from tuodi.kit.sealed import lookup_hash, seal
from tuodi.records.org.load import load_areas
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.people.models import Household, PayeeAccount, Person

COUNTY, TOWN, PREFECTURE = "533103", "533103001", "533100"
PROGRAMME = "minimum_living"
MONTH, ON = date(2026, 11, 1), date(2026, 10, 28)
ROLES = {
    "civil_affairs": "刀安生",
    "payer": "排早相",
    "finance": "帕玉罕",
    "confirmer": "尚岩",
    "auditor": "岳木兰",
    "counter": "李窗口",
}


def officers(county: str = COUNTY) -> SimpleNamespace:
    """One officer a role in the county, and an outsider who may do nothing."""
    made = {}
    for role, name in ROLES.items():
        officer, fresh = Officer.objects.get_or_create(
            username=f"{role}_{county}", defaults={"name": name, "password": "!"}
        )
        if fresh:
            Assignment.objects.create(
                officer=officer, role=role, area_id=county, since=date(2020, 1, 1), given_by="test"
            )
        made[role] = officer
    made["outsider"] = Officer.objects.get_or_create(
        username=f"outsider_{county}", defaults={"name": "外人", "password": "!"}
    )[0]
    return SimpleNamespace(**made)


def account_number(serial: int) -> str:
    """A bank card number that passes Luhn."""
    body = f"621700{serial:012d}"
    digits = [int(c) for c in body]
    total = sum(d if n % 2 else (d * 2 - 9 if d > 4 else d * 2) for n, d in enumerate(reversed(digits)))
    return body + str(-total % 10)


def families(
    count: int, staff: Any, *, town: str = TOWN, first: int = 0, monthly_fen: int | None = None
) -> list[Enrolment]:
    """`count` households granted in 2026-10, on the roll from MONTH, each with an account. Made in bulk."""
    area = Area.objects.filter(pk__startswith=town).order_by("-pk")[0]
    numbers = range(first, first + count)
    fen = {n: monthly_fen or 20_000 + 100 * (n % 97) for n in numbers}
    people = Person.objects.bulk_create(
        Person(
            name=f"王{n}𠮷" if n % 50 == 7 else f"户主{n}",
            sex="1",
            birth_on=date(1960, 1, 1),
            document="none",
            area=area,
        )
        for n in numbers
    )
    households = Household.objects.bulk_create(Household(head=p, area=area, address="") for p in people)
    PayeeAccount.objects.bulk_create(
        PayeeAccount(
            household=h, holder=p, holder_name=p.name, bank="德宏农信", account=seal(account_number(n), "account"),
            account_index=lookup_hash(account_number(n)), since=date(2026, 1, 1),
        )
        for n, p, h in zip(numbers, people, households, strict=True)
    )  # fmt: skip
    applications = Application.objects.bulk_create(
        Application(
            number=f"DB{town}{n:07d}", key=f"test:{town}:{n}", programme=PROGRAMME, household=h, applicant=p, area=area, channel="counter",
            submitted_on=date(2026, 9, 1), accepted_on=date(2026, 9, 2), procedure="DB-2021", received_by=staff.counter, state="accepted",
            state_since=date(2026, 9, 2),
        )
        for n, p, h in zip(numbers, people, households, strict=True)
    )  # fmt: skip
    facts = seal('{"household":{},"members":[]}', "facts")
    snapshots = Snapshot.objects.bulk_create(
        Snapshot(
            application=a,
            as_of=date(2026, 9, 2),
            cause="declared",
            facts=facts,
            digest="0" * 64,
            made_by="test",
        )
        for a in applications
    )
    reviews = Review.objects.bulk_create(
        Review(
            application=a, area=area, programme=PROGRAMME, procedure="DB-2021", accepted_on=a.accepted_on, overall_due=date(2026, 10, 20),
            state="confirmed", state_since=date(2026, 10, 12),
        )
        for a in applications
    )  # fmt: skip
    findings = seal('[{"rule":"income_below_standard","holds":true,"basis":"DB-2021 Art 4"}]', "findings")
    assessments = Assessment.objects.bulk_create(
        Assessment(
            review=r, sequence=1, snapshot=s, rule="minimum_living", assessed_on=date(2026, 10, 1), eligible=True, size=2,
            monthly_fen=fen[n], findings=findings, digest="1" * 64, made_by="test",
            parameters=[{"key": "dibao.std.rural_year", "value": "6720", "basis": "云民发〔2025〕40号"}],
        )
        for n, r, s in zip(numbers, reviews, snapshots, strict=True)
    )  # fmt: skip
    decisions = Decision.objects.bulk_create(
        Decision(
            review=r, number=f"芒民审〔2026〕{town}-{n}", area=area, programme=PROGRAMME, granted=True, category="B", monthly_fen=fen[n],
            from_month=MONTH, assessment=a, reasons=findings, decided_on=date(2026, 10, 12), decided_by=staff.confirmer,
            notify_due=date(2026, 10, 15), notified_on=date(2026, 10, 13),
        )
        for n, r, a in zip(numbers, reviews, assessments, strict=True)
    )  # fmt: skip
    rolls = Enrolment.objects.bulk_create(
        Enrolment(
            household=h,
            area=area,
            programme=PROGRAMME,
            category="B",
            decision=d,
            from_month=MONTH,
            state="pending",
            state_since=d.decided_on,
        )
        for h, d in zip(households, decisions, strict=True)
    )
    EnrolmentAmount.objects.bulk_create(
        EnrolmentAmount(
            enrolment=e, sequence=1, from_month=MONTH, monthly_fen=d.monthly_fen, cause="decision", note=d.number, set_on=d.decided_on,
            set_by="test",
        )
        for e, d in zip(rolls, decisions, strict=True)
    )  # fmt: skip
    return rolls


def budget(
    fen: int, staff: Any, *, source: str = "central", county: str = COUNTY, number: str = "德财社〔2026〕1号"
) -> Any:
    """Release money to the county for 2026."""
    return funds.release(
        area=Area.objects.get(pk=county), programme=PROGRAMME, source=source, year=2026, amount_fen=fen, document_number=number, on=ON,
        by=staff.finance,
    )  # fmt: skip


def closed(month: date, on: date = ON) -> Any:
    """A month closed by two of the prefecture's people."""
    staff = officers(PREFECTURE)
    asked = funds.ask_closing(month=month, by=staff.civil_affairs, on=on)
    return funds.close_month(closing=asked, by=staff.finance, on=on)


def world(count: int = 5, *, fen: int = 10_000_000_00) -> SimpleNamespace:
    """Areas, officers, `count` families on the roll, a budget of `fen`."""
    load_areas()
    staff = officers()
    rolls = families(count, staff)
    if fen:
        budget(fen, staff)
    return SimpleNamespace(staff=staff, rolls=rolls)
