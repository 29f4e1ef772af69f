"""E1, readable: docs/how/rights.md says in words what the table of rights says in code, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuodi.records.org import rights, rights_words
from tuodi.records.org.rights_words import ACTS, PAGE, ROLES, ROOMS, page, room_of


def test_every_right_every_role_and_every_room_has_words_in_both_languages() -> None:
    assert set(ACTS) == set(rights.RIGHTS), (
        "say the right in tuodi/records/org/rights_words.py, then make rights"
    )
    assert {room_of(act) for act in ACTS} == set(ROOMS)
    assert {role: words[0] for role, words in ROLES.items()} == {
        r: str(label) for r, label in rights.ROLES.items()
    }
    for zh, en in (*ACTS.values(), *ROLES.values(), *ROOMS.values()):
        assert zh and en and en.isascii()
    assert len({words[0] for words in ACTS.values()}) == len(ACTS), "two rights read the same"


def test_the_page_is_what_the_table_says_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make rights"


def read_back(text: str) -> dict[str, frozenset[str]]:
    """The table of rights as a reader of the page would write it down."""
    by_words = {f"{zh}<br>{en}": role for role, (zh, en) in ROLES.items()} | {"登录者<br>everyone": "*"}
    found: dict[str, frozenset[str]] = {}
    columns: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|") or line.startswith("| ---"):
            continue
        cells = [c.strip() for c in line.strip("|").split("|")]
        if "`" not in cells[0]:
            columns = [by_words[c] for c in cells[1:]]
        else:
            act = cells[0].split("`")[1]
            found[act] = frozenset(r for r, mark in zip(columns, cells[1:], strict=True) if mark == "●")
    return found


def test_read_back_the_page_gives_the_very_table() -> None:
    assert read_back(PAGE.read_text(encoding="utf-8")) == rights.RIGHTS


def test_a_right_given_in_code_alone_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The broken twin."""
    monkeypatch.setitem(rights_words.RIGHTS, "payment.approve", frozenset({"payer", "civil_affairs"}))
    assert PAGE.read_text(encoding="utf-8") != page()
    assert read_back(page()) != read_back(PAGE.read_text(encoding="utf-8"))
