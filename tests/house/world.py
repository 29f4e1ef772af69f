"""The world of the access test: families at every stage in a township, in the one beside it, and in another county.

Everything is made by the rooms' own services, driven by the demo's officers; the people who ask are `ask.*`.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tuodi.delivery.entitlement import services as entitlement
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.intake import imports
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Application, ImportRun
from tuodi.delivery.payment import services as payment
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.referral import services as referral
from tuodi.delivery.referral.models import Question
from tuodi.delivery.verification.models import Alert
from tuodi.demo import drive, history, seed
from tuodi.demo.population import Family, families
from tuodi.demo.staff import Staff
from tuodi.funds import services as funds
from tuodi.gateways import departments
from tuodi.gateways.bank import reply_text
from tuodi.kit.models import Job
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.org.rights import RIGHTS, area_condition
from tuodi.records.standards.models import ParameterValue

PREFECTURE, COUNTY, OTHER_COUNTY = "533100", "533103", "533123"
# Where rows lie, as the one who sits in the first of them sees it.
PLACES = {
    "own township": "533103105",
    "other township": "533103205",
    "other county": "533123104",
}
NUMBER = 20261123
ON = date(2026, 11, 23)
MONTH = date(2026, 11, 1)
PROGRAMME = "minimum_living"
# Where each role sits by nature, and once lower, so that the reach of every role has an end within the prefecture.
LEVEL = {
    "counter": "533103105", "reviewer": "533103105", "confirmer": COUNTY, "civil_affairs": COUNTY, "finance": COUNTY, "payer": COUNTY,
    "bureau": PREFECTURE, "cashier": COUNTY, "office": PREFECTURE, "leader": PREFECTURE, "auditor": PREFECTURE, "admin": PREFECTURE,
}  # fmt: skip
LOWER = {
    "finance": PREFECTURE,
    "office": COUNTY,
    "leader": COUNTY,
    "auditor": COUNTY,
    "admin": COUNTY,
    "bureau": COUNTY,
}
SINCE = date(2010, 1, 1)


@dataclass(frozen=True)
class Who:
    """Somebody who asks: an officer with the posts that run today, or nobody (`officer` None)."""

    name: str
    officer: Officer | None
    posts: tuple[tuple[str, str], ...]


@dataclass
class World:
    """What was made: who asks, what stands where, and the families of each place with what must never be seen."""

    staff: Staff
    who: dict[str, Who]
    families: dict[str, list[Family]] = field(default_factory=dict)
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)  # (what, place) -> key
    secrets: set[str] = field(default_factory=set)
    needles: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def names(self, place: str) -> set[str]:
        """Names of people who live in a place and have no namesake elsewhere in this world."""
        here = {h.name for f in self.families[place] for h in f.humans}
        elsewhere = {h.name for p, fs in self.families.items() if p != place for f in fs for h in f.humans}
        return here - elsewhere - set(Officer.objects.values_list("name", flat=True))

    def asked_by(self, place: str) -> tuple[str, ...]:
        """What somebody might search for of a place: a name, a citizen number, a case, a payment."""
        application = Application.objects.select_related("applicant").get(pk=self.rows["decided", place])
        paid = Payment.objects.filter(area_condition(PLACES[place], "entitlement__area_id"))[0]
        number = next(
            h.number for f in self.families[place] for h in f.humans if h.name == application.applicant.name
        )
        return application.applicant.name, number, application.number, paid.reference

    def seal(self) -> None:
        """Note what must not be seen: secrets anywhere, names and case numbers from beyond one's reach."""
        people = [h for fs in self.families.values() for f in fs for h in f.humans]
        self.secrets = {h.number for h in people if h.number}
        self.secrets |= {x for fs in self.families.values() for f in fs for x in (f.phone, f.account)}
        for place, code in PLACES.items():
            listed = [*sorted(self.names(place)), rf"{code}-2026-\d{{5}}"]
            self.needles[place] = re.compile("|".join(listed))


def inside(area: str, post: str) -> bool:
    """Whether a place lies in the place of a post. Written anew here: it is what `rights.reach` is measured by."""
    return post == PREFECTURE or area == post or (len(area) > len(post) and area[: len(post)] == post)


def reaches(who: Who, right: str, place: str, level: str = "township") -> bool:
    """Whether the table and the posts let somebody at a row of a place."""
    area = {"township": PLACES[place], "county": PLACES[place][:6]}[level]
    return any(role in RIGHTS[right] and inside(area, post) for role, post in who.posts)


