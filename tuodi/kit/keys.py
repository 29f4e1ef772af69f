"""The installation's keys: field encryption, look-up hashes, anchor signatures, sessions. Kept in a file, never in the database."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Keys:
    """`field_keys` maps key id (one byte) to a 16-byte SM4 key; new values are sealed with `current`.

    `path` is the file they came from: long-running processes look at it again, so a rotation needs no restart.
    """

    current: int
    field_keys: dict[int, bytes] = field(repr=False)
    lookup_key: bytes = field(repr=False)
    anchor_key: bytes = field(repr=False)
    session_secret: str = field(repr=False)
    path: Path | None = None
    mark: tuple[int, int] | None = field(
        default=None, repr=False
    )  # of the file as read: known to have changed by it


class KeysMissing(Exception):
    """There is no key file and this installation may not make one."""


class KeysUnfit(Exception):
    """The key file is damaged or readable by others; the message says what and how to mend it."""


def load_or_make_keys(path: Path, *, may_make: bool) -> Keys:
    """Read the key file; in a demo make one at first start. Raises KeysMissing in production without a file."""
    if not path.exists():
        if not may_make:
            raise KeysMissing(
                f"no key file at {path}: make one with `tuodi keys make` and keep a copy apart from the backups"
            )
        make_keys(path)
    return read_keys(path)


def mark_of(path: Path) -> tuple[int, int] | None:
    """What tells one state of the key file from another; None while it is away."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def read_keys(path: Path) -> Keys:
    """The keys in a file. Raises KeysUnfit when it is damaged, or when others on the machine may read it."""
    if path.stat().st_mode & 0o077:
        raise KeysUnfit(f"key file {path} is open to others: chmod 600 {path}")
    mark = mark_of(path)  # before reading: a change while we read is seen at the next look
    try:
        stored = json.loads(path.read_text())
        keys = Keys(
            current=stored["current"],
            field_keys={int(k): bytes.fromhex(v) for k, v in stored["field_keys"].items()},
            lookup_key=bytes.fromhex(stored["lookup_key"]),
            anchor_key=bytes.fromhex(stored["anchor_key"]),
            session_secret=stored["session_secret"],
            path=path,
            mark=mark,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        # Not the fault's own text: it could quote a key.
        raise KeysUnfit(
            f"key file {path} cannot be read ({type(fault).__name__}): put back the copy kept apart"
        ) from None
    if keys.current not in keys.field_keys or not all(
        0 < number < 256 and len(key) == 16 for number, key in keys.field_keys.items()
    ):
        raise KeysUnfit(f"key file {path}: the current key is missing, or a key is not 16 bytes")
    if len(keys.lookup_key) < 32 or len(keys.anchor_key) < 32 or len(keys.session_secret) < 50:
        raise KeysUnfit(f"key file {path}: a look-up, anchor or session key is too short")
    return keys


def make_keys(path: Path) -> bool:
    """Write fresh keys to `path`, readable by the owner only; never over an existing file (then False).

    Two processes starting at once: one file appears whole, and both read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "current": 1,
        "field_keys": {"1": secrets.token_hex(16)},
        "lookup_key": secrets.token_hex(32),
        "anchor_key": secrets.token_hex(32),
        "session_secret": secrets.token_urlsafe(64),
    }
    written = _write_beside(path, fresh)
    try:
        os.link(written, path)  # fails if the file is there; a rename would go over it
    except FileExistsError:
        return False
    finally:
        written.unlink()
    _flush_folder(path)
    return True


def add_field_key(path: Path) -> int:
    """Add a fresh field key and make it current; returns its id. Values under the older keys stay readable."""
    stored = json.loads(path.read_text())
    used = {int(k) for k in stored["field_keys"]} | {int(k) for k in stored.get("retired_keys", {})}
    number = next((n for n in range(max(used) + 1, 256) if n not in used), None)
    number = number or next(n for n in range(1, 256) if n not in used)
    stored["field_keys"][str(number)] = secrets.token_hex(16)
    stored["current"] = number
    _replace(path, stored)
    return number


def retire_field_keys(path: Path) -> list[int]:
    """Refuse every field key but the current one from now on; returns their ids.

    They move to `retired_keys` in the same file, where only `keys_rotate --rescue` looks: a backup restored later
    may still hold values under them.
    """
    stored = json.loads(path.read_text())
    old = {k: v for k, v in stored["field_keys"].items() if int(k) != stored["current"]}
    stored["field_keys"] = {str(stored["current"]): stored["field_keys"][str(stored["current"])]}
    today = datetime.now(UTC).date().isoformat()
    stored.setdefault("retired_keys", {}).update({k: {"key": v, "since": today} for k, v in old.items()})
    _replace(path, stored)
    return sorted(int(k) for k in old)


def readmit_field_keys(path: Path) -> list[int]:
    """Take retired keys back for reading, to rescue values from a restored backup; returns their ids."""
    stored = json.loads(path.read_text())
    back = stored.pop("retired_keys", {})
    stored["field_keys"].update({k: v["key"] for k, v in back.items()})
    _replace(path, stored)
    return sorted(int(k) for k in back)


def _write_beside(path: Path, stored: dict[str, Any]) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600
    with os.fdopen(handle, "w") as out:
        json.dump(stored, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    return Path(name)


def _replace(path: Path, stored: dict[str, Any]) -> None:
    """The file is at every moment the old one or the new one, whole."""
    _write_beside(path, stored).replace(path)
    _flush_folder(path)


def _flush_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
