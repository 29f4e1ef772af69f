"""DB-2021 from acceptance to decision, and the E17 dates."""

from datetime import date

import pytest

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import Assessment, Decision, PublicNotice
from tuodi.delivery.determination.services.assessing import intact
from tuodi.delivery.determination.signals import decided
from tuodi.records.documents.models import Document
from tuodi.records.journal.models import JournalLine


def test_a_family_is_carried_from_acceptance_to_the_decision(river):
    told = []
    decided.connect(lambda **kw: told.append(kw["decision"]), weak=False, dispatch_uid="test")
    try:
        river.to_county()
        assert river.review.state == "county_review"
        decision = river.confirm()
    finally:
        decided.disconnect(dispatch_uid="test")
    assert told == [decision]
    assert decision.granted and decision.monthly_fen > 0
    assert decision.from_month == date(2026, 12, 1)
    assert decision.number == "芒民救字〔2026〕1号"
    assert river.review.state == "confirmed"
    river.application.refresh_from_db()
    assert river.application.state == "closed"
    assert decision.assessment.monthly_fen == decision.monthly_fen
    assert intact(decision.assessment)
    kinds = list(
        Document.objects.filter(household=river.application.household)
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert kinds[-2:] == ["notice", "confirmation"]


def test_the_assessment_keeps_findings_parameters_and_what_would_change_it(river):
    row = river.to_opinion().assess()
    document = row.findings.open()
    assert {f["rule"] for f in document["findings"]} >= {
        "income_below_standard",
        "financial_assets_within",
        "has_members",
    }
    assert all(f["sentence"] and f["basis"] for f in document["findings"])
    assert document["changes"]
    assert row.eligible is True and row.size == 2
    marks = {p["mark"] for p in row.parameters}
    assert marks <= {"verified", "likely", "unverified", "test"} and "test" in marks
    assert all(p["basis"] and p["label"] and p["text"] for p in row.parameters)


def test_e17_clocks_of_2021(river, village):
    river.on = date(2025, 9, 22)
    review = river.accept().review
    clocks = {c["label"]: c["due"] for c in review.clocks}
    assert clocks["启动调查"] == "2025-09-25"
    assert review.overall_due == date(2025, 11, 7)
    review = services.extend(
        review=review, reason="人户分离，需到外省核实", by=river.staff.reviewer, on=river.on
    )
    assert review.overall_due == date(2025, 11, 28)
    with pytest.raises(Refused, match="已经延长过"):
        services.extend(review=review, reason="再延长一次", by=river.staff.reviewer, on=river.on)


def test_e17_over_spring_festival(river):
    river.on = date(2024, 2, 5)
    assert river.accept().review.overall_due == date(2024, 3, 22)


def test_where_the_township_decides_twenty_working_days_run(river):
    from tuodi.records.standards.models import ParameterValue

    ParameterValue.objects.create(
        key="dibao.delegated_to_township", area_code="533103", since=date(2025, 1, 1), value=True, basis="芒市民发〔2025〕1号", mark="test",
        set_by="tests",
    )  # fmt: skip
    river.on = date(2025, 9, 22)
    review = river.accept().review
    assert review.delegated and review.overall_due == date(2025, 10, 24)
    assert review.application.due == date(2025, 10, 24), "the letter of acceptance promises the same day"


def test_a_year_without_its_notice_is_marked_provisional(river):
    river.on = date(2026, 12, 28)
    review = river.accept().review
    clocks = selectors.clocks_of(review, river.on)
    assert all(c.provisional for c in clocks if c.due.year == 2027)
    assert any(c.due.year == 2027 for c in clocks)


def test_a_notice_that_ends_on_a_day_off_stays_up_to_the_next_working_day(river):
    river.on = date(2025, 1, 22)  # + 7 = 29 January, Spring Festival until 4 February
    river.to_opinion().opinion().notice()
    notice = PublicNotice.objects.get()
    assert notice.notice_until == date(2025, 2, 5)
    assert river.review.due == date(2025, 2, 5)


def test_the_clock_after_a_notice_runs_from_its_last_day_not_from_the_day_somebody_noticed(river):
    river.on = date(2025, 9, 22)
    river.to_opinion().opinion().notice().over().days(3)
    assert services.end_notice(notice=PublicNotice.objects.get(), on=river.on).due == date(2025, 10, 9)


def test_the_daily_job_ends_what_is_over_and_nothing_else(river, staff, village):
    from tests.delivery.determination.river import River
    from tuodi.delivery.determination.tasks import end_due_notices

    river.to_opinion().opinion().notice()
    later = River(staff, village, on=date(2026, 11, 12), sequence=2)
    later.to_opinion().opinion().notice()
    first_over = river.review.notices.get().notice_until
    assert end_due_notices(first_over) == (0, 0), "the last day is a whole day"
    from datetime import timedelta

    assert end_due_notices(first_over + timedelta(days=1)) == (1, 0)
    assert (river.review.state, later.review.state) == ("to_send", "noticing")
    assert end_due_notices(first_over + timedelta(days=1)) == (0, 0)


def test_a_refusal_goes_up_without_a_notice_and_its_letter_has_every_finding(river):
    river.to_opinion(household={"deposits_fen": 900_000_000, "shops": 2}).opinion("refuse")
    assert not PublicNotice.objects.exists()
    decision = river.send_up().receive().refuse()
    assert not decision.granted and decision.monthly_fen == 0 and decision.from_month is None
    from tuodi.records.documents.services import opened

    letter = Document.objects.get(kind="refusal")
    said = opened(letter)
    document = decision.assessment.findings.open()
    assert [f["text"] for f in said["findings"]] == [f["sentence"] for f in document["findings"]]
    failing = {f["rule"] for f in document["findings"] if f["required"] and f["holds"] is False}
    assert failing == {"financial_assets_within", "shops_within"}, (
        "all findings are told, not only the first that fails"
    )
    assert said["remedies_to"] == "芒市人民政府"
    assert letter.number == decision.number


def test_a_refusal_is_told_within_three_working_days_in_2021(river):
    river.on = date(2025, 9, 15)
    river.to_opinion(household={"shops": 2}).opinion("refuse").send_up().receive()
    river.on = date(2025, 9, 29)
    decision = river.refuse()
    assert decision.notify_due == date(2025, 10, 10)
    told = services.notify(decision=decision, by=river.staff.reviewer, on=date(2025, 9, 30))
    assert told.notified_on == date(2025, 9, 30)
    with pytest.raises(Refused, match="已登记过"):
        services.notify(decision=decision, by=river.staff.reviewer, on=date(2025, 10, 1))


def test_a_confirmation_that_nobody_posted_is_refused(river):
    river.to_opinion().opinion()
    with pytest.raises(Refused, match="先公示"):
        river.send_up()


def test_an_amount_that_changed_after_the_notice_must_be_posted_anew(river, staff):
    river.to_county()
    posted = river.review.notices.get().content["amount_fen"]
    river.survey(contracted_land=True)
    assert services.assess(review=river.review, by=staff.county, on=river.on).monthly_fen == posted
    river.survey(member={0: {"wage_year_fen": 600_000}})
    changed = services.assess(review=river.review, by=staff.county, on=river.on)
    assert changed.monthly_fen != posted
    with pytest.raises(Refused, match="与公示的不一致"):
        river.confirm()
    services.return_to_township(
        review=river.review, reason="金额有变，请重新公示", by=staff.confirmer, on=river.on
    )
    river.opinion().notice().over().send_up().receive()
    assert river.confirm().monthly_fen == changed.monthly_fen


def test_facts_settled_after_the_assessment_ask_for_a_new_one(river):
    river.to_county().survey(deposits_fen=310_000)
    with pytest.raises(Refused, match="重新评估"):
        river.confirm()


def test_what_a_decision_relied_on_cannot_be_edited(river):
    from django.db import DatabaseError, transaction

    decision = river.to_county().confirm()
    for model, row, change in (
        (Decision, decision, {"monthly_fen": 1}),
        (Assessment, decision.assessment, {"monthly_fen": 1}),
        (PublicNotice, river.review.notices.get(), {"content": {}}),
        (Document, Document.objects.latest("pk"), {"number": "x"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**change)


def test_withdrawing_ends_the_review_and_takes_the_notice_down(river):
    from tuodi.delivery.intake import services as intake

    river.to_opinion().opinion().notice()
    river.application.refresh_from_db()
    intake.withdraw(
        application=river.application, by=river.staff.counter, on=river.on, reason="外出务工，不再申请"
    )
    assert river.review.state == "withdrawn"
    assert PublicNotice.objects.get().ended_on == river.on


def test_a_family_that_does_not_cooperate_is_told_in_writing(river):
    river.accept()
    with pytest.raises(Refused, match="不配合"):
        services.terminate(review=river.review, reason="", by=river.staff.reviewer, on=river.on)
    services.terminate(
        review=river.review, reason="三次上门均拒绝入户，已书面催告", by=river.staff.reviewer, on=river.on
    )
    assert river.review.state == "terminated"
    assert Document.objects.filter(kind="termination").count() == 1


def test_every_act_leaves_its_line(river):
    river.to_county().confirm()
    acts = list(
        JournalLine.objects.filter(record_kind="determination.review")
        .order_by("sequence")
        .values_list("act", flat=True)
    )
    key = "minimum_living.2021."
    assert acts == [
        "determination.open", key + "survey_done", "determination.assess", key + "form_opinion", key + "post_notice",
        key + "end_notice", key + "send_up", key + "receive", key + "confirm",
    ]  # fmt: skip
