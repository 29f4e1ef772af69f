"""Send a batch: write the bank file aside, move the money to "in transit" in one transaction, then put the file out.

The file stands in the outbox only when the database already says "sent" and knows its hash; a crash in between is
mended by `publish`, which finishes the move or writes the same bytes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.payment.process import BATCH
from tuodi.delivery.payment.services.batch import refuse_stale, reserve_entry
from tuodi.funds import services as funds
from tuodi.gateways.bank import Written, write_bank_file
from tuodi.kit.digest import file_digest
from tuodi.kit.sealed import unseal
from tuodi.records.journal import anchors
from tuodi.records.journal import services as journal
from tuodi.records.org.rights import refuse_same_person

Tell = Callable[[int], None]


def outbox() -> Path:
    """Where files wait for the bank: only what the database calls sent."""
    return Path(settings.BANK_FOLDER) / "out"


def staging() -> Path:
    """Where files are written before their batch is sent."""
    return Path(settings.BANK_FOLDER) / "staging"


def file_name(batch: PaymentBatch) -> str:
    """The bank file's name."""
    return f"{batch.number}.txt"


def lines_of(batch: PaymentBatch, tell: Tell | None = None) -> Iterator[tuple[str, str, str, str, int]]:
    """The bank file's lines in order of reference, accounts opened one by one and never kept."""
    rows = (
        Payment.objects.filter(batch=batch)
        .exclude(state="voided")
        .order_by("reference")
        .values_list("reference", "holder_name", "bank", "account", "amount_fen")
    )
    for number, (reference, name, bank, account, amount) in enumerate(rows.iterator(chunk_size=2000), 1):
        yield reference, name, bank, unseal(account.box, "account"), amount
        if tell and number % 2000 == 0:
            tell(number)


def stage(batch: PaymentBatch, on: date, tell: Tell | None = None) -> Written:
    """Write the batch's bank file aside."""
    return write_bank_file(
        staging() / file_name(batch),
        batch=batch.number,
        programme=batch.programme,
        month=batch.month,
        on=on,
        lines=lines_of(batch, tell),
    )


def send(
    *, batch: PaymentBatch, by: Any, on: date, version: int | None = None, tell: Tell | None = None
) -> PaymentBatch:
    """Send an approved batch to the bank. Once it is sent it is never sent again; only failed lines are, by a new batch."""
    refuse_stale(batch, version)
    if batch.state == "sent" and batch.sent_by == journal.actor_name(by):
        publish(batch)
        return batch
    if batch.state != "approved":
        # Let the table say why, before a file is written for nothing.
        with transaction.atomic():
            return journal.advance(batch, BATCH, "send", by=by, on=on)
    refuse_same_person(by, [batch.prepared_by, batch.approved_by], _("送银行"))
    if anchors.anchoring_stopped():
        raise Refused(_("操作日志已超过 4 小时没有在库外留存，暂停付款：请系统管理员检查日志留存后再办"))
    written = stage(batch, on, tell)
    with transaction.atomic():
        if (written.count, written.total_fen) != (batch.count, batch.total_fen):
            raise Refused(_("清册与银行文件的笔数或金额不符，未发送；请撤销本批后重新生成"))
        row = journal.advance(
            batch, BATCH, "send", by=by, on=on, note=f"{written.count} 笔 {funds.yuan(written.total_fen)} {written.digest[:16]}",
            file_name=written.path.name, file_digest=written.digest, sent_on=on, sent_by=journal.actor_name(by), due=batch.due,
        )  # fmt: skip
        funds.enter(
            key=f"send:{row.number}",
            kind="send",
            by=by,
            on=on,
            moves=funds.onward(reserve_entry(row), credit="reserved", debit="in_transit"),
            record=("payment.paymentbatch", str(row.pk)),
            note=written.digest,
        )
        anchors.write_anchor()
        transaction.on_commit(lambda: publish(row))
    return row


def publish(batch: PaymentBatch) -> Path:
    """Put a sent batch's file into the outbox, if it is not there yet, and beside it the file with its hash.

    Writes it again where a crash took it: the same payments on the same day give the same bytes, checked by the hash.
    """
    assert batch.file_digest, "only a sent batch has a file"
    place = outbox() / file_name(batch)
    if place.exists() and file_digest(place) == batch.file_digest:
        return _with_hash(place, batch)
    aside = staging() / file_name(batch)
    if not aside.exists() or file_digest(aside) != batch.file_digest:
        assert batch.sent_on is not None
        again = stage(batch, batch.sent_on)
        assert again.digest == batch.file_digest, (
            f"{batch.number}: the payments are no longer those that were sent"
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    aside.replace(place)
    return _with_hash(place, batch)


def _with_hash(place: Path, batch: PaymentBatch) -> Path:
    beside = place.with_suffix(".sm3")
    text = f"{batch.file_digest}  {place.name}\n"
    if not beside.exists() or beside.read_text() != text:
        part = beside.with_suffix(".part")
        part.write_text(text)
        part.replace(beside)
    return place


def publish_pending() -> int:
    """Put out the files of sent batches that a crash left behind; how many. Batches already answered need none."""
    count = 0
    for batch in PaymentBatch.objects.filter(state="sent"):
        place = outbox() / file_name(batch)
        if not place.exists() or not place.with_suffix(".sm3").exists():
            publish(batch)
            count += 1
    return count
