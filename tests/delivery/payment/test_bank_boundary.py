"""The bank boundary in any order (A5): sends, partial answers, failures, late returns, repeated and foreign files, repairs.

A plain model says where every payment's money must be; after each step ledger, payments and model agree, and the bank,
which keeps a book of its own, has never been asked twice. The seed is printed; the long size runs at night.
"""

from __future__ import annotations

import io
import os
import random

from django.db import transaction

from tests.funds.world import COUNTY, MONTH, ON, PROGRAMME, account_number, world
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import services
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.funds.selectors import balance_of, faults
from tuodi.gateways.bank import RESULT_CODES, RETURN, reply_text
from tuodi.records.people.models import PayeeAccount

ORDERS, STEPS = (10_000, 20) if os.environ.get("TUODI_NIGHTLY") else (40, 14)


class Undo(Exception):
    """Ends one order and gives the next a fresh county."""


class Boundary:
    """One office and its bank; `where` is the model: reference → issued, sent, paid, failed, again (reissued), voided."""

    def __init__(self, staff, dice: random.Random) -> None:
        self.staff, self.dice = staff, dice
        self.fen: dict[str, int] = {}
        self.where: dict[str, str] = {}
        self.batch_of: dict[str, int] = {}
        self.files: list[tuple[int, bytes]] = []
        self.told_bank: dict[str, int] = {}

    def learn(self, batch: PaymentBatch) -> None:
        for reference, fen in batch.payments.values_list("reference", "amount_fen"):
            self.fen[reference], self.where[reference], self.batch_of[reference] = fen, "issued", batch.pk

    def hand_in(self, data: bytes, expect: bool) -> None:
        reply = services.take_reply(file=io.BytesIO(data), file_name="r", by=self.staff.civil_affairs, on=ON)
        assert reply.accepted == expect, reply.faults[:3]

    def some(self, state: str) -> tuple[PaymentBatch, list[str]] | None:
        found = sorted({self.batch_of[r] for r, s in self.where.items() if s == state})
        if not found:
            return None
        pk = self.dice.choice(found)
        refs = sorted(r for r, s in self.where.items() if s == state and self.batch_of[r] == pk)
        return PaymentBatch.objects.get(pk=pk), self.dice.sample(refs, self.dice.randint(1, len(refs)))

    # --- the steps ---

    def prepare(self) -> None:
        try:
            batch = services.prepare_batch(
                programme=PROGRAMME, county=COUNTY, month=MONTH, by=self.staff.civil_affairs, on=ON
            )
        except Refused:
            live = [s for s in self.where.values() if s != "voided"]
            assert live, "only where everything due has a payment is there nothing to prepare"
            return
        self.learn(batch)

    def send(self) -> None:
        row = PaymentBatch.objects.filter(state="reserved").first()
        if row is None:
            return
        row = services.send(
            batch=services.approve(batch=row, by=self.staff.payer, on=ON), by=self.staff.finance, on=ON
        )
        for reference in row.payments.values_list("reference", flat=True):
            self.where[reference] = "sent"
            self.told_bank[reference] = self.told_bank.get(reference, 0) + 1

    def void(self) -> None:
        row = PaymentBatch.objects.filter(state="reserved").first()
        if row is None or self.dice.random() < 0.6:
            return
        services.void(batch=row, by=self.staff.civil_affairs, on=ON, note="试")
        for reference in row.payments.values_list("reference", flat=True):
            self.where[reference] = "voided"
        if row.kind == "reissue":
            for reference, state in list(self.where.items()):
                if state == "again" and self.again[reference] == row.pk:
                    self.where[reference] = "failed"

    again: dict[str, int]

    def answer(self) -> None:
        if (found := self.some("sent")) is None:
            return
        batch, refs = found
        codes = {
            r: self.dice.choice(["00", "00", "00", self.dice.choice(sorted(set(RESULT_CODES) - {"00"}))])
            for r in refs
        }
        data = reply_text(
            batch.number, batch.file_digest, "20261028", [(r, self.fen[r], codes[r], "") for r in refs]
        )
        self.hand_in(data, True)
        self.files.append((batch.pk, data))
        for reference, code in codes.items():
            self.where[reference] = "paid" if code == "00" else "failed"

    def repeat(self) -> None:
        if self.files:
            self.hand_in(self.dice.choice(self.files)[1], False)

    def foreign(self) -> None:
        if (found := self.some("sent")) is None:
            return
        batch, refs = found
        rows = [(r, self.fen[r], "00", "") for r in refs]
        wrong = self.dice.choice(["unknown", "amount", "digest", "answered"])
        digest = batch.file_digest
        if wrong == "unknown":
            rows.append(("T999999999901", 1, "00", ""))
        elif wrong == "amount":
            rows[0] = (rows[0][0], rows[0][1] + 1, "00", "")
        elif wrong == "digest":
            digest = "e" * 64
        else:
            done = [r for r, s in self.where.items() if s in ("paid", "failed", "again", "voided")]
            if not done:
                return
            rows.append((self.dice.choice(done), 1, "00", ""))
        self.hand_in(reply_text(batch.number, digest, "20261028", rows), False)

    def give_back(self) -> None:
        if (found := self.some("paid")) is None:
            return
        batch, refs = found
        self.hand_in(
            reply_text(
                batch.number,
                batch.file_digest,
                "20261029",
                [(r, self.fen[r], "04", "") for r in refs],
                kind=RETURN,
            ),
            True,
        )
        for reference in refs:
            self.where[reference] = "failed"

    def late_after_reissue(self) -> None:
        old = [r for r, s in self.where.items() if s == "again"]
        if old:
            reference = self.dice.choice(old)
            batch = PaymentBatch.objects.get(pk=self.batch_of[reference])
            self.hand_in(
                reply_text(
                    batch.number, batch.file_digest, "20261030", [(reference, self.fen[reference], "00", "")]
                ),
                False,
            )

    def reissue(self) -> None:
        failed = sorted(r for r, s in self.where.items() if s == "failed")
        if not failed:
            return
        refs = self.dice.sample(failed, self.dice.randint(1, len(failed)))
        for reference in refs:
            household = Payment.objects.get(reference=reference).entitlement.household
            held = PayeeAccount.objects.filter(household=household, until=None)
            number = account_number(self.dice.randrange(10**9))
            one = held.get()
            held.update(until=ON)
            PayeeAccount.objects.create(
                household=household,
                holder=one.holder,
                holder_name=one.holder_name,
                bank=one.bank,
                account=number,
                account_index=number,
                since=ON,
            )
        batch = services.prepare_reissue(
            programme=PROGRAMME, county=COUNTY, references=refs, by=self.staff.civil_affairs, on=ON
        )
        for reference in refs:
            self.where[reference] = "again"
            self.again[reference] = batch.pk
        self.learn(batch)

    def resend_unknown(self) -> None:
        unknown = sorted(r for r, s in self.where.items() if s in ("sent", "paid", "issued"))
        if unknown:
            reference = self.dice.choice(unknown)
            try:
                with transaction.atomic():
                    services.prepare_reissue(
                        programme=PROGRAMME,
                        county=COUNTY,
                        references=[reference],
                        confirmed=[reference],
                        by=self.staff.civil_affairs,
                        on=ON,
                    )
            except Refused:
                return
            raise AssertionError(f"{reference} is {self.where[reference]} and was paid again")

    STEPS = (
        "prepare",
        "send",
        "send",
        "void",
        "answer",
        "answer",
        "answer",
        "repeat",
        "foreign",
        "give_back",
        "late_after_reissue",
        "reissue",
        "resend_unknown",
    )

    def holds(self) -> None:
        sums = {"reserved": 0, "in_transit": 0, "paid": 0, "returned": 0}
        kind = {"issued": "reserved", "sent": "in_transit", "paid": "paid", "failed": "returned"}
        for reference, state in self.where.items():
            if state in kind:
                sums[kind[state]] += self.fen[reference]
        found = {k: balance_of(k, area=COUNTY, programme=PROGRAMME) for k in sums}
        assert found == sums
        assert not faults()
        assert all(n == 1 for n in self.told_bank.values()), "a reference went to the bank twice"


def test_every_yuan_is_in_one_place_whatever_the_order(db, tmp_path, settings):
    settings.BANK_FOLDER, settings.ANCHOR_FILE = tmp_path / "bank", tmp_path / "anchors"
    seed = int(os.environ.get("TUODI_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
    print(f"seed {seed}")
    county = world(5)
    run_month(programme=PROGRAMME, county=COUNTY, month=MONTH, by=county.staff.civil_affairs, on=ON)
    seen: set[str] = set()
    for n in range(ORDERS):
        dice = random.Random(f"{seed}:{n}")
        office = Boundary(county.staff, dice)
        office.again = {}
        order = ["prepare"]
        try:
            with transaction.atomic():
                office.prepare()
                for _step in range(STEPS):
                    order.append(dice.choice(Boundary.STEPS))
                    getattr(office, order[-1])()
                    office.holds()
                seen |= set(office.where.values())
                raise Undo
        except Undo:
            pass
        except BaseException:
            print(f"seed {seed}, order {n}: {order}")
            raise
    assert {"sent", "paid", "failed", "again", "voided"} <= seen
