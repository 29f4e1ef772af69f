"""The paying bank: the file we send it, the file it answers with, and a bank of our own to try both on.

The formats (GB18030, lines end in LF, fields divided by |, amounts in whole fen):

    out     H|TUODI-P1|batch number|programme|YYYYMM|YYYYMMDD         one head line
            reference|name|bank|account|amount                       one line a payment, in order of reference
            T|count|total                                            one total line
    reply   H|TUODI-R1|batch number|SM3 of the file it answers|YYYYMMDD
            reference|amount|code|message                            one line a payment answered, in any order
            T|count|total|count paid|total paid|count failed|total failed
    return  as the reply with TUODI-X1: what the bank pays back later (退票), codes other than 00 only

The reference is ours and opaque; the bank must answer each reference at most once and never pay one twice. A bank with a
format of its own gets a translator to this one; everything behind it stays as it is.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from tuodi.kit.digest import Sm3, sm3

ENCODING = "gb18030"
OUT, REPLY, RETURN = "TUODI-P1", "TUODI-R1", "TUODI-X1"
PAID = "00"
RESULT_CODES: Mapping[str, str] = {
    PAID: "成功",
    "01": "账号不存在",
    "02": "户名不符",
    "03": "账户冻结",
    "04": "账户已销户",
    "05": "账户类型不允许入账",
    "06": "收款人死亡",
    "99": "银行其他原因",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A bank file as written: where, its hash, how many payments, how much."""

    path: Path
    digest: str
    count: int
    total_fen: int


def clean_field(text: str) -> str:
    """A name or bank as it may stand in a line: without divider and line ends."""
    return text.replace("|", "／").replace("\r", "").replace("\n", "")


def write_bank_file(
    path: Path,
    *,
    batch: str,
    programme: str,
    month: date,
    on: date,
    lines: Iterable[tuple[str, str, str, str, int]],
) -> Written:
    """Write (reference, name, bank, account, amount) lines, streamed, and put the whole in place by one rename.

    The same payments on the same day give the same bytes. Whoever looks at `path` sees the whole file or none.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    hashed, count, total = Sm3(), 0, 0
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb", buffering=1 << 20) as out:

        def put(text: str) -> None:
            data = text.encode(ENCODING)
            hashed.update(data)
            out.write(data)

        put(f"H|{OUT}|{batch}|{programme}|{month:%Y%m}|{on:%Y%m%d}\n")
        held: list[str] = []
        for reference, name, bank, account, amount in lines:
            held.append(f"{reference}|{clean_field(name)}|{clean_field(bank)}|{account}|{amount}\n")
            count, total = count + 1, total + amount
            if len(held) == 1000:
                put("".join(held))
                held.clear()
        put("".join(held))
        put(f"T|{count}|{total}\n")
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # 改名本身也要落盘
    finally:
        os.close(folder)
    return Written(path, hashed.hexdigest(), count, total)


@dataclass(frozen=True, slots=True)
class ReplyHead:
    """The head line of a reply: its kind, whose answer it is, to which file."""

    kind: str
    batch: str
    file_digest: str
    day: str


@dataclass(frozen=True, slots=True)
class ReplyTotals:
    """The total line of a reply."""

    count: int
    total_fen: int
    paid: int
    paid_fen: int
    failed: int
    failed_fen: int


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One answer."""

    number: int
    reference: str
    amount_fen: int
    code: str
    message: str


