"""The fault loop (A4): each act on money fails at its first step, its second, its third … until it runs through.

A step is an SQL statement (savepoints too), a commit, a file opened for writing or renamed. A commit fails in two ways: it
did not happen, or it did and the answer was lost. After each failure the books are as before or as after, never between;
the act done again gives what it would have given; and in the end ledger and journal are whole. At night the same acts on other
rows are failed too, and every step also by something no `except` sees, as a process that is told to stop.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from tests.funds.world import COUNTY, MONTH, ON, PREFECTURE, PROGRAMME, budget, officers, world
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import Entitlement, MonthRun
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import services
from tuodi.delivery.payment.models import (
    BankReply,
    Instalment,
    Payment,
    PaymentBatch,
    PublishedTotals,
    Recovery,
    RecoveryItem,
    Refund,
)
from tuodi.delivery.payment.services.sending import file_name, outbox
from tuodi.funds import services as funds
from tuodi.funds import year
from tuodi.funds.models import Account, Budget, ClosedMonth, Closing, Entry, Posting
from tuodi.funds.selectors import faults
from tuodi.gateways.bank import RETURN, reply_text
from tuodi.kit.digest import file_digest
from tuodi.records.documents.models import Document
from tuodi.records.journal import anchors
from tuodi.records.journal.models import JournalLine
from tuodi.records.journal.verify import verify
from tuodi.records.org.models import Area

LATER, CLOSED, JANUARY = date(2026, 11, 30), date(2026, 12, 18), date(2027, 1, 8)
COUNTY_POT = funds.Pot(COUNTY, PROGRAMME, "county", 2026)
NIGHT = bool(os.environ.get("TUODI_NIGHTLY"))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]


class Stopped(BaseException):
    """What no `except Exception` sees."""


class Fault:
    """Lets step number `at` fail, once. `fired` says which kind of step it was."""

    def __init__(self, at: int, folder: str, kind: type[BaseException] = OperationalError) -> None:
        self.at, self.folder, self.kind, self.steps, self.fired = at, folder, kind, 0, ""

    def due(self, kind: str) -> bool:
        self.steps += 1
        if self.steps != self.at:
            return False
        self.fired = kind
        return True

    def statement(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self.due("statement"):
            raise self.kind("the line went dead before the statement")
        return execute(sql, params, many, context)

    def file(self, event: str, args: tuple[Any, ...]) -> None:
        writes = event == "os.rename" or (
            event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        )
        if writes and str(args[0]).startswith(self.folder) and self.due("file"):
            raise OSError(28, "no space left")

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        commit = connection._commit

        def failing() -> None:
            if self.due("commit that did not happen"):
                raise self.kind("the line went dead before the commit")
            commit()
            if self.due("commit whose answer was lost"):
                raise self.kind("the line went dead after the commit")

        connection._commit = failing
        WATCHING.append(self)
        try:
            with connection.execute_wrapper(self.statement):
                yield
        finally:
            WATCHING.remove(self)
            del connection._commit


WATCHING: list[Fault] = []


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if WATCHING and event in ("open", "os.rename"):
        WATCHING[-1].file(event, args)


sys.addaudithook(_hear)  # stays for the process; says nothing while nobody watches


def state() -> dict[str, list[Any]]:
    """The books and what stands behind them, by their own names: no row numbers, no moments."""
    account = ("kind", "area_id", "source", "year")
    sides = [f"{side}__{name}" for side in ("debit", "credit") for name in account]
    asked = {
        "accounts": Account.objects.values_list(*account, "debits_fen", "credits_fen"),
        "entries": Entry.objects.values_list("seal_id", "kind", "seal__postings", "seal__total_fen"),
        "postings": Posting.objects.values_list("entry__seal_id", *sides, "amount_fen", "payment_reference"),
        "batches": PaymentBatch.objects.values_list(
            "number", "state", "version", "count", "total_fen", "paid_count", "paid_fen", "failed_count", "failed_fen", "file_digest"
        ),
        "payments": Payment.objects.values_list("reference", "batch__number", "amount_fen", "state"),
        "replies": BankReply.objects.filter(accepted=True).values_list("file_digest", "paid_fen", "failed_fen"),
        "due": Entitlement.objects.values_list("obligation", "amount_fen"),
        "runs": MonthRun.objects.values_list("month", "households", "total_fen"),
        "claims": Recovery.objects.values_list(
            "number", "state", "version", "amount_fen", "received_fen", "written_off_fen", "due"
        ),
        "items": RecoveryItem.objects.values_list("recovery__number", "payment__reference", "amount_fen", "live"),
        "instalments": Instalment.objects.values_list("recovery__number", "agreement", "due_on", "amount_fen"),
        "refunds": Refund.objects.values_list("recovery__number", "voucher", "amount_fen"),
        "letters": Document.objects.values_list("kind", "number"),
        "published": PublishedTotals.objects.values_list("month", "sequence", "paid_fen"),
        "budgets": Budget.objects.values_list("year", "source", "sequence", "amount_fen"),
        "closings": Closing.objects.values_list("month", "state", "version"),
        "closed": ClosedMonth.objects.values_list("month", "asked_by", "closed_by"),
        "journal": JournalLine.objects.exclude(act="payment.reply_refused").values_list(
            "act", "actor", "record_kind", "state_from", "state_to"
        ),
    }  # fmt: skip
    return {name: sorted(rows, key=repr) for name, rows in asked.items()}


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [name for name in one if one[name] != other[name]]


class Undo(Exception):
    pass


def loop(name: str, act: Callable[[], Any], folder: str, kind: type[BaseException] = OperationalError) -> int:
    """Fail `act` at each of its steps in turn; how many there were. Leaves it done."""
    before = state()
    with contextlib.suppress(Undo), transaction.atomic():
        act()
        done = state()
        raise Undo
    assert differing(before, state()) == []
    for at in range(1, 1_000):
        fault = Fault(at, folder, kind)
        failed: BaseException | None = None
        try:
            with fault.watching():
                act()
        except (OperationalError, OSError, Stopped) as error:
            failed = error
        assert bool(failed) == bool(fault.fired), (
            f"{name}, step {at}: {fault.fired} was passed over in silence"
        )
        if not failed:
            break
        now = state()
        if differing(now, done) and not differing(now, before):
            continue  # as if it had not been tried
        assert not differing(now, done), (
            f"{name}, step {at} ({fault.fired}): neither before nor after, {differing(now, before)}"
        )
        break  # it is done, and whoever asked for it does not know
    with contextlib.suppress(Refused):
        act()  # asked once more, by somebody who did not hear
    assert differing(state(), done) == [], f"{name} done twice"
    assert not connection.in_atomic_block
    wrong = [str(f) for f in faults()] + [str(f) for f in verify()]
    assert not wrong, f"{name}: {wrong}"
    return fault.steps


@pytest.fixture
def office(transactional_db, tmp_path, settings):
    settings.BANK_FOLDER, settings.ANCHOR_FILE = tmp_path / "bank", tmp_path / "anchors.jsonl"
    made = world(4, fen=50_000)  # two payments and a half from the one pot, the rest from the other
    budget(10**9, made.staff, source="county", number="县配套")
    return SimpleNamespace(staff=made.staff, high=officers(PREFECTURE), folder=str(tmp_path))


def batch(kind: str = "regular") -> PaymentBatch:
    return PaymentBatch.objects.filter(kind=kind).latest("pk")


def answer(codes: dict[int, str], chosen: tuple[int, ...], kind: str = "TUODI-R1") -> Any:
    """The bank's words on some payments of the batch."""
    rows = list(batch().payments.order_by("reference").values_list("reference", "amount_fen"))
    lines = [(*rows[n], codes.get(n, "00"), "") for n in chosen]
    return io.BytesIO(reply_text(batch().number, batch().file_digest, "20261128", lines, kind=kind))


