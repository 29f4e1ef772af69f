"""Encrypted fields: a value is sealed in the database, masked wherever it is shown, opened only on purpose.

Suite: SM4-GCM (GB/T 32907) from `cryptography`; look-up by HMAC-SM3 (GB/T 32905). Layout of a sealed value:
one byte key id, 12 bytes nonce, ciphertext, 16 bytes tag. The kind of value ("resident_number", "account" …) is
authenticated with it, so a value cannot be moved between columns of another kind, yet a payment may copy the
sealed account of its payee as it is.
"""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings
from django.db import models

NONCE, TAG = 12, 16


class NotOurs(Exception):
    """A sealed value that does not open: wrong key, wrong kind or damaged bytes. Never passed over in silence."""


def seal(text: str, kind: str) -> bytes:
    """Encrypt `text` as a value of `kind` under the current key."""
    keys = settings.KEYS
    nonce = os.urandom(NONCE)
    box = Cipher(SM4(keys.field_keys[keys.current]), GCM(nonce)).encryptor()
    box.authenticate_additional_data(kind.encode())
    body = box.update(text.encode()) + box.finalize()
    return bytes([keys.current]) + nonce + body + box.tag


def unseal(sealed: bytes, kind: str) -> str:
    """The text of a sealed value. Raises NotOurs when it was not sealed here as `kind`."""
    sealed = bytes(sealed)
    key = settings.KEYS.field_keys.get(sealed[0])
    if key is None:
        raise NotOurs(f"{kind}: sealed with key {sealed[0]}, which this installation does not hold")
    box = Cipher(SM4(key), GCM(sealed[1 : 1 + NONCE], sealed[-TAG:])).decryptor()
    box.authenticate_additional_data(kind.encode())
    try:
        return (box.update(sealed[1 + NONCE : -TAG]) + box.finalize()).decode()
    except InvalidTag:
        raise NotOurs(f"{kind}: damaged, or sealed as another kind of value") from None


_lookup_bases: dict[bytes, hmac.HMAC] = {}


def lookup_hash(text: str) -> str:
    """The keyed hash (HMAC-SM3, 64 hex digits) under which a sealed value can be found again."""
    key = settings.KEYS.lookup_key
    base = _lookup_bases.get(key)
    if base is None:
        base = _lookup_bases[key] = hmac.HMAC(key, hashes.SM3())
    context = base.copy()
    context.update(text.encode())
    return context.finalize().hex()


def mask(text: str, head: int, tail: int) -> str:
    """`text` with all but `head` first and `tail` last characters starred."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + (text[-tail:] if tail else "")


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
