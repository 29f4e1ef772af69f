"""Prepare, approve, send: two persons, one transaction, one file."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.delivery.payment.conftest import approved, prepared
from tests.funds.world import COUNTY, MONTH, ON, PROGRAMME, budget, families
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import services
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.payment.services.sending import outbox
from tuodi.funds.models import Entry, Posting
from tuodi.funds.selectors import balance_of
from tuodi.gateways.bank import ENCODING
from tuodi.kit.digest import file_digest
from tuodi.kit.sealed import unseal
from tuodi.records.journal import anchors
from tuodi.records.journal.models import JournalLine
from tuodi.records.people.models import PayeeAccount


def held(kind):
    return balance_of(kind, area=COUNTY, programme=PROGRAMME)


def test_a_batch_reserves_each_payment_under_its_reference_and_leaves_one_line(county):
    lines = JournalLine.objects.count()
    batch = prepared(county)
    assert (batch.state, batch.count) == ("reserved", 12)
    assert batch.total_fen == sum(Payment.objects.values_list("amount_fen", flat=True)) == held("reserved")
    assert set(
        Posting.objects.filter(entry__kind="reserve").values_list("payment_reference", flat=True)
    ) == set(Payment.objects.values_list("reference", flat=True))
    assert JournalLine.objects.count() == lines + 1
    assert batch.due.day == 10


def test_the_same_key_is_one_batch_and_nothing_due_is_refused(county):
    batch = prepared(county, key="once")
    assert prepared(county, key="once") == batch
    with pytest.raises(Refused, match="没有待发"):
        prepared(county)
    assert PaymentBatch.objects.count() == 1


def test_without_budget_nothing_is_made_and_the_officer_reads_how_much_is_missing(county):
    families(2, county.staff, first=100, monthly_fen=9_999_999_00)
    run_month(programme=PROGRAMME, county=COUNTY, month=MONTH, by=county.staff.civil_affairs, on=ON)
    with pytest.raises(Refused, match=r"可用指标不足.*还差"):
        prepared(county)
    assert not Payment.objects.exists() and not PaymentBatch.objects.exists() and held("reserved") == 0
    budget(20_000_000_00, county.staff, number="追加")
    assert prepared(county).count == 14


def test_the_preparer_cannot_approve_and_the_database_says_so_too(county):
    batch = prepared(county)
    from tuodi.records.org.models import Assignment

    Assignment.objects.create(
        officer=county.staff.civil_affairs, role="payer", area_id=COUNTY, since=ON, given_by="test"
    )
    with pytest.raises(Refused, match="另一人"):
        services.approve(batch=batch, by=county.staff.civil_affairs, on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(approved_by=batch.prepared_by)


@pytest.mark.parametrize("role", ["counter", "finance", "auditor", "confirmer", "outsider"])
def test_only_the_payer_approves(county, role):
    batch = prepared(county)
    with pytest.raises(Refused):
        services.approve(batch=batch, by=getattr(county.staff, role), on=ON)


def test_an_unapproved_batch_is_not_sent(county, send, bank_folder):
    with pytest.raises(Refused, match="不能"):
        send(prepared(county), county.staff.finance)
    assert not list(bank_folder.rglob("*.txt"))


def test_the_bank_file_holds_every_payment_with_its_account_and_its_hash_is_kept(county, send):
    batch = send(approved(county), county.staff.finance)
    path = outbox() / batch.file_name
    assert file_digest(path) == batch.file_digest and path.with_suffix(".sm3").read_text().startswith(
        batch.file_digest
    )
    assert path.stat().st_mode & 0o077 == 0
    lines = path.read_bytes().decode(ENCODING).splitlines()
    assert lines[-1] == f"T|12|{batch.total_fen}"
    rows = [line.split("|") for line in lines[1:-1]]
    assert any("𠮷" in row[1] for row in rows)
    for reference, name, _bank, account, fen in rows:
        paid = Payment.objects.select_related("entitlement__household__head").get(reference=reference)
        now = PayeeAccount.objects.get(household=paid.entitlement.household, until=None)
        assert (account, name, int(fen)) == (
            unseal(now.account.box, "account"),
            now.holder_name,
            paid.amount_fen,
        )
    assert (held("reserved"), held("in_transit")) == (0, batch.total_fen)
    assert anchors.last_anchor() is not None


def test_sending_twice_is_once(county, send):
    batch = send(approved(county), county.staff.finance)
    before = (outbox() / batch.file_name).read_bytes()
    again = send(PaymentBatch.objects.get(pk=batch.pk), county.staff.finance)
    assert again.file_digest == batch.file_digest and (outbox() / batch.file_name).read_bytes() == before
    assert Entry.objects.filter(kind="send").count() == 1


def test_a_file_lost_between_commit_and_outbox_is_written_again_byte_for_byte(county, send):
    batch = send(approved(county), county.staff.finance)
    path = outbox() / batch.file_name
    before = path.read_bytes()
    path.unlink()
    assert services.publish_pending() == 1
    assert path.read_bytes() == before


def test_payments_wait_while_the_journal_is_not_anchored(county, send, monkeypatch):
    batch = approved(county)
    monkeypatch.setattr(anchors, "anchoring_stopped", lambda: True)
    with pytest.raises(Refused, match="4 小时"):
        send(batch, county.staff.finance)
    assert PaymentBatch.objects.get().state == "approved"


def test_a_voided_batch_frees_its_money_and_its_households_are_paid_by_the_next(county):
    batch = services.void(batch=prepared(county), by=county.staff.civil_affairs, on=ON, note="名单有误")
    assert held("reserved") == 0 and set(Payment.objects.values_list("state", flat=True)) == {"voided"}
    second = prepared(county)
    assert second.count == batch.count and set(second.payments.values_list("attempt", flat=True)) == {2}


def test_the_payer_can_send_a_batch_back(county):
    with pytest.raises(Refused, match="原因"):
        services.send_back(batch=prepared(county), by=county.staff.payer, on=ON, note=" ")
    batch = services.send_back(
        batch=PaymentBatch.objects.get(), by=county.staff.payer, on=ON, note="户数与公示不符"
    )
    assert batch.state == "voided" and held("available") + held("reserved") == 10_000_000_00


def test_a_sent_batch_cannot_be_voided(county, send):
    batch = send(approved(county), county.staff.finance)
    with pytest.raises(Refused):
        services.void(batch=batch, by=county.staff.civil_affairs, on=ON, note="太晚")


def test_a_household_without_account_waits_and_is_taken_up_later(county):
    PayeeAccount.objects.filter(household=county.rolls[0].household).update(until=ON)
    assert prepared(county).count == 11
    old = PayeeAccount.objects.get(household=county.rolls[0].household)
    PayeeAccount.objects.create(
        household=old.household,
        holder=old.holder,
        holder_name=old.holder_name,
        bank=old.bank,
        account=old.account,
        account_index="x",
        since=ON,
    )
    assert prepared(county).count == 1


def test_of_a_stale_form_nothing_is_done(county):
    batch = prepared(county)
    with pytest.raises(Refused, match="刷新"):
        services.approve(batch=batch, by=county.staff.payer, on=ON, version=batch.version - 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment_payment SET amount_fen = amount_fen + 1",
        "UPDATE payment_payment SET account = account",
        "UPDATE payment_payment SET entitlement_id = entitlement_id",
        "UPDATE payment_payment SET state = 'issued' WHERE state = 'voided'",
        "UPDATE payment_payment SET state = 'paid' WHERE state = 'voided'",
        "DELETE FROM payment_payment",
        "DELETE FROM payment_paymentbatch",
        "DELETE FROM entitlement_entitlement",
        "UPDATE entitlement_entitlement SET amount_fen = 1",
        "DELETE FROM entitlement_enrolment",
        "UPDATE entitlement_enrolmentamount SET monthly_fen = 1",
        "INSERT INTO payment_payment (reference, batch_id, entitlement_id, attempt, amount_fen, holder_name, bank, account, state, state_since, failure)"
        " SELECT 'X' || reference, batch_id, entitlement_id, attempt, amount_fen, holder_name, bank, account, 'issued', state_since, '' FROM payment_payment",
        "INSERT INTO payment_payment (reference, batch_id, entitlement_id, attempt, amount_fen, holder_name, bank, account, state, state_since, failure)"
        " SELECT 'X' || reference, batch_id, entitlement_id, attempt + 2,"
        " amount_fen, holder_name, bank, account, 'issued', state_since, '' FROM payment_payment",
    ],
)
def test_the_database_keeps_payments_as_they_were_made(county, statement):
    from django.db import DatabaseError, connection

    services.void(batch=prepared(county), by=county.staff.civil_affairs, on=ON, note="x")
    prepared(county)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_batch_of_nothing_but_withdrawn_payments_has_nothing_unanswered(county):
    from tuodi.delivery.payment.selectors import figures, figures_of

    batch = services.void(batch=prepared(county), by=county.staff.civil_affairs, on=ON, note="算错")
    assert figures_of(batch) == figures(batch)
    assert (batch.unanswered_count, batch.unanswered_fen) == (0, 0)


def test_a_batch_stays_whatever_migration_rebuilt_its_table(county):
    batch = prepared(county)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM payment_paymentbatch WHERE id = %s", [batch.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(paid_count=batch.count + 1)
