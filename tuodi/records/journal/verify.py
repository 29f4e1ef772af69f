"""Reading the journal back, line by line, against its own hashes and against the anchors outside the database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction

from tuodi.kit.sealed import NotOurs, Sealed, lookup_hash
from tuodi.records.journal.anchors import PAYMENTS_STOP_AFTER, Anchor, anchor_age, read_anchors
from tuodi.records.journal.chain import COLUMNS, GENESIS, SEPARATOR, joined_digest
from tuodi.records.journal.models import JournalHead, JournalLine, Remark

CHUNK = 5000
MAX_FAULTS = 20
_JOIN = (
    f" || '{SEPARATOR}' || "  # the separator itself in the text: char(31) would be called twelve times a line
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and at which line (None: with the journal or its anchors as a whole)."""

    sequence: int | None
    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


def verify(*, anchor_file: Path | None = None, max_faults: int = MAX_FAULTS) -> list[Fault]:
    """Every fault of the journal, first line first, at most `max_faults`; an empty list when it is whole.

    Checks each line's hash over all its columns, its link to the line before, the numbering, the stored head, each
    anchor's signature, that the line it names still carries the hash it had then, and that what people wrote beside
    their acts is what their lines were bound to. Memory stays flat.
    """
    faults: list[Fault] = []
    anchors = _check_anchors(faults, anchor_file)
    # One snapshot: a line written while we read must not look like a head that is ahead.
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        head = JournalHead.objects.filter(pk=1).values_list("sequence", "digest").first() or (0, GENESIS)
        last, previous = _walk(faults, anchors, max_faults)
    if len(faults) < max_faults:
        if (last, previous) != tuple(head):
            faults.append(
                Fault(
                    last + 1, "tail", f"链头记为第 {head[0]} 行，日志止于第 {last} 行：末尾被截去、增添或改写"
                )
            )
        beyond = [n for n in anchors if n > last]
        if beyond:
            faults.append(
                Fault(last + 1, "cut", f"日志止于第 {last} 行，而第 {min(beyond)} 行已有锚定：末尾被截去")
            )
        bare = anchor_age() if anchor_file is None else timedelta(0)
        if bare > PAYMENTS_STOP_AFTER:
            newest = max(anchors, default=0)
            faults.append(
                Fault(None, "unanchored", f"第 {newest + 1} 行起已有 {bare} 没有锚定：请检查后台任务")
            )
    # The first wrong line first; anchors without a line of their own after it.
    faults.sort(key=lambda f: (f.sequence is None, f.sequence or 0))
    return faults[:max_faults]


def _check_anchors(faults: list[Fault], path: Path | None) -> dict[int, str]:
    """Line number -> hash it had when anchored. Anchors that are not ours or out of order are faults."""
    found: dict[int, str] = {}
    before, place = GENESIS, 0
    torn = 0
    for number, anchor in enumerate(read_anchors(path), start=1):
        if not isinstance(anchor, Anchor):
            torn = number if anchor.strip() else torn
            continue
        torn = 0  # a line torn by a power cut does no harm once the next anchor follows on the one before
        if not anchor.genuine():
            faults.append(Fault(None, "anchor", f"锚定文件第 {number} 行签名不符"))
            continue
        if anchor.before != before or anchor.place != place + 1:
            faults.append(Fault(None, "anchor", f"锚定文件第 {number} 行与前一行不衔接：中间有缺失"))
        before, place = anchor.signature, anchor.place
        found[anchor.sequence] = anchor.digest
    if torn:
        faults.append(Fault(None, "anchor", f"锚定文件最后一行（第 {torn} 行）残缺"))
    return found


