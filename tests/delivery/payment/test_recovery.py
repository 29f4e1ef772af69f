"""Recovery: by a named officer, after notice and objection, by agreement, never netted; the books show every step."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from tests.delivery.payment.test_reply import answers, text
from tests.funds.world import COUNTY, MONTH, PROGRAMME, budget, families
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement import services as entitlement
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import selectors, services
from tuodi.delivery.payment.models import Payment, PaymentBatch, Recovery, RecoveryItem
from tuodi.delivery.payment.services.recovery import instalments
from tuodi.funds.models import Entry, Posting
from tuodi.funds.selectors import balance_of, faults
from tuodi.gateways.bank import RETURN
from tuodi.records.documents.models import Document
from tuodi.records.documents.services import opened
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import clock
from tuodi.records.org.models import Assignment, Officer

FOUND = date(2026, 11, 10)  # the day it was found out
HEARD = date(2026, 11, 30)  # the period to object is over


def held(kind):
    return balance_of(kind, area=COUNTY, programme=PROGRAMME)


@pytest.fixture
def paid(sent):
    """November paid to twelve families."""
    assert sent.reply(text(sent, answers(sent)), on=date(2026, 11, 4)).accepted
    row = Payment.objects.order_by("reference").select_related("entitlement__enrolment")[0]
    return SimpleNamespace(staff=sent.staff, payment=row, enrolment=row.entitlement.enrolment, sent=sent)


def propose(paid, fen=None, **more):
    asked = {
        "enrolment": paid.enrolment, "ground": "error", "facts": "同一份收入算了两次，多发", "by": paid.staff.civil_affairs, "on": FOUND,
        "items": {paid.payment.reference: fen or paid.payment.amount_fen},
    }  # fmt: skip
    return services.propose(**{**asked, **more})


def decided(paid, fen=None):
    row = services.notify(recovery=propose(paid, fen), by=paid.staff.civil_affairs, on=FOUND)
    return services.decide(recovery=row, by=paid.staff.confirmer, on=HEARD)


def refund(paid, row, fen, voucher="NX001", on=HEARD):
    return services.take_refund(recovery=row, amount_fen=fen, voucher=voucher, by=paid.staff.finance, on=on)


def test_nothing_moves_before_a_decision_and_the_decision_moves_it_to_claimed(paid):
    fen, all_paid = paid.payment.amount_fen, held("paid")
    row = propose(paid)
    assert (row.state, row.amount_fen, held("claimed")) == ("proposed", fen, 0)
    row = services.notify(recovery=row, by=paid.staff.civil_affairs, on=FOUND)
    assert row.objection_until == date(2026, 11, 17), "five working days, the first not counted"
    with pytest.raises(Refused, match="陈述申辩期到"):
        services.decide(recovery=row, by=paid.staff.confirmer, on=date(2026, 11, 17))
    assert held("claimed") == 0
    row = services.decide(recovery=row, by=paid.staff.confirmer, on=date(2026, 11, 18))
    assert (row.state, row.decided_by) == ("decided", paid.staff.confirmer.username)
    assert (held("claimed"), held("paid")) == (fen, all_paid - fen)
    (posting,) = Posting.objects.filter(entry__kind="recovery")
    assert posting.payment_reference == paid.payment.reference
    assert [d.kind for d in Document.objects.order_by("pk")] == ["recovery_notice", "recovery_decision"]
    told = opened(Document.objects.get(kind="recovery_notice"))
    assert told["amount_fen"] == fen and told["objection_until"] == date(2026, 11, 17)
    assert [x.act for x in JournalLine.objects.filter(record_kind="payment.recovery")] == [
        "recovery.propose", "recovery.notify", "recovery.decide",
    ]  # fmt: skip
    assert all(i.holds for i in selectors.identities(MONTH))


def test_what_comes_back_settles_the_claim_and_may_be_spent_again(paid):
    row = decided(paid)
    fen, before = row.amount_fen, held("available")
    first = refund(paid, row, 100)
    assert refund(paid, row, 100) == first, "the same slip is one effect"
    with pytest.raises(Refused, match="金额与本次不同"):
        refund(paid, row, 101)
    with pytest.raises(Refused, match="字母、数字和短横"):
        refund(paid, row, 1, "户主的弟弟代交")
    with pytest.raises(Refused, match="不超过尚欠"):
        refund(paid, row, fen, "NX002")
    row.refresh_from_db()
    assert (row.received_fen, row.open_fen, row.state) == (100, fen - 100, "decided")
    refund(paid, row, fen - 100, "NX002")
    row.refresh_from_db()
    assert (row.state, row.open_fen, held("claimed")) == ("settled", 0, 0)
    assert held("available") == before + fen
    with pytest.raises(Refused, match="不收还款"):
        refund(paid, row, 1, "NX003")


def test_proposer_and_decider_are_two_and_the_database_says_so_too(paid):
    row = services.notify(recovery=propose(paid), by=paid.staff.civil_affairs, on=FOUND)
    both = Officer.objects.create(username="both", name="两职", password="!")
    for role in ("civil_affairs", "confirmer"):
        Assignment.objects.create(
            officer=both, role=role, area_id=COUNTY, since=date(2020, 1, 1), given_by="t"
        )
    mine = Recovery.objects.get(pk=row.pk)
    Recovery.objects.filter(pk=row.pk).update(proposed_by="both")
    with pytest.raises(Refused, match="另一人"):
        services.decide(recovery=mine, by=both, on=HEARD)
    with pytest.raises(Refused, match="另一人"):
        services.drop(recovery=mine, by=both, on=HEARD, note="算了")
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.filter(pk=row.pk).update(decided_by="both")
    with pytest.raises(Refused, match="权限"):
        services.decide(recovery=mine, by=paid.staff.civil_affairs, on=HEARD)


def test_an_objection_is_answered_or_it_holds(paid):
    row = services.notify(recovery=propose(paid), by=paid.staff.civil_affairs, on=FOUND)
    row = services.object_to(
        recovery=row, text="那笔是老人的抚恤金", by=paid.staff.civil_affairs, on=date(2026, 11, 12)
    )
    with pytest.raises(Refused, match="逐条答复"):
        services.decide(recovery=row, by=paid.staff.confirmer, on=HEARD)
    # Answered at once: who has been heard need not wait for the period to run out.
    with transaction.atomic():
        done = services.decide(
            recovery=row, by=paid.staff.confirmer, on=date(2026, 11, 13), answer="抚恤金已另行扣除"
        )
        assert opened(Document.objects.get(kind="recovery_decision"))["answer"] == "抚恤金已另行扣除"
        assert done.state == "decided"
        transaction.set_rollback(True)
    done = services.drop(recovery=Recovery.objects.get(), by=paid.staff.confirmer, on=HEARD, note="申辩属实")
    assert done.state == "withdrawn" and not done.items.filter(live=True).exists() and held("claimed") == 0
    assert propose(paid).state == "proposed", "what was given up may be proposed anew"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ground": "standard"}, "T11"),
        ({"ground": "whim"}, "选择追回的理由"),
        ({"facts": " "}, "写明事实"),
        ({"items": {}}, "选择要追回的款项"),
        ({"items": {"T999999999901": 1}}, "不是这户的款项"),
        ({"ground": "death"}, "死亡日期"),
        ({"ground": "death", "happened_on": date(2026, 11, 3)}, "死亡当月或以前"),
        ({"fen": 10**9}, "不超过"),
    ],
)
def test_a_claim_without_ground_facts_or_measure_is_refused(paid, more, says):
    with pytest.raises(Refused, match=says):
        propose(paid, **more)
    assert not Recovery.objects.exists()


def test_after_a_death_only_the_months_after_it_are_claimed(paid):
    row = propose(paid, ground="death", happened_on=date(2026, 10, 30))
    assert row.ground == "death" and row.items.count() == 1


def test_a_lowered_standard_is_never_clawed_back(paid):
    """T11: the lower amount starts with the next month not run, and the months before are no ground for a claim."""
    entitlement.raise_standard(
        programme=PROGRAMME, county=COUNTY, from_month=MONTH, amounts={paid.enrolment.pk: 100_00}, document="德民发 1",
        by=paid.staff.confirmer, on=FOUND,
    )  # fmt: skip
    from tuodi.delivery.entitlement.selectors import amount_in

    assert amount_in(paid.enrolment, MONTH) == paid.payment.amount_fen
    with pytest.raises(Refused, match="善意领取，不追回"):
        propose(paid, ground="standard")


def test_a_payment_is_in_one_claim_at_a_time(paid):
    propose(paid, 100)
    with pytest.raises(Refused, match="已在另一件追回中"):
        propose(paid, 100)
    other = Recovery.objects.create(
        number="x", area=paid.enrolment.area, programme=PROGRAMME, enrolment=paid.enrolment, ground="error", facts="x", amount_fen=1,
        proposed_by="x", proposed_on=FOUND, state="proposed", state_since=FOUND,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryItem.objects.create(recovery=other, payment=paid.payment, amount_fen=1)
    RecoveryItem.objects.create(recovery=other, payment=paid.payment, amount_fen=1, live=False)


def test_a_month_is_paid_whole_whatever_is_claimed(paid):
    """Never silently netted: the next month's entitlement and payment know nothing of the claim."""
    decided(paid)
    december = date(2026, 12, 1)
    run_month(programme=PROGRAMME, county=COUNTY, month=december, by=paid.staff.civil_affairs, on=HEARD)
    batch = services.prepare_batch(
        programme=PROGRAMME, county=COUNTY, month=december, by=paid.staff.civil_affairs, on=HEARD
    )
    mine = batch.payments.get(entitlement__household=paid.enrolment.household_id)
    assert mine.amount_fen == paid.payment.amount_fen


