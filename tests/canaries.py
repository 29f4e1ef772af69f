"""E2: made-up numbers that must be found nowhere in plain: databases, logs, dumps, caches, answers to the browser."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Digits as ASCII or as UTF-16, whatever stands around them; grouped by spaces or hyphens as people write accounts.
_RUN = re.compile(rb"(?:[0-9][ \-\x00]{0,2}){10,}[0-9Xx]")
_LIMIT = 1 << 22
_OVERLAP = 128


@dataclass(frozen=True)
class Canaries:
    """Citizen numbers, phones, accounts and words of illness that were put into the system sealed."""

    numbers: tuple[str, ...]
    phones: tuple[str, ...]
    accounts: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def make(cls, count: int, *, seed: int) -> Canaries:
        """`count` of each kind, the same for the same seed; numbers carry a right check digit."""
        chance = random.Random(seed)
        numbers: dict[str, None] = {}
        while len(numbers) < count:
            day = date(1930, 1, 1) + timedelta(days=chance.randrange(33000))
            body = f"5331{chance.choice(('02', '03', '22', '23', '24'))}{day:%Y%m%d}{chance.randrange(1, 996):03d}"
            check = "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]
            numbers[body + check] = None
        return cls(
            numbers=tuple(numbers),
            phones=tuple(f"1{chance.choice('3578')}{chance.randrange(10**9):09d}" for _n in range(count)),
            accounts=tuple(f"6217{chance.randrange(10**15):015d}" for _n in range(count)),
            words=tuple(f"金丝雀病{n:05d}号" for n in range(count)),
        )

    def found_in(self, paths: Iterable[Path]) -> list[tuple[Path, str]]:
        """Where any of them stands in plain, in files and in folders with everything below. Reads flat in memory."""
        wanted = {text.upper() for text in (*self.numbers, *self.phones, *self.accounts)}
        words = [(w, [w.encode(), w.encode("gb18030"), w.encode("utf-16-le")]) for w in self.words]
        found = []
        for path in sorted(_files(paths)):
            hits: dict[str, None] = {}
            with path.open("rb") as file:
                kept = b""
                while block := file.read(_LIMIT):
                    text = kept + block
                    for run in _RUN.findall(text):
                        digits = re.sub(rb"[^0-9Xx]", b"", run).decode().upper()
                        for size in (11, 18, 19):
                            for start in range(len(digits) - size + 1):
                                if (part := digits[start : start + size]) in wanted:
                                    hits[part] = None
                    marker = "金丝雀病"
                    if any(marker.encode(code) in text for code in ("utf-8", "gb18030", "utf-16-le")):
                        for word, forms in words:
                            if any(form in text for form in forms):
                                hits[word] = None
                    kept = text[-_OVERLAP:]
            found += [(path, hit) for hit in hits]
        return found


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in path.rglob("*") if p.is_file())
        elif path.exists():
            yield path
