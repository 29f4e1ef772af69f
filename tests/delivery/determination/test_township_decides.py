"""T19: where the county has handed over the decision the township decides in 20 working days; the county checks 30 % afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests.delivery.determination.river import COUNTY, TOWN, River, family, officer, working_days_on
from tuodi.core.refusal import Refused
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import SpotCheck
from tuodi.delivery.entitlement.models import Enrolment, Recertification
from tuodi.policy.procedures import DB_2021, TOWNSHIP_2022
from tuodi.records.documents.models import Document
from tuodi.records.org.models import Area
from tuodi.records.standards.models import ParameterValue


@pytest.fixture
def township(river):
    """The county has handed the decision over from 2025 on; the township has a confirmer of its own."""
    ParameterValue.objects.create(
        key="dibao.delegated_to_township", area_code=COUNTY, since=date(2025, 1, 1), value=True, basis="芒市民发〔2025〕1号", mark="test",
        set_by="tests",
    )  # fmt: skip
    river.on = date(2025, 9, 22)
    river.town = officer("town_confirmer", "番在兰", "confirmer", TOWN)
    river.staff.confirmer, river.county_confirmer = river.town, river.staff.confirmer
    return river


def test_the_township_decides_from_counter_to_letter_within_twenty_working_days(township):
    river = township
    river.to_opinion()
    assert river.review.delegated and river.review.overall_due == working_days_on(date(2025, 9, 22), 20)
    river.opinion().notice().over().send_up()
    assert selectors.stepper(river.review)[-3]["label"] == "待审核确认岗接收"
    decision = river.receive().confirm()
    assert decision.granted and decision.decided_by == river.town
    assert decision.decided_on <= river.review.overall_due
    letter = Document.objects.get(kind="confirmation", record_id=str(decision.pk))
    from tuodi.records.documents.services import opened

    assert opened(letter)["issuer"].endswith("人民政府"), "the township signs what it decides"
    assert Enrolment.objects.get(decision=decision).state == "pending"


def test_the_county_no_longer_decides_such_a_case_nor_the_township_any_other(township, village):
    river = township
    river.to_county()
    with pytest.raises(Refused, match="已委托乡镇"):
        river.confirm(by=river.county_confirmer)
    assert not selectors.next_acts(river.review, river.county_confirmer, river.on)
    assert "confirm" in {a["act"] for a in selectors.next_acts(river.review, river.town, river.on)}
    before = River(river.staff, village, on=date(2024, 11, 18), sequence=2)
    before.to_opinion().opinion().notice().over().send_up()
    with pytest.raises(Refused, match="不在委托乡镇办理之列"):
        before.receive()
    services.receive(review=before.review, by=river.county_confirmer, on=before.on)


def test_who_surveyed_or_proposed_in_the_township_still_decides_nothing(township):
    river = township.to_county()
    both = river.staff.reviewer
    from tuodi.records.org.models import Assignment

    Assignment.objects.create(
        officer=both, role="confirmer", area_id=TOWN, since=date(2010, 1, 1), given_by="tests"
    )
    both = type(both).objects.get(pk=both.pk)
    with pytest.raises(Refused, match="未经办这一申请的人"):
        river.confirm(by=both)


def test_the_townships_table_is_the_countys_with_its_own_words():
    assert TOWNSHIP_2022.faults() == []
    assert [(s.act, s.source, s.target, s.role) for s in TOWNSHIP_2022.steps] == [
        (s.act, s.source, s.target, s.role) for s in DB_2021.process.steps
    ]
    assert not any("县级" in s.label for s in TOWNSHIP_2022.steps if s.act != "return")


def several(river, village, count):
    """Families the township has granted."""
    made = []
    for n in range(count):
        one = River(river.staff, village, on=date(2025, 9, 22), sequence=n + 2)
        one.to_county()
        one.decision = one.confirm()
        made.append(one)
    return made


@pytest.fixture
def decided(township, village):
    return several(township, village, 4)


def draw(river, **more):
    return services.draw_spot_checks(
        county=Area.objects.get(pk=COUNTY),
        by=river.staff.county,
        on=date(2025, 11, 10),
        after_decision=True,
        **more,
    )


def test_the_county_draws_three_in_ten_afterwards_and_nobody_twice(decided):
    river = decided[0]
    row = draw(river, seed="abc")
    assert row.after_decision and row.share_percent == 30 and len(row.pool) == 4 and len(row.drawn) == 2
    assert services.county.draw_repeats(row)
    with pytest.raises(Refused, match="都参加过抽取"):
        draw(river)
    with pytest.raises(Refused):
        draw(river, share_percent=20)
    with pytest.raises(Refused):
        services.draw_spot_checks(
            county=Area.objects.get(pk=COUNTY),
            by=river.staff.confirmer,
            on=date(2025, 11, 10),
            after_decision=True,
        )


def test_what_the_township_has_still_to_decide_is_in_no_draw_of_the_county(township):
    township.to_county()
    with pytest.raises(Refused, match="没有待抽查"):
        services.draw_spot_checks(
            county=Area.objects.get(pk=COUNTY), by=township.staff.county, on=township.on
        )


def drawn_one(decided):
    row = draw(decided[0])
    return next(one for one in decided if one.application.number == row.drawn[0])


def visit(one, agrees, by=None, on=date(2025, 11, 12)):
    return services.record_visit(
        review=one.review, causes=["spot"], finding="家中另有商铺一间" if not agrees else "一致", agrees=agrees, visited_on=on,
        by=by or one.staff.county, on=on,
    )  # fmt: skip


def test_the_visit_afterwards_is_the_countys_and_not_before_the_decision(decided):
    one = drawn_one(decided)
    with pytest.raises(Refused, match="乡镇不能自查"):
        visit(one, True, by=one.staff.confirmer)
    with pytest.raises(Refused):
        visit(one, True, on=one.decision.decided_on - timedelta(days=1))
    names = {str(i.label): i.count for i in selectors.worklist(one.staff.county, date(2025, 11, 11))}
    assert names["事后抽查待入户"] == 2
    visit(one, True)
    assert not Recertification.objects.exists()
    names = {str(i.label): i.count for i in selectors.worklist(one.staff.county, date(2025, 11, 12))}
    assert names["事后抽查待入户"] == 1


def test_a_visit_that_disagrees_asks_for_a_review_and_takes_no_money(decided):
    one = drawn_one(decided)
    visit(one, False)
    asked = Recertification.objects.get()
    assert asked.enrolment.decision == one.decision and asked.cause == "spot"
    assert asked.reasons.open() == ["家中另有商铺一间"] and asked.officer == one.staff.reviewer
    assert asked.enrolment.amounts.count() == 1
    from tuodi.delivery.entitlement import services as entitlement

    Enrolment.objects.update(state="active")
    row = entitlement.open_review(
        enrolment=Enrolment.objects.get(pk=asked.enrolment_id), by=one.staff.reviewer, on=date(2025, 11, 13)
    )
    with pytest.raises(Refused, match="须入户重新评估，或报县级决定"):
        entitlement.carry_on(review=row, opinion="无", by=one.staff.reviewer, on=date(2025, 11, 13))


def test_a_family_that_was_not_drawn_is_not_visited_afterwards(decided):
    row = draw(decided[0])
    one = next(d for d in decided if d.application.number not in row.drawn)
    with pytest.raises(Refused, match="只有县级审核环节"):
        visit(one, True)


def test_the_way_by_the_pages(decided, client, monkeypatch):
    one = decided[0]
    monkeypatch.setattr("tuodi.records.org.clock.today", lambda: date(2025, 11, 10))
    client.force_login(one.staff.county)
    page = client.get(reverse("determination:draws")).content.decode()
    assert "乡镇受委托确认的（事后）" in page
    answer = client.post(reverse("determination:new_draw_after", args=[COUNTY]), {"share_percent": 30})
    row = SpotCheck.objects.get()
    assert answer.status_code == 302 and row.after_decision
    listing = client.get(f"{reverse('determination:list')}?pile=after").content.decode()
    drawn = next(d for d in decided if d.application.number == row.drawn[0])
    assert row.drawn[0] in listing and row.drawn[1] in listing
    review = client.get(reverse("determination:review", args=[drawn.review.pk])).content.decode()
    assert "登记县级入户核查" in review and "乡镇受委托确认" in review
    answer = client.post(
        reverse("determination:visit", args=[drawn.review.pk]),
        {
            "causes": ["spot"],
            "visited_on": "2025-11-10",
            "agrees": "yes",
            "finding": "一致",
            "version": drawn.review.version,
        },
    )
    assert answer.status_code == 302 and drawn.review.visits.count() == 1


def test_the_altered_table_kept_its_guard(decided):
    draw(decided[0])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE determination_spotcheck SET seed = 'x'")


def test_families_of_the_river_are_other_people(village):
    assert family(village.pk, date(2025, 9, 22), sequence=2) != family(
        village.pk, date(2025, 9, 22), sequence=3
    )