def test_instalments_are_agreed_under_the_ceiling_and_covered_in_order(paid):
    row = decided(paid)
    ask = {
        "recovery": row,
        "signer": "户主0",
        "first_on": date(2026, 12, 20),
        "by": paid.staff.civil_affairs,
        "on": HEARD,
    }
    most = paid.payment.amount_fen // 2
    with pytest.raises(Refused, match="不能超过当月待遇的 50%"):
        services.agree(**ask, monthly_fen=most + 1)
    with pytest.raises(Refused, match="签字同意"):
        services.agree(**{**ask, "signer": ""}, monthly_fen=most)
    with pytest.raises(Refused, match="首期不早于今天"):
        services.agree(**{**ask, "first_on": FOUND}, monthly_fen=most)
    with pytest.raises(Refused, match="不能超过 120 期"):
        services.agree(**ask, monthly_fen=1)
    row = services.agree(**ask, monthly_fen=8_000)
    assert row.due == date(2026, 12, 20)
    parts = selectors.instalment_rows(row)
    assert [(p.due_on, p.amount_fen, p.covered_fen) for p in parts] == [
        (date(2026, 12, 20), 8_000, 0), (date(2027, 1, 20), 8_000, 0), (date(2027, 2, 20), 4_000, 0),
    ]  # fmt: skip
    refund(paid, row, 9_000)
    row.refresh_from_db()
    assert row.due == date(2027, 1, 20)
    assert [(p.covered_fen, p.done) for p in selectors.instalment_rows(row)] == [
        (8_000, True), (1_000, False), (0, False),
    ]  # fmt: skip
    row = services.agree(**{**ask, "recovery": row, "first_on": date(2027, 1, 31)}, monthly_fen=6_000)
    assert [(p.due_on, p.amount_fen) for p in selectors.instalment_rows(row)] == [
        (date(2027, 1, 31), 6_000), (date(2027, 2, 28), 5_000),
    ]  # fmt: skip


