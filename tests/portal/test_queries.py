"""Every busy page asks the database at most ten questions, and as many for fifty rows as for five (performance goal G9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tuodi.coordination.models import Supervision
from tuodi.delivery.determination.models import Decision, Review
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.intake.models import Application
from tuodi.delivery.payment.models import Payment, PaymentBatch, Recovery
from tuodi.delivery.verification.models import Check
from tuodi.demo import history, money, seed
from tuodi.demo.accounts import COUNTY, TOWN
from tuodi.demo.population import families
from tuodi.demo.staff import Staff
from tuodi.funds import services as funds
from tuodi.funds.models import Account
from tuodi.gateways.bank import FakeBank
from tuodi.records.org import rights
from tuodi.records.org.load import load_areas
from tuodi.records.org.models import Area, Officer

AT_MOST = 10
FEW, MANY = 75, 260  # households
ON = date(2026, 11, 23)
NOT_QUESTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@dataclass(frozen=True)
class Busy:
    """A page as one of the demo's people opens it."""

    name: str
    url: str
    who: str


def pages() -> Iterator[Busy]:
    """The busiest pages of the house, each on the record of its kind with the most around it."""
    town, county = rights.area_condition(TOWN), rights.area_condition(COUNTY)
    for who in (
        "jingban",
        "shenhe",
        "queren",
        "minzheng",
        "fafang",
        "caizheng",
        "bangongshi",
        "lingdao",
        "shenji",
        "guanli",
    ):
        yield Busy(f"worklist of {who}", "/", who)
    review = Review.objects.filter(town, notices__isnull=False).order_by("pk").first()
    check = Check.objects.filter(town, reports__isnull=False).order_by("pk").first()
    decision = Decision.objects.filter(county, granted=True).order_by("pk").first()
    assert review and check and decision, "the seed left the town without a case"
    case, household = review.application, review.application.household
    surveyed = (
        Application.objects.filter(town, state="accepted", surveys__isnull=False).order_by("pk").first()
    )
    assert surveyed
    for who in ("jingban", "shenhe", "queren", "minzheng", "shenji"):
        yield Busy(f"case for {who}", f"/cases/{case.number}/", who)
    yield Busy("case surveyed", f"/cases/{surveyed.number}/", "jingban")
    yield Busy("case paid", f"/cases/{decision.review.application.number}/", "minzheng")
    yield Busy("applications", "/intake/", "jingban")
    yield Busy("new form", "/intake/new/", "jingban")
    yield Busy("checks", "/verification/", "jingban")
    yield Busy("check", f"/verification/checks/{check.pk}/", "jingban")
    yield Busy("survey form", f"/verification/applications/{surveyed.number}/survey/", "jingban")
    yield Busy("reviews of the town", "/determination/", "shenhe")
    yield Busy("reviews of the county", "/determination/", "queren")
    yield Busy("review", f"/determination/{review.pk}/", "shenhe")
    yield Busy("decision", f"/determination/decisions/{decision.pk}/", "queren")
    yield Busy("notice board", "/determination/board/", "shenhe")
    yield Busy("roll", "/entitlement/", "minzheng")
    enrolment = Enrolment.objects.filter(county).order_by("pk").first()
    batch = PaymentBatch.objects.filter(area_id=COUNTY).order_by("pk").first()
    payment = Payment.objects.filter(batch=batch).order_by("pk").first()
    account = Account.objects.filter(area_id=COUNTY, kind="available").order_by("pk").first()
    assert enrolment and batch and payment, "the seed left the county without payments"
    yield Busy("enrolment", f"/entitlement/{enrolment.pk}/", "minzheng")
    yield Busy("months", "/entitlement/months/", "minzheng")
    yield Busy("batches", "/payment/", "minzheng")
    yield Busy("batch", f"/payment/{batch.pk}/", "fafang")
    yield Busy("roster", f"/payment/{batch.pk}/roster/", "fafang")
    yield Busy("returned", "/payment/returned/", "minzheng")
    yield Busy("identities", "/payment/identities/?month=2026-10", "shenji")
    yield Busy("recoveries", "/payment/recoveries/", "minzheng")
    claim = Recovery.objects.filter(rights.area_condition(COUNTY), state="decided").first()
    if claim:
        yield Busy("recovery", f"/payment/recoveries/{claim.pk}/", "minzheng")
    yield Busy("closings", "/funds/closing/", "caizheng")
    yield Busy("closing", "/funds/closing/2026-10/", "caizheng")
    yield Busy("year", "/funds/year/", "caizheng")
    yield Busy("totals", "/payment/totals/", "caizheng")
    yield Busy("trace", f"/trace/{payment.reference}/", "minzheng")
    yield Busy("trace with the reasons", f"/trace/{payment.reference}/", "shenji")
    yield Busy("person", f"/people/{household.head_id}/", "jingban")
    yield Busy("household", f"/people/households/{household.pk}/", "jingban")
    yield Busy("household file", f"/households/{household.pk}/", "jingban")
    yield Busy(
        "household file with payments", f"/households/{decision.review.application.household_id}/", "minzheng"
    )
    yield Busy("letters", "/documents/", "jingban")
    yield Busy("overview", "/overview/", "lingdao")
    for who in ("bangongshi", "shenhe"):
        yield Busy(f"what is late for {who}", "/coordination/?view=all", who)
        yield Busy(f"orders for {who}", "/coordination/orders/?view=all", who)
        yield Busy(f"bodies for {who}", "/coordination/bodies/", who)
    order = Supervision.objects.filter(level="written").order_by("pk").first()
    if order:
        yield Busy("order", f"/coordination/orders/{order.pk}/", "bangongshi")
    yield Busy("balances", "/funds/", "caizheng")
    if account:
        yield Busy("statement", f"/funds/accounts/{account.pk}/", "caizheng")
    yield Busy("journal", "/journal/", "shenji")
    yield Busy("officers", "/officers/", "guanli")
    yield Busy("values", "/standards/", "minzheng")


