"""Read the bank's reply: taken whole or refused whole, with every fault listed and nothing moved (reliability.md D2).

The good case is set-based: the lines go into a temporary table by the database's bulk path, one UPDATE matches
reference, batch, amount and state, and its row count must be the number of lines. Any fault there could be makes the
counts differ; only then the file is walked line by line to say what is wrong and where.
"""

# ruff: noqa: S608 - our own SQL, no values in it
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from tuodi.core.identity import without_numbers
from tuodi.delivery.payment.models import BankReply, Payment, PaymentBatch, RecoveryItem
from tuodi.delivery.payment.process import BATCH
from tuodi.delivery.payment.services.batch import reserve_entry
from tuodi.funds import services as funds
from tuodi.funds.models import Entry
from tuodi.gateways.bank import (
    PAID,
    RESULT_CODES,
    RETURN,
    BadFile,
    ReplyFrame,
    ReplyLine,
    read_frame,
    read_lines,
)
from tuodi.kit.digest import file_digest
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal
from tuodi.records.org.rights import refuse_without

FAULTS_KEPT = 500
OPEN_TO_REPLY = ("sent",)
OPEN_TO_RETURN = ("sent", "replied", "reconciled")


@dataclass(frozen=True, slots=True)
class ReplyFault:
    """One thing wrong with a reply: on which line (0: the file as a whole), what, and what to do about it."""

    line: int
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What a reply says and what is wrong with it. `faults` holds the first FAULTS_KEPT of `fault_count`."""

    digest: str
    batch: PaymentBatch | None
    frame: ReplyFrame | None
    faults: list[ReplyFault]
    fault_count: int

    @property
    def good(self) -> bool:
        return self.fault_count == 0


def _frame_faults(digest: str, frame: ReplyFrame) -> tuple[PaymentBatch | None, list[ReplyFault]]:
    """What is wrong with a reply before any line is looked at."""
    faults = []
    known = BankReply.objects.filter(file_digest=digest, accepted=True).first()
    if known is not None:
        faults.append(ReplyFault(0, _("这个文件 {day} 已经入账（当时名为 {name}）").format(day=known.received_on, name=known.file_name),
                                 _("不必重复上传；如需更正请银行另出文件")))  # fmt: skip
    batch = PaymentBatch.objects.filter(number=frame.head.batch).first()
    if batch is None:
        faults.append(
            ReplyFault(1, _("没有批次 {number}").format(number=frame.head.batch), _("请核对是否本机构的回盘"))
        )
        return None, faults
    if frame.head.file_digest != batch.file_digest:
        faults.append(
            ReplyFault(
                1,
                _("回盘所答的文件摘要与本批送出的不同：是别的批次或别的版本的回盘"),
                _("请银行按摘要核对原文件"),
            )
        )
    open_states = OPEN_TO_RETURN if frame.head.kind == RETURN else OPEN_TO_REPLY
    if batch.state not in open_states:
        faults.append(
            ReplyFault(1, _("批次 {number} 现在是“{state}”，不收回盘").format(number=batch.number, state=BATCH.states[batch.state]),
                       _("退票请用退票文件（TUODI-X1）")))  # fmt: skip
    totals = frame.totals
    if totals.paid + totals.failed != totals.count or totals.paid_fen + totals.failed_fen != totals.total_fen:
        faults.append(ReplyFault(0, _("合计行自相矛盾：成功与失败之和不等于总数"), _("请银行重出文件")))
    return batch, faults


@in_chinese()
def examine(file: BinaryIO) -> Examined:
    """Everything wrong with a reply, line by line; changes nothing. This is the dry run, and the account of a refusal."""
    digest = file_digest(file)
    try:
        frame = read_frame(file)
    except BadFile as bad:
        return Examined(digest, None, None, [ReplyFault(bad.line, bad.what, _("请银行重出文件"))], 1)
    batch, faults = _frame_faults(digest, frame)
    count = len(faults)
    for fault in _line_faults(file, frame, batch):
        count += 1
        if len(faults) < FAULTS_KEPT:
            faults.append(fault)
    return Examined(digest, batch, frame, faults, count)


def _line_faults(file: BinaryIO, frame: ReplyFrame, batch: PaymentBatch | None) -> Iterator[ReplyFault]:
    seen: dict[str, int] = {}
    figures = {"count": 0, "total": 0, "paid": 0, "paid_fen": 0}
    late = frame.head.kind == RETURN
    part: list[ReplyLine] = []
    for line in read_lines(file, frame):
        if isinstance(line, BadFile):
            figures["count"] += 1
            yield ReplyFault(line.line, line.what, _("请银行重出文件"))
            continue
        figures["count"] += 1
        figures["total"] += line.amount_fen
        if line.code == PAID:
            figures["paid"] += 1
            figures["paid_fen"] += line.amount_fen
        if line.reference in seen:
            yield ReplyFault(line.number, _("与第 {n} 行重复：{reference}").format(n=seen[line.reference], reference=line.reference),
                             _("同一笔只能答一次"))  # fmt: skip
        else:
            seen[line.reference] = line.number
        if line.code not in RESULT_CODES or (late and line.code == PAID):
            yield ReplyFault(
                line.number, _("不认识的结果码 {code}").format(code=line.code), _("请银行按约定的结果码")
            )
        part.append(line)
        if len(part) == 5000:
            yield from _match_faults(part, batch, late)
            part = []
    yield from _match_faults(part, batch, late)
    if not figures["count"]:
        yield ReplyFault(0, _("文件没有明细"), _("请银行重出文件"))
    totals = frame.totals
    told = (totals.count, totals.total_fen, totals.paid, totals.paid_fen)
    found = (figures["count"], figures["total"], figures["paid"], figures["paid_fen"])
    if told != found:
        yield ReplyFault(
            0,
            _("合计行写 {n} 笔 {fen}（成功 {p} 笔 {pf}），明细是 {n2} 笔 {fen2}（成功 {p2} 笔 {pf2}）").format(
                n=told[0], fen=funds.yuan(told[1]), p=told[2], pf=funds.yuan(told[3]),
                n2=found[0], fen2=funds.yuan(found[1]), p2=found[2], pf2=funds.yuan(found[3]),
            ),
            _("文件可能被截断或改动，请银行重出"),
        )  # fmt: skip


def _match_faults(lines: list[ReplyLine], batch: PaymentBatch | None, late: bool) -> Iterator[ReplyFault]:
    references = [line.reference for line in lines]
    known: dict[str, tuple[int, int, str]] = {}
    for start in range(0, len(references), 900):  # SQLite 的参数上限
        for reference, *rest in Payment.objects.filter(
            reference__in=references[start : start + 900]
        ).values_list("reference", "batch_id", "amount_fen", "state"):
            known[reference] = (rest[0], rest[1], rest[2])
    claimed = _claimed(references) if late else {}
    for line in lines:
        if line.reference in claimed:
            yield ReplyFault(
                line.number,
                _("{reference} 正在追回（{number}）").format(
                    reference=line.reference, number=claimed[line.reference]
                ),
                _("款项已由银行退回的，先撤销追回决定，再入账退票；不必再向家庭追回"),
            )
        found = known.get(line.reference)
        if found is None:
            yield ReplyFault(
                line.number,
                _("没有这一笔：{reference}").format(reference=line.reference),
                _("请银行核对参考号"),
            )
            continue
        in_batch, amount, state = found
        if batch is not None and in_batch != batch.pk:
            yield ReplyFault(
                line.number,
                _("{reference} 不属于本批").format(reference=line.reference),
                _("请用它自己批次的回盘"),
            )
        if amount != line.amount_fen:
            yield ReplyFault(
                line.number,
                _("{reference} 金额不符：送出 {ours}，回盘 {theirs}").format(
                    reference=line.reference, ours=funds.yuan(amount), theirs=funds.yuan(line.amount_fen)
                ),
                _("请银行核对"),
            )
        expected = "paid" if late else "issued"
        if state != expected:
            label = dict(Payment.STATES)[state]
            yield ReplyFault(line.number, _("{reference} 已经是“{state}”").format(reference=line.reference, state=label),
                             _("同一笔不能再答；与原回盘不一致时请银行书面说明"))  # fmt: skip


def _claimed(references: list[str]) -> dict[str, str]:
    """Of these payments, which are claimed back by decision, and under what number."""
    found: dict[str, str] = {}
    for start in range(0, len(references), 900):
        found |= dict(
            RecoveryItem.objects.filter(
                live=True, recovery__decided_on__isnull=False, payment__reference__in=references[start : start + 900]
            ).values_list("payment__reference", "recovery__number")
        )  # fmt: skip
    return found


STAGED = "payment_reply_line"
MATCH = f"""
UPDATE payment_payment AS p
SET state = CASE WHEN s.code = '{PAID}' THEN 'paid' ELSE 'failed' END, state_since = %(on)s,
    failure = CASE WHEN s.code = '{PAID}' THEN '' ELSE s.code || ' ' || substr(s.message, 1, 70) END
