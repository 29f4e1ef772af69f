"""The register of persons: matched by number alone, never merged in silence, one household at a time, doubts kept."""

from __future__ import annotations

from datetime import date

import pytest

from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Area
from tuodi.records.people import services
from tuodi.records.people.models import Household, Membership, PayeeAccount, Person
from tuodi.records.people.services import NameDisagrees, Statement

ON = date(2026, 11, 23)
NUMBER = "533103198002290011"


@pytest.fixture
def area(town):
    return Area.objects.get(pk=town)


def stated(name="岩温", number=NUMBER, **more):
    return Statement(name=name, sex="1", birth_on=date(1980, 2, 29), number=number, **more)


def register(counter, area, **more):
    return services.find_or_register(stated=stated(**more), area=area, by=counter, on=ON)


@pytest.mark.parametrize("written", [NUMBER, f" {NUMBER} ", "５３３１０３１９８００２２９００１１"])
def test_one_number_is_one_person_however_it_is_written(counter, area, written):
    first = register(counter, area)
    assert register(counter, area, number=written).pk == first.pk
    assert Person.objects.count() == 1 and first.number.open() == NUMBER
    assert JournalLine.objects.filter(act="people.register").count() == 1


@pytest.mark.parametrize("name", ["艾孜买提·吐尔逊", "艾孜买提•吐尔逊", "艾孜买提 · 吐尔逊"])
def test_one_transliterated_name_in_its_spellings_agrees(counter, area, name):
    register(counter, area, name="艾孜买提·吐尔逊")
    assert register(counter, area, name=name).name == "艾孜买提·吐尔逊"


def test_another_name_on_a_known_number_is_a_fault_that_does_not_tell_the_name(counter, area):
    register(counter, area)
    with pytest.raises(NameDisagrees) as told:
        register(counter, area, name="岩罕")
    assert "岩温" not in str(told.value) and NUMBER not in str(told.value)
    assert Person.objects.get().name == "岩温"


def test_a_wrong_number_is_never_registered(counter, area):
    with pytest.raises(Refused, match="校验位"):
        register(counter, area, number=NUMBER[:-1] + "2")
    assert not Person.objects.exists()


def test_an_edit_is_versioned_needs_a_reason_and_never_touches_the_number(counter, area):
    person = register(counter, area)
    with pytest.raises(Refused, match="原因"):
        services.edit_person(person=person, version=1, by=counter, on=ON, reason="", name="岩文")
    services.edit_person(person=person, version=1, by=counter, on=ON, reason="更名", name="岩文")
    with pytest.raises(Conflict):
        services.edit_person(person=person, version=1, by=counter, on=ON, reason="更名", name="岩武")
    with pytest.raises(AssertionError):
        services.edit_person(person=person, version=2, by=counter, on=ON, reason="更正", number="1")
    person.refresh_from_db()
    assert (person.name, person.version) == ("岩文", 2)


def family(counter, area):
    head = register(counter, area)
    wife = services.find_or_register(
        stated=Statement("玉罕", "2", date(1947, 8, 15), number="533123194708150042"),
        area=area,
        by=counter,
        on=ON,
    )
    household = services.form_household(
        head=head, members=[(head, "head"), (wife, "spouse")], area=area, address="", by=counter, on=ON
    )
    return household, head, wife


def test_a_household_follows_its_people(counter, area):
    household, head, wife = family(counter, area)
    same = services.form_household(
        head=wife,
        members=[(wife, "head"), (head, "spouse")],
        area=area,
        address="",
        by=counter,
        on=date(2026, 12, 1),
    )
    assert same.pk == household.pk and same.head_id == wife.pk, "a change of head inside the family"
    alone = services.form_household(
        head=head, members=[(head, "head")], area=area, address="", by=counter, on=date(2026, 12, 2)
    )
    assert alone.pk != household.pk and Household.objects.count() == 2
    assert Membership.objects.filter(person=head, until=None).get().household_id == alone.pk
    assert Membership.objects.filter(household=household, until=None).get().person_id == wife.pk


def test_an_account_keeps_its_doubt_and_a_change_keeps_the_one_before(counter, area):
    household, head, wife = family(counter, area)
    pay = lambda account, holder=head: services.set_account(  # noqa: E731
        household=household, holder=holder, bank="云南农信", account=account, by=counter, on=ON
    )
    good = pay("6217000000000000012")
    assert good.doubt == "" and pay(" 6217 0000 0000 0000 012 ").pk == good.pk
    with pytest.raises(Refused, match="校验"):
        pay("6217000000000000013")
    passbook = pay("53012345678901", wife)
    assert (
        passbook.doubt
        and PayeeAccount.objects.filter(household=household, until=None).get().pk == passbook.pk
    )
    stranger = services.find_or_register(
        stated=Statement("李四", "2", date(2008, 1, 1), number="533122200801013028"),
        area=area,
        by=counter,
        on=ON,
    )
    with pytest.raises(Refused, match="成员"):
        pay("6217000000000000012", stranger)
    assert all("6217000000000000012" not in line.note for line in JournalLine.objects.all())