def build() -> World:
    """Make it; the caller's transaction takes it away again."""
    staff = seed.ground(NUMBER, ON)
    world = World(staff, _askers())
    for n, place in enumerate(PLACES):
        _people(world, place, n)
    _money(world)
    _small_things(world)
    world.seal()
    return world


def _askers() -> dict[str, Who]:
    found: dict[str, Who] = {}

    def officer(
        name: str, posts: tuple[tuple[str, str, date | None], ...], department: str | None = None
    ) -> None:
        made = Officer.objects.create(
            username=f"ask.{name}", name=f"问{name}", password="!", department_id=department
        )
        for role, area, until in posts:
            Assignment.objects.create(
                officer=made, role=role, area_id=area, since=SINCE, until=until, given_by="tests"
            )
        found[name] = Who(name, made, tuple((r, a) for r, a, until in posts if until is None or until > ON))

    for role, area in LEVEL.items():
        officer(role, ((role, area, None),), "housing" if role == "bureau" else None)
    for role, area in LOWER.items():
        officer(f"{role}@{area}", ((role, area, None),), "housing" if role == "bureau" else None)
    officer("outsider", ())
    officer("former", tuple((role, PREFECTURE, ON) for role in LEVEL))  # every post there is, ended today
    # Two posts in two places: what one allows here it does not allow there.
    officer(
        "counter+reviewer",
        (("counter", PLACES["other county"], None), ("reviewer", PLACES["own township"], None)),
    )
    stopped = Officer.objects.create(username="ask.stopped", name="问停用", password="!", is_active=False)
    Assignment.objects.create(
        officer=stopped, role="civil_affairs", area_id=PREFECTURE, since=SINCE, given_by="tests"
    )
    found["stopped"] = Who("stopped", stopped, ())
    found["anonymous"] = Who("anonymous", None, ())
    return found


# name of the row, working days before today on which it begins, the acts that lead to it
STAGES: tuple[tuple[str, int, tuple[drive.Act, ...]], ...] = (
    ("submitted", 0, (drive.submit,)),
    ("doubt", 4, (drive.submit, drive.accept, drive.ask)),
    ("decided", 24, (*drive.TO_COUNTY, drive.receive, drive.draw, drive.confirm)),
    ("objected", 11, (*drive.TO_OPINION, drive.post, drive.object_to)),
    ("noticing", 7, (*drive.TO_OPINION, drive.post)),
)
HIDING = frozenset({"car", "deposit", "wage", "second_house"})
HISTORY = 3


def _people(world: World, place: str, n: int) -> None:
    code = PLACES[place]
    villages = list(
        Area.objects.filter(parent=code, level="village").order_by("code").values_list("code", flat=True)
    )[:2]
    pool = list(families(NUMBER + n, 40, villages or [code], ON))
    for family in pool:
        family.index += 100_000 * (n + 1)
    kept: list[Family] = []

    def take(fit: Any) -> Family:
        family = next(f for f in pool if fit(f))
        pool.remove(family)
        kept.append(family)
        return family

    known = history.register([take(lambda f: drive.grants(f, ON)) for _ in range(HISTORY)], ON)
    history.take_over(known, world.staff, ON, NUMBER)
    calendar = drive.standards.calendar()
    for stage, days, acts in STAGES:
        start = ON
        for _ in range(days):
            start = calendar.last_working_day_before(start)
        wanted = {"doubt": lambda f: f.hides & HIDING, "submitted": lambda f: not f.hides}
        family = take(wanted.get(stage, lambda f, start=start: drive.grants(f, start)))
        for source, number, name, payload in seed.story.records(family, ON):
            departments.load(source, ON, [(number, name, payload)])
        world.rows[stage, place] = drive.carry(family, world.staff, start, acts).case.pk
    world.families[place] = kept


