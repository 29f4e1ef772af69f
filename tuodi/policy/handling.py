"""Procedures of the usual shape, from a few lines: accepted, then one stage after another, each with its limit, to a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Limit, Process, Step

TURNS = frozenset({"refuse", "withdraw", "object", "return", "terminate"})
"""Acts that leave the straight way."""

ENDS = {"confirmed": "已确认", "refused": "不予确认", "withdrawn": "撤回"}


@dataclass(frozen=True)
class Stage:
    """One state of a straight procedure: its code and label, who ends it by which act, and within what time."""

    code: str
    label: str
    role: str
    act: str
    act_label: str
    limit: Limit
    refuses: bool = False  # whether it may also end in a refusal
    objection: str = ""  # a public notice: the state an objection leads back to


def straight(
    key: str,
    label: str,
    *stages: Stage,
    overall: Limit | None = None,
    overall_at_most: Limit | None = None,
) -> Process:
    """The table: each stage leads to the next, the last to `confirmed`; a family may withdraw until then."""
    states = {**{s.code: s.label for s in stages}, **ENDS}
    steps: list[Step] = []
    for here, after in zip(stages, (*[s.code for s in stages[1:]], "confirmed"), strict=True):
        steps.append(
            Step(here.act, here.code, after, role=here.role, label=here.act_label, basis=here.limit.basis)
        )
        if here.refuses:
            steps.append(
                Step("refuse", here.code, "refused", role=here.role, label="不予确认", basis=here.limit.basis)
            )
        if here.objection:
            steps.append(
                Step(
                    "object",
                    here.code,
                    here.objection,
                    role="counter",
                    label="登记异议",
                    basis=here.limit.basis,
                )
            )
        steps.append(
            Step("withdraw", here.code, "withdrawn", role="counter", label="申请人撤回", basis="申请人自愿")
        )
    if not any(s.refuses for s in stages):
        raise AssertionError(f"{key}: nobody may refuse")
    return Process(
        key=key,
        label=label,
        start=stages[0].code,
        states=states,
        steps=tuple(steps),
        limits={s.code: s.limit for s in stages},
        ends=frozenset(ENDS),
        overall=overall,
        overall_at_most=overall_at_most,
    )


def latest_end(process: Process, since: date, calendar: WorkCalendar) -> date:
    """The last day of a smooth case: the limits of the stages one after another, from the day of acceptance, or what the text allows
    for the whole where that is sooner.

    A stage that only an objection or another turn leads back to is not on the way.
    """
    day, state, passed = since, process.start, set[str]()
    while state not in process.ends:
        passed.add(state)
        limit = process.limits.get(state)
        if limit is not None:
            day = limit.due(day, calendar)
        onward = [
            s.target for s in process.steps_from(state) if s.target not in passed and s.act not in TURNS
        ]
        state = next((t for t in onward if t not in process.ends), next(iter(onward), "confirmed"))
        if state not in process.states:
            break
    return min(day, process.overall.due(since, calendar)) if process.overall is not None else day
