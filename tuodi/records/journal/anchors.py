"""The chain's head, signed and kept outside the database: what makes a recomputed chain or a cut tail visible.

Each anchor is one line of JSON in settings.ANCHOR_FILE, signed with HMAC-SM3 under the anchor key and bound to the
anchor before it. The file belongs on another disk, or is shipped to a log host; the key is in the key file.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tuodi.records.journal.chain import GENESIS
from tuodi.records.journal.models import JournalHead, JournalLine

EVERY = timedelta(seconds=60)
# Beyond this no money leaves: acts since then could be rewritten without a trace (reliability.md C2).
PAYMENTS_STOP_AFTER = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain as it was at a moment: `place` counts the anchors, `before` is the signature of the last."""

    place: int
    sequence: int
    digest: str
    moment: str
    before: str
    signature: str

    def signed_text(self) -> bytes:
        return f"{self.place}|{self.sequence}|{self.digest}|{self.moment}|{self.before}".encode()

    def genuine(self) -> bool:
        """Whether our anchor key signed it."""
        context = hmac.HMAC(settings.KEYS.anchor_key, hashes.SM3())
        context.update(self.signed_text())
        try:
            context.verify(bytes.fromhex(self.signature))
        except (InvalidSignature, ValueError):
            return False
        return True

    def line(self) -> str:
        return (
            json.dumps({name: getattr(self, name) for name in self.__slots__}, separators=(",", ":")) + "\n"
        )


def read_anchors(path: Path | None = None) -> Iterator[Anchor | str]:
    """The anchors in order; a line that is not one comes back as its text."""
    path = path or Path(settings.ANCHOR_FILE)
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for text in lines:
            yield _parse(text)


def _parse(text: str) -> Anchor | str:
    try:
        found = json.loads(text)
        return Anchor(
            place=int(found["place"]),
            sequence=int(found["sequence"]),
            digest=str(found["digest"]),
            moment=str(found["moment"]),
            before=str(found["before"]),
            signature=str(found["signature"]),
        )
    except (ValueError, KeyError, TypeError):
        return text.rstrip("\n")


def last_anchor(path: Path | None = None) -> Anchor | None:
    """The newest anchor, read from the file's end. A power cut may leave a torn last line: the one before then counts."""
    path = path or Path(settings.ANCHOR_FILE)
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 4096))
        tail = file.read().decode("utf-8", "replace").splitlines()
    for text in reversed(tail):
        found = _parse(text)
        if isinstance(found, Anchor):
            return found
    return None


def write_anchor() -> Anchor | None:
    """Sign the committed head and append it, flushed to disk. Within a transaction this waits for its commit.

    None when there is nothing new to anchor, or when it has been put off until the commit.
    """
    if connection.in_atomic_block:
        # An anchor of a line that is then rolled back would accuse an honest journal for ever.
        transaction.on_commit(_write)
        return None
    return _write()


def _write() -> Anchor | None:
    path = Path(settings.ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        head = JournalHead.objects.filter(pk=1).first()
        last = last_anchor(path)
        if head is None or head.sequence == 0 or (last and last.sequence >= head.sequence):
            return None
        unsigned = Anchor(
            place=last.place + 1 if last else 1,
            sequence=head.sequence,
            digest=head.digest,
            moment=timezone.now().isoformat(),
            before=last.signature if last else GENESIS,
            signature="",
        )
        context = hmac.HMAC(settings.KEYS.anchor_key, hashes.SM3())
        context.update(unsigned.signed_text())
        anchor = Anchor(
            *[getattr(unsigned, n) for n in Anchor.__slots__[:-1]], signature=context.finalize().hex()
        )
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (("\n" if torn else "") + anchor.line()).encode())
        os.fsync(handle)
        return anchor
    finally:
        os.close(handle)


def anchor_if_due() -> Anchor | None:
    """Write an anchor when there is a line without one and the last is a minute old. The worker calls this often."""
    last = last_anchor()
    if last and timezone.now() - datetime.fromisoformat(last.moment) < EVERY:
        return None
    return write_anchor()


def anchor_age() -> timedelta:
    """For how long the oldest line not yet anchored has stood unprotected; zero when every line is anchored."""
    last = last_anchor()
    first_bare = (
        JournalLine.objects.filter(sequence__gt=last.sequence if last else 0)
        .order_by("sequence")
        .values_list("moment", flat=True)
        .first()
    )
    return max(timezone.now() - first_bare, timedelta(0)) if first_bare else timedelta(0)


def anchoring_stopped() -> bool:
    """Whether anchoring has stood still so long that payments must wait."""
    return anchor_age() > PAYMENTS_STOP_AFTER
