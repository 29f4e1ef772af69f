"""The way of a referral: accepted, returned once and twice, ruled, paused, asked about, concluded; each act by whom it may be."""

from datetime import date, timedelta

import pytest

from tests.delivery.referral.family import ON
from tuodi.core.refusal import Refused
from tuodi.delivery.referral import selectors, services
from tuodi.delivery.referral.models import Pause, Question, Referral, ReferralStep, Return
from tuodi.delivery.referral.process import BASES, OWN_STATES, PROCESSES
from tuodi.kit.versions import Conflict
from tuodi.policy.handling import latest_end
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Department
from tuodi.records.standards import selectors as standards


def department(code):
    return Department.objects.get(pk=code)


def work_days(since, n):
    return standards.calendar().add_working_days(since, n)


# --- accept -------------------------------------------------------------------------------------------


def test_accepting_starts_the_programmes_own_clocks(of, body):
    day = work_days(ON, 2)
    row = services.accept(referral=of("dilapidated_house"), by=body("housing"), on=day)
    assert (row.state, row.accepted_on, row.procedure) == (
        "village_meeting",
        day,
        "housing.dilapidated_house",
    )
    assert row.due == work_days(day, 10)
    assert row.overall_due == latest_end(BASES["housing.dilapidated_house"], day, standards.calendar())
    assert JournalLine.objects.filter(act="referral.housing.dilapidated_house.accept").count() == 1


def test_another_bureau_does_not_accept_it(of, body):
    with pytest.raises(Refused, match="不在承办部门"):
        services.accept(referral=of("dilapidated_house"), by=body("education"), on=ON)
    assert of("dilapidated_house").state == "sent"


def test_accepting_twice_is_refused_in_words(of, body):
    services.accept(referral=of("senior_grant"), by=body("education"), on=ON)
    with pytest.raises(Refused, match="不能“接收”"):
        services.accept(referral=of("senior_grant"), by=body("education"), on=ON)


def test_of_two_officers_with_the_same_page_one_acts_and_the_other_is_told(of, body):
    seen = of("senior_grant")
    services.accept(referral=of("senior_grant"), by=body("education"), on=ON, version=seen.version)
    now = of("senior_grant")
    with pytest.raises(Conflict) as told:
        services.return_(
            referral=now, reason="不属于本部门", by=body("education"), on=ON, version=seen.version
        )
    assert told.value.differences[0].theirs.startswith("学校") or told.value.current_version == now.version
    assert Return.objects.count() == 0


# --- return -------------------------------------------------------------------------------------------


def test_a_first_return_goes_to_the_counter_which_addresses_it_anew(of, body, counter):
    row = services.return_(
        referral=of("dilapidated_house"), reason="房屋属于地震安居工程名单", by=body("housing"), on=ON,
        suggested=department("poverty"),
    )  # fmt: skip
    assert (row.state, row.returns) == ("returned", 1)
    assert row.due == work_days(ON, 2)
    assert row.pk in set(Referral.objects.filter(selectors.mine(counter, ON)).values_list("pk", flat=True))
    row = services.readdress(
        referral=of("dilapidated_house"),
        department=department("poverty"),
        reason="转扶贫部门",
        by=counter,
        on=ON,
    )
    assert (row.state, row.department_id, row.owner_id) == ("sent", "poverty", "poverty")
    services.accept(referral=of("dilapidated_house"), by=body("poverty"), on=ON)


