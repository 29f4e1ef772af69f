"""Acceptance sends each programme to its body, once, with what the body needs to know and no more."""

import copy

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.delivery.referral.family import FAMILY, ON
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import ports
from tuodi.delivery.intake import services as intake
from tuodi.delivery.referral import services
from tuodi.delivery.referral.models import Opening, Referral, ReferralStep
from tuodi.records.journal.models import JournalLine
from tuodi.records.standards import selectors as standards


def test_acceptance_sends_each_programme_to_its_body_with_a_clock(application):
    rows = list(application.referrals.order_by("number"))
    assert {(r.programme, r.department_id) for r in rows} >= {
        ("disability_living", "civil_affairs"),
        ("senior_grant", "education"),
        ("dilapidated_house", "housing"),
        ("premium_support", "medical_insurance"),
        ("special_living", "disabled_federation"),
        ("monitoring", "poverty"),
    }
    calendar = standards.calendar()
    for n, r in enumerate(rows, 1):
        assert r.number == f"{application.number}-{n:02d}"
        assert (r.state, r.sent_on, r.sent_by) == ("sent", ON, "counter1")
        assert r.due == calendar.add_working_days(ON, 3)
        assert r.overall_due is not None and r.overall_due > r.due
        assert r.area_id == application.area_id
    lines = JournalLine.objects.filter(act="referral.send")
    assert lines.count() == len(rows) == ReferralStep.objects.filter(act="send").count()


def test_sending_again_gives_the_same_rows(application, counter):
    before = list(application.referrals.order_by("number").values_list("pk", flat=True))
    again = services.open_all(
        application=application, snapshot=application.snapshots.latest("pk"), by=counter, on=ON
    )
    assert (
        [r.pk for r in again]
        == before
        == list(Referral.objects.order_by("number").values_list("pk", flat=True))
    )
    assert Opening.objects.count() == 1


def test_the_needs_an_officer_confirmed_open_programmes(place, counter):
    facts = copy.deepcopy(FAMILY)
    facts["household"] |= {"area_code": place.code, "need_house": False}
    one = intake.submit(key="needs", facts=facts, by=counter, on=ON, needs=["house", "heating"])
    one = intake.accept(application=one, by=counter, on=ON)
    assert {"dilapidated_house", "temporary_emergency"} <= set(
        one.referrals.values_list("programme", flat=True)
    )


def test_what_was_not_opened_is_kept_with_the_reason(application):
    left = application.opening.not_opened.open()
    reasons = {n["programme"]: n["reason"] for n in left}
    assert reasons["minimum_living"] == "own"
    assert reasons["price_supplement"] == "without_asking"
    assert application.opening.opened == application.referrals.count()


def test_a_body_is_told_whom_it_is_about_and_what_its_rule_relied_on_and_nothing_else(of):
    grounds = of("pension_premium").grounds.open()
    (member,) = grounds["facts"]["members"]
    assert member["name"] == "岩温"
    assert "farm_gross_year_fen" not in member and "number" not in {k for k in member if k != "number"}
    assert member["number"] == 1
    assert "deposits_fen" not in grounds["facts"]["household"]
    assert not {"payee_account", "phone", "address"} & grounds["facts"]["household"].keys()
    grant = of("senior_grant").grounds.open()
    assert [m["name"] for m in grant["facts"]["members"]] == ["玉罕"], (
        "another child's disability is not the school's"
    )
    assert "5331" not in str(grant["facts"]["members"])


def test_nothing_of_it_stands_in_plain(of):
    raw = Referral.objects.filter(pk=of("disability_living").pk).values_list("grounds", flat=True)[0]
    assert "岩罕".encode() not in bytes(raw.box)


def test_the_receipt_lists_each_body_programme_and_day(application):
    lines = ports.sent_on(application)
    assert len(lines) == application.referrals.count()
    house = next(line for line in lines if line.programme == "农村危房改造" or "危房" in line.programme)
    assert house.body == "州住房和城乡建设局" and house.due is not None


def test_withdrawing_the_application_calls_every_open_referral_back(application, counter, body, of):
    services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)
    intake.withdraw(application=application, by=counter, on=ON, reason="家庭放弃申请")
    assert set(Referral.objects.values_list("state", "outcome", "due")) == {("withdrawn", "withdrawn", None)}
    assert not Referral.objects.filter(concluded_on=None).exists()


def test_an_officer_sends_one_on_by_hand_and_the_same_again_is_the_same(application, counter):
    one = services.send(
        application=application, programme="public_rental", reason="家庭要求", by=counter, on=ON
    )
    again = services.send(
        application=application, programme="public_rental", reason="家庭又要求", by=counter, on=ON
    )
    assert one.pk == again.pk and one.why == "by_hand"
    assert one.number == f"{application.number}-{application.referrals.count():02d}"


def test_by_hand_a_persons_programme_needs_the_person(application, counter):
    with pytest.raises(Refused, match="哪一位家庭成员"):
        services.send(application=application, programme="medical_aid", reason="家庭要求", by=counter, on=ON)


def test_only_the_counter_sends_by_hand(application, body):
    with pytest.raises(Refused):
        services.send(
            application=application, programme="public_rental", reason="要求", by=body("housing"), on=ON
        )


def test_the_database_keeps_one_open_referral_of_a_programme_and_person(of):
    """The broken twin of idempotent sending: a second row of the same is refused by the database itself."""
    for programme in ("monitoring", "senior_grant"):
        row = of(programme)
        row.pk, row.number = None, f"{row.number}x"
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_steps_are_added_to_and_never_edited(application):
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferralStep.objects.filter(act="send").update(act="accept")
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.all().delete()