class BadFile(Exception):
    """A file that is not a reply at all; says what and on which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


@dataclass(frozen=True, slots=True)
class ReplyFrame:
    """Head, totals, and where the lines between them lie in the file (bytes)."""

    head: ReplyHead
    totals: ReplyTotals
    begin: int
    end: int


def read_frame(file: BinaryIO) -> ReplyFrame:
    """Head and total line of a reply, without reading what lies between. Raises BadFile."""
    file.seek(0)
    first = file.readline(4096)
    head = _decoded(first, 1).split("|")
    if len(head) != 5 or head[0] != "H" or head[1] not in (REPLY, RETURN):
        raise BadFile(1, "首行不是回盘文件头（H|TUODI-R1|批次号|原文件摘要|日期）")
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 4096))
    tail = file.read()
    stripped = tail.rstrip(b"\r\n")
    begin = stripped.rfind(b"\n") + 1
    total = _decoded(stripped[begin:], 0).split("|")
    if len(total) != 7 or total[0] != "T" or not all(part.isascii() and part.isdigit() for part in total[1:]):
        raise BadFile(0, "末行不是合计行（T|笔数|金额|成功笔数|成功金额|失败笔数|失败金额），文件可能被截断")
    end = size - len(tail) + begin
    if end < len(first):
        raise BadFile(1, "文件没有明细")
    return ReplyFrame(ReplyHead(*head[1:]), ReplyTotals(*map(int, total[1:])), len(first), end)


def read_lines(file: BinaryIO, frame: ReplyFrame) -> Iterator[ReplyLine | BadFile]:
    """Every line between head and totals, as an answer or as what is wrong with it."""
    file.seek(frame.begin)
    number = 1
    while file.tell() < frame.end:
        raw = file.readline(65536)
        number += 1
        try:
            parts = _decoded(raw, number).split("|")
        except BadFile as bad:
            yield bad
            continue
        if len(parts) != 4:
            yield BadFile(number, f"应有 4 栏，实有 {len(parts)} 栏")
        elif not (parts[1].isascii() and parts[1].isdigit()) or len(parts[1]) > 15:
            yield BadFile(number, "金额不是以分为单位的整数")
        else:
            yield ReplyLine(number, parts[0], int(parts[1]), parts[2], parts[3])


def _decoded(raw: bytes, line: int) -> str:
    try:
        return raw.rstrip(b"\r\n").decode(ENCODING)
    except UnicodeDecodeError:
        raise BadFile(line, "不是 GB18030 编码") from None


def reply_text(
    batch: str, digest: str, day: str, answers: Iterable[tuple[str, int, str, str]], *, kind: str = REPLY
) -> bytes:
    """A reply file of (reference, amount, code, message) answers, as the bank writes it."""
    lines, paid, paid_fen, failed, failed_fen = [f"H|{kind}|{batch}|{digest}|{day}"], 0, 0, 0, 0
    for reference, amount, code, message in answers:
        lines.append(f"{reference}|{amount}|{code}|{clean_field(message)}")
        if code == PAID:
            paid, paid_fen = paid + 1, paid_fen + amount
        else:
            failed, failed_fen = failed + 1, failed_fen + amount
    lines.append(f"T|{paid + failed}|{paid_fen + failed_fen}|{paid}|{paid_fen}|{failed}|{failed_fen}")
    return ("\n".join(lines) + "\n").encode(ENCODING)


class FakeBank:
    """A bank with a book of its own: takes our file, pays or refuses each line by its seed, answers with a file.

    The book is a JSON file (or memory when `book` is None): {reference: [amount, code]}. A reference already in the
    book is never paid again, whichever file it comes in: that is what a test looks at to see a double payment.
    """

    def __init__(self, book: Path | None = None, *, seed: str = "bank", failure_rate: float = 0.01) -> None:
        self.path, self.seed, self.failure_rate = book, seed, failure_rate
        self.book: dict[str, list[Any]] = json.loads(book.read_text()) if book and book.exists() else {}
        self.repeated: list[str] = []

    def _keep(self) -> None:
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part = self.path.with_suffix(".part")
            part.write_text(json.dumps(self.book))
            part.replace(self.path)

    def outcome(self, reference: str, account: str) -> str:
        """What this bank does with a line: the same for the same seed, reference and account."""
        dice = random.Random(f"{self.seed}:{reference}:{account}")  # noqa: S311 - a game, not a secret
        return dice.choice(("01", "02", "03", "04")) if dice.random() < self.failure_rate else PAID

    def receive(self, path: Path, *, answer: float = 1.0) -> bytes:
        """Take a file and answer it; with `answer` below 1 only that share of the lines (a partial reply).

        Raises BadFile when the totals do not agree: a bank refuses such a file whole.
        """
        data = path.read_bytes()
        text = data.decode(ENCODING).splitlines()
        head, total = text[0].split("|"), text[-1].split("|")
        lines = [line.split("|") for line in text[1:-1]]
        if (
            head[1] != OUT
            or total[:1] != ["T"]
            or int(total[1]) != len(lines)
            or int(total[2]) != sum(int(x[4]) for x in lines)
        ):
            raise BadFile(0, "合计不符")
        answers = []
        for reference, _name, _bank, account, amount in lines[: round(len(lines) * answer)]:
            if reference in self.book:
                self.repeated.append(reference)
            else:
                self.book[reference] = [int(amount), self.outcome(reference, account)]
            code = self.book[reference][1]
            answers.append((reference, int(amount), code, RESULT_CODES[code]))
        self._keep()
        return reply_text(head[2], sm3(data), head[5], answers)

    def give_back(self, batch: str, digest: str, day: str, references: Iterable[str]) -> bytes:
        """Return later what was paid (退票)."""
        answers = []
        for reference in references:
            amount, code = self.book[reference]
            assert code == PAID, "only what was paid can come back"
            self.book[reference] = [amount, "04"]
            answers.append((reference, amount, "04", RESULT_CODES["04"]))
        self._keep()
        return reply_text(batch, digest, day, answers, kind=RETURN)

    def paid_fen(self) -> int:
        """What the bank has really paid out and not had back."""
        return sum(amount for amount, code in self.book.values() if code == PAID)
