"""Encrypted fields: a value is sealed in the database, masked wherever it is shown, opened only on purpose.

Suite: SM4-GCM (GB/T 32907) from `cryptography`; look-up by HMAC-SM3 (GB/T 32905). Layout of a sealed value:
one byte key id, 12 bytes nonce, ciphertext, 16 bytes tag. The kind of value ("resident_number", "account" …) is
authenticated with it, so a value cannot be moved between columns of another kind, yet a payment may copy the
sealed account of its payee as it is.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from os import urandom
from time import monotonic
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings
from django.core.signals import setting_changed
from django.db import models
from django.dispatch import receiver

from tuodi.kit.keys import Keys, mark_of, read_keys

NONCE, TAG = 12, 16
EMPTY_BOX = 1 + NONCE + TAG  # bytes of a sealed empty text: what a constraint can know of a sealed column


class NotOurs(Exception):
    """A sealed value that does not open: wrong key, wrong kind or damaged bytes. Never passed over in silence."""


class _Ring:
    """The keys in use, with each key's cipher made once; `until` says when to look at the key file again."""

    __slots__ = ("ciphers", "current", "given", "keys", "lookup", "until")

    def __init__(self, keys: Keys, given: Keys) -> None:
        self.keys, self.given = keys, given
        self.ciphers = {number: SM4(key) for number, key in keys.field_keys.items()}
        self.current = (bytes([keys.current]), self.ciphers[keys.current])
        self.lookup = hmac.HMAC(keys.lookup_key, hashes.SM3())  # copied for each value: 1.4 µs, made anew 3.7
        self.until = monotonic() + LOOK_EVERY


LOOK_EVERY = 1.0  # seconds; keys_rotate waits longer than this for every process to have seen a new key
_ring: _Ring | None = None


def _look() -> _Ring:
    """The keys as they stand now: those of the settings, or newer ones from the same file."""
    global _ring
    given, ring = settings.KEYS, _ring
    if ring is None or ring.given is not given:
        ring = _ring = _Ring(given, given)
    # A file away for a moment, or for good, changes nothing: what is in memory goes on serving.
    if given.path is not None and mark_of(given.path) not in (None, ring.keys.mark):
        _ring = _Ring(read_keys(given.path), given)
    else:
        ring.until = monotonic() + LOOK_EVERY
    return _ring


def look_now() -> int:
    """Read the key file if it changed, without waiting for the second to pass; the id of the current key."""
    return _look().keys.current


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    """A test that changes the keys; asking the settings at every value would cost as much as a look-up hash."""
    global _ring
    if setting == "KEYS":
        _ring = None


def _keys_in_use() -> _Ring:
    ring = _ring
    return _look() if ring is None or monotonic() > ring.until else ring


# The next two run once for every sealed value of a page or a file: written out flat, within 1.15 of the bare cipher
# (benchmarks/sealed.py). The cipher objects hold only the key and are safe to share between threads.


def seal(text: str, kind: str) -> bytes:
    """Encrypt `text` as a value of `kind` under the current key."""
    ring = _ring
    if ring is None or monotonic() > ring.until:
        ring = _look()
    number, cipher = ring.current
    nonce = urandom(NONCE)
    box = Cipher(cipher, GCM(nonce)).encryptor()
    box.authenticate_additional_data(kind.encode())
    body = box.update(text.encode())
    box.finalize()  # GCM holds nothing back
    return number + nonce + body + box.tag


def unseal(sealed: bytes, kind: str) -> str:
    """The text of a sealed value. Raises NotOurs when it was not sealed here as `kind`."""
    ring = _ring
    if ring is None or monotonic() > ring.until:
        ring = _look()
    try:
        box = Cipher(ring.ciphers[sealed[0]], GCM(sealed[1:13], sealed[-TAG:])).decryptor()
        box.authenticate_additional_data(kind.encode())
        text = box.update(sealed[13:-TAG])
        box.finalize()
    except (InvalidTag, LookupError, ValueError):
        raise _not_ours(sealed, kind) from None
    return text.decode()


def _not_ours(sealed: bytes, kind: str) -> NotOurs:
    """Why a value did not open, without a word of what it holds."""
    if len(sealed) < EMPTY_BOX:
        return NotOurs(f"{kind}: damaged, too short to be a sealed value")
    if sealed[0] not in _keys_in_use().ciphers:
        return NotOurs(f"{kind}: sealed with key {sealed[0]}, which this installation does not hold")
    return NotOurs(f"{kind}: damaged, or sealed as another kind of value")


def _seal_bytes(plain: bytes, context: bytes) -> bytes:
    number, cipher = _keys_in_use().current
    nonce = urandom(NONCE)
    box = Cipher(cipher, GCM(nonce)).encryptor()
    box.authenticate_additional_data(context)
    body = box.update(plain)
    box.finalize()
    return b"".join((number, nonce, body, box.tag))


def _unseal_bytes(sealed: bytes, kind: str, context: bytes) -> bytes:
    try:
        cipher = _keys_in_use().ciphers[sealed[0]]
        box = Cipher(cipher, GCM(sealed[1 : 1 + NONCE], sealed[-TAG:])).decryptor()
        box.authenticate_additional_data(context)
        plain = box.update(memoryview(sealed)[1 + NONCE : -TAG])
        box.finalize()
    except (InvalidTag, LookupError, ValueError):
        raise _not_ours(sealed, kind) from None
    return plain