FROM {STAGED} s
WHERE p.reference = s.reference AND p.batch_id = %(batch)s AND p.amount_fen = s.amount AND p.state = %(expected)s
    AND s.code IN ({", ".join(f"'{code}'" for code in RESULT_CODES)})
"""
# What is being claimed back from the household is not at the same time given back by the bank.
UNCLAIMED = """
    AND NOT EXISTS (SELECT 1 FROM payment_recoveryitem i JOIN payment_recovery r ON r.id = i.recovery_id
        WHERE i.payment_id = p.id AND i.live AND r.decided_on IS NOT NULL)
"""
FAILED = f"""
SELECT q.amount_fen, q.payment_reference FROM {STAGED} s JOIN funds_posting q ON q.payment_reference = s.reference
WHERE s.code <> '{PAID}' AND q.entry_id = %s AND q.debit_id = %s
"""


@contextmanager
def _staged(file: BinaryIO, frame: ReplyFrame) -> Iterator[None]:
    """The lines of a reply in a temporary table: COPY of the bytes as they are, or executemany on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMPORARY TABLE {STAGED} (reference text, amount bigint, code text, message text) ON COMMIT DROP"
            )
            # 引号设为不会出现的字符：回盘没有引号转义
            how = "FORMAT csv, DELIMITER '|', QUOTE E'\\x01', ENCODING 'GB18030', FORCE_NOT_NULL (reference, code, message)"
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {STAGED} FROM STDIN WITH ({how})") as copy,
            ):
                file.seek(frame.begin)
                left = frame.end - frame.begin
                while left > 0:
                    piece = file.read(min(left, 1 << 20))
                    left -= len(piece)
                    copy.write(piece)
        else:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {STAGED} (reference text, amount integer, code text, message text)"
            )
            rows = []
            for line in read_lines(file, frame):
                if isinstance(line, BadFile):
                    raise line
                rows.append((line.reference, line.amount_fen, line.code, line.message))
            cursor.executemany(f"INSERT INTO {STAGED} VALUES (%s, %s, %s, %s)", rows)
        yield
        # Where the block fails, the rollback takes the table with it.
        cursor.execute(f"DROP TABLE {STAGED}")


