"""Several querysets in one statement give what each gives alone, on either database."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.records import people
from tuodi.kit.together import gather, gathered, together
from tuodi.records.journal.models import JournalLine
from tuodi.records.journal.services import SYSTEM, record
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.people.models import Person

ON = date(2026, 11, 2)


@pytest.fixture
def rows(db):
    """A place, an officer, two persons (one without a number) and a journal line."""
    people.places()
    town = people.township_of(people.COUNTY)
    officer = people.officer("someone", ("counter", town))
    common = {"sex": "1", "birth_on": date(1950, 2, 28), "area_id": town}
    numbered = Person.objects.create(
        name="岩'保\\\t旺", number="533103195002281234", number_index="a" * 64, **common
    )
    bare = Person.objects.create(name="无证", document="none", no_document_reason="缅籍", **common)
    record("sign_in", by=SYSTEM, on=ON, record=officer)
    return officer, numbered, bare


def plain(row):
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def test_each_part_holds_what_it_would_have_held_alone(rows):
    asked = [
        Person.objects.select_related("area").order_by("-name"),
        Person.objects.order_by("name").values_list("name", "birth_on"),
        JournalLine.objects.order_by("-sequence")[:1],
        Assignment.objects.select_related("officer__department", "area"),
        Officer.objects.filter(username="nobody"),
        Area.objects.filter(pk__in=[]),
    ]
    alone = [list(q.all()) for q in asked]
    with CaptureQueriesContext(connection) as said:
        together(*asked)
    assert len(said.captured_queries) == 1
    with CaptureQueriesContext(connection) as said:
        for mine, theirs in zip(asked, alone, strict=True):
            assert len(mine) == len(theirs)
            for one, other in zip(mine, theirs, strict=True):
                assert one == other
                if not isinstance(one, tuple):
                    assert plain(one) == plain(other)
        assert [p.area.name for p in asked[0]] == [p.area.name for p in alone[0]]
        assert asked[3][0].officer.username == "someone"
    # The alone side asked for its area by join too, so nothing was asked in comparing.
    assert said.captured_queries == []


def test_a_sealed_value_opens_and_a_missing_one_is_none(rows):
    _officer, numbered, bare = rows
    asked = Person.objects.order_by("pk")
    together(asked)
    first, second = (p for p in asked if p.pk in (numbered.pk, bare.pk))
    assert first.number.open() == "533103195002281234"
    assert second.number is None and second.phone is None


def test_nothing_to_ask_asks_nothing(db):
    with CaptureQueriesContext(connection) as said:
        together()
        together(Area.objects.none())
    assert said.captured_queries == []


def test_what_was_gathered_is_not_asked_again(rows):
    officer, numbered, _bare = rows
    parts = {
        "posts": Assignment.objects.filter(officer=officer),
        "same": Person.objects.filter(pk=numbered.pk),
    }
    with CaptureQueriesContext(connection) as said:
        gather((officer, parts))
        assert [p.pk for p in gathered(officer, parts)["same"]] == [numbered.pk]
        more = {"posts": parts["posts"], "lines": JournalLine.objects.all()}
        assert len(gathered(officer, more)["lines"]) >= 1
    assert len(said.captured_queries) == 2
