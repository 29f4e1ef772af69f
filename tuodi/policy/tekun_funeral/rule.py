"""特困人员丧葬费: once, for a person supported as 特困 at death; so many months of the basic living standard (TK-14).

社会救助暂行办法 第十五条（办理丧葬事宜）; the amount is local. Asked on the day of death: the standard of that day counts.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import named, negate

PROGRAMME = "tekun_funeral"
BASIS = "《社会救助暂行办法》第十五条"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The person `m` who has died: the months laid down, of the basic standard."""
    basic, months = p["tekun.standard.basic_month_fen"], p["tekun.funeral.months"]
    findings = (
        Finding(
            "was_supported",
            m.identity == "tekun",
            "生前为特困供养人员：{supported}",
            {"supported": m.identity == "tekun"},
            BASIS,
        ),
        Finding(
            "has_died",
            (m.died_day > 0) & (m.died_day <= h.on_day),
            "已死亡：{died}",
            {"died": (m.died_day > 0) & (m.died_day <= h.on_day)},
            BASIS,
        ),
        Finding(
            "not_paid_before",
            negate(m.funeral_grant_paid),
            "丧葬费已发过：{paid}",
            {"paid": m.funeral_grant_paid},
            BASIS,
        ),
    )
    return granted(PROGRAMME, findings, named("丧葬费", basic * months), period="once")
