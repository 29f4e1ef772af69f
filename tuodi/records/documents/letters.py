"""What letters there are: their number words, who signs them. Their layouts are `tuodi.kit.letters`, their ground the procedure's."""

from __future__ import annotations

from dataclasses import dataclass

from tuodi.core.areas import level_of


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter: its template in the kit, the word in its number, the level that signs it."""

    code: str
    title: str
    word: str
    level: str


LETTERS = {
    k.code: k
    for k in (
        LetterKind("acceptance", "受理通知书", "救受", "township"),
        LetterKind("correction", "一次性告知书", "救补", "township"),
        LetterKind("notice", "公示", "救公", "township"),
        # Both decisions share one series: a gap in it would be a decision that has gone missing.
        LetterKind("confirmation", "审核确认通知书", "救", "county"),
        LetterKind("refusal", "不予确认通知书", "救", "county"),
        LetterKind("change", "保障待遇变更告知书", "救变", "county"),
        LetterKind("termination", "终止审核确认告知书", "救终", "township"),
        LetterKind("recovery_notice", "追回事先告知书", "救追告", "county"),
        LetterKind("recovery_decision", "追回决定书", "救追", "county"),
    )
}


def short_name(county: str) -> str:
    """The one character a county's numbers begin with: 芒市 芒, 盈江县 盈."""
    return county[:1]


def number_text(county: str, word: str, year: int, count: int) -> str:
    """A document number with its hexagonal brackets (GB/T 9704-2012 7.2.5): 芒民救字〔2026〕12号."""
    return f"{short_name(county)}民{word}字〔{year}〕{count}号"


def issuer_name(area_code: str, area_name: str) -> str:
    """Who signs: a township government, a subdistrict office, or a county's civil affairs bureau."""
    if level_of(area_code) == "township":
        if area_name.endswith(("乡", "镇")):
            return f"{area_name}人民政府"
        return f"{area_name}办事处" if area_name.endswith("街道") else area_name
    return f"{area_name}民政局"
