"""T2, T24: what changes by the passage of time alone is found each month; more is paid, less is asked of a named officer."""

from __future__ import annotations

from datetime import date

import pytest

from tests.delivery.determination.river import numbered
from tuodi.core.facts import Household
from tuodi.delivery.entitlement.models import Pricing, Recertification
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.minimum_living.turns import birthday, turns
from tuodi.records.standards import selectors as standards

MOTHER = {"relation": "parent", "name": "喊相", "birth": "1955-11-20"}
DEC, JAN = date(2025, 12, 1), date(2026, 1, 1)


def household(**member):
    return Household(
        {"area_code": "533103105001", "claim_kind": "rural"},
        [{"name": "岩温", "relation": "head", "birth": "1980-02-29"} | member],
    )


def of(household, after, area="533103105001"):
    return turns(household, standards.parameters().at(area, after), after=after)


@pytest.mark.django_db
def test_turns_are_told_in_order_with_the_day_and_the_person():
    found = of(household(birth="1956-02-29"), date(2025, 1, 1))
    assert [(t.day, t.what) for t in found] == [(date(2026, 2, 28), "age")]
    assert found[0].text == "岩温 2026-02-28 满 70 周岁"
    certificate = of(
        household(disability="physical", disability_grade=2, disability_valid_until="2025-03-31"),
        date(2025, 1, 1),
    )
    assert (certificate[0].day, certificate[0].what) == (date(2025, 4, 1), "certificate")
    student = of(household(birth="2007-03-02", student="senior"), date(2025, 1, 1))
    assert [(t.day, t.what) for t in student][:2] == [
        (date(2025, 3, 2), "age"),
        (date(2025, 9, 1), "student"),
    ]
    fading = Household(
        {"area_code": "533103105001", "on_roll": True, "over_standard_since": "2025-01-15"}, []
    )
    assert of(fading, date(2025, 1, 20))[0].day == date(2025, 7, 16)


@pytest.mark.parametrize(
    ("born", "age", "reached"),
    [("2008-02-29", 18, "2026-02-28"), ("1956-02-29", 72, "2028-02-29"), ("2008-03-01", 18, "2026-03-01")],
)
def test_t1_a_leap_birthday_falls_in_february(born, age, reached):
    assert birthday(date.fromisoformat(born), age) == date.fromisoformat(reached)


def test_the_supplement_of_seventy_is_paid_from_the_birthdays_own_month_with_its_reason(river, months, enrol):
    row = enrol(
        father={
            "birth": "1955-11-20",
            "number": numbered("533103195511200012"),
            "employment": "none",
            "wage_year_fen": 0,
            "work_ability": "none",
        }
    )
    months.until(date(2025, 10, 1))
    before = months.paid(row)[-1][3]
    made = months.run(date(2025, 11, 1))
    after = months.paid(row)[-1][3]
    assert made.raised == 1 and after - before == 5_600, "a tenth of 560 yuan a month, up to the whole yuan"
    price = Pricing.objects.latest("pk")
    assert price.document.open()["turned"] == ["岩温 2025-11-20 满 70 周岁"] and price.changed == []
    amount = price.amount
    assert (amount.cause, amount.note.open()) == ("turned", "岩温 2025-11-20 满 70 周岁")
    assert not Recertification.objects.exists()


def test_where_the_prefecture_counts_from_the_next_month_it_begins_there(river, months, enrol):
    months.set_value(False, date(2025, 1, 1), key="dibao.age.month_counted")
    row = enrol(
        father={
            "birth": "1955-11-20",
            "number": numbered("533103195511200012"),
            "employment": "none",
            "wage_year_fen": 0,
            "work_ability": "none",
        }
    )
    assert months.until(date(2025, 11, 1)).raised == 0
    assert months.run(DEC).raised == 1
    assert months.paid(row)[-1][3] - months.paid(row)[-2][3] == 5_600


def test_a_child_of_age_reduces_nothing_but_asks_the_townships_reviewer(river, months, enrol):
    row = enrol()
    months.until(DEC)
    before = months.paid(row)[-1][3]
    made = months.run(JAN)
    assert (made.raised, made.kept) == (0, 1)
    assert months.paid(row)[-1][3] == before, "money stays as it was"
    asked = Recertification.objects.get()
    assert (asked.cause, asked.officer, asked.state) == ("turned", river.staff.reviewer, "waiting")
    assert asked.reasons.open() == ["玉罕 2026-01-01 满 18 周岁"] and asked.month == JAN
    assert 0 < asked.price_fen < before
    assert months.run(date(2026, 2, 1)).kept == 0 and months.paid(row)[-1][3] == before
    assert Recertification.objects.count() == 1, "asked once"


def test_t24_a_certificate_that_ran_out_reduces_nothing(river, months, enrol):
    row = enrol(
        father={
            "disability": "physical",
            "disability_grade": 2,
            "disability_valid_until": "2025-09-30",
        }
    )
    months.until(date(2025, 9, 1))
    before = months.paid(row)[-1][3]
    assert months.run(date(2025, 10, 1)).kept == 1
    assert months.paid(row)[-1][3] == before
    assert "残疾证 2025-09-30 到期" in Recertification.objects.get().reasons.open()[0]


def test_a_grown_student_is_asked_about_each_school_year_only_where_money_hangs_on_it(river, months, enrol):
    row = enrol(
        daughter={
            "birth": "2007-01-01",
            "number": numbered("533122200701013025"),
            "student": "undergraduate",
            "lives_together": False,
        }
    )
    months.until(date(2025, 8, 1))
    before = months.paid(row)[-1][3]
    assert not Recertification.objects.exists()
    months.run(date(2025, 9, 1))
    asked = Recertification.objects.get()
    assert asked.cause == "asked" and "新学年" in asked.reasons.open()[0]
    assert asked.price_fen < before == months.paid(row)[-1][3]


def test_two_things_at_once_are_one_question(river, months, enrol):
    row = enrol(daughter={"birth": "2007-12-01", "number": numbered("533122200712013023")})
    months.until(DEC)
    assert Recertification.objects.count() == 1
    months.set_value(500_000, JAN, basis="标准下调（测试）")
    months.run(JAN)
    asked = Recertification.objects.get()
    assert len(asked.reasons.open()) == 2 and asked.month == JAN
    assert months.paid(row)[-1][3] == months.paid(row)[-2][3]


def test_without_the_officer_the_machine_would_have_reduced(river, months, enrol, monkeypatch):
    """The broken twin: were a lower price simply written, the money would fall with nobody having looked."""
    from tuodi.delivery.entitlement.services import pricing

    row = enrol()
    months.until(DEC)
    before = months.paid(row)[-1][3]
    monkeypatch.setattr(pricing, "_floor", lambda ends, paid, month: 0)
    months.run(JAN)
    assert months.paid(row)[-1][3] < before


def test_every_programme_that_pays_by_the_month_and_by_rule_can_be_asked_for_its_turns():
    assert PROGRAMMES["minimum_living"].turns is not None