def test_a_second_return_goes_to_the_office_whose_ruling_is_final(of, body, counter, office):
    services.return_(referral=of("dilapidated_house"), reason="不属于本部门", by=body("housing"), on=ON)
    services.readdress(
        referral=of("dilapidated_house"), department=department("poverty"), reason="请核实", by=counter, on=ON
    )
    row = services.return_(
        referral=of("dilapidated_house"), reason="也不属于本部门", by=body("poverty"), on=ON
    )
    assert (row.state, row.returns) == ("disputed", 2)
    with pytest.raises(Refused):
        services.readdress(
            referral=of("dilapidated_house"),
            department=department("housing"),
            reason="再转",
            by=counter,
            on=ON,
        )
    row = services.rule(
        referral=of("dilapidated_house"),
        department=department("housing"),
        reason="危房改造由住建办理",
        by=office,
        on=ON,
    )
    assert (row.state, row.department_id, row.final) == ("sent", "housing", True)
    with pytest.raises(Refused, match="已经定办"):
        services.return_(referral=of("dilapidated_house"), reason="还是不办", by=body("housing"), on=ON)
    services.accept(referral=of("dilapidated_house"), by=body("housing"), on=ON)
    assert list(Return.objects.values_list("sequence", "department_id")) == [(1, "housing"), (2, "poverty")]


def test_only_the_office_rules(of, body, counter):
    services.return_(referral=of("monitoring"), reason="不属于本部门", by=body("poverty"), on=ON)
    services.readdress(
        referral=of("monitoring"), department=department("poverty"), reason="属于的", by=counter, on=ON
    )
    services.return_(referral=of("monitoring"), reason="不属于本部门", by=body("poverty"), on=ON)
    for who in (counter, body("poverty"), body("housing")):
        with pytest.raises(Refused):
            services.rule(
                referral=of("monitoring"), department=department("housing"), reason="定办", by=who, on=ON
            )


def test_a_return_without_a_reason_is_refused(of, body):
    with pytest.raises(Refused, match="写明理由"):
        services.return_(referral=of("senior_grant"), reason=" ", by=body("education"), on=ON)


# --- pauses -------------------------------------------------------------------------------------------


def test_the_clock_stands_still_and_runs_on_with_the_days_that_were_left(of, body, counter):
    row = services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)  # 10 working days
    overall = row.overall_due
    asked = work_days(ON, 4)
    row = services.ask_correction(
        referral=of("monitoring"), items=["家庭成员务工证明"], by=body("poverty"), on=asked
    )
    assert row.state == "correcting"
    assert Pause.objects.get().working_days_left == 6
    answered = work_days(asked, 7)
    row = services.answer(referral=of("monitoring"), text="证明一份", by=counter, on=answered)
    assert row.state == "accepted"
    assert row.due == work_days(answered, 6)
    assert row.overall_due == work_days(overall, 7)
    assert Pause.objects.get().answer.open() == "证明一份"


def test_a_body_answers_no_correction_and_a_counter_asks_none(of, body, counter):
    services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)
    with pytest.raises(Refused):
        services.ask_correction(referral=of("monitoring"), items=["证明"], by=counter, on=ON)
    services.ask_correction(referral=of("monitoring"), items=["证明"], by=body("poverty"), on=ON)
    with pytest.raises(Refused):
        services.answer(referral=of("monitoring"), text="收到了", by=body("poverty"), on=ON)


def test_a_pause_may_come_twice_but_not_at_once(of, body, counter):
    services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)
    for turn in ("一", "二"):
        services.ask_correction(referral=of("monitoring"), items=[f"证明{turn}"], by=body("poverty"), on=ON)
        with pytest.raises(Refused):
            services.ask_correction(referral=of("monitoring"), items=["再要"], by=body("poverty"), on=ON)
        services.answer(referral=of("monitoring"), text="收到", by=counter, on=ON)
    assert Pause.objects.filter(answered_on=ON).count() == 2


# --- questions ----------------------------------------------------------------------------------------


def test_a_body_asks_another_and_is_answered_once(of, body):
    services.accept(referral=of("special_living"), by=body("disabled_federation"), on=ON)
    question = services.ask_body(
        referral=of("special_living"), department=department("human_resources"), text="是否参加职工养老保险？",
        due=ON + timedelta(days=5), by=body("disabled_federation"), on=ON,
    )  # fmt: skip
    assert list(selectors.questions_for(body("human_resources"))) == [question]
    assert not selectors.questions_for(body("housing")).exists()
    with pytest.raises(Refused, match="另一部门"):
        services.answer_body(question=question, yes=True, by=body("housing"), on=ON)
    services.answer_body(question=question, yes=False, text="未参保", by=body("human_resources"), on=ON)
    with pytest.raises(Refused, match="已经答复"):
        services.answer_body(question=question, yes=True, by=body("human_resources"), on=ON)
    assert Question.objects.get().answer.yes is False
    assert not selectors.questions_for(body("human_resources")).exists()


