"""The installation's keys: field encryption, look-up hashes, anchor signatures, sessions. Kept in a file, never in the database."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """`field_keys` maps key id (one byte) to a 16-byte SM4 key; new values are sealed with `current`."""

    current: int
    field_keys: dict[int, bytes]
    lookup_key: bytes
    anchor_key: bytes
    session_secret: str


class KeysMissing(Exception):
    """There is no key file and this installation may not make one."""


def load_or_make_keys(path: Path, *, may_make: bool) -> Keys:
    """Read the key file; in a demo make one at first start. Raises KeysMissing in production without a file."""
    if not path.exists():
        if not may_make:
            raise KeysMissing(f"no key file at {path}: make one with `tuodi keys make` and keep a copy apart from the backups")
        make_keys(path)
    stored = json.loads(path.read_text())
    return Keys(
        current=stored["current"],
        field_keys={int(k): bytes.fromhex(v) for k, v in stored["field_keys"].items()},
        lookup_key=bytes.fromhex(stored["lookup_key"]),
        anchor_key=bytes.fromhex(stored["anchor_key"]),
        session_secret=stored["session_secret"],
    )


def make_keys(path: Path) -> None:
    """Write fresh keys to `path`, readable by the owner only; never over an existing file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "current": 1,
        "field_keys": {"1": secrets.token_hex(16)},
        "lookup_key": secrets.token_hex(32),
        "anchor_key": secrets.token_hex(32),
        "session_secret": secrets.token_urlsafe(64),
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(fresh, out, indent=1)
