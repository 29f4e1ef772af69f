"""An objection sends the case back, is answered, and the notice starts anew (T14)."""

from datetime import timedelta

import pytest
from django.db import connection

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import Objection, PublicNotice

WORDS = "该户主在瑞丽开有玉石店"


@pytest.fixture
def noticed(river):
    return river.to_opinion().opinion().notice()


def object_to(river, **more):
    notice = river.review.notices.latest("sequence")
    return services.object_to(
        notice=notice, objector="线大姐 13912345678", text=WORDS, by=river.staff.counter, on=river.on, **more
    )


def test_an_objection_takes_the_notice_down_and_the_days_start_anew(noticed):
    first = noticed.review.notices.get()
    noticed.days(3)
    objection = object_to(noticed)
    first.refresh_from_db()
    assert first.ended_on == noticed.on and noticed.review.state == "objected"
    assert noticed.review.proposal == ""
    services.reinvestigate(review=noticed.review, by=noticed.staff.counter, on=noticed.on)
    with pytest.raises(Refused, match="重新入户"):
        noticed.survey_done()
    noticed.days(1).survey().explain_all().survey_done()
    services.conclude_objection(
        objection=objection,
        finding="玉石店为他人所有",
        upheld=False,
        by=noticed.staff.reviewer,
        on=noticed.on,
    )
    noticed.opinion().notice()
    second = noticed.review.notices.latest("sequence")
    assert second.notice_until >= noticed.on + timedelta(days=7)
    assert second.slug != first.slug and second.number != first.number


def test_the_special_limit_runs_after_an_objection(noticed):
    usual = noticed.review.overall_due
    noticed.days(1)
    object_to(noticed)
    review = noticed.review
    assert review.overall_due > usual and review.special.open() == "公示有异议"
    assert review.overall_due == services.common.calendar().add_working_days(review.accepted_on, 45)


def test_an_objection_may_be_handed_to_an_appraisal_instead(noticed, staff):
    noticed.days(1)
    objection = object_to(noticed)
    services.survey_done(review=noticed.review, by=staff.reviewer, on=noticed.on)
    assert noticed.review.state == "appraising"
    noticed.days(1).appraise()
    services.conclude_objection(
        objection=objection, finding="评议认为不属实", upheld=False, by=staff.reviewer, on=noticed.on
    )
    assert noticed.opinion().notice().review.state == "noticing"


def test_an_objection_after_the_last_day_is_not_one_to_the_notice(noticed):
    noticed.over()
    with pytest.raises(Refused, match="公示已经结束"):
        object_to(noticed)
    assert not Objection.objects.exists()


def test_who_objects_and_what_they_say_is_sealed(noticed):
    object_to(noticed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT objector, text FROM determination_objection")
        stored = b"".join(bytes(v) for v in cursor.fetchone())
        cursor.execute("SELECT note, purpose FROM journal_journalline")
        journal = str(cursor.fetchall())
    assert WORDS.encode() not in stored and "线大姐".encode() not in stored
    assert WORDS not in journal and "线大姐" not in journal
    assert Objection.objects.get().text.open() == WORDS


def test_an_objection_is_concluded_once(noticed, staff):
    objection = object_to(noticed)
    services.conclude_objection(
        objection=objection, finding="不属实", upheld=False, by=staff.reviewer, on=noticed.on
    )
    with pytest.raises(Refused, match="已有结论"):
        services.conclude_objection(
            objection=objection, finding="属实", upheld=True, by=staff.reviewer, on=noticed.on
        )


def test_the_county_must_visit_a_family_objected_to(noticed, staff):
    objection = object_to(noticed)
    services.reinvestigate(review=noticed.review, by=staff.counter, on=noticed.on)
    noticed.days(1).survey().explain_all().survey_done()
    services.conclude_objection(
        objection=objection, finding="不属实", upheld=False, by=staff.reviewer, on=noticed.on
    )
    noticed.opinion().notice().over().send_up().receive()
    with pytest.raises(Refused, match="异议或举报"):
        noticed.confirm()
    assert selectors.review_page(noticed.review, staff.confirmer, noticed.on)["visits_needed"] == [
        "异议或举报"
    ]
    services.record_visit(
        review=noticed.review,
        causes=["objection"],
        finding="一致",
        agrees=True,
        visited_on=noticed.on,
        by=staff.county,
        on=noticed.on,
    )
    assert noticed.confirm().granted


def test_a_filed_relative_is_always_visited(river, staff):
    from tuodi.delivery.intake import services as intake

    river.to_county()
    intake.file_relative(
        application=river.application, person=river.application.applicant, relation="弟弟", official_name="岩罕", official_post="村委会委员",
        by=staff.counter, on=river.on,
    )  # fmt: skip
    with pytest.raises(Refused, match="近亲属备案"):
        river.confirm()


def test_a_visit_that_disagrees_asks_for_settled_facts_before_a_decision(river, staff):
    river.to_county()
    services.record_visit(
        review=river.review,
        causes=["spot"],
        finding="家中有商铺一间",
        agrees=False,
        visited_on=river.on,
        by=staff.county,
        on=river.on,
    )
    with pytest.raises(Refused, match="不一致"):
        river.confirm()
    river.days(1).survey(shops=1).explain_all()
    services.assess(review=river.review, by=staff.county, on=river.on)
    with pytest.raises(Refused, match="不能确认"):
        river.confirm()
    assert not river.refuse().granted


def test_two_notices_of_one_case_are_never_up_at_once(noticed):
    from django.db import IntegrityError, transaction

    first = noticed.review.notices.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicNotice.objects.create(
            review=first.review, area=first.area, assessment=first.assessment, round=1, sequence=2, number="x", posted_on=first.posted_on,
            notice_until=first.notice_until, content=first.content, slug="x", posted_by="x",
        )  # fmt: skip
