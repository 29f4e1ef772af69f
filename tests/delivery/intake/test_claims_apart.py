"""T3: under DB-2012 a family of mixed registration claims apart, each half once; nobody is paid twice (T20)."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.delivery.determination.river import COUNTY, River, Staff, officer
from tuodi.core.refusal import Refused
from tuodi.delivery.determination import services as determination
from tuodi.delivery.entitlement import selectors as entitlement
from tuodi.delivery.entitlement import services
from tuodi.delivery.entitlement.models import Enrolment, Entitlement
from tuodi.delivery.intake import selectors
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Applying
from tuodi.policy.minimum_living.claims import claimed, part_of
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.load import load_calendar

IN_2017, IN_2025 = date(2017, 9, 18), date(2025, 9, 22)
PROGRAMME = "minimum_living"
MIXED = {
    "father": {"registered_kind": "rural", "wage_year_fen": 100_000},
    "daughter": {"registered_kind": "urban"},
}
RURAL, URBAN = {"claim_kind": "rural"}, {"claim_kind": "urban"}


@pytest.fixture
def river(db):
    load_areas()
    load_departments()
    load_calendar()
    village = Area.objects.filter(code__startswith="533103105", level="village").order_by("code")[0]
    return River(Staff.hired(), village, on=IN_2017)


def stated(river, kind, **more):
    from tests.delivery.determination.river import family

    facts = copy.deepcopy(MIXED)
    for who, changed in more.items():
        facts[who] = {**facts.get(who, {}), **changed}
    return family(river.village.pk, river.on, household={**kind}, **facts)


def submit(river, kind, key, **more):
    return intake.submit(key=key, facts=stated(river, kind, **more), by=river.staff.counter, on=river.on)


def claims(application):
    return dict(application.applying.order_by("pk").values_list("person__name", "claimed"))


@pytest.mark.django_db
def test_everybody_is_in_one_claim_and_in_one_only():
    p = standards.parameters().at(COUNTY, IN_2017)
    facts = {
        "household": {"claim_kind": "rural"},
        "members": [
            {"relation": "head", "registered_kind": "rural"},
            {"relation": "spouse", "registered_kind": "none"},
            {"relation": "child", "registered_kind": "urban"},
        ],
    }
    rural = claimed(facts, p)
    facts["household"]["claim_kind"] = "urban"
    urban = claimed(facts, p)
    assert rural == [True, True, False] and urban == [False, False, True]
    assert claimed(facts, standards.parameters().at(COUNTY, IN_2025)) == [True, True, True]
    assert [m["registered_kind"] for m in part_of(facts, "urban")["members"]] == ["none", "urban"]


def test_the_second_claim_of_the_other_kind_comes_through(river):
    first, second = submit(river, RURAL, "first"), submit(river, URBAN, "second")
    assert first.household == second.household
    assert claims(first) == {"岩温": True, "玉罕": False} and claims(second) == {"岩温": False, "玉罕": True}


def test_every_other_double_stays_barred(river):
    submit(river, RURAL, "first")
    with pytest.raises(Refused, match="在办"):
        submit(river, RURAL, "again")
    with pytest.raises(Refused, match="在办"):  # not the same people: another family that names one of them
        facts = stated(river, URBAN)
        facts["members"] = [{**facts["members"][1], "relation": "head"}]
        facts["household"]["payee_name"] = "玉罕"
        intake.submit(key="other", facts=facts, by=river.staff.counter, on=river.on)
    submit(river, URBAN, "second")
    for kind in (RURAL, URBAN):
        with pytest.raises(Refused, match="在办"):
            submit(river, kind, f"third-{kind['claim_kind']}")


def test_the_database_lets_nobody_be_claimed_for_twice(river):
    first, second = submit(river, RURAL, "first"), submit(river, URBAN, "second")
    row = second.applying.get(claimed=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Applying.objects.filter(pk=row.pk).update(claimed=True)
    assert first.applying.filter(claimed=True).count() == second.applying.filter(claimed=True).count() == 1


def test_without_that_constraint_one_person_could_be_claimed_for_twice(river):
    """The broken twin."""
    submit(river, RURAL, "first")
    second = submit(river, URBAN, "second")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_open_application_per_person")
        second.applying.filter(claimed=False).update(claimed=True)
        assert Applying.objects.filter(person__name="岩温", claimed=True, until=None).count() == 2
        transaction.set_rollback(True)


def test_a_claim_for_nobody_is_told_so(river):
    facts = stated(river, URBAN, daughter={"registered_kind": "rural"})
    told = [str(f) for f in selectors.faults(facts, on=IN_2017, programme=PROGRAMME)]
    assert any("没有这一类户口" in t for t in told)


def test_from_2021_on_there_is_one_claim_and_the_second_is_barred(river):
    river.on = IN_2025
    first = submit(river, RURAL, "first")
    assert claims(first) == {"岩温": True, "玉罕": True}
    with pytest.raises(Refused, match="在办"):
        submit(river, URBAN, "second")


def test_handed_in_apart_and_accepted_under_the_new_law_it_is_one_claim_for_all(river):
    river.on = date(2021, 6, 30)
    first, second = submit(river, RURAL, "first"), submit(river, URBAN, "second")
    with pytest.raises(Refused, match="全户一份申请"):
        intake.accept(application=first, by=river.staff.counter, on=date(2021, 7, 1))
    intake.withdraw(application=second, by=river.staff.counter, on=date(2021, 7, 1), reason="并为一份")
    first.refresh_from_db()
    intake.accept(application=first, by=river.staff.counter, on=date(2021, 7, 1))
    assert claims(first) == {"岩温": True, "玉罕": True}


def granted(river, kind, sequence):
    """Carry one half through the procedure of 2012 to its decision."""
    staff, county = river.staff, Area.objects.get(pk=COUNTY)
    half = River(staff, river.village, on=IN_2017, sequence=sequence)
    application = submit(river, kind, f"river-{sequence}")
    half.application = intake.accept(application=application, by=staff.counter, on=half.on)
    half.check().explain_all().survey().explain_all().survey_done().appraise().opinion().notice().over().send_up()
    half.receive()
    determination.draw_spot_checks(county=county, by=staff.county, on=half.on, share_percent=100)
    causes = determination.county.needed_visits(half.review)
    determination.record_visit(
        review=half.review,
        causes=causes,
        finding="一致",
        agrees=True,
        visited_on=half.on,
        by=staff.county,
        on=half.on,
    )
    determination.propose(review=half.review, opinion="拟批准", by=staff.confirmer, on=half.on)
    determination.post_second_notice(review=half.review, by=staff.confirmer, on=half.on)
    determination.end_notice(notice=half.review.notices.get(round=2), on=half.over().on)
    return half.confirm()


@pytest.fixture
def both(river):
    """Both halves granted, on the roll from November 2017."""
    rural, urban = granted(river, RURAL, 11), granted(river, URBAN, 12)
    river.runner = officer("minzheng1", "刀安生", "civil_affairs", COUNTY)
    return Enrolment.objects.get(decision=rural), Enrolment.objects.get(decision=urban)


def run(river, month):
    on = date(month.year, month.month, 1)
    return services.run_month(programme=PROGRAMME, county=COUNTY, month=month, by=river.runner, on=on)


def test_both_halves_are_paid_each_by_its_own_standard_and_nobody_twice(river, both):
    rural, urban = both
    assert rural.household == urban.household and (rural.kind, urban.kind) == ("rural", "urban")
    sizes = {e.kind: e.decision.assessment.size for e in both}
    assert sizes == {"rural": 1, "urban": 1}
    month = max(rural.from_month, urban.from_month)
    run(river, month)
    run(river, month)
    due = dict(Entitlement.objects.filter(month=month).values_list("enrolment__kind", "amount_fen"))
    assert due == {"rural": rural.decision.monthly_fen, "urban": urban.decision.monthly_fen}
    # 511 yuan a month for the one, 3,175 a year for the other, each less their own income
    assert due["urban"] >= 51_100 and due["rural"] < due["urban"]
    report = entitlement.difference(PROGRAMME, COUNTY, month)
    assert report.households == 2


def test_a_half_stands_beside_its_other_half_but_not_beside_the_whole(river, both):
    rural, _urban = both
    for kind in ("rural", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.create(
                household=rural.household, area=rural.area, programme=PROGRAMME, kind=kind, decision=rural.decision,
                from_month=rural.from_month, state="pending", state_since=IN_2017,
            )  # fmt: skip


def test_who_is_paid_in_one_half_may_not_be_claimed_for_again(river, both):
    for kind in (RURAL, URBAN):
        with pytest.raises(Refused, match="享受本项目"):
            submit(river, kind, f"anew-{kind['claim_kind']}")


def test_one_half_on_the_roll_does_not_bar_the_other(river):
    granted(river, RURAL, 21)
    second = submit(river, URBAN, "second")
    assert claims(second) == {"岩温": False, "玉罕": True}


def test_a_later_law_that_no_longer_splits_pays_each_half_for_its_own_people_only(river, both):
    """T18 with T3: priced by the standard of the month, never for a member the other half pays for."""
    rural, urban = both
    month = date(2017, 11, 1)
    while month <= date(2018, 7, 1):
        run(river, month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    for row in both:
        price = row.amounts.latest("sequence").pricing
        assert price.document.open()["figures"]["size"] == 1
    from tuodi.delivery.determination.services.common import facts_of
    from tuodi.delivery.entitlement.services.pricing import family_of

    whole = facts_of(rural.decision.assessment.snapshot)
    assert len(whole["members"]) == 2
    assert [len(family_of(e, whole).members) for e in (rural, urban)] == [1, 1]
