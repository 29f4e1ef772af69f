"""What the stages of 受灾人员救助 have in common: a disaster the government has assessed, no loss paid twice.

自然灾害救助条例（国务院令第 577 号）; 社会救助暂行办法 第四章. From 2019-03-01 the emergency-management bureau has it. The amounts
are the central yardsticks local notices used; Yunnan's own were not seen.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Finding
from tuodi.core.logic import Value, named, negate
from tuodi.core.money import whole_yuan_up

LAW = "《自然灾害救助条例》"
SA = "《社会救助暂行办法》第四章"
NOT_TWICE = "同一灾害、同一损失不重复救助"


def recognised(h: Any) -> Finding:
    """The disaster has been assessed (ZH-01): otherwise it is another hardship, for temporary relief."""
    return Finding(
        "disaster_recognised",
        h.disaster_recognised,
        "属于政府核定的自然灾害：{recognised}",
        {"recognised": h.disaster_recognised},
        LAW,
    )


def cannot_cope(h: Any) -> Finding:
    """The family cannot see to its own basic living."""
    return Finding(
        "cannot_cope",
        h.disaster_cannot_cope,
        "受灾后没有自救能力，基本生活无法自行解决：{holds}",
        {"holds": h.disaster_cannot_cope},
        SA,
    )


def somebody(persons: Value, what: str) -> Finding:
    """At least one person is concerned."""
    return Finding(
        "somebody_concerned", persons >= 1, "{what} {persons} 人", {"what": what, "persons": persons}, SA
    )


def not_paid_before(paid: Value, what: str) -> Finding:
    """This stage has not been paid already for the same disaster."""
    return Finding(
        "not_paid_before", negate(paid), "{what}已发过：{paid}", {"what": what, "paid": paid}, NOT_TWICE
    )


def less_temporary_relief(h: Any, reckoned: Value) -> tuple[Value, Finding]:
    """What is left after the temporary relief already paid for the same loss and period (ZH-06, T22)."""
    had = h.temporary_paid_same_fen
    left = named("扣除临时救助后", whole_yuan_up(reckoned - had))
    return left, Finding(
        "loss_not_covered",
        (had == 0) | (left > 0),
        "按标准计算 {reckoned_fen} 元，同一损失、同一时期已得到临时救助 {had_fen} 元，只补其余",
        {"reckoned_fen": reckoned, "had_fen": had},
        "民发〔2022〕83号",
    )
