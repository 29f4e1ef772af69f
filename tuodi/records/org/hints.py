"""What the sign-in page tells a newcomer in a demo: filled in by the demo, which stands on a higher floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

accounts: Callable[[], tuple[list[dict[str, Any]], str]] = lambda: ([], "")  # noqa: E731


def offer(source: Callable[[], tuple[list[dict[str, Any]], str]]) -> None:
    """`source()` gives the accounts ({username, what}) and their common password. Called once by the demo's start."""
    global accounts
    accounts = source
