"""No act out of its order: in every state of both procedures, what the table does not know is refused and changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import services
from tuodi.delivery.determination.models import Decision, PublicNotice, Review
from tuodi.delivery.verification import services as verification
from tuodi.delivery.verification.models import Check, CheckReport
from tuodi.kit.versions import Conflict
from tuodi.policy.procedures import PROCEDURES
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Area


def acts(staff, review, on):
    """Every act with arguments that would do if it were its turn, by an officer who holds the role."""
    who = {"counter": staff.counter, "reviewer": staff.reviewer, "confirmer": staff.confirmer}
    s = services
    return {
        "survey_done": lambda: s.survey_done(review=review, by=who["counter"], on=on),
        "appraise": lambda: s.appraise(review=review, by=who["reviewer"], on=on),
        "form_opinion": lambda: s.form_opinion(review=review, proposal="grant", opinion="拟确认", by=who["reviewer"], on=on),
        "post_notice": lambda: s.post_notice(review=review, by=who["reviewer"], on=on),
        "reinvestigate": lambda: s.reinvestigate(review=review, by=who["counter"], on=on),
        "send_up": lambda: s.send_up(review=review, by=who["reviewer"], on=on),
        "receive": lambda: s.receive(review=review, by=who["confirmer"], on=on),
        "propose": lambda: s.propose(review=review, opinion="拟批准", by=who["confirmer"], on=on),
        "return": lambda: s.return_to_township(review=review, reason="材料有误，请重办", by=who["confirmer"], on=on),
        "post_second_notice": lambda: s.post_second_notice(review=review, by=who["confirmer"], on=on),
        "confirm": lambda: s.confirm(review=review, by=who["confirmer"], on=on),
        "refuse": lambda: s.refuse(review=review, by=who["confirmer"], on=on),
        "terminate": lambda: s.terminate(review=review, reason="多次拒绝入户调查", by=who["reviewer"], on=on),
    }  # fmt: skip


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.code)
def test_every_act_out_of_its_order_is_refused_and_leaves_no_trace(river, staff, procedure):
    river.on = date(2017, 9, 18) if procedure.code == "DB-2012" else date(2026, 11, 9)
    river.accept()
    tried = 0
    for state in procedure.process.states:
        Review.objects.update(state=state)
        before = Review.objects.values().get()
        lines = JournalLine.objects.count()
        for act, take in acts(staff, Review.objects.select_related("application").get(), river.on).items():
            if procedure.process.step(act, state) is not None:
                continue
            with pytest.raises(Refused):
                take()
            tried += 1
        assert Review.objects.values().get() == before, state
        assert JournalLine.objects.count() == lines
        assert not Decision.objects.exists() and not PublicNotice.objects.exists()
    assert tried > 100


def test_the_table_and_the_services_know_the_same_acts(river, staff):
    river.accept()
    known = set(acts(staff, river.review, river.on)) | {
        "object",
        "withdraw",
        "end_notice",
        "end_second_notice",
    }
    for procedure in PROCEDURES:
        assert {s.act for s in procedure.process.steps} <= known, "a step nobody can take"


def test_nobody_takes_a_step_of_another_role_or_place(river, staff):
    river.to_opinion()
    from tests.delivery.determination.river import officer

    stranger = officer("reviewer9", "外乡人", "reviewer", "533123104")
    for by in (staff.outsider, staff.counter, staff.confirmer, stranger):
        with pytest.raises(Refused):
            services.form_opinion(review=river.review, proposal="grant", opinion="拟确认", by=by, on=river.on)
    assert river.review.proposal == ""


def test_a_page_that_shows_an_older_version_is_a_conflict(river, staff):
    from tuodi.kit.versions import Conflict

    river.to_opinion().assess()
    with pytest.raises(Conflict) as caught:
        services.form_opinion(
            review=river.review, proposal="grant", opinion="拟确认", sources_note="到村核实", by=staff.reviewer, on=river.on,
            version=river.review.version - 1,
        )  # fmt: skip
    assert caught.value.differences and caught.value.current_version == river.review.version


def test_an_opinion_waits_for_a_report_for_settled_doubts_and_for_an_assessment(river, staff):
    from tests.delivery.verification.family import CAR
    from tuodi.gateways import departments

    def propose(**more):
        return services.form_opinion(
            review=river.review, proposal="grant", opinion="拟确认", by=staff.reviewer, on=river.on, **more
        )

    river.accept().survey().survey_done()
    with pytest.raises(Refused, match="核对还没有结果"):
        propose()
    departments.open_files(date(2026, 11, 1))
    departments.load("vehicles", date(2026, 11, 1), [("533103198002290011", "岩温", CAR)])
    river.check()
    with pytest.raises(Refused, match="疑点没有处理"):
        propose(sources_note="到村核实")
    river.explain_all()
    with pytest.raises(Refused, match="还没有评估"):
        propose(sources_note="到村核实")


def test_sources_that_did_not_answer_are_never_taken_as_agreement(river, staff, monkeypatch):
    river.to_opinion().assess()
    report = CheckReport.objects.latest("pk")
    CheckReport.objects.create(
        check_made=report.check_made, sequence=report.sequence + 1, snapshot=report.snapshot, result="pending", reported_on=river.on,
        valid_until=report.valid_until, parameters=[], lines={"lines": [], "settled": []}, digest="x",
    )  # fmt: skip
    with pytest.raises(Refused, match="不视为一致"):
        services.form_opinion(
            review=river.review, proposal="grant", opinion="拟确认", by=staff.reviewer, on=river.on
        )


def test_an_opinion_against_the_assessment_is_refused_both_ways(river, staff):
    river.to_opinion()
    with pytest.raises(Refused, match="不能提出不予确认"):
        river.opinion("refuse")
    river.survey(shops=1).explain_all()
    with pytest.raises(Refused, match="不能提出确认"):
        river.opinion("grant")


def test_an_unknown_fact_is_never_a_reason(river, staff):
    river.accept(father={"wage_year_fen": None}).check().explain_all().survey().survey_done()
    row = river.assess()
    assert row.eligible is None and row.monthly_fen == 0
    for proposal in ("grant", "refuse"):
        with pytest.raises(Refused, match="工资性收入"):
            river.opinion(proposal)


def worse(monkeypatch, **changed):
    """From now on the rule finds something else than before, as it does when the day, the values or the facts have moved."""
    from tuodi.delivery.determination import policy

    real = policy.assess_facts
    monkeypatch.setattr(policy, "assess_facts", lambda *a, **k: replace(real(*a, **k), **changed))


REFUSAL = {"eligible": False, "category": "none", "monthly_fen": 0}


def test_an_opinion_overtaken_by_a_new_assessment_is_neither_posted_nor_sent(river, staff, monkeypatch):
    river.to_opinion().opinion()
    worse(monkeypatch, **REFUSAL)
    river.assess()
    assert river.review.proposal == ""
    assert "原意见作废" in JournalLine.objects.filter(act="determination.assess").latest("sequence").note
    with pytest.raises(Refused, match="还没有拟确认的审核意见"):
        river.notice()
    # Written down in the same moment, before the new result was seen: the acts look again.
    Review.objects.update(proposal="grant")
    with pytest.raises(Refused, match="评估结果已变"):
        river.notice()
    assert not PublicNotice.objects.exists()


def test_a_refusal_overtaken_by_a_new_assessment_is_not_sent_up(river, staff, monkeypatch):
    river.to_opinion(household={"shops": 1}).opinion("refuse")
    worse(monkeypatch, eligible=True, category="granted", monthly_fen=10_000)
    river.assess()
    Review.objects.update(proposal="refuse")
    with pytest.raises(Refused, match="评估结果已变"):
        river.send_up()


def test_the_county_posts_nothing_that_its_newest_assessment_does_not_say(river, staff, monkeypatch):
    river.on = date(2017, 9, 18)
    river.accept().check().explain_all().survey().explain_all().survey_done().appraise()
    river.opinion().notice().over().send_up().receive()
    services.draw_spot_checks(county=Area.objects.get(pk="533103"), by=staff.county, on=river.on)
    said = {"finding": "一致", "agrees": True, "visited_on": river.on, "by": staff.county, "on": river.on}
    services.record_visit(review=river.review, causes=services.county.needed_visits(river.review), **said)
    services.propose(review=river.review, opinion="拟批准", by=staff.confirmer, on=river.on)
    worse(monkeypatch, **REFUSAL)
    river.assess(by=staff.county)
    assert river.review.county_proposed_by == ""
    Review.objects.update(county_proposed_by="confirmer1")
    with pytest.raises(Refused, match="评估结果已变"):
        services.post_second_notice(review=river.review, by=staff.confirmer, on=river.on)


def test_assessed_twice_on_the_same_evidence_is_assessed_once_and_the_opinion_stands(river, staff):
    river.to_opinion().opinion()
    lines = JournalLine.objects.count()
    assert river.assess().pk == river.assess().pk
    assert river.review.assessments.count() == 1 and river.review.proposal == "grant"
    assert JournalLine.objects.count() == lines


def test_a_visit_sent_twice_is_one_visit(river, staff):
    river.to_county()
    review = river.review
    said = {"causes": ["doubt"], "finding": "一致", "agrees": True, "visited_on": river.on}
    said |= {"by": staff.county, "on": river.on, "version": review.version}
    services.record_visit(review=river.review, **said)
    for again in (river.review, review):  # the page loaded anew, and the one both windows were made from
        with pytest.raises(Conflict):
            services.record_visit(review=again, **said)
    assert river.review.visits.count() == 1


def test_a_check_report_past_its_days_supports_no_opinion_until_the_sources_are_asked_again(river, staff):
    river.to_opinion()
    river.on = CheckReport.objects.latest("pk").valid_until + timedelta(days=1)
    with pytest.raises(Refused, match="请先发起复查"):
        river.opinion()
    verification.recheck(check=Check.objects.get(), reason="报告过期", by=staff.reviewer, on=river.on)
    assert river.check().explain_all().opinion().review.proposal == "grant"


def test_a_check_report_past_its_days_supports_no_decision(river, staff):
    river.to_county()
    last = CheckReport.objects.latest("pk").valid_until
    river.on = last + timedelta(days=1)
    with pytest.raises(Refused, match="请先发起复查"):
        river.confirm()
    river.on = last
    assert river.confirm().granted