class _Unlike(Exception):
    """The file does not fit the payments; say why by walking it."""


@in_chinese()
@transaction.atomic
def take_reply(
    *, file: BinaryIO, file_name: str, by: Any, on: date, handed_in_at: PaymentBatch | None = None
) -> BankReply:
    """Take a reply in: every payment's outcome and the ledger entry, or nothing. A refused file leaves a row with its faults.

    A reply may answer part of a batch; lines not yet answered stay unknown and are never sent again by themselves.
    `handed_in_at` is the batch at whose page it was uploaded: a file that names none is kept there with its faults.
    """
    file_name = without_numbers(Path(file_name).name)[:120]
    refuse_without(by, "payment.reply", handed_in_at.area_id if handed_in_at else None, on)
    digest = file_digest(file)
    try:
        frame = read_frame(file)
    except BadFile:
        return _refuse(file, file_name, by, on, handed_in_at)
    batch, faults = _frame_faults(digest, frame)
    if batch is not None:  # the file says whose payments it answers, whatever page it was handed in at
        refuse_without(by, "payment.reply", batch.area_id, on)
    if faults or batch is None:
        return _refuse(file, file_name, by, on, handed_in_at)
    batch = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    try:
        with transaction.atomic():
            return _apply(file, frame, digest, file_name, batch, by, on)
    except (_Unlike, BadFile):
        return _refuse(file, file_name, by, on, handed_in_at)
    except DatabaseError as error:
        examined = examine(file)  # a line COPY could not read is a line we can name
        if examined.good:
            raise error
        return _refuse(file, file_name, by, on, handed_in_at)


