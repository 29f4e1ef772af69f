"""Who may do what, where: the table, the reach, the department, the day, and nobody twice."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from django.db.models import Value
from django.http import Http404

from tests.records import people
from tuodi.core.refusal import Refused
from tuodi.records.org import clock, rights, services
from tuodi.records.org.models import Area, Assignment, Officer

ON = date(2026, 11, 23)


def test_the_table_names_known_roles_and_every_role_may_do_something():
    named = set()
    for act, roles in rights.RIGHTS.items():
        assert act == "reveal" or act == "export" or "." in act, act
        if roles is not rights.SIGNED_IN:
            assert roles and roles <= set(rights.ROLES), act
            named |= roles
    assert named >= set(rights.ROLES) - {
        "bureau",
        "cashier",
    }  # their acts arrive with referrals and settlement


def test_nobody_may_decide_a_case_and_pay_it():
    """B3: no one role registers and decides, decides and pays, prepares and approves, approves and sends."""
    apart = [
        ("intake.submit", "determination.confirm"),
        ("determination.review", "determination.confirm"),
        ("determination.confirm", "payment.approve"),
        ("payment.prepare", "payment.approve"),
        ("payment.approve", "payment.send"),
        ("journal.read", "intake.submit"),
    ]
    for one, other in apart:
        assert not rights.RIGHTS[one] & rights.RIGHTS[other], f"{one} and {other} lie in one hand"


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("533100", "5331"),
        ("530000", "53"),
        ("533103", "533103"),
        ("533103205", "533103205"),
        ("533103205203", "533103205203"),
    ],
)
def test_reach_of_a_place(code, prefix):
    assert rights.reach(code) == prefix


def test_a_role_reaches_its_area_and_what_lies_in_it(counter, confirmer, auditor, town):
    other = people.township_of(people.COUNTY, but=town)
    assert rights.may(counter, "intake.draft", town, ON) and rights.may(
        counter, "intake.draft", f"{town}201", ON
    )
    assert not rights.may(counter, "intake.draft", other, ON)
    assert not rights.may(counter, "intake.draft", people.COUNTY, ON)
    assert rights.may(confirmer, "determination.confirm", other, ON)
    assert not rights.may(confirmer, "determination.confirm", people.OTHER_COUNTY, ON)
    assert not rights.may(confirmer, "intake.draft", town, ON)
    assert rights.may(auditor, "journal.read", people.OTHER_COUNTY, ON)


def test_a_role_begins_and_ends_on_its_days(places, town):
    officer = people.officer("dated")
    Assignment.objects.create(
        officer=officer, role="counter", area_id=town, since=ON, until=ON + timedelta(days=2), given_by="t"
    )
    allowed = [rights.may(officer, "intake.draft", town, ON + timedelta(days=n)) for n in (-1, 0, 1, 2)]
    assert allowed == [False, True, True, False]


def test_a_stopped_account_and_a_stranger_may_do_nothing(counter, outsider, town):
    from django.contrib.auth.models import AnonymousUser

    for act, roles in rights.RIGHTS.items():
        assert rights.may(outsider, act, town, ON) == (roles is rights.SIGNED_IN)
        assert not rights.may(AnonymousUser(), act, town, ON)
    counter.is_active = False
    assert not rights.may(counter, "account.own") and not rights.holds(counter, "counter", town, ON)


def test_rows_outside_the_reach_are_as_if_they_were_not(counter, confirmer, outsider, town):
    seen = rights.visible(Area.objects.all(), counter, "code", act="intake.see", on=ON)
    assert seen and all(a.code.startswith(town) for a in seen)
    assert (
        rights.visible(
            Area.objects.filter(level="county"), confirmer, "code", act="intake.see", on=ON
        ).count()
        == 1
    )
    assert not rights.visible(Area.objects.all(), outsider, "code", act="account.own", on=ON)
    assert not rights.visible(Area.objects.all(), counter, "code", act="payment.see", on=ON)
    with pytest.raises(Http404):
        rights.get_visible(Area, counter, act="intake.see", field="code", pk=people.OTHER_COUNTY)
    with pytest.raises(Http404):
        rights.get_visible(Area, counter, act="intake.see", field="code", pk="999999")


def test_two_posts_do_not_add_up_on_a_page_only_one_of_them_opens(places, town):
    """A counter officer here who is an auditor there sees, on the journal page, only there."""
    both = people.officer("both", ("counter", town), ("auditor", people.OTHER_COUNTY))
    seen = rights.visible(Area.objects.filter(level="county"), both, "code", act="journal.read", on=ON)
    assert [a.code for a in seen] == [people.OTHER_COUNTY]


def test_a_department_sees_only_what_was_handed_to_it(places):
    housing = people.officer("housing", ("bureau", people.PREFECTURE), department="housing")
    officers = Officer.objects.all()  # a model with `department`, whatever else it is
    people.officer("teacher", department="education")
    rights.RIGHTS["test.bureau"] = frozenset({"bureau", "auditor"})
    try:
        placed = officers.annotate(place=Value("533103"))
        seen = rights.visible(placed, housing, "place", act="test.bureau", on=ON)
        assert {o.username for o in seen} == {"housing"}
        auditor = people.officer("auditor", ("auditor", people.PREFECTURE))
        assert rights.visible(placed, auditor, "place", act="test.bureau", on=ON).count() == 3
    finally:
        del rights.RIGHTS["test.bureau"]


def test_reading_rights_asks_the_database_once(counter, town, django_assert_num_queries):
    officer = Officer.objects.get(pk=counter.pk)
    with django_assert_num_queries(1):
        for _n in range(20):
            rights.may(officer, "intake.draft", town, ON)
            rights.visible(Area.objects.all(), officer, "code", act="intake.see", on=ON)


def test_the_same_person_does_not_do_both_halves(counter, reviewer):
    rights.refuse_same_person(reviewer, ["counter", None, ""], "复核")
    with pytest.raises(Refused, match="复核须由另一人办理"):
        rights.refuse_same_person(counter, ["counter"], "复核")


# --- posts ------------------------------------------------------------------------------------------------------


def give(officer, role, code, by, **more):
    return services.give_post(
        officer=officer,
        role=role,
        area=Area.objects.get(pk=code),
        since=more.pop("since", ON),
        by=by,
        on=ON,
        **more,
    )


def test_roles_that_check_each_other_are_not_given_to_one_person(admin, town):
    officer = people.officer("new")
    give(officer, "counter", town, admin)
    for role in ("reviewer", "confirmer"):
        with pytest.raises(Refused, match="不能由同一人"):
            give(officer, role, people.COUNTY, admin)  # over the same township
    give(officer, "reviewer", people.township_of(people.OTHER_COUNTY), admin)  # elsewhere is another matter
    with pytest.raises(Refused, match="已有"):
        give(officer, "counter", town, admin)


def test_an_administrator_gives_posts_only_within_reach_and_never_to_oneself(places, town, admin):
    county_admin = people.officer("cadmin", ("admin", people.COUNTY))
    officer = people.officer("new")
    with pytest.raises(Refused, match="不能管理"):
        give(officer, "counter", people.OTHER_COUNTY, county_admin)
    with pytest.raises(Refused, match="另一人"):
        give(county_admin, "finance", people.COUNTY, county_admin)
    with pytest.raises(Refused, match="不能管理"):
        services.reset_password(officer=admin, by=county_admin, on=ON)
    give(officer, "counter", town, county_admin)
    with pytest.raises(Refused):
        give(people.officer("x"), "counter", town, officer)


def test_every_act_upon_an_officer_leaves_a_line(admin, town):
    from tuodi.records.journal.models import JournalLine

    officer, password = services.make_officer(username="fresh", name="新人", department=None, by=admin, on=ON)
    assert officer.check_password(password) and officer.must_change_password and len(password) >= 14
    post = give(officer, "counter", town, admin)
    services.end_post(assignment=post, until=ON + timedelta(days=9), by=admin, on=ON)
    services.unlock(officer=officer, by=admin, on=ON)
    services.reset_password(officer=officer, by=admin, on=ON)
    services.reset_second_factor(officer=officer, by=admin, on=ON)
    acts = list(JournalLine.objects.order_by("sequence").values_list("act", flat=True))
    assert acts == [
        f"officer.{x}"
        for x in ("make", "give_post", "end_post", "unlock", "reset_password", "reset_second_factor")
    ]
    assert not any(password in str(vars(line)) for line in JournalLine.objects.all())


# --- the day, the places, the departments -------------------------------------------------------------------------


def test_the_business_day_moves_forward_in_a_demo_only(admin, settings, time_machine):
    time_machine.move_to("2026-11-23 18:00:00+00:00", tick=False)
    settings.DEMO = True
    assert clock.today() == date(2026, 11, 24)  # past midnight in Shanghai
    clock.advance_day(to=date(2026, 12, 1), by=admin)
    assert clock.today() == date(2026, 12, 1)
    for back in (date(2026, 12, 1), date(2026, 11, 1), date(2099, 1, 1)):
        with pytest.raises(Refused):
            clock.advance_day(to=back, by=admin)
    time_machine.move_to("2026-11-24 18:00:00+00:00", tick=False)
    assert clock.today() == date(2026, 12, 2)
    settings.DEMO = False
    assert clock.today() == date(2026, 11, 25)
    with pytest.raises(Refused, match="演示"):
        clock.advance_day(to=date(2027, 1, 1), by=admin)


def test_one_day_a_request(admin, django_assert_num_queries, settings):
    settings.DEMO = True
    with clock.one_day(), django_assert_num_queries(1):
        assert len({clock.today() for _n in range(5)}) == 1


def test_places_and_departments_load_once_however_often(places):
    from tuodi.records.org.load import load_areas, load_departments
    from tuodi.records.org.models import Department, DepartmentDuty, DepartmentName

    def counts():
        return [m.objects.count() for m in (Area, Department, DepartmentName, DepartmentDuty)]

    before = counts()
    assert load_areas() == before[0] == 483 and load_departments() == before[1]
    assert counts() == before
    assert (
        Area.objects.filter(level="county").count() == 5
        and Area.objects.filter(level="township").count() == 56
    )


@pytest.mark.parametrize(
    ("duty", "day", "codes"),
    [("medical", "2017-02-17", ["civil_affairs"]), ("medical", "2019-02-28", ["civil_affairs"]),
     ("medical", "2019-03-01", ["medical_insurance"]), ("disaster_relief", "2020-01-01", ["emergency_management"]),
     ("emergency_medical", "2017-06-01", ["health", "human_resources"]), ("emergency_medical", "2020-01-01", ["health"]),
     ("minimum_living", "2026-11-23", ["civil_affairs"]), ("medical_insurance", "2018-01-01", ["human_resources"])],
)  # fmt: skip
def test_duties_lie_where_they_lay_on_the_day(places, duty, day, codes):
    from tuodi.records.org.selectors import departments_for

    assert departments_for(duty, date.fromisoformat(day)) == codes


def test_departments_are_called_what_they_were_called(places):
    from tuodi.records.org.models import Department

    poverty = Department.objects.prefetch_related("names").get(pk="poverty")
    assert poverty.name_on(date(2017, 3, 1)) == "州扶贫办"
    assert "乡村振兴" in poverty.name_on(date(2022, 1, 1)) and "农业农村" in poverty.name_on(ON)
    for department in Department.objects.prefetch_related("names", "duties"):
        spans = sorted((n.since, n.until) for n in department.names.all())
        for (_since, until), (following, _end) in itertools.pairwise(spans):
            assert until == following, f"{department}: a gap or overlap in its names"
        assert department.name_on(ON) != department.code