def payment(n: int) -> Payment:
    return batch().payments.order_by("reference")[n]


def claim() -> Recovery:
    return Recovery.objects.latest("pk")


def acts(o: Any) -> list[tuple[str, Callable[[], Any]]]:
    """A month from the money's release to the books' closing, act by act."""
    s, high = o.staff, o.high
    civil, finance = {"by": s.civil_affairs}, {"by": s.finance}
    at_county = {"programme": PROGRAMME, "county": COUNTY}
    reissue = lambda: services.prepare_reissue(  # noqa: E731
        **at_county, **civil, on=LATER, references=[payment(1).reference], confirmed=[payment(1).reference]
    )
    return [
        ("release", lambda: budget(700, s, number="追加")),
        ("reverse", lambda: funds.reverse(entry=Entry.objects.get(note="追加"), on=ON, note="文号有误", **finance)),
        ("to the prefecture", lambda: budget(900, high, county=PREFECTURE, number="州级")),
        ("allocate", lambda: funds.allocate(
            from_area=Area.objects.get(pk=PREFECTURE), to_area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="central", year=2026,
            amount_fen=800, document_number="分配", on=ON, by=high.finance)),
        ("month", lambda: run_month(**at_county, month=MONTH, on=ON, **civil)),
        ("prepare", lambda: services.prepare_batch(**at_county, month=MONTH, on=ON, key="一", **civil)),
        ("send back", lambda: services.send_back(batch=batch(), by=s.payer, on=ON, note="再核")),
        ("prepare again", lambda: services.prepare_batch(**at_county, month=MONTH, on=ON, key="二", **civil)),
        ("approve", lambda: services.approve(batch=batch(), by=s.payer, on=ON)),
        ("send", lambda: services.send(batch=batch(), by=s.finance, on=ON)),
        ("reply", lambda: services.take_reply(file=answer({0: "04", 1: "06"}, (0, 1, 2)), file_name="r", on=LATER, **civil)),
        ("last reply", lambda: services.take_reply(file=answer({}, (3,)), file_name="r2", on=LATER, **civil)),
        ("reconcile", lambda: services.reconcile(batch=batch(), on=LATER, **finance)),
        ("late return", lambda: services.take_reply(file=answer({2: "04"}, (2,), RETURN), file_name="x", on=LATER, **civil)),
        ("restore", lambda: services.restore(payment=payment(0), on=LATER, note="已死亡", **civil)),
        ("reissue", reissue),
        ("void", lambda: services.void(batch=batch("reissue"), on=LATER, note="账户再核", **civil)),
        ("explain", lambda: Payment.objects.get(pk=payment(1).pk).explanations.exists() or services.explain_return(
            payment=payment(1), on=LATER, note="待补账户", **civil)),
        ("explain the other", lambda: Payment.objects.get(pk=payment(2).pk).explanations.exists() or services.explain_return(
            payment=payment(2), on=LATER, note="待补账户", **civil)),
        ("claim", lambda: services.propose(
            enrolment=payment(3).entitlement.enrolment, ground="error", facts="多发", items={payment(3).reference: 9_000}, on=ON, **civil)),
        ("notify", lambda: services.notify(recovery=claim(), on=ON, **civil)),
        ("decide", lambda: services.decide(recovery=claim(), by=s.confirmer, on=LATER)),
        ("revoke", lambda: services.revoke(recovery=claim(), by=s.confirmer, on=LATER, note="复议")),
        ("claim anew", lambda: services.propose(
            enrolment=payment(3).entitlement.enrolment, ground="error", facts="多发", items={payment(3).reference: 8_000}, on=ON, **civil)),
        ("notify anew", lambda: services.notify(recovery=claim(), on=ON, **civil)),
        ("decide anew", lambda: services.decide(recovery=claim(), by=s.confirmer, on=LATER)),
        ("instalments", lambda: claim().instalments.exists() or services.agree(
            recovery=claim(), signer="户主", monthly_fen=3_000, first_on=LATER, on=LATER, **civil)),
        ("refund", lambda: services.take_refund(recovery=claim(), amount_fen=5_000, voucher="NX-0001", on=LATER, **finance)),
        ("ask for write-off", lambda: services.ask_write_off(recovery=claim(), reason="外出", on=LATER, **civil)),
        ("write off", lambda: services.write_off(recovery=claim(), on=LATER, **finance)),
        ("publish totals", lambda: services.publish_totals(**at_county, month=MONTH, on=CLOSED, **civil)),
        ("ask for closing", lambda: funds.ask_closing(month=MONTH, by=high.civil_affairs, on=CLOSED)),
        ("close", lambda: funds.close_month(closing=Closing.objects.get(), by=high.finance, on=CLOSED)),
        ("budget", lambda: year.set_budget(
            area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="county", year=2027, amount_fen=10**9, document_number="预算", on=JANUARY,
            **finance)),
        ("carry over", lambda: year.carry_over(pot=COUNTY_POT, amount_fen=10**8, document_number="结转", note="较晚", on=JANUARY, **finance)),
        ("take back", lambda: year.take_back(pot=COUNTY_POT, amount_fen=2 * 10**8, document_number="收回", on=JANUARY, **finance)),
    ]  # fmt: skip