def _bank_that_refuses(book, *, seed: str, failure_rate: float, rate: float) -> FakeBank:
    return FakeBank(book, seed=seed, failure_rate=rate)


@pytest.fixture
def staff(transactional_db, settings, tmp_path, monkeypatch) -> Staff:
    """A small prefecture in which each journey has been walked once."""
    settings.VAR = tmp_path
    settings.BANK_FOLDER = tmp_path / "bank"
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    monkeypatch.setattr(seed, "COPIES", 1)
    # Some money comes back from the bank, so that every list has a row from the beginning.
    monkeypatch.setattr(money, "FakeBank", partial(_bank_that_refuses, rate=0.4))
    # Few families with a past, so that enough are left to walk with: half and half.
    monkeypatch.setattr(seed, "HISTORY_OF_TWENTY", 10)
    seed.seed(households=FEW, on=ON)
    return seed.make_staff(Area.objects.filter(level__in=("county", "township")), seed.SEED)


def grow(staff: Staff, tmp_path) -> None:
    """The same prefecture with many times the rows: on the roll, in work, in batches, in the journal."""
    villages = list(Area.objects.filter(level="village").order_by("code").values_list("code", flat=True))
    near = [v for v in villages if v.startswith(TOWN)]
    fresh = list(islice(families(seed.SEED, FEW + MANY, villages, ON), FEW, None))
    for family in fresh:
        family.village = near[family.index % len(near)]
    past, now = fresh[: MANY * 4 // 5], fresh[MANY * 4 // 5 :]
    with transaction.atomic():
        history.take_over(history.register(past, ON), staff, ON, seed.SEED)
    seed.in_progress(now, staff, ON)
    bank = FakeBank(tmp_path / "bank-book.json", seed="2", failure_rate=0.3)
    county = Area.objects.get(pk=COUNTY)
    funds.release(
        area=county,
        programme="minimum_living",
        source="county",
        year=ON.year,
        amount_fen=100_000_000,
        document_number="演财社〔2026〕追加1号",
        on=ON,
        by=staff.of("finance", COUNTY),
    )
    money._pay(county, staff, ON.replace(day=1), "replied", bank, 2)


def counted(page: Busy) -> tuple[int, int, list[str]]:
    """Status, questions asked and their text, when the page is opened for the second time."""
    client = Client()
    client.force_login(Officer.objects.get(username=page.who))
    client.get(page.url)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page.url)
    said = [q["sql"] for q in asked.captured_queries if not q["sql"].startswith(NOT_QUESTIONS)]
    return answer.status_code, len(said), said


def test_every_busy_page_asks_at_most_ten_questions_and_as_many_for_fifty_rows_as_for_five(
    staff, tmp_path, monkeypatch
):
    few = {page.name: (page, *counted(page)) for page in pages()}
    refused = {name: status for name, (_p, status, _n, _sql) in few.items() if status != 200}
    assert not refused, refused
    journal_before = len(list(Application.objects.all()))
    monkeypatch.setattr(seed, "COPIES", 2)
    grow(staff, tmp_path)
    assert Application.objects.count() > 4 * journal_before
    faults = []
    for name, (page, _status, before, sql_before) in few.items():
        status, after, sql = counted(page)
        assert status == 200, name
        if after > AT_MOST:
            faults.append(f"{name}: {after} questions\n  " + "\n  ".join(s[:150] for s in sql))
        elif after > before:
            new = [s[:150] for s in sql if s[:60] not in {b[:60] for b in sql_before}]
            faults.append(f"{name}: {before} questions for few rows, {after} for many; new: {new}")
    assert not faults, "\n".join(faults)


def test_a_page_that_asks_per_row_would_be_found(db):
    """The broken twin: a list that looks up a place for each row is more than ten questions by the same measure."""
    load_areas()
    with CaptureQueriesContext(connection) as asked:
        for village in Area.objects.filter(level="village")[:AT_MOST]:
            str(village.parent.name)
    assert len(asked.captured_queries) > AT_MOST