def _money(world: World) -> None:
    for county in (COUNTY, OTHER_COUNTY):

        def by(role: str, county: str = county) -> Any:
            return world.staff.of(role, county)

        area = Area.objects.get(pk=county)
        release = funds.release(
            area=area, programme=PROGRAMME, source="central", year=2026, amount_fen=10_000_000_00, document_number=f"德财社〔2026〕{county}号",
            on=date(2026, 1, 20), by=by("finance"),
        )  # fmt: skip
        place = "own township" if county == COUNTY else "other county"
        world.rows["release", place] = release.entry_id
        entitlement.run_month(
            programme=PROGRAMME, county=county, month=MONTH, by=by("civil_affairs"), on=date(2026, 10, 25)
        )
        batch = payment.prepare_batch(
            programme=PROGRAMME, county=county, month=MONTH, by=by("civil_affairs"), on=date(2026, 10, 25)
        )
        batch = payment.approve(batch=batch, by=by("payer"), on=date(2026, 10, 26))
        batch = payment.send(batch=batch, by=by("finance"), on=date(2026, 10, 28))
        payment.publish(batch)
        payment.take_reply(
            file=io.BytesIO("不是回盘".encode()),
            file_name="坏.txt",
            by=by("finance"),
            on=ON,
            handed_in_at=batch,
        )
        payment.take_reply(
            file=io.BytesIO(_reply(batch)),
            file_name="r.txt",
            by=by("finance"),
            on=ON,
        )
        world.rows["batch", place] = batch.pk
        for key, value in (
            ("dibao.standard.rural_year_fen", 700_000),
            ("dibao.standard.urban_month_fen", 80_000),
        ):
            ParameterValue.objects.create(
                key=key, area_code=county, since=date(2026, 12, 1), value=value, basis="县级标准（测试）", mark="test", set_by="t"
            )  # fmt: skip
        entitlement.run_month(
            programme=PROGRAMME, county=county, month=date(2026, 12, 1), by=by("civil_affairs"), on=ON
        )
        world.rows["waiting batch", place] = payment.prepare_batch(
            programme=PROGRAMME, county=county, month=date(2026, 12, 1), by=by("civil_affairs"), on=ON
        ).pk


def _reply(batch: PaymentBatch) -> bytes:
    """The bank's answer: one payment a township arrives, the rest come back."""
    paid: set[str] = set()
    lines = []
    for reference, fen, area in batch.payments.order_by("reference").values_list(
        "reference", "amount_fen", "entitlement__area_id"
    ):
        first = area[:9] not in paid
        paid.add(area[:9])
        lines.append((reference, fen, "00" if first else "04", "成功" if first else "退"))
    return reply_text(batch.number, batch.file_digest, "20261123", lines)


def _small_things(world: World) -> None:
    """Rows that belong to a person, a review, an alert, a claim."""
    for place, code in PLACES.items():
        entitlement.open_review(
            enrolment=Enrolment.objects.filter(area_condition(code), state="active").order_by("pk")[0],
            by=world.staff.of("reviewer", code),
            on=ON,
        )
        arrived = Payment.objects.filter(area_condition(code, "entitlement__area_id"), state="paid")[0]
        claim = payment.propose(
            enrolment=arrived.entitlement.enrolment, ground="error", facts="重复录入一次", items={arrived.reference: 100},
            by=world.staff.of("civil_affairs", code), on=ON,
        )  # fmt: skip
        world.rows["claim", place] = payment.notify(
            recovery=claim, by=world.staff.of("civil_affairs", code), on=ON
        ).pk
        application = Application.objects.get(pk=world.rows["doubt", place])
        counter = world.staff.of("counter", code)
        world.rows["alert", place] = Alert.objects.create(
            application=application, area_id=application.area_id, person=application.applicant, kind="deceased", source="civil_deaths",
            detail="登记死亡", raised_on=ON, key=f"house:{application.pk}",
        ).pk  # fmt: skip
        sent = referral.send(
            application=application, programme="public_rental", reason="家庭要求", by=counter, on=ON
        )
        world.rows["referral", place] = sent.number
        world.rows["question", place] = Question.objects.create(
            referral=application.referrals.exclude(department="housing").order_by("number")[0],
            asker_id="education",
            department_id="housing",
            text="是否享受住房保障？",
            asked_on=ON,
            asked_by="tests",
            due=ON,
        ).pk
        default_storage.save(f"house/{code}.txt", ContentFile(b"a list"))
        world.rows["job", place] = Job.objects.create(
            kind="verification.run", title=f"批量核对 {code}", owner=counter.username, state=Job.FAILED, started_at=timezone.now(),
            result_file=f"house/{code}.txt",
        ).pk  # fmt: skip
        world.rows["import", place] = ImportRun.objects.create(
            digest=f"{code:0>64}",
            name="表.xlsx",
            imported_on=ON,
            by=counter.username,
            families=1,
            members=1,
            numbers=[application.number],
        ).pk
        world.rows["draft", place] = intake.open_draft(
            by=counter,
            area=application.area,
            key=f"house-{code}",
            values={"m-1-name": world.families[place][0].humans[0].name},
        ).key
        world.rows["upload", place] = imports.keep(content=code.encode(), name="表.xlsx", by=counter).digest
    assert PaymentBatch.objects.count() == 4