AGAIN = (
    "prepare again",
    "explain the other",
    "claim anew",
    "notify anew",
    "decide anew",
)  # the same on other rows


@pytest.mark.parametrize(
    "kind", [OperationalError, pytest.param(Stopped, marks=pytest.mark.nightly)], ids=["error", "stopped"]
)
def test_every_act_on_money_may_fail_at_every_step(office, kind):
    steps = {}
    for name, act in acts(office):
        if name in AGAIN and not NIGHT:
            act()
            continue
        steps[name] = loop(name, act, office.folder, kind)
        if name == "send":
            steps["put the file out"] = put_out(office)
    print(f"{sum(steps.values())} steps failed in {len(steps)} acts, 0 broken invariants: {steps}")
    assert min(steps.values()) >= 3 and sum(steps.values()) > 500


def put_out(office: Any) -> int:
    """The bank file and its hash: after each failure not there or whole, and the same job mends it."""
    sent = batch()
    place = outbox() / file_name(sent)
    for at in range(1, 100):
        for left in (*outbox().glob("*"), *place.parents[1].glob("staging/*")):
            left.unlink()
        fault = Fault(at, office.folder)
        failed = False
        try:
            with fault.watching():
                services.publish_pending()
        except (OSError, OperationalError):
            failed = True
        assert failed == bool(fault.fired)
        assert not place.exists() or file_digest(place) == sent.file_digest, "half a file in the outbox"
        if not failed:
            break
        services.publish_pending()
        assert file_digest(place) == sent.file_digest and place.with_suffix(".sm3").exists()
    anchor = Fault(1, office.folder)
    with anchor.watching(), pytest.raises((OSError, OperationalError)):
        anchors.write_anchor()
    anchors.write_anchor()
    return fault.steps