def _walk(faults: list[Fault], anchors: dict[int, str], max_faults: int) -> tuple[int, str]:
    last, before = 0, GENESIS
    remarks = _remarks()
    remark = next(remarks, None)
    for sequence, whole, previous, digest in _raw_lines():
        while remark is not None and remark[0] < sequence:
            faults.append(Fault(remark[0], "remark", f"第 {remark[0]} 行没有，却有它的文字说明"))
            remark = next(remarks, None)
        mark = None if whole is None else _MARK.search(whole)
        if mark and (remark is None or remark[0] != sequence):
            faults.append(Fault(sequence, "remark", f"第 {sequence} 行的文字说明缺失"))
        if remark is not None and remark[0] == sequence:
            if not mark or mark[1].decode() != _hash_of(remark[1]):
                faults.append(Fault(sequence, "remark", f"第 {sequence} 行的文字说明被改动或增添"))
            remark = next(remarks, None)
        if sequence != last + 1:
            faults.append(Fault(last + 1, "gap", f"第 {last + 1} 行缺失，其后是第 {sequence} 行"))
        if whole is None or joined_digest(whole) != digest:
            faults.append(Fault(sequence, "content", f"第 {sequence} 行与其摘要不符：内容被改动"))
        elif previous != before and sequence == last + 1:
            faults.append(Fault(sequence, "link", f"第 {sequence} 行与前一行不衔接：有行被改写、调换或插入"))
        if sequence in anchors and anchors[sequence] != digest:
            faults.append(Fault(sequence, "rewritten", f"第 {sequence} 行与锚定不符：此前的日志被整体重写"))
        last, before = sequence, digest
        if len(faults) >= max_faults:
            return last, before
    if remark is not None:
        faults.append(Fault(remark[0], "remark", f"第 {remark[0]} 行没有，却有它的文字说明"))
    return last, before


# The mark stands at the end of the note, the last column but one.
_MARK = re.compile(rb"remark:([0-9a-f]{32})\x1f[^\x1f]*\Z")


def _remarks() -> Iterator[tuple[int, bytes]]:
    """Line number and sealed text of every remark, in order, a few at a time."""
    rows = Remark.objects.order_by("pk").values_list("pk", "text").iterator(CHUNK)
    return ((number, text.box) for number, text in rows)


def _hash_of(box: bytes) -> str:
    try:
        return lookup_hash(Sealed(box, "remark").open())[:32]
    except NotOurs:
        return ""


def _raw_lines() -> Iterator[tuple[int, bytes | None, str, str]]:
    """Number, the columns as they enter the hash, previous hash and own hash of every line, in order, streamed.

    The database joins the columns as stored: a value the driver could not parse is found and does not crash us, and
    one value a line crosses over instead of fourteen. An emptied (NULL) column makes the whole None.
    """
    table = JournalLine._meta.db_table
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        shown = {
            "moment": "to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
            "business_day": "to_char(business_day, 'YYYY-MM-DD')",
        }
        joined = _JOIN.join(shown.get(name, name) for name in COLUMNS)
        # A server-side cursor, or the whole journal would come over at once.
        with connection.connection.cursor(name="journal_verify") as cursor:
            cursor.itersize = CHUNK
            cursor.execute(f"SELECT sequence, {joined}, previous, digest FROM {table} ORDER BY sequence")  # noqa: S608
            for sequence, whole, previous, digest in cursor:
                yield sequence, None if whole is None else whole.encode(), previous, digest
    else:
        # SQLite keeps a moment as text and leaves .000000 out. Bytes, since a bad disk leaves what is no text.
        shown = {"moment": "CASE WHEN length(moment) = 19 THEN moment || '.000000' ELSE moment END"}
        joined = _JOIN.join(shown.get(name, name) for name in COLUMNS)
        sql = (
            f"SELECT sequence, CAST({joined} AS BLOB), CAST(previous AS BLOB), CAST(digest AS BLOB) "  # noqa: S608
            f"FROM {table} ORDER BY sequence"
        )
        for sequence, whole, previous, digest in sqlite3.Connection.cursor(connection.connection).execute(
            sql
        ):
            yield (
                sequence,
                whole,
                (previous or b"").decode("ascii", "replace"),
                (digest or b"").decode("ascii", "replace"),
            )