def test_parts_add_up_to_the_claim():
    for open_fen in (1, 99, 100, 101, 1_000):
        parts = instalments(open_fen, 100, date(2026, 12, 31))
        assert sum(fen for _day, fen in parts) == open_fen and parts[0][0] == date(2026, 12, 31)


def test_the_rest_is_written_off_by_another_person_of_finance(paid):
    row = decided(paid)
    refund(paid, row, 5_000)
    row = services.ask_write_off(
        recovery=Recovery.objects.get(),
        reason="户主死亡，无遗产，村委会证明",
        by=paid.staff.civil_affairs,
        on=HEARD,
    )
    row = services.refuse_write_off(recovery=row, note="再核遗产", by=paid.staff.finance, on=HEARD)
    assert row.state == "decided" and held("written_off") == 0
    row = services.ask_write_off(recovery=row, reason="公证处证明", by=paid.staff.civil_affairs, on=HEARD)
    refund(paid, row, 1_000, "NX002")  # what comes in meanwhile is taken
    row.refresh_from_db()
    rest = row.open_fen
    Recovery.objects.filter(pk=row.pk).update(waiver_asked_by=paid.staff.finance.username)
    with pytest.raises(Refused, match="另一人"):
        services.write_off(recovery=row, by=paid.staff.finance, on=HEARD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.filter(pk=row.pk).update(written_off_by=paid.staff.finance.username)
    Recovery.objects.filter(pk=row.pk).update(waiver_asked_by=paid.staff.civil_affairs.username)
    row = services.write_off(recovery=row, by=paid.staff.finance, on=HEARD, note="同意")
    assert (row.state, row.open_fen, row.written_off_fen) == ("written_off", 0, rest)
    assert (held("claimed"), held("written_off")) == (0, rest)


def test_a_decision_is_revoked_while_nothing_has_come_back(paid):
    before = held("paid")
    row = services.revoke(recovery=decided(paid), note="复议撤销", by=paid.staff.confirmer, on=HEARD)
    assert (row.state, row.open_fen, held("paid"), held("claimed")) == ("revoked", 0, before, 0)
    again = decided(paid)
    refund(paid, again, 1)
    with pytest.raises(Refused, match="已收回"):
        services.revoke(
            recovery=Recovery.objects.get(pk=again.pk), note="复议", by=paid.staff.confirmer, on=HEARD
        )


def test_what_the_bank_gives_back_late_is_not_claimed_as_well(paid):
    row = decided(paid)
    late = text(paid.sent, [(paid.payment.reference, paid.payment.amount_fen, "06", "死亡")], kind=RETURN)
    refused = paid.sent.reply(late, on=HEARD)
    assert not refused.accepted and "正在追回" in refused.faults[0]["what"]
    services.revoke(recovery=row, note="银行已退票", by=paid.staff.confirmer, on=HEARD)
    assert paid.sent.reply(late, on=HEARD).accepted
    with pytest.raises(Refused, match="没有到账"):
        propose(paid)


def test_a_payment_returned_before_the_decision_is_not_decided_over(paid):
    row = services.notify(recovery=propose(paid), by=paid.staff.civil_affairs, on=FOUND)
    late = text(paid.sent, [(paid.payment.reference, paid.payment.amount_fen, "06", "死亡")], kind=RETURN)
    assert paid.sent.reply(late, on=FOUND).accepted
    with pytest.raises(Refused, match="已由银行退票"):
        services.decide(recovery=row, by=paid.staff.confirmer, on=HEARD)
    done = services.withdraw(
        recovery=Recovery.objects.get(), note="银行退票", by=paid.staff.civil_affairs, on=HEARD
    )
    assert done.state == "withdrawn"


def test_a_match_that_forgets_the_claim_takes_the_money_back_twice(paid, monkeypatch):
    """The broken twin: without its last condition the return is taken, and the books say so."""
    from tuodi.delivery.payment.services import replies

    class Taken(Exception):
        pass

    decided(paid)
    monkeypatch.setattr(replies, "UNCLAIMED", "")
    late = text(paid.sent, [(paid.payment.reference, paid.payment.amount_fen, "06", "")], kind=RETURN)
    with pytest.raises(Taken), transaction.atomic():
        assert paid.sent.reply(late, on=HEARD).accepted
        assert "claimed beyond what was paid" in {f.what for f in faults()}
        raise Taken


def test_a_payment_from_two_pots_is_claimed_and_given_back_pot_by_pot(county, send):
    families(1, county.staff, first=700, monthly_fen=10_000_000_00)
    budget(1_000_000_00, county.staff, source="county", number="县配套")
    run_month(
        programme=PROGRAMME, county=COUNTY, month=MONTH, by=county.staff.civil_affairs, on=date(2026, 10, 28)
    )
    from tests.delivery.payment.conftest import prepared

    batch = send(
        services.approve(batch=prepared(county), by=county.staff.payer, on=MONTH), county.staff.finance
    )
    sent = SimpleNamespace(batch=batch, staff=county.staff)
    import io

    services.take_reply(
        file=io.BytesIO(text(sent, answers(sent))), file_name="r", by=county.staff.civil_affairs, on=MONTH
    )
    big = Payment.objects.order_by("-amount_fen").select_related("entitlement__enrolment")[0]
    paid = SimpleNamespace(staff=county.staff, payment=big, enrolment=big.entitlement.enrolment)
    row = decided(paid)
    assert Posting.objects.filter(entry__kind="recovery").count() == 2
    for n, fen in enumerate((1, 9_999_000_00, row.amount_fen - 9_999_000_01)):
        refund(paid, row, fen, f"NX-{n}0")
    row.refresh_from_db()
    assert row.state == "settled" and held("claimed") == 0


def test_agreements_and_refunds_are_never_edited(paid):
    row = decided(paid)
    services.agree(
        recovery=row,
        signer="户主0",
        monthly_fen=5_000,
        first_on=date(2026, 12, 20),
        by=paid.staff.civil_affairs,
        on=HEARD,
    )
    refund(paid, row, 100)
    for statement in (
        "UPDATE payment_refund SET amount_fen = 1",
        "DELETE FROM payment_refund",
        "UPDATE payment_instalment SET amount_fen = 1",
        "DELETE FROM payment_recovery",
        "UPDATE payment_recoveryitem SET amount_fen = 1",
        "DELETE FROM payment_recoveryitem",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_stale_form_is_not_carried_out(paid):
    row = services.notify(recovery=propose(paid), by=paid.staff.civil_affairs, on=FOUND)
    with pytest.raises(Refused, match="刚被别人办理"):
        services.decide(recovery=row, by=paid.staff.confirmer, on=HEARD, version=row.version - 1)


def test_a_claim_is_walked_on_pages_and_shut_to_strangers(
    paid, client, settings, monkeypatch, django_assert_max_num_queries
):
    from tests.funds.world import officers

    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(clock, "today", lambda: FOUND)

    def as_(officer):
        client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
        return client

    def act(officer, name, given):
        row = Recovery.objects.get()
        return as_(officer).post(
            reverse(f"payment:recovery_{name}", args=[row.pk]), {"version": row.version, **given}
        )

    new = reverse("payment:recovery_new", args=[paid.enrolment.pk])
    web = as_(paid.staff.civil_affairs)
    assert paid.payment.reference in web.get(new).content.decode()
    assert (
        web.get(reverse("entitlement:enrolment", args=[paid.enrolment.pk])).content.decode().count(new) == 1
    )
    given = {"ground": "error", "facts": "多发", paid.payment.reference: "150.00"}
    assert web.post(new, {**given, paid.payment.reference: "一百"}).status_code == 422
    assert web.post(new, {**given, paid.payment.reference: ""}).status_code == 422
    assert web.post(new, given).status_code == 302
    row = Recovery.objects.get()
    assert row.amount_fen == 15_000
    page = reverse("payment:recovery", args=[row.pk])
    assert act(paid.staff.civil_affairs, "notify", {}).status_code == 302
    assert act(paid.staff.civil_affairs, "object", {"text": "没有多发"}).status_code == 302
    assert act(paid.staff.civil_affairs, "decide", {"answer": "x"}).status_code == 403
    body = as_(paid.staff.confirmer).get(reverse("portal:worklist")).content.decode()
    assert "待答复的陈述申辩" in body
    assert act(paid.staff.confirmer, "decide", {"answer": ""}).status_code == 422
    assert act(paid.staff.confirmer, "decide", {"answer": "已核对"}).status_code == 302
    agreed = {"signer": "户主0", "monthly_fen": "80", "first_on": "2026-12-20"}
    assert act(paid.staff.civil_affairs, "agree", agreed).status_code == 302
    assert act(paid.staff.finance, "refund", {"amount_fen": "80", "voucher": "nx-1"}).status_code == 302
    assert act(paid.staff.civil_affairs, "ask_write_off", {"reason": "外出"}).status_code == 302
    assert act(paid.staff.finance, "refuse_write_off", {"note": "再催"}).status_code == 302
    assert act(paid.staff.finance, "refund", {"amount_fen": "70", "voucher": "NX-2"}).status_code == 302
    assert Recovery.objects.get().state == "settled"
    for url in (page, reverse("payment:recoveries") + f"?county={COUNTY}&state=settled", new):
        web = as_(paid.staff.civil_affairs)
        web.get(url)
        with django_assert_max_num_queries(10, info=url):
            body = web.get(url).content.decode()
    assert "没有多发" in web.get(page).content.decode() and "已还清" in web.get(page).content.decode()
    assert as_(officers("533122").finance).get(page).status_code == 404
    assert as_(paid.staff.counter).get(page).status_code == 403
    assert as_(paid.staff.auditor).get(page).status_code == 200
    assert PaymentBatch.objects.get().paid_count == 12 and Entry.objects.filter(kind="refund").count() == 2