def test_an_act_in_two_transactions_is_caught_between_them(office):
    """The broken twin: a batch withdrawn in one transaction, its money freed in the next."""
    run_month(programme=PROGRAMME, county=COUNTY, month=MONTH, by=office.staff.civil_affairs, on=ON)
    services.prepare_batch(
        programme=PROGRAMME, county=COUNTY, month=MONTH, by=office.staff.civil_affairs, on=ON
    )
    from tuodi.delivery.payment.process import BATCH
    from tuodi.records.journal import services as journal

    def first() -> None:
        with transaction.atomic():
            row = journal.advance(batch(), BATCH, "void", by=office.staff.civil_affairs, on=ON)
            row.payments.update(state="voided")

    def second() -> None:
        row = batch()
        with transaction.atomic():
            funds.enter(
                key=f"void:{row.number}", kind="void", by=office.staff.civil_affairs, on=ON,
                moves=funds.undoing(Entry.objects.get(seal_id=f"reserve:{row.number}")), record=("payment.paymentbatch", str(row.pk)),
            )  # fmt: skip

    def careless() -> None:
        if batch().state != "voided":
            first()
        second()

    with pytest.raises(AssertionError, match="neither before nor after"):
        loop("void", careless, office.folder)
    assert faults(), "and the books say so"
    second()
    assert not faults()


def test_an_act_that_swallows_a_failure_is_caught(office):
    """The other twin: an act that goes on after a failed step as if nothing had been."""

    def careless() -> None:
        with contextlib.suppress(OperationalError):
            budget(100, office.staff, number="咽下")

    with pytest.raises(AssertionError, match="passed over in silence"):
        loop("release", careless, office.folder)
