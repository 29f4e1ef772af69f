"""Words our pages show that higher floors know: the demo's accounts on the sign-in page, journal acts in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

accounts: Callable[[], tuple[list[dict[str, Any]], str]] = lambda: ([], "")  # noqa: E731


def offer(source: Callable[[], tuple[list[dict[str, Any]], str]]) -> None:
    """`source()` gives the accounts ({username, what}) and their common password. Called once by the demo's start."""
    global accounts
    accounts = source


act_words: Callable[[str, str], str] = lambda act, _state_to: act  # noqa: E731


def say_acts(source: Callable[[str, str], str]) -> None:
    """`source(act, state_to)` says a journal act in words. Called once by the portal's start, which knows every room."""
    global act_words
    act_words = source
