"""Needs in the family's own words: plain words suggest a category, a denied word does not, and each category knows where it leads."""

from __future__ import annotations

from datetime import date

import pytest

from tuodi.policy import needs
from tuodi.policy.catalogue import PROGRAMMES

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("我家男人病倒了，没得钱看病，娃还在读书", {"medical", "living", "school"}),
        ("房子漏雨，墙裂了，怕要塌", {"house"}),
        ("妈 瘫在床 起不来，没人服侍", {"elder", "medical"}),
        ("娃没爹没妈，跟着奶奶过", {"child"}),
        ("发大水把庄稼冲了，绝收", {"disaster"}),
        ("电费交不起，冬天没柴火", {"heating"}),
        ("找不到活计，在家闲着", {"job"}),
        ("老板不给工钱", {"legal"}),
        ("我耳朵听不见，有残疾证", {"disability"}),
        ("上个月家里失火，烧了半间", {"sudden"}),
        ("没有残疾，不看病", set()),
        ("", set()),
    ],
)
def test_words_of_villagers_suggest_a_category(said, codes):
    assert set(needs.suggested(said, ON)) == codes


def test_a_word_denied_once_and_said_once_is_said():
    assert "disability" in needs.suggested("我没有残疾，我弟弟是残疾", ON)


def test_every_category_counts_as_a_known_tag_and_asks_for_known_programmes():
    for code, one in needs.table().items():
        assert one.code == code and one.tag in needs.TAGS and one.label
        assert set(one.programmes) <= set(PROGRAMMES), code
        assert len(one.words) == len(set(one.words)) > 5
    assert set(needs.LABELS) == set(needs.table())
    assert set(needs.OF_TAG) == set(needs.TAGS)
    assert {needs.table()[c].tag for codes in needs.OF_TAG.values() for c in codes} == set(needs.TAGS)


def test_a_category_ended_is_no_longer_offered_but_still_known(monkeypatch):
    from dataclasses import replace

    ended = {**needs.table(), "legal": replace(needs.table()["legal"], until=date(2026, 1, 1))}
    monkeypatch.setattr(needs, "table", lambda: ended)
    assert "legal" not in {n.code for n in needs.offered(ON)}
    assert needs.tags_of(["legal"]) == ("legal",)


def test_what_the_facts_speak_of_counts_as_a_need():
    facts = {
        "household": {"need_care": True},
        "members": [{"serious_illness": True}, {"disability": "sight", "disability_grade": 1}],
    }
    assert set(needs.implied(facts)) == {"elder", "child", "medical", "disability"}
