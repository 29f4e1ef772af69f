"""How a household stands in the poverty register (since 2020 with the monitoring of those who may fall back)."""

from __future__ import annotations

from typing import Any

from tuodi.core.logic import Value, is_one_of, named

NEEDY = ("poor", "returned", "unstable", "marginal", "sudden")
"""In need of help now: not lifted yet, fallen back, or under monitoring."""
HELPED = (*NEEDY, "lifted")
"""With those lifted who still have the help (脱贫不脱政策)."""


def needy(h: Any) -> Value:
    """In need of help now by the register."""
    return named("在册需要帮扶", is_one_of(h.poverty_status, NEEDY))


def on_file(h: Any) -> Value:
    """Has the help of the poverty programmes (建档立卡)."""
    return named("在扶贫（监测）名册", h.poverty_file | is_one_of(h.poverty_status, HELPED))
