"""DB-2012 from acceptance to decision on the dates of E17: two notices, a mandatory appraisal, the draw."""

from datetime import date, timedelta

import pytest

from tests.delivery.determination.river import family, working_days_on
from tuodi.core.refusal import Refused
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import PublicNotice, Review
from tuodi.delivery.intake import services as intake
from tuodi.records.org.models import Area

ACCEPTED = date(2017, 9, 18)


@pytest.fixture
def river(river):
    river.on = ACCEPTED
    return river


def due_of(river):
    return river.review.due


def test_e17_of_2017_day_by_day(river, staff):
    river.accept().check().explain_all()
    assert due_of(river) == date(2017, 9, 30), "a Saturday worked in exchange counts"
    river.on = date(2017, 9, 26)
    river.survey().explain_all()
    river.on = date(2017, 9, 27)
    river.survey_done()
    assert river.review.state == "appraising" and due_of(river) == date(2017, 10, 10)
    river.on = date(2017, 10, 9)
    river.appraise()
    river.on = date(2017, 10, 10)
    river.opinion().notice()
    notice = PublicNotice.objects.get()
    assert notice.notice_until == date(2017, 10, 17) and due_of(river) == date(2017, 10, 17)
    with pytest.raises(Refused, match="尚余 1 天"):
        services.end_notice(notice=notice, on=date(2017, 10, 17))
    river.on = date(2017, 10, 18)
    river.send_up().receive()
    assert due_of(river) == date(2017, 10, 25)
    river.on = date(2017, 10, 25)
    county = Area.objects.get(pk="533103")
    with pytest.raises(Refused, match="抽取"):
        services.propose(review=river.review, opinion="拟批准", by=staff.confirmer, on=river.on)
    draw = services.draw_spot_checks(county=county, by=staff.county, on=river.on)
    assert draw.share_percent == 30 and draw.drawn == [river.application.number], (
        "30 % of one family is one family"
    )
    with pytest.raises(Refused, match="随机抽查"):
        services.propose(review=river.review, opinion="拟批准", by=staff.confirmer, on=river.on)
    services.record_visit(
        review=river.review,
        causes=["spot"],
        finding="与乡镇调查一致",
        agrees=True,
        visited_on=river.on,
        by=staff.county,
        on=river.on,
    )
    with pytest.raises(Refused, match="县级提出审批意见"):
        services.post_second_notice(review=river.review, by=staff.confirmer, on=river.on)
    services.propose(review=river.review, opinion="拟批准", by=staff.confirmer, on=river.on)
    assert due_of(river) == date(2017, 10, 25), "writing the opinion down does not start the days anew"
    services.post_second_notice(review=river.review, by=staff.confirmer, on=river.on)
    second = PublicNotice.objects.get(round=2)
    assert second.notice_until == date(2017, 11, 1)
    with pytest.raises(Refused, match="现在是“县级公示”"):
        river.confirm()
    services.end_notice(notice=second, on=date(2017, 11, 2))
    assert river.review.state == "county_decision" and due_of(river) == date(2017, 11, 6)
    river.on = date(2017, 11, 6)
    decision = river.confirm()
    assert decision.from_month == date(2017, 12, 1)
    assert decision.number == "芒民救字〔2017〕1号"


def test_urban_cases_run_on_two_clocks_and_the_earlier_is_warned_of(river):
    review = river.accept(
        household={"claim_kind": "urban"},
        father={"registered_kind": "urban"},
        daughter={"registered_kind": "urban"},
    ).review
    clocks = selectors.clocks_of(review, ACCEPTED)
    overall = {c.label: c for c in clocks if c.label != "入户调查"}
    assert overall["城市低保自申请起"].due == date(2017, 10, 18)
    assert overall["城市低保自申请起"].in_force
    assert not overall["各环节时限之和"].in_force
    assert overall["各环节时限之和"].due > date(2017, 10, 18)
    assert review.overall_due == date(2017, 10, 18)


def test_rural_cases_have_no_total_in_the_text_and_go_by_the_sum_of_the_steps(river):
    review = river.accept().review
    assert [c["label"] for c in review.clocks] == ["各环节时限之和"]
    with pytest.raises(Refused, match="没有延长时限的规定"):
        services.extend(review=review, reason="人户分离", by=river.staff.reviewer, on=river.on)


def test_an_appraisal_that_cannot_agree_leads_back_to_a_new_investigation(river, staff):
    river.accept().check().explain_all().survey().explain_all().survey_done().days(1)
    with pytest.raises(Refused, match="争议较大"):
        river.appraise(in_favour=4, against=6)
    services.reinvestigate(review=river.review, by=staff.reviewer, on=river.on)
    with pytest.raises(Refused, match="须在此后重新入户"):
        river.survey_done()
    river.days(1).survey().explain_all().survey_done().days(1).appraise()
    assert river.review.state == "opinion"


def test_a_refusal_is_told_within_three_calendar_days_in_2012(river):
    river.accept(
        household={"shops": 1}
    ).check().explain_all().survey().explain_all().survey_done().appraise().opinion("refuse")
    river.send_up().receive()
    river.on = date(2017, 9, 29)
    services.draw_spot_checks(county=Area.objects.get(pk="533103"), by=river.staff.county, on=river.on)
    services.record_visit(
        review=river.review,
        causes=["spot"],
        finding="一致",
        agrees=True,
        visited_on=river.on,
        by=river.staff.county,
        on=river.on,
    )
    assert river.refuse().notify_due == date(2017, 10, 9), "2 October is a holiday (policy.md 0.5)"


