"""A year's budget, what is carried over, what is taken back (ZJ-08): money keeps its year, and no year's sum changes."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from tests.delivery.payment.conftest import bank_folder  # noqa: F401
from tests.funds.world import COUNTY, MONTH, PREFECTURE, PROGRAMME, budget, officers, world
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import services as payment
from tuodi.funds import selectors, services, year
from tuodi.funds.models import Account, Budget, Entry
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import clock
from tuodi.records.org.models import Area

JANUARY = date(2027, 1, 8)
POT = services.Pot(COUNTY, PROGRAMME, "central", 2026)


@pytest.fixture
def made(db):
    found = world(3, fen=1_000_000)
    found.high = officers(PREFECTURE)
    return found


def held(kind, pot=POT):
    found = Account.objects.filter(
        kind=kind, area_id=pot.area, programme=pot.programme, source=pot.source, year=pot.year
    ).first()
    return found.balance_fen if found else 0


def carry(made, fen=1_000_000, **more):
    asked = {
        "pot": POT,
        "amount_fen": fen,
        "document_number": "德财结 1",
        "by": made.staff.finance,
        "on": JANUARY,
        "note": "当年下达较晚",
    }
    return year.carry_over(**{**asked, **more})


def back(made, fen, **more):
    asked = {
        "pot": POT,
        "amount_fen": fen,
        "document_number": "德财收 1",
        "by": made.staff.finance,
        "on": JANUARY,
    }
    return year.take_back(**{**asked, **more})


def sums():
    """Every pot of every year: what was released and where it is; the two are the same money."""
    found = {}
    for account in Account.objects.all():
        key = (account.programme, account.source, account.year)
        found.setdefault(key, [0, 0])
        found[key][account.kind != "source"] += account.balance_fen
    return found


def test_what_is_left_is_carried_over_or_taken_back_and_each_year_keeps_its_sum(made):
    before = sums()
    carry(made, 700_000)
    assert (held("available"), held("carried")) == (300_000, 700_000)
    back(made, 900_000)
    assert (held("available"), held("carried"), held("taken_back")) == (100_000, 0, 900_000), (
        "first what was carried, then what was not"
    )
    assert sums() == before and all(owed == -there for owed, there in sums().values())
    assert [e.kind for e in Entry.objects.order_by("pk")] == ["release", "carry_over", "take_back"]
    with pytest.raises(Refused, match=r"不超过未用完的 1,000\.00 元"):
        back(made, 100_001, document_number="德财收 2")


def test_the_same_document_is_one_effect(made):
    first = carry(made, 700_000)
    assert carry(made, 700_000) == first and held("carried") == 700_000
    with pytest.raises(Refused, match="金额与本次不同"):
        carry(made, 1)
    assert JournalLine.objects.filter(act="funds.carry_over").count() == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"on": date(2026, 12, 31)}, "还没有结束"),
        ({"document_number": " "}, "文号"),
        ({"fen": 0}, "大于零"),
        ({"fen": 1_000_001}, "不超过未用完"),
        ({"on": date(2029, 1, 5)}, "超过 2 年没有用完，应当收回"),
        ({"note": ""}, "超过当年支出 0.00 元 的 10%"),
    ],
)
def test_a_carry_over_out_of_order_is_refused(made, more, says):
    with pytest.raises(Refused, match=says):
        carry(made, **more)
    assert held("carried") == 0


def test_what_was_carried_for_too_long_can_only_be_taken_back(made):
    carry(made, 400_000)
    row = selectors.year_rows(made.staff.finance, 2026, date(2028, 12, 31))[0]
    assert not row.must_go_back
    row = selectors.year_rows(made.staff.finance, 2026, date(2029, 1, 1))[0]
    assert row.must_go_back and row.unspent_fen == 1_000_000
    back(made, 1_000_000, on=date(2029, 1, 5))
    assert not selectors.year_rows(made.staff.finance, 2026, date(2029, 1, 5))[0].must_go_back


def test_only_finance_of_the_place_or_above_ends_a_year(made):
    for who in (made.staff.civil_affairs, officers("533122").finance):
        with pytest.raises(Refused, match="权限"):
            carry(made, by=who)
        with pytest.raises(Refused, match="权限"):
            back(made, 1, by=who)
    back(made, 1, by=made.high.finance)


def test_carried_money_pays_first_and_a_void_gives_it_back_to_where_it_was(made, bank_folder):  # noqa: F811
    """A month of the next year: the carried money before this year's, the split payment from both."""
    run_month(
        programme=PROGRAMME, county=COUNTY, month=MONTH, by=made.staff.civil_affairs, on=date(2026, 10, 28)
    )
    carry(made, 30_000)
    services.release(
        area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="central", year=2027, amount_fen=50_000, document_number="提前", on=JANUARY,
        by=made.staff.finance,
    )  # fmt: skip
    shares = services.plan(area=COUNTY, programme=PROGRAMME, month=date(2027, 1, 1), amount_fen=1_020_000)
    assert [(s.pot.year, s.kind, s.amount_fen) for s in shares] == [
        (2026, "carried", 30_000), (2026, "available", 970_000), (2027, "available", 20_000),
    ]  # fmt: skip
    batch = payment.prepare_batch(
        programme=PROGRAMME, county=COUNTY, month=MONTH, by=made.staff.civil_affairs, on=JANUARY
    )
    assert held("carried") == 0 and held("reserved") == batch.total_fen
    payment.void(batch=batch, by=made.staff.civil_affairs, on=JANUARY, note="试")
    assert (held("carried"), held("available"), held("reserved")) == (30_000, 970_000, 0)