def seal_content(content: bytes, kind: str) -> bytes:
    """A whole file as one sealed message."""
    return _seal_bytes(content, b"content:" + kind.encode())


def unseal_content(sealed: bytes, kind: str) -> bytes:
    """The file again. Raises NotOurs as `unseal` does."""
    return _unseal_bytes(sealed, kind, b"content:" + kind.encode())


def reseal(sealed: bytes, kind: str) -> bytes:
    """The same value under the current key. Raises NotOurs as `unseal` does."""
    context = kind.encode()
    return _seal_bytes(_unseal_bytes(sealed, kind, context), context)


def key_of(sealed: bytes) -> int:
    """The id of the key a value is sealed under."""
    return sealed[0]


_NO_VALUE = 0xFFFFFFFF


def seal_column(values: Sequence[str | None], kind: str) -> bytes:
    """A whole column of texts as one sealed message: for snapshots, some 25 times cheaper a value than one by one.

    Inside: the size of the packed lengths (4 bytes), the length of each text in characters (4 bytes each, little end
    first, all ones for None; packed, since most columns have one length), then the texts in one. It opens only as a
    column of the same kind, all or nothing.
    """
    lengths = array("I", [_NO_VALUE if v is None else len(v) for v in values])
    assert lengths.itemsize == 4
    if sys.byteorder == "big":
        lengths.byteswap()
    packed = zlib.compress(lengths.tobytes(), 1)
    text = "".join([v for v in values if v is not None] if None in values else values)
    plain = b"".join((len(packed).to_bytes(4, "little"), packed, text.encode()))
    return _seal_bytes(plain, b"column:" + kind.encode())


def unseal_column(sealed: bytes, kind: str) -> list[str | None]:
    """The texts of a sealed column, in order. Raises NotOurs as `unseal` does."""
    plain = _unseal_bytes(sealed, kind, b"column:" + kind.encode())
    size = int.from_bytes(plain[:4], "little")
    packed = zlib.decompress(plain[4 : 4 + size])
    lengths = array("I", packed)
    if sys.byteorder == "big":
        lengths.byteswap()
    text = plain[4 + size :].decode()
    if text and packed == packed[:4] * len(lengths) and lengths[0] != _NO_VALUE:
        each = lengths[0]  # numbers are all of one length: cut without adding up
        return [text[at : at + each] for at in range(0, len(text), each)]
    ends = accumulate([0 if n == _NO_VALUE else n for n in lengths], initial=0)
    values: list[str | None] = [text[start:end] for start, end in pairwise(ends)]
    if _NO_VALUE in lengths:
        values = [None if n == _NO_VALUE else v for n, v in zip(lengths, values, strict=True)]
    return values


def lookup_hash(text: str) -> str:
    """The keyed hash (HMAC-SM3, 64 hex digits) under which a sealed value can be found again."""
    context = _keys_in_use().lookup.copy()
    context.update(text.encode())
    return context.finalize().hex()


def mask(text: str, head: int, tail: int) -> str:
    """`text` with all but `head` first and `tail` last characters starred."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + (text[-tail:] if tail else "")


# Kinds that hold what people wrote in words: shown to whoever may see the record, through the filter `written`. Numbers
# and facts are opened by `records.journal.reveal` or by the selector of the page that is about them.
WORDS = frozenset({"address", "opinion", "remark"})
MASKS = {"resident_number": (6, 4), "account": (4, 4), "phone": (3, 4)}


class Sealed:
    """A sealed value in hand: `str()` shows it masked, only `open()` gives the text."""

    __slots__ = ("box", "kind")

    def __init__(self, box: bytes, kind: str) -> None:
        self.box = bytes(box)
        self.kind = kind

    def open(self) -> str:
        """The plain text. Pages go through `records.journal.reveal`, which writes who looked and why."""
        return unseal(self.box, self.kind)

    def __str__(self) -> str:
        head, tail = MASKS.get(self.kind, (0, 0))
        return mask(self.open(), head, tail)

    def __repr__(self) -> str:
        return f"<Sealed {self.kind}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.kind == other.kind and self.open() == other.open()

    __hash__ = None  # type: ignore[assignment]


class SealedTextField(models.BinaryField):
    """Text kept as SM4-GCM bytes; in Python a `Sealed`. Assign plain text or a `Sealed`. `kind` names what it holds."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["kind"] = self.kind
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.wrap(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, memoryview | bytes):
            return value
        return value.box if isinstance(value, Sealed) else seal(self.encode(value), self.kind)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, True)

    def encode(self, value: Any) -> str:
        return str(value)

    def wrap(self, box: bytes) -> Any:
        return Sealed(box, self.kind)


class SealedJSON(Sealed):
    """A sealed JSON document; `open()` gives the parsed value."""

    __slots__ = ()

    def open(self) -> Any:
        return json.loads(unseal(self.box, self.kind))

    def __str__(self) -> str:
        return "***"


class SealedJSONField(SealedTextField):
    """A JSON document kept sealed as one value (facts of a household, a source's reply)."""

    def encode(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def wrap(self, box: bytes) -> SealedJSON:
        return SealedJSON(box, self.kind)