def test_the_asked_body_reaches_the_question_and_not_the_referral(of, body):
    services.accept(referral=of("special_living"), by=body("disabled_federation"), on=ON)
    services.ask_body(
        referral=of("special_living"), department=department("human_resources"), text="是否参加职工养老保险？",
        due=ON + timedelta(days=5), by=body("disabled_federation"), on=ON,
    )  # fmt: skip
    reached = selectors.referrals_for(body("human_resources"))
    assert "special_living" not in set(reached.values_list("programme", flat=True))


def test_a_visit_is_wished_for_on_record(of, body):
    services.accept(referral=of("dilapidated_house"), by=body("housing"), on=ON)
    services.request_visit(
        referral=of("dilapidated_house"), reason="看房屋开裂情况", by=body("housing"), on=ON
    )
    step = ReferralStep.objects.get(act="request_visit")
    assert step.reason.open() == "看房屋开裂情况"
    assert JournalLine.objects.filter(act="referral.request_visit").exists()


# --- stages to the end --------------------------------------------------------------------------------


def walk_subsidy(of, civil, reviewer, body):
    services.accept(referral=of("disability_living"), by=civil, on=ON)
    services.step(referral=of("disability_living"), act="send", by=reviewer, on=ON)
    return services.step(referral=of("disability_living"), act="agree", by=body("disabled_federation"), on=ON)


def test_the_programmes_own_procedure_says_who_does_what(of, civil, reviewer, confirmer, body):
    row = services.accept(referral=of("disability_living"), by=civil, on=ON)
    assert row.state == "accepted"
    with pytest.raises(Refused):
        services.step(referral=of("disability_living"), act="send", by=civil, on=ON)
    row = services.step(referral=of("disability_living"), act="send", by=reviewer, on=ON)
    assert (row.state, row.department_id, row.owner_id) == (
        "federation", "disabled_federation", "civil_affairs",
    )  # fmt: skip
    with pytest.raises(Refused, match="不在承办部门"):
        services.step(referral=of("disability_living"), act="agree", by=body("education"), on=ON)
    row = services.step(referral=of("disability_living"), act="agree", by=body("disabled_federation"), on=ON)
    assert (row.state, row.department_id) == ("county", "civil_affairs")
    row = services.conclude(
        referral=of("disability_living"), outcome="granted", amount_fen=9000, starts_on=date(2026, 12, 1),
        by=confirmer, on=ON,
    )  # fmt: skip
    assert (row.state, row.outcome, row.amount_fen, row.concluded_on, row.due) == (
        "confirmed", "granted", 9000, ON, None,
    )  # fmt: skip


def test_granting_money_needs_an_amount_and_a_start(of, civil, reviewer, confirmer, body):
    walk_subsidy(of, civil, reviewer, body)
    for more in ({"amount_fen": 9000}, {"starts_on": ON}, {"amount_fen": -1, "starts_on": ON}):
        with pytest.raises(Refused):
            services.conclude(
                referral=of("disability_living"), outcome="granted", by=confirmer, on=ON, **more
            )
    assert of("disability_living").state == "county"


def test_refusing_needs_the_reason_and_keeps_every_finding(of, civil, reviewer, confirmer, body):
    walk_subsidy(of, civil, reviewer, body)
    with pytest.raises(Refused, match="写明理由"):
        services.conclude(referral=of("disability_living"), outcome="refused", by=confirmer, on=ON)
    row = services.conclude(
        referral=of("disability_living"), outcome="refused", reason="已享受工伤护理费", by=confirmer, on=ON
    )
    assert (row.state, row.outcome, row.amount_fen) == ("refused", "refused", None)
    assert len(of("disability_living").grounds.open()["findings"]) >= 9