def _apply(
    file: BinaryIO, frame: ReplyFrame, digest: str, file_name: str, batch: PaymentBatch, by: Any, on: date
) -> BankReply:
    late = frame.head.kind == RETURN
    totals = frame.totals
    with _staged(file, frame), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(amount), 0), coalesce(sum(CASE WHEN code = '{PAID}' THEN 1 ELSE 0 END), 0), "
            f"coalesce(sum(CASE WHEN code = '{PAID}' THEN amount ELSE 0 END), 0) FROM {STAGED}"
        )
        count, total, paid, paid_fen = map(int, cursor.fetchone())
        if (
            (count, total, paid, paid_fen) != (totals.count, totals.total_fen, totals.paid, totals.paid_fen)
            or count == 0
            or (late and paid)
        ):
            raise _Unlike
        cursor.execute(
            MATCH + (UNCLAIMED if late else ""),
            {"on": on.isoformat(), "batch": batch.pk, "expected": "paid" if late else "issued"},
        )
        if cursor.rowcount != count:
            raise _Unlike
        reply = BankReply.objects.create(
            batch=batch,
            file_name=file_name,
            file_digest=digest,
            received_on=on,
            received_by=journal.actor_name(by),
            accepted=True,
            paid=paid,
            failed=count - paid,
            paid_fen=paid_fen,
            failed_fen=total - paid_fen,
        )
        _book(reply, batch, late, by, on, cursor)
    _count(reply, batch, late)
    journal.record(
        "payment.return" if late else "payment.reply", by=by, on=on, record=batch,
        note=f"到账 {paid} 笔 {funds.yuan(paid_fen)}，退回 {count - paid} 笔 {funds.yuan(total - paid_fen)} {digest[:16]}",
    )  # fmt: skip
    if batch.state == "sent" and not Payment.objects.filter(batch=batch, state="issued").exists():
        journal.advance(batch, BATCH, "answered", by=journal.SYSTEM, on=on)
    return reply


def _count(reply: BankReply, batch: PaymentBatch, late: bool) -> None:
    """The outcomes on the batch itself; its row is held, so two replies at once are counted one after the other."""
    changes = {
        "paid_count": -reply.failed if late else reply.paid,
        "paid_fen": -reply.failed_fen if late else reply.paid_fen,
        "failed_count": reply.failed,
        "failed_fen": reply.failed_fen,
    }
    figures = {name: getattr(batch, name) + change for name, change in changes.items()}
    PaymentBatch.objects.filter(pk=batch.pk).update(**figures)
    for name, figure in figures.items():
        setattr(batch, name, figure)


def _book(reply: BankReply, batch: PaymentBatch, late: bool, by: Any, on: date, cursor: Any) -> None:
    """The reply in the ledger: failed payments one by one to "returned", what was paid as one sum a pot."""
    reserve = reserve_entry(batch)
    pots = [pot for pot, _total in funds.held_in(Entry.objects.get(seal_id=f"send:{batch.number}"))]
    moves: list[Any] = []
    for pot in pots:
        reserved, source = pot.account("reserved"), pot.account("paid" if late else "in_transit")
        failed_fen = 0
        if reply.failed:
            cursor.execute(
                f"SELECT coalesce(sum(amount_fen), 0) FROM ({FAILED}) f", [reserve.pk, reserved.pk]
            )
            failed_fen = int(cursor.fetchone()[0])
        if failed_fen:
            moves.append(
                funds.MoveSet(
                    pot.account("returned").pk, source.pk, failed_fen, FAILED, [reserve.pk, reserved.pk]
                )
            )
        if late or not reply.paid:
            continue
        paid_fen = reply.paid_fen
        if len(pots) > 1:
            cursor.execute(
                f"SELECT coalesce(sum(q.amount_fen), 0) FROM {STAGED} s JOIN funds_posting q "
                f"ON q.payment_reference = s.reference WHERE s.code = '{PAID}' AND q.entry_id = %s AND q.debit_id = %s",
                [reserve.pk, reserved.pk],
            )
            paid_fen = int(cursor.fetchone()[0])
        if paid_fen:
            moves.append(funds.Move(pot.account("paid").pk, source.pk, paid_fen))
    funds.enter(
        key=f"reply:{reply.file_digest}",
        kind="reply",
        by=by,
        on=on,
        moves=moves,
        record=("payment.paymentbatch", str(batch.pk)),
        note=f"{batch.number} {reply.file_name}",
    )


def _refuse(file: BinaryIO, file_name: str, by: Any, on: date, at: PaymentBatch | None) -> BankReply:
    examined = examine(file)
    assert examined.faults, "a refused reply has a fault"
    batch = examined.batch or at
    reply = BankReply.objects.create(
        batch=batch,
        file_name=file_name,
        file_digest=examined.digest,
        received_on=on,
        received_by=journal.actor_name(by),
        accepted=False,
        faults=[asdict(fault) for fault in examined.faults],
    )
    journal.record(
        "payment.reply_refused", by=by, on=on, record=batch or reply, area_code=batch.area_id if batch else "",
        note=f"{examined.fault_count} 处有误，未入账 {examined.digest[:16]}",
    )  # fmt: skip
    return reply
