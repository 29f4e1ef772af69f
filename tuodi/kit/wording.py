"""What is written is Chinese; a page says it in the reader's language.

Rules, procedures and the record speak Chinese (docs/decisions/0005-words-at-the-edge.md). `said` is the edge: it finds a word or
a finished sentence in the catalogue and says it in the reader's language, figures and names untouched. `in_chinese` keeps
whatever an act writes down Chinese, whoever reads the page it was done from.
"""

from __future__ import annotations

import gettext as catalogues
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation.trans_real import to_locale

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
HAN = re.compile("[\u3400-\u9fff]")
FIGURE = re.compile(r"\{(\w*)(?::[^{}]*)?\}")
# Figures that are numbers, days or amounts by their name, and what those look like ("1,200.00 元", "2026-11-23").
NUMBERS = frozenset({"fen", "n", "grade", "months", "days", "size", "year", "yuan", "month"})
NUMBER = r"((?:[^\s，。；]*\d[^\s，。；]*?)(?: 元)?)"
# A sentence with figures: a part to look for first, its pattern (strict, loose), the names of the figures, the English.
Sentence = tuple[str, re.Pattern[str], re.Pattern[str], list[str], str]
# Where a line made of several sentences or items may be taken apart, and how English joins them again.
ASIDE = re.compile("(.+)(（[^（）]*）)")
JOINTS = (("\n", "\n"), ("；", "; "), ("。", ". "), ("、", ", "), ("，", ", "), ("：", ": "), (" · ", " · "))


@contextmanager
def in_chinese() -> Iterator[None]:
    """Decorates an act (or wraps a part of one): what it writes down, and why it refuses, is in the language of the record."""
    with override(settings.LANGUAGE_CODE):
        yield


def said(text: Any) -> Any:
    """A Chinese word or finished sentence in the reader's language; what is not in the catalogue stays as it is."""
    language = get_language() or settings.LANGUAGE_CODE
    if language == settings.LANGUAGE_CODE or not isinstance(text, str | Promise | Exception):
        return text
    if isinstance(text, SafeString):
        return text
    text = str(text)
    return _said(text, language) if CHINESE.search(text) else text


@lru_cache(maxsize=4096)
def _said(text: str, language: str) -> str:
    aside = ASIDE.fullmatch(text)
    if aside and (found := _whole(aside[2], language)):
        head = _parts(aside[1], language)
        if (
            head is not None
        ):  # "… （数据截至 2026-11-01）": a remark with an entry of its own behind a whole sentence
            return f"{head} {found.strip()}"
    found = _whole(text, language)
    if found is not None:
        return found
    for joint, joined in JOINTS:
        parts = text.split(joint)
        if len(parts) < 2:
            continue
        # All or nothing: half a sentence in each language helps nobody, and what an officer wrote stays as written.
        told = [_parts(p, language, joint if n else "") for n, p in enumerate(parts)]
        if all(t is not None for t in told):
            return joined.join(t for t in told if t is not None).strip(" ")
    found = _whole(text, language, any_text=True)
    if found is not None:
        return found
    if aside:
        head, remark = _parts(aside[1], language), _parts(aside[2][1:-1], language)
        if head is not None and remark is not None:
            return f"{head} ({remark})"
    return text


def _parts(text: str, language: str, joint: str = "") -> str | None:
    """A part of a sentence, or nothing where some of it is not in the catalogue (it may be kept there with its joint)."""
    if not CHINESE.search(text):
        return text
    found = joint and _whole(joint + text, language)
    if found:
        return found.lstrip(" ;,.:")
    found = _whole(text, language)
    if found is None:
        again = _said(text, language)
        found = again if again != text else None
    return found


def _whole(text: str, language: str, any_text: bool = False) -> str | None:
    """The text as one entry of the catalogue: word for word, or a sentence with its figures filled in.

    A figure holds no end of a sentence, unless `any_text` allows what somebody wrote.
    """
    words, sentences = _catalogue(language)
    bare = text.strip()
    if bare in words:
        return words[bare]
    if text in words:
        return words[text]
    for anchor, strict, loose, names, answer in sentences:
        if anchor not in text:
            continue
        match = (loose if any_text else strict).fullmatch(text)
        if match:
            figures = dict(zip(names, match.groups(), strict=True))
            return FIGURE.sub(lambda m, figures=figures: str(said(figures[m[1]])), answer)
    if text.endswith("。"):
        found = _whole(text[:-1], language)
        return found and f"{found.rstrip('.')}."
    return None


def _between(literals: list[str], figures: list[str]) -> str:
    """A pattern of the literal parts of a sentence with its figures between them."""
    parts = [re.escape(literals[0])]
    for figure, literal in zip(figures, literals[1:], strict=True):
        parts += [figure, re.escape(literal)]
    return "".join(parts)


@lru_cache(maxsize=4)
def _catalogue(language: str) -> tuple[dict[str, str], list[Sentence]]:
    """(words, sentences with figures, the most telling first) of a language, from the compiled catalogue."""
    words: dict[str, str] = {}
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / to_locale(language) / "LC_MESSAGES" / "django.mo"
        if path.exists():
            with path.open("rb") as file:
                entries = catalogues.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            words |= {k: v for k, v in entries.items() if isinstance(k, str) and k and v}
    sentences = []
    for text, answer in words.items():
        names = FIGURE.findall(text)
        plain = FIGURE.sub("", text)
        if not names or len(set(names)) < len(names) or set(FIGURE.findall(answer)) != set(names):
            continue
        literals = FIGURE.split(text)[::2]
        numbers = [name in NUMBERS for name in names]
        if not HAN.search(plain) or not all(literals[1:-1]):
            continue  # "{one}：{two}" would match anything, "{one}{two}" nothing certain
        # A figure next to a word of one character ("{n} 天") is a number; elsewhere it may be any text, also none.
        if len(HAN.findall(plain)) > 1:
            strict, loose = "([^。；\n]*?)", "([\\s\\S]*?)"
        elif any(numbers):
            # One character holds the sentence ("{who}在{bank} {fen}"): only a number where it expects one makes it certain.
            strict = loose = "([^，。；：、（）\n]*?)"
        else:
            strict = loose = "([^\u3400-\u9fff]*?)"
        patterns = (
            re.compile(_between(literals, [NUMBER if number else figure for number in numbers]))
            for figure in (strict, loose)
        )
        sentences.append((max(literals, key=len), *patterns, names, answer))
    sentences.sort(key=lambda s: -len("".join(FIGURE.split(s[1].pattern))))
    return words, sentences