def test_what_does_not_apply_is_ended_with_a_reason(of, body):
    services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)
    row = services.conclude(
        referral=of("monitoring"), outcome="not_applicable", reason="已是监测对象", by=body("poverty"), on=ON
    )
    assert (row.state, row.outcome) == ("not_applicable", "not_applicable")


def test_whoever_sent_it_on_does_not_grant_it(application, place, of, counter, body):
    row = services.accept(referral=of("pension_premium"), by=body("human_resources"), on=ON)
    Referral.objects.filter(pk=row.pk).update(sent_by=body("human_resources").username)
    with pytest.raises(Refused, match="另一人"):
        services.conclude(
            referral=of("pension_premium"), outcome="granted", starts_on=ON, by=body("human_resources"), on=ON
        )


def test_an_ending_is_not_smuggled_in_as_a_stage(of, body):
    services.accept(referral=of("pension_premium"), by=body("human_resources"), on=ON)
    with pytest.raises(Refused, match="不在这里办理"):
        services.step(referral=of("pension_premium"), act="confirm", by=body("human_resources"), on=ON)


def test_a_stage_out_of_order_is_refused_in_words(of, body):
    services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)
    with pytest.raises(Refused, match="还不能作出这一结论；现在可以"):
        services.conclude(
            referral=of("monitoring"), outcome="granted", starts_on=ON, by=body("poverty"), on=ON
        )


def test_a_public_notice_ends_by_the_days_run_and_not_before(of, body):
    services.accept(referral=of("senior_grant"), by=body("education"), on=ON)
    row = services.step(referral=of("senior_grant"), act="review", by=body("education"), on=ON)
    assert row.state == "noticing" and row.due is not None
    assert services.end_notices(on=row.due) == 0
    assert services.end_notices(on=row.due + timedelta(days=1)) == 1
    assert of("senior_grant").state == "bureau_check"
    assert services.end_notices(on=row.due + timedelta(days=1)) == 0


# --- nothing gets lost --------------------------------------------------------------------------------


def test_every_state_of_every_table_lies_in_exactly_one_pile(application, of):
    """Walked over all tables: a state that no worklist shows would be a referral nobody looks for."""
    row = of("monitoring")
    for table in PROCESSES:
        base, hand = table.key.removeprefix("referral."), "civil_affairs"
        for state in table.states:
            ended = state in table.ends
            Referral.objects.filter(pk=row.pk).update(
                state=state,
                procedure=base,
                department_id=hand,
                outcome="refused" if ended else "",
                concluded_on=ON if ended else None,
            )
            found = [
                key
                for key, _label, inside in selectors.PILES
                if Referral.objects.filter(inside, pk=row.pk).exists()
            ]
            assert len(found) == 1, f"{table.key} {state}: {found}"


def test_every_waiting_state_is_somebodys_or_times(
    application, of, counter, reviewer, confirmer, civil, office, body
):
    """Each state of each table waits for an officer's step, or for a public notice to end."""
    row = of("monitoring")
    for base, table in BASES.items():
        for state in (*OWN_STATES, *(s for s in table.states if s not in table.ends)):
            for owner in ("civil_affairs", "housing"):
                Referral.objects.filter(pk=row.pk).update(
                    state=state, procedure=base, department_id=owner, owner_id=owner
                )
                whose = [counter, reviewer, confirmer, civil, office, body("housing")]
                seen = any(Referral.objects.filter(selectors.mine(w, ON), pk=row.pk).exists() for w in whose)
                by_time = Referral.objects.filter(selectors.PILES[4][2], pk=row.pk).exists()
                elsewhere = (base, state) in {
                    ("disability_living", "federation"),
                    ("disability_nursing", "federation"),
                }
                assert seen or by_time or elsewhere, f"{base} {state} {owner}"
