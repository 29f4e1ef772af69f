"""Needs in the family's own words, and the categories an officer confirms: plain key words suggest, nobody is judged by them.

The table is `needs.yaml`: code, the tag referrals go by (policy memo 15), the programmes it asks
for beyond what the facts say by themselves, the words people use.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TAGS: Mapping[str, str] = {
    "living": "基本生活",
    "care": "照料护理",
    "medical": "看病",
    "school": "上学",
    "house": "住房",
    "job": "就业",
    "disaster": "受灾",
    "disability": "残疾康复",
    "legal": "法律援助",
}
"""Need tags of an application (policy memo 15): the facts `need_…` of the field dictionary, and what referrals go by."""

LABELS: Mapping[str, str] = {
    "living": "没有收入，生活困难",
    "heating": "交不起暖气费、电费、水费",
    "medical": "看病",
    "school": "上学",
    "house": "住房",
    "job": "没活干，找工作",
    "disability": "残疾",
    "elder": "老人无人照料",
    "child": "孩子没人管",
    "disaster": "受灾",
    "sudden": "突然出事（火灾、车祸、意外）",
    "legal": "法律援助",
}
"""What each category is called: here and not in the file, since pages say it in two languages."""

OF_TAG: Mapping[str, tuple[str, ...]] = {
    **{tag: (tag,) for tag in TAGS},
    "care": ("elder", "child"),
}
"""The categories a bare tag stands for."""


@dataclass(frozen=True, slots=True)
class Need:
    """A category of need: what it is called, the tag it counts as, the programmes it asks for, the words that suggest it."""

    code: str
    label: str
    tag: str
    programmes: tuple[str, ...]
    words: tuple[str, ...]
    since: date
    until: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the category is offered on a day."""
        return self.since <= on and (self.until is None or on < self.until)


@lru_cache(maxsize=1)
def _written() -> dict[str, Any]:
    return dict(yaml.safe_load((Path(__file__).parent / "needs.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def table() -> Mapping[str, Need]:
    """Every category there is or was, by code, in the order of the file."""
    return {
        code: Need(
            code,
            LABELS[code],
            row["tag"],
            tuple(row["programmes"]),
            tuple(row["words"]),
            row["since"],
            row.get("until"),
        )
        for code, row in _written().items()
        if code != "denied_by"
    }


def offered(on: date) -> tuple[Need, ...]:
    """The categories of a day."""
    return tuple(n for n in table().values() if n.in_force(on))


def suggested(words: str, on: date) -> tuple[str, ...]:
    """The categories whose words stand in what was said, in the order of the table; a word denied just before it does not count."""
    said = "".join(unicodedata.normalize("NFKC", words).split())
    return tuple(n.code for n in offered(on) if any(_says(said, word) for word in n.words))


def _says(said: str, word: str) -> bool:
    """Whether a word stands there undenied at least once: 没有残疾 does not say 残疾."""
    at = said.find(word)
    while at >= 0:
        if not said[:at].endswith(tuple(_written()["denied_by"])):
            return True
        at = said.find(word, at + 1)
    return False


def tags_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The tags some categories count as, each once."""
    return tuple(dict.fromkeys(table()[code].tag for code in codes))


def programmes_of(codes: Iterable[str]) -> frozenset[str]:
    """The programmes some categories ask for."""
    return frozenset(programme for code in codes for programme in table()[code].programmes)


def implied(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The categories the facts themselves speak of: a tag ticked on the form, an illness, a disability, a pupil, a job lost."""
    household, members = facts["household"], facts["members"]
    said = {n.code for n in table().values() if household.get(f"need_{n.tag}") and n.code in OF_TAG[n.tag]}
    for m in members:
        if m.get("serious_illness") or m.get("medical_self_pay_year_fen"):
            said.add("medical")
        if (m.get("disability") or "none") != "none":
            said.add("disability")
        if m.get("employment") == "registered_jobless":
            said.add("job")
    return tuple(code for code in table() if code in said)