def test_an_urban_case_accepted_late_is_late_from_its_application(staff, village):
    facts = family(
        village.pk, ACCEPTED, household={"claim_kind": "urban"}, father={"registered_kind": "urban"}
    )
    application = intake.submit(key="late", facts=facts, by=staff.counter, on=date(2017, 9, 4))
    intake.accept(application=application, by=staff.counter, on=ACCEPTED)
    review = Review.objects.get(application=application)
    assert review.overall_due == review.application.due == date(2017, 10, 9)


def test_an_objection_to_the_first_notice_gives_the_steps_their_days_again(river, staff):
    river.accept().check().explain_all().survey().explain_all().survey_done().appraise().opinion().notice()
    river.days(3)
    notice = PublicNotice.objects.get()
    services.object_to(notice=notice, objector="", text="该户在外有房", by=staff.counter, on=river.on)
    review = river.review
    assert [c["label"] for c in review.clocks] == ["各环节时限之和"]
    assert review.overall_due > river.on + timedelta(days=14) + timedelta(days=23)


def at_the_county(river, staff):
    """Visited, drawn, proposed and posted by the county."""
    if river.review.spot_draw is None:
        services.draw_spot_checks(county=Area.objects.get(pk="533103"), by=staff.county, on=river.on)
    services.record_visit(
        review=river.review,
        causes=services.county.needed_visits(river.review),
        finding="一致",
        agrees=True,
        visited_on=river.on,
        by=staff.county,
        on=river.on,
    )
    services.propose(review=river.review, opinion="拟批准", by=staff.confirmer, on=river.on)
    return services.post_second_notice(review=river.review, by=staff.confirmer, on=river.on)


@pytest.fixture
def objected_twice(river, staff):
    """The county's own notice has met an objection on its second day."""
    river.accept().check().explain_all().survey().explain_all().survey_done().appraise()
    river.opinion().notice().over().send_up().receive()
    notice = at_the_county(river, staff)
    river.days(2)
    river.objection = services.object_to(
        notice=notice, objector="", text="该户在外有房", by=staff.counter, on=river.on
    )
    return river


def test_an_objection_to_the_second_notice_runs_twenty_working_days_and_only_that_notice_again(
    objected_twice, staff
):
    river = objected_twice
    objected_on = river.on
    assert river.review.state == "second_objected" and river.review.proposal == "grant"
    assert river.review.overall_due == working_days_on(objected_on, 20)
    with pytest.raises(Refused, match="须在此后重新入户"):
        river.survey_done()
    river.days(1).survey().explain_all()
    with pytest.raises(Refused, match="异议还没有结论"):
        river.survey_done()
    services.conclude_objection(
        objection=river.objection, finding="经查不属实", upheld=False, by=staff.reviewer, on=river.on
    )
    river.survey_done()
    assert river.review.state == "county_review" and not river.review.county_proposed_by
    with pytest.raises(Refused, match="县级提出审批意见"):
        services.post_second_notice(review=river.review, by=staff.confirmer, on=river.on)
    with pytest.raises(Refused, match="异议或举报"):
        services.propose(review=river.review, opinion="拟批准", by=staff.confirmer, on=river.on)
    second = at_the_county_again(river, staff)
    services.end_notice(notice=second, on=river.over().on)
    assert river.confirm().granted
    assert river.on <= working_days_on(objected_on, 20)
    assert list(PublicNotice.objects.order_by("sequence").values_list("round", flat=True)) == [1, 2, 2]


def at_the_county_again(river, staff):
    """The newest facts assessed anew, then as before."""
    services.assess(review=river.review, by=staff.county, on=river.on)
    return at_the_county(river, staff)


def test_an_upheld_objection_to_the_second_notice_ends_in_a_refusal_with_all_findings(objected_twice, staff):
    river = objected_twice
    river.days(1).survey(houses=3).explain_all()
    services.conclude_objection(
        objection=river.objection, finding="另有住房两套", upheld=True, by=staff.reviewer, on=river.on
    )
    river.survey_done()
    services.assess(review=river.review, by=staff.county, on=river.on)
    services.record_visit(
        review=river.review,
        causes=services.county.needed_visits(river.review),
        finding="一致",
        agrees=True,
        visited_on=river.on,
        by=staff.county,
        on=river.on,
    )
    services.propose(review=river.review, opinion="不批准", by=staff.confirmer, on=river.on)
    with pytest.raises(Refused, match="评估结果已变"):
        services.post_second_notice(review=river.review, by=staff.confirmer, on=river.on)
    assert not river.refuse().granted


def test_the_page_of_the_second_objection_offers_what_comes_next(objected_twice, staff):
    acts = {a["act"] for a in selectors.next_acts(objected_twice.review, staff.counter, objected_twice.on)}
    assert "survey_done" in acts
    steps = [s["label"] for s in selectors.stepper(objected_twice.review)]
    assert steps.index("县级公示异议待重新调查") == steps.index("县级公示") + 1
