"""What the two disability subsidies have in common: who is kept from both, and the higher of two of the same nature.

国发〔2015〕52号; 云政发〔2016〕5号.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Finding
from tuodi.core.logic import Value, negate

BASIS = "国发〔2015〕52号"


def barred_from_both(m: Any) -> tuple[Finding, Finding]:
    """Neither subsidy beside 特困供养 or the care fee of work-injury insurance."""
    return (
        Finding(
            "not_tekun",
            m.identity != "tekun",
            "已是特困供养人员：{tekun}（特困人员两项补贴都不享受）",
            {"tekun": m.identity == "tekun"},
            BASIS,
        ),
        Finding(
            "no_work_injury_care",
            negate(m.work_injury_care),
            "领取工伤保险生活护理费：{drawn}（领取的两项补贴都不享受）",
            {"drawn": m.work_injury_care},
            BASIS,
        ),
    )


def higher_than_same_nature(amount: Value, other: Value) -> Finding:
    """Of allowances of the same nature (old age, veterans, work injury) the person draws the higher one."""
    return Finding(
        "higher_than_same_nature",
        amount > other,
        "本补贴 {amount_fen} 元，已领的同类补贴（津贴） {other_fen} 元，择高领取其中一种",
        {"amount_fen": amount, "other_fen": other},
        BASIS,
    )
