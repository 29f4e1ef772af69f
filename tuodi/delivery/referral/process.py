"""How a referral goes: sent, accepted or returned, then the programme's own procedure to its end.

One table a programme: before acceptance the steps every referral has, after it those of the programme's own dated procedure, which
keep their states, roles and limits. Basis: 社会救助暂行办法 Art 60; policy memo 15 (2 working days to send on, 3 to accept or return,
a second return ruled by the leading group's office: test values) and appendix B.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from tuodi.core.process import Limit, Process, Step
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.handling import TURNS
from tuodi.policy.procedures import PROCEDURES
from tuodi.policy.programme import Programme

ART_60 = "《社会救助暂行办法》第六十条"
OWN_STATES: Mapping[str, str] = {
    "sent": "待部门接收",
    "returned": "部门退回，待窗口重新转办",
    "disputed": "两次退回，待领导小组办公室裁定",
    "correcting": "等待申请人补正",
}
OWN_ENDS: Mapping[str, str] = {"not_applicable": "不适用", "withdrawn": "撤回"}
OWN_LIMITS: Mapping[str, Limit] = {
    "sent": Limit(working_days=3, basis="接收或退回 3 个工作日（试行值）"),
    "returned": Limit(working_days=2, basis="重新转办 2 个工作日（试行值）"),
    "disputed": Limit(working_days=5, basis="领导小组办公室定办 5 个工作日（试行值）"),
    "correcting": Limit(days=30, basis="补正期间时限停止计算；30 日未补正的提醒申请人（试行值）"),
}
CIVIL_AFFAIRS = "civil_affairs"
# A stage that another body than the owner handles: the two subsidies pass the federation.
ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("disability_living", "federation"): "disabled_federation",
    ("disability_nursing", "federation"): "disabled_federation",
}
BODY_ROLES = frozenset({"bureau", CIVIL_AFFAIRS})


def hand_of(body: str) -> str:
    """The role that acts for a body: civil affairs has its own, every other body's officers are `bureau`."""
    return CIVIL_AFFAIRS if body == CIVIL_AFFAIRS else "bureau"


def holder(procedure: str, state: str, owner: str) -> str:
    """The body that has a referral in hand in a state."""
    return ELSEWHERE.get((procedure, state), owner)


def desk_of(process: Process, state: str) -> str:
    """The role that ends a stage of a procedure; `system` where time alone does (a public notice)."""
    onward = [s for s in process.steps_from(state) if s.act not in TURNS]
    return onward[0].role if onward else process.steps_from(state)[0].role


@cache
def composed(base: str, hand: str) -> Process:
    """The table of a referral: what every referral has, before and around the programme's own procedure `base`."""
    own = BASES[base]
    if hand == CIVIL_AFFAIRS:
        # What a bureau handles elsewhere is civil affairs' own where the duty is: disaster relief until 2019.
        own = replace(
            own,
            steps=tuple(
                replace(s, role=hand) if s.role == "bureau" and (base, s.source) not in ELSEWHERE else s
                for s in own.steps
            ),
        )
    stages = [s for s in own.states if s not in own.ends]
    asks = [s for s in stages if desk_of(own, s) != "system"]
    steps = [
        Step("accept", "sent", own.start, hand, "接收", ART_60),
        Step("return", "sent", "returned", hand, "退回", ART_60),
        Step("dispute", "sent", "disputed", hand, "再次退回，报领导小组办公室", ART_60),
        Step("readdress", "returned", "sent", "counter", "重新转办", ART_60),
        Step("rule", "disputed", "sent", "office", "定办", "2017 年通知 二"),
        *own.steps,
    ]
    for stage in asks:
        desk = desk_of(own, stage)
        steps += [
            Step("ask_correction", stage, "correcting", desk, "请申请人补正", ART_60),
            Step(f"answer_{stage}", "correcting", stage, "counter", "收到补正", ART_60),
            Step("not_applicable", stage, "not_applicable", desk, "不适用，办结", ART_60),
        ]
    withdrawn = {s.source for s in own.steps if s.act == "withdraw"}
    steps += [
        Step("withdraw", s, "withdrawn", "counter", "申请人撤回")
        for s in (*OWN_STATES, *(x for x in stages if x not in withdrawn))
    ]
    return Process(
        key=f"referral.{base}",
        label="转办",
        start="sent",
        states={**OWN_STATES, **own.states, **OWN_ENDS},
        steps=tuple(steps),
        limits={**OWN_LIMITS, **own.limits},
        ends=own.ends | OWN_ENDS.keys(),
    )


def _tables(programme: Programme) -> Iterator[Process]:
    if programme.procedure_on is not None:
        yield from (p.process for p in PROCEDURES)
    yield from programme.procedures.values()


# What no family applies for has no referral: its procedure is a month's, not a case's.
_NOBODY_ASKS = frozenset({"price_supplement"})
BASES: Mapping[str, Process] = {
    table.key: table
    for code, programme in PROGRAMMES.items()
    if code not in _NOBODY_ASKS
    for table in _tables(programme)
}
PROCESSES = tuple(
    table
    for table in {
        (key, hand): composed(key, hand)
        for code, programme in PROGRAMMES.items()
        if code not in _NOBODY_ASKS
        for key in (t.key for t in _tables(programme))
        for hand in sorted({hand_of(body) for body in programme.bureaus.values()})
    }.values()
)
# The states that time ends: moved on by the day's run.
BY_TIME = frozenset(
    s for t in BASES.values() for s in t.states if s not in t.ends and desk_of(t, s) == "system"
)


def states_of_desk(role: str) -> Mapping[str, tuple[str, ...]]:
    """By procedure the states a role works off."""
    return {
        key: states
        for key, table in BASES.items()
        if (states := tuple(s for s in table.states if s not in table.ends and desk_of(table, s) == role))
    }
