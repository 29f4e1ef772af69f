"""The procedure of closing a month: asked for by one person of the prefecture, done by another (policy.md 14, ZJ-10).

The checklist is what `selectors.checks` finds; a month once closed is never opened again, a correction goes to the open one.
"""

from __future__ import annotations

from tuodi.core.process import Limit, Process, Step

CLOSING = Process(
    key="closing",
    label="月度结账",
    start="asked",
    states={"asked": "已提请，待另一人结账", "returned": "退回", "closed": "已结账"},
    steps=(
        Step("close", "asked", "closed", "finance", "结账", "ZJ-10"),
        Step("return", "asked", "returned", "finance", "退回"),
        Step("ask", "returned", "asked", "finance", "再次提请"),
    ),
    limits={
        "asked": Limit(working_days=3, basis="测试值：18 日前上报（policy 14 月度流程）"),
        "returned": Limit(working_days=5, basis="测试值：18 日前上报（policy 14 月度流程）"),
    },
    ends=frozenset({"closed"}),
)
