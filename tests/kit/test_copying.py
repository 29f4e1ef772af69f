"""Rows copied in are the rows that one-by-one saving would have made, on either database."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.records import people
from tuodi.kit.copying import insert
from tuodi.records.people.models import Household, Membership, Person

AWKWARD = ("刀\\保相", "a\tb", "两\n行", "回\r车", "\\N", "'; --", "𠮷野家", "")


@pytest.fixture
def town(db) -> str:
    people.places()
    return people.township_of(people.COUNTY)


def person(town: str, name: str, n: int = 0, **more) -> Person:
    return Person(name=name or "x", sex="1", birth_on=date(1950, 2, 28), area_id=town, number=f"53310319500228{n:04d}",
                  number_index=f"{n:064d}", no_document_reason=name, **more)  # fmt: skip


def test_awkward_text_sealed_values_days_and_nothing_come_back_as_they_went_in(town):
    with transaction.atomic():
        made = insert(
            person(town, name, n, phone=None if n % 2 else "13900000000") for n, name in enumerate(AWKWARD)
        )
    found = Person.objects.order_by("number_index")
    assert [p.name for p in found] == [text or "x" for text in AWKWARD]
    assert [p.no_document_reason.open() for p in found] == list(AWKWARD)
    assert [p.pk for p in found] == [p.pk for p in made]
    assert [p.number.open() for p in found] == [f"53310319500228{n:04d}" for n in range(len(AWKWARD))]
    assert [p.phone.open() if p.phone else None for p in found] == ["13900000000", None] * (len(AWKWARD) // 2)
    assert {p.birth_on for p in found} == {date(1950, 2, 28)}


def test_rows_point_to_rows_copied_before_them_and_keys_go_on_afterwards(town):
    with transaction.atomic():
        heads = insert(person(town, f"户主{n}", n) for n in range(3))
        homes = insert(Household(head=h, area_id=town, address="1 组") for h in heads)
        insert(Membership(household=home, person=h, relation_to_head="head", since=date(2024, 1, 1))
               for home, h in zip(homes, heads, strict=True))  # fmt: skip
    assert [h.head_id for h in Household.objects.order_by("pk")] == [h.pk for h in heads]
    assert Membership.objects.filter(household__head__name="户主2").count() == 1
    later = person(town, "后来", 9)
    later.save()
    assert later.pk > max(h.pk for h in heads)


def test_many_rows_cost_as_many_questions_as_few(town):
    def asked(numbers: range) -> int:
        with CaptureQueriesContext(connection) as said, transaction.atomic():
            insert(person(town, "某", n) for n in numbers)
        return len(said.captured_queries)

    assert asked(range(100, 105)) == asked(range(200, 500))


def test_constraints_hold_and_all_go_back_together(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([person(town, "甲", 1), person(town, "乙", 1)])
    assert not Person.objects.exists()


def test_a_set_of_rows_belongs_to_a_transaction(transactional_db):
    with pytest.raises(AssertionError):
        insert([person("533103105", "甲")])