def test_a_budget_is_set_and_changed_by_document_and_stands_beside_what_came(made):
    asked = {"area": Area.objects.get(pk=COUNTY), "programme": PROGRAMME, "source": "central", "year": 2026, "by": made.staff.finance,
             "on": date(2026, 1, 20)}  # fmt: skip
    first = year.set_budget(**asked, amount_fen=900_000, document_number="预算 1")
    assert year.set_budget(**asked, amount_fen=900_000, document_number="预算 1") == first
    (row,) = selectors.year_rows(made.staff.finance, 2026, date(2026, 12, 1))
    assert (row.budget_fen, row.came_fen, row.over_budget, row.spent_percent) == (900_000, 1_000_000, True, 0)
    year.set_budget(**asked, amount_fen=1_200_000, document_number="调整 1")
    (row,) = selectors.year_rows(made.staff.finance, 2026, date(2026, 12, 1))
    assert (row.budget_fen, row.over_budget, Budget.objects.count()) == (1_200_000, False, 2)
    for wrong, says in (
        ({"amount_fen": -1}, "小于零"),
        ({"document_number": ""}, "文号"),
        ({"source": "x"}, "来源"),
        ({"by": made.staff.payer}, "权限"),
    ):
        with pytest.raises(Refused, match=says):
            year.set_budget(**{**asked, "amount_fen": 1, "document_number": "z", **wrong})
    with pytest.raises(DatabaseError), transaction.atomic():
        Budget.objects.update(amount_fen=0)


def test_december_is_not_closed_while_money_of_the_year_is_undecided(made):
    from tests.funds.world import closed

    with pytest.raises(Refused, match="当年和以前年度未用完的指标都已结转或收回（1）"):
        closed(date(2026, 12, 1), on=JANUARY)
    carry(made)
    assert closed(date(2026, 12, 1), on=JANUARY).state == "closed"


def test_the_outlay_is_what_arrived_in_the_year_less_what_came_back(made):
    pot = POT
    steps = [("reserved", "available"), ("in_transit", "reserved"), ("paid", "in_transit")]
    for n, (debit, credit) in enumerate(steps):
        services.enter(
            key=f"o{n}",
            kind="reserve",
            by="x",
            on=date(2026, 12, 1),
            moves=[services.Move(pot.account(debit).pk, pot.account(credit).pk, 600_000)],
        )
    services.enter(
        key="back",
        kind="reply",
        by="x",
        on=date(2026, 12, 5),
        moves=[services.Move(pot.account("returned").pk, pot.account("paid").pk, 100_000)],
    )
    assert (
        selectors.outlay(COUNTY, PROGRAMME, 2026) == 500_000
        and selectors.outlay(COUNTY, PROGRAMME, 2027) == 0
    )
    with pytest.raises(Refused, match=r"超过当年支出 5,000\.00 元 的 10%"):
        carry(made, 50_001, note="")
    carry(made, 50_000, note="")


def test_a_year_is_ended_on_pages(made, client, settings, monkeypatch, django_assert_max_num_queries):
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(clock, "today", lambda: JANUARY)
    client.force_login(made.staff.finance, backend="tuodi.records.org.backend.OfficerBackend")
    page = reverse("funds:year") + "?year=2026"
    account = Account.objects.get(kind="available")
    given = {
        "area": COUNTY,
        "programme": PROGRAMME,
        "source": "central",
        "year": 2026,
        "amount_fen": "12,000.00",
        "document_number": "预 1",
    }
    assert client.post(reverse("funds:budget"), given).status_code == 302
    assert client.post(reverse("funds:budget"), {**given, "area": "533122"}).status_code == 422
    body = client.get(page).content.decode()
    assert "12,000.00" in body and reverse("funds:carry_over", args=[account.pk]) in body
    over = reverse("funds:carry_over", args=[account.pk])
    assert client.get(over).status_code == 200
    asked = {"amount_fen": "6000", "document_number": "结 1", "note": ""}
    assert client.post(over, asked).status_code == 422
    assert client.post(over, {**asked, "note": "下达较晚"}).status_code == 302
    assert (
        client.post(
            reverse("funds:take_back", args=[account.pk]), {**asked, "amount_fen": "4000"}
        ).status_code
        == 302
    )
    assert (held("carried"), held("available"), held("taken_back")) == (200_000, 400_000, 400_000)
    with django_assert_max_num_queries(10):
        client.get(page)


def test_a_year_is_ended_at_the_command_line(made, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: JANUARY)
    budget(500, made.staff, source="county", number="县")

    def said(*words):
        out = io.StringIO()
        call_command("funds_year", "--year", "2026", *words, stdout=out)
        return out.getvalue()

    assert "未结转 10,000.00 元" in said()
    with pytest.raises(CommandError, match="办理人"):
        said("--carry-over", "--document", "结 1")
    with pytest.raises(CommandError, match="写明原因"):
        said("--carry-over", "--document", "结 1", "--by", made.high.finance.username)
    assert held("carried") == 0, "one pot refused, none carried"
    told = said(
        "--carry-over", "--document", "结 1", "--note", "下达较晚", "--by", made.high.finance.username
    )
    assert told.count("未结转 0.00 元") == 2 and held("carried") == 1_000_000
    told = said("--take-back", "--document", "收 1", "--by", made.high.finance.username)
    assert "收回 10,000.00 元" in told and held("taken_back") == 1_000_000
