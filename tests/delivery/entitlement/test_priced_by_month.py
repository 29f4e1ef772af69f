"""T18: the procedure goes by the day of acceptance, the amount by the benefit month; T11: a document that came later."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.delivery.determination.river import COUNTY, officer
from tuodi.core.parameters import ParameterRow
from tuodi.delivery.entitlement import services
from tuodi.delivery.entitlement.models import (
    Enrolment,
    EnrolmentAmount,
    Entitlement,
    MonthRun,
    PriceBasis,
    Pricing,
)
from tuodi.delivery.entitlement.months import months_after
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.models import ParameterValue

PROGRAMME = "minimum_living"
JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)
RURAL = "dibao.standard.rural_year_fen"


@pytest.fixture
def enrolled(river):
    """Decided in June 2025, at 6,400 yuan a year; from July 6,720 is in force."""
    decision = river.to_county().confirm()
    assert decision.from_month == JULY
    row = Enrolment.objects.get(decision=decision)
    river.month_officer = officer("minzheng1", "刀安生", "civil_affairs", COUNTY)
    return row


def run(river, month, on=None):
    on = on or months_after(month, -1).replace(day=25)
    return services.run_month(programme=PROGRAMME, county=COUNTY, month=month, by=river.month_officer, on=on)


def set_value(value, since, *, key=RURAL, area=COUNTY, basis="芒市民发〔2025〕9号"):
    return ParameterValue.objects.create(
        key=key, area_code=area, since=since, value=value, basis=basis, mark="test", set_by="t"
    )


def paid(row):
    return sorted(
        Entitlement.objects.filter(enrolment=row).values_list("month", "pay_month", "kind", "amount_fen")
    )


def amounts(row):
    return list(row.amounts.order_by("sequence").values_list("from_month", "monthly_fen", "cause"))


def gap(standard_year_fen, row):
    """What the difference method gives this family of two, with its minor's supplement, each up to the whole yuan."""
    facts = row.decision.assessment.findings.open()["figures"]
    base = -(-(standard_year_fen * 2 - facts["income_year_fen"]) // 1200) * 100
    return base + -(-standard_year_fen // 10 // 1200) * 100


def test_a_decision_of_june_is_paid_in_july_with_the_standard_of_july(river, enrolled):
    row = enrolled
    assert row.from_month == JULY and row.decision.assessment.assessed_on < JULY
    before = row.decision.monthly_fen
    made = run(river, JULY)
    row.refresh_from_db()
    [(_m, first, cause), (m, now, why)] = amounts(row)
    assert (first, cause, m, why) == (before, "decision", JULY, "standard")
    assert now - before == gap(672_000, row) - gap(640_000, row)
    assert paid(row) == [(JULY, JULY, "regular", now)]
    assert made.raised == 1 and made.kept == made.unpriced == 0
    price = Pricing.objects.get(amount__enrolment=row)
    changed = price.changed[0]
    assert (changed["key"], changed["value"], changed["since"]) == (RURAL, 672_000, "2025-07-01")
    assert "6,400 元" in changed["before"] and changed["basis"]
    rows = {r["key"]: r["value"] for r in price.basis.rows}
    assert rows[RURAL] == 672_000 and price.snapshot == row.decision.assessment.snapshot
    assert JournalLine.objects.filter(act="entitlement.price", record_id=str(row.pk)).count() == 1


def test_the_procedure_stays_that_of_the_acceptance_and_a_new_document_of_no_money_moves_none(
    river, enrolled
):
    row = enrolled
    run(river, JULY)
    set_value(672_000, AUGUST, basis="重申现行标准的通知")
    again = amounts(row)
    assert run(river, AUGUST).raised == 0 and amounts(row) == again
    assert row.decision.review.procedure == "DB-2021"


def test_a_month_made_again_gives_the_same(river, enrolled):
    run(river, JULY)
    first = (paid(enrolled), amounts(enrolled), Pricing.objects.count(), JournalLine.objects.count())
    again = run(river, JULY)
    assert (paid(enrolled), amounts(enrolled), Pricing.objects.count(), JournalLine.objects.count()) == first
    assert again.raised == 1


def test_the_price_comes_from_the_frozen_facts_never_from_the_living_record(river, enrolled):
    household = enrolled.household
    household.memberships.exclude(person=household.head).update(until=date(2025, 6, 20))
    run(river, JULY)
    figures = Pricing.objects.get(amount__enrolment=enrolled).document.open()["figures"]
    assert figures["size"] == 2


def test_a_standard_known_late_is_paid_back_exactly_once(river, enrolled):
    row = enrolled
    run(river, JULY)
    run(river, AUGUST)
    at_720 = amounts(row)[-1][1]
    set_value(720_000, JULY, basis="芒市民发〔2025〕9号（7 月起）")
    made = run(river, date(2025, 9, 1))
    more = gap(720_000, row) - gap(672_000, row)
    assert made.raised == 1
    assert [p for p in paid(row) if p[2] == "arrears"] == [
        (JULY, date(2025, 9, 1), "arrears", more),
        (AUGUST, date(2025, 9, 1), "arrears", more),
    ]
    assert paid(row)[-1] == (date(2025, 9, 1), date(2025, 9, 1), "regular", at_720 + more)
    run(river, date(2025, 9, 1))
    run(river, date(2025, 10, 1))
    assert len([p for p in paid(row) if p[2] == "arrears"]) == 2
    from tuodi.funds.selectors import faults

    assert list(faults()) == []


def test_a_value_that_held_only_in_months_gone_by_is_paid_for_those_months_alone(river, enrolled):
    row = enrolled
    for month in (JULY, AUGUST, date(2025, 9, 1)):
        run(river, month)
    usual = amounts(row)[-1][1]
    set_value(720_000, JULY)
    set_value(672_000, AUGUST, basis="芒市民发〔2025〕9号（到 7 月底止）")
    run(river, date(2025, 10, 1))
    assert [p for p in paid(row) if p[2] == "arrears"] == [
        (JULY, date(2025, 10, 1), "arrears", gap(720_000, row) - gap(672_000, row))
    ]
    assert paid(row)[-1][3] == usual


def test_an_overlay_holds_only_inside_its_months_and_takes_nothing_that_was_decided(river, enrolled):
    row = enrolled
    run(river, JULY)
    usual = amounts(row)[-1][1]
    set_value(720_000, AUGUST, basis="临时提高通知（8、9 月）")
    set_value(672_000, date(2025, 10, 1), basis="临时提高到期")
    run(river, AUGUST)
    price = Pricing.objects.get(amount=row.amounts.latest("sequence"))
    assert (price.until_month, price.then_fen) == (date(2025, 10, 1), usual)
    run(river, date(2025, 9, 1))
    made = run(river, date(2025, 10, 1))
    by_month = {p[0].month: p[3] for p in paid(row)}
    assert by_month[7] == by_month[10] == usual < by_month[8] == by_month[9]
    assert made.kept == 0


def test_a_standard_that_falls_reduces_nothing_by_itself(river, enrolled):
    row = enrolled
    run(river, JULY)
    usual = amounts(row)[-1][1]
    set_value(600_000, AUGUST, basis="标准下调（测试）")
    made = run(river, AUGUST)
    assert (made.raised, made.kept) == (0, 1)
    assert paid(row)[-1] == (AUGUST, AUGUST, "regular", usual)
    assert run(river, date(2025, 9, 1)).kept == 0, "asked once"
    set_value(720_000, date(2025, 10, 1))
    assert run(river, date(2025, 10, 1)).raised == 1


def test_an_amount_an_officer_set_is_not_worked_over(river, enrolled):
    row = enrolled
    row.refresh_from_db()
    services.adjust(
        enrolment=row, monthly_fen=12_300, from_month=JULY, ground="household", note="添一口人", by=river.staff.confirmer, on=date(2025, 6, 24)
    )  # fmt: skip
    made = run(river, JULY)
    assert (made.raised, made.unpriced) == (0, 1)
    assert paid(row)[-1][3] == 12_300


def test_months_of_a_suspension_are_paid_back_with_the_standard_of_each(river, enrolled):
    row = enrolled
    row.refresh_from_db()
    at_june = row.decision.monthly_fen
    Enrolment.objects.filter(pk=row.pk).update(state="active")
    row.refresh_from_db()
    by = {"by": river.staff.confirmer, "ground": "review", "note": "复核"}
    row = services.suspend(enrolment=row, from_month=JULY, on=date(2025, 6, 24), **by)
    run(river, JULY)
    run(river, AUGUST)
    assert paid(row) == []
    services.resume(enrolment=row, from_month=JULY, on=date(2025, 8, 20), **by)
    at_july = at_june + gap(672_000, row) - gap(640_000, row)
    assert [(m, f) for m, _p, _k, f in paid(row)] == [(JULY, at_july), (AUGUST, at_july)]


def test_a_missing_value_stops_no_money_and_is_said(river, enrolled, monkeypatch):
    from tuodi.delivery.entitlement.services import pricing

    gone = ParameterRow("dibao.workcost.basis_points", COUNTY, JULY, None, "已废止，未见新文件", "test")
    known = standards.parameters().with_rows([gone])
    monkeypatch.setattr(pricing.standards, "parameters", lambda: known)
    made = run(river, JULY)
    assert "dibao.workcost.basis_points" in made.remark
    assert paid(enrolled)[-1][3] == enrolled.decision.monthly_fen


def test_a_family_taken_over_without_facts_is_left_as_it_is(river, enrolled):
    Enrolment.objects.update(basis=None)
    assert run(river, JULY).raised == 0
    assert paid(enrolled)[-1][3] == enrolled.decision.monthly_fen


@pytest.mark.parametrize("table", ["pricing", "pricebasis"])
def test_what_a_price_relied_on_is_never_edited(river, enrolled, table):
    run(river, JULY)
    for statement in (f"UPDATE entitlement_{table} SET id = id + 1000", f"DELETE FROM entitlement_{table}"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("table", ["enrolment", "monthrun"])
def test_the_altered_tables_kept_their_guards(river, enrolled, table):
    run(river, JULY)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM entitlement_{table}")


def test_without_the_look_back_a_late_standard_would_be_lost(river, enrolled, monkeypatch):
    """The broken twin: months gone by are asked again, or their arrears are never paid."""
    from tuodi.delivery.entitlement.services import pricing

    run(river, JULY)
    set_value(720_000, JULY)
    monkeypatch.setattr(pricing, "_reaching_back", lambda *a: {})
    run(river, AUGUST)
    assert [p for p in paid(enrolled) if p[2] == "arrears"] == []


def test_only_the_families_a_month_touches_are_worked_out(river, enrolled, monkeypatch):
    from tuodi.delivery.entitlement.services import pricing

    run(river, JULY)
    monkeypatch.setattr(pricing, "price", lambda *a: pytest.fail("nothing has changed since July"))
    assert run(river, AUGUST).raised == 0
    assert PriceBasis.objects.count() == 2 and EnrolmentAmount.objects.count() == 2
    assert MonthRun.objects.count() == 2


def test_the_trace_and_the_pages_show_the_value_the_month_was_paid_with(river, enrolled, client):
    from tests.funds.world import officers
    from tuodi.delivery.payment import services as payment
    from tuodi.delivery.payment.models import Payment
    from tuodi.funds import services as funds

    staff = officers()
    run(river, JULY)
    price = Pricing.objects.get(amount__enrolment=enrolled)
    funds.release(
        area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="central", year=2025, amount_fen=10_000_00,
        document_number="德财社〔2025〕1号", on=date(2025, 1, 20), by=staff.finance,
    )  # fmt: skip
    payment.prepare_batch(
        programme=PROGRAMME, county=COUNTY, month=JULY, by=staff.civil_affairs, on=date(2025, 6, 26)
    )
    client.force_login(river.staff.confirmer)
    pages = (
        f"/trace/{Payment.objects.get().reference}/",
        f"/entitlement/pricings/{price.pk}/",
    )
    for page in pages:
        text = client.get(page).content.decode()
        assert "6,720 元" in text and "云民发〔2025〕40号" in text and "2025-07-01" in text, page
    roll = client.get(f"/entitlement/{enrolled.pk}/").content.decode()
    assert "怎样核定" in roll and "标准调整" in roll
    client.force_login(river.month_officer)
    made = client.get(f"/entitlement/months/{MonthRun.objects.get().pk}/").content.decode()
    assert "按待遇月核定" in made


def test_a_month_that_touches_many_is_made_by_a_job(river, enrolled, client, monkeypatch):
    from tuodi.delivery.entitlement.views import roll
    from tuodi.kit import jobs
    from tuodi.kit.models import Job

    monkeypatch.setattr(roll, "LARGE", 0)
    monkeypatch.setattr("tuodi.records.org.clock.today", lambda: date(2025, 6, 25))
    client.force_login(river.month_officer)
    answer = client.post(
        "/entitlement/months/", {"programme": PROGRAMME, "county": COUNTY, "month": "2025-07"}
    )
    job = Job.objects.get()
    assert answer.status_code == 302 and str(job.pk) in answer["Location"]
    assert jobs.run_all() == 1
    assert MonthRun.objects.get().raised == 1
