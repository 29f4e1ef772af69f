"""The procedure of minimum living as dated tables, picked by the day of acceptance (policy memo 1.6, T18).

DB-2012: 最低生活保障审核审批办法（试行）; DB-2021: 最低生活保障审核确认办法, from 2022-10-20 with 民发〔2022〕83号.
States and acts have the same codes in both. `form_opinion` and `propose` write an opinion and stay in their state; a proposal to
refuse goes up without a public notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tuodi.core.calendar import WorkCalendar
from tuodi.core.parameters import Parameters
from tuodi.core.process import Limit, Process, Step

ORDER_271 = "《城市居民最低生活保障条例》第八条"
D2012 = "《最低生活保障审核审批办法（试行）》"
D2021 = "《最低生活保障审核确认办法》"
D2022 = "民发〔2022〕83号"
# Where the policy memo carries no article for a step, none is named: a number from memory would stand in letters.
D2012_UNREAD = f"{D2012}（条文号未核）"
D2021_UNREAD = f"{D2021}（条文号未核）"
TEST = "测试值，办法未定时限"
STEPS_LABEL, OBJECTED_LABEL = "各环节时限之和", "异议后重新作出决定"


@dataclass(frozen=True, slots=True)
class Clock:
    """One overall clock of a case: what it is, its last day, its article."""

    label: str
    due: date
    basis: str


@dataclass(frozen=True)
class Procedure:
    """A dated procedure: its table and the clocks that run beside the steps. `until` is exclusive; None: still in force."""

    code: str
    label: str
    document: str  # what its letters name as their ground
    since: date
    until: date | None
    process: Process
    appraisal_mandatory: bool
    second_notice: bool
    start_investigation: Limit | None  # from acceptance
    start_check: Limit | None  # from the township's request to the county
    refusal_notice: Limit  # from the decision, in writing with reasons (T13: days here, working days there)
    after_objection: Limit | None  # from an objection to the second notice to the decision
    first_urban: Limit | None  # Order 271, from application (not from acceptance), urban only
    total: Limit | None
    total_delegated: Limit | None
    total_delegated_since: date | None
    total_special: Limit | None
    spot_check_share: int | None  # basis points of the county's cases visited; None: no share in the text
    registered_relatives_visited: bool
    longest: tuple[str, ...]  # the states of a smooth case whose limits add up where the text names no total
    township: Process | None = None  # the table where the county has handed the decision to the township

    def table(self, *, delegated: bool) -> Process:
        """The table of a case: the township's own where it decides."""
        return self.township if delegated and self.township is not None else self.process

    def delegated_in(self, parameters: Parameters, area_code: str, accepted_on: date) -> bool:
        """Whether the county has handed the decision to the township for what is accepted on that day (2022-83, T19)."""
        since = self.total_delegated_since
        if since is None or accepted_on < since:
            return False
        return bool(parameters.row("dibao.delegated_to_township", area_code, accepted_on).value)

    def overall(
        self,
        accepted_on: date,
        calendar: WorkCalendar,
        *,
        urban: bool,
        delegated: bool = False,
        special: bool = False,
        applied_on: date | None = None,
    ) -> tuple[Clock, ...]:
        """Every overall clock that runs for a case, earliest last day first.

        `applied_on` is the day of application where it was not accepted the same day: Order 271 counts from there.
        """
        clocks = []
        if self.first_urban and urban:
            last = self.first_urban.due(applied_on or accepted_on, calendar)
            clocks.append(Clock("城市低保自申请起", last, self.first_urban.basis))
        delegated_now = (
            delegated and self.total_delegated_since is not None and accepted_on >= self.total_delegated_since
        )
        if special and self.total_special:
            clocks.append(
                Clock(
                    "全程（特殊情形）",
                    self.total_special.due(accepted_on, calendar),
                    self.total_special.basis,
                )
            )
        elif delegated_now and self.total_delegated:
            clocks.append(
                Clock(
                    "全程（审核确认权下放乡镇）",
                    self.total_delegated.due(accepted_on, calendar),
                    self.total_delegated.basis,
                )
            )
        elif self.total:
            clocks.append(Clock("全程", self.total.due(accepted_on, calendar), self.total.basis))
        else:
            clocks.append(self.steps_from(accepted_on, calendar))
        return tuple(sorted(clocks, key=lambda c: c.due))

    def steps_from(self, since: date, calendar: WorkCalendar) -> Clock:
        """Where the text names no total: the limits of a smooth case one after another, from a day on."""
        day = since
        for state in self.longest:
            day = self.process.limits[state].due(day, calendar)
        return Clock(STEPS_LABEL, day, D2012_UNREAD)

    def objected(self, on: date, calendar: WorkCalendar, *, second: bool) -> Clock:
        """The clock that runs anew where the text names no total: the days to the decision after an objection to the
        second notice; after one to the first, the steps from the beginning, for the case goes back to its start."""
        if second and self.after_objection is not None:
            due = self.after_objection.due(on, calendar)
            return Clock(OBJECTED_LABEL, due, self.after_objection.basis)
        return self.steps_from(on, calendar)

    def overall_due(
        self,
        accepted_on: date,
        calendar: WorkCalendar,
        *,
        urban: bool,
        delegated: bool = False,
        special: bool = False,
        applied_on: date | None = None,
    ) -> date:
        """The earliest overall last day: warn on that one."""
        clocks = self.overall(
            accepted_on, calendar, urban=urban, delegated=delegated, special=special, applied_on=applied_on
        )
        return clocks[0].due


STATES: Mapping[str, str] = {
    "investigating": "入户调查",
    "appraising": "民主评议",
    "opinion": "提出审核意见",
    "noticing": "乡镇公示",
    "objected": "异议待重新调查",
    "to_send": "待上报县级",
    "sent_up": "已上报待县级接收",
    "county_review": "县级审核",
    "second_noticing": "县级公示",
    "second_objected": "县级公示异议待重新调查",
    "county_decision": "待县级审批",
    "confirmed": "已确认",
    "refused": "不予确认",
    "terminated": "终止",
    "withdrawn": "撤回",
}
ENDS = frozenset({"confirmed", "refused", "terminated", "withdrawn"})
ONLY_2012 = frozenset({"second_noticing", "second_objected", "county_decision"})
_COUNTY_STATES = ("county_review", "second_noticing", "second_objected", "county_decision")
# Where the family or an officer may end it before the decision.
_OPEN_2021 = (
    "investigating",
    "appraising",
    "opinion",
    "noticing",
    "objected",
    "to_send",
    "sent_up",
    "county_review",
)


def _leaving(states: tuple[str, ...], terminate_basis: str) -> tuple[Step, ...]:
    ends = (
        Step("withdraw", s, "withdrawn", role="counter", label="申请人撤回", basis="申请人自愿")
        for s in states
    )
    stops = (
        Step("terminate", s, "terminated", role="reviewer", label="终止程序", basis=terminate_basis)
        for s in states
        if s not in ("sent_up", *_COUNTY_STATES)
    )
    county = (
        Step("terminate", s, "terminated", role="confirmer", label="终止程序", basis=terminate_basis)
        for s in states
        if s in _COUNTY_STATES
    )
    return (*ends, *stops, *county)


DB_2012 = Procedure(
    code="DB-2012",
    label="最低生活保障审核审批（2012 年办法）",
    document=f"{D2012}（民发〔2012〕220号）",
    since=date(2012, 12, 12),
    until=date(2021, 7, 1),
    appraisal_mandatory=True,
    second_notice=True,
    start_investigation=None,
    start_check=None,
    refusal_notice=Limit(days=3, rolls=True, basis=f"{D2012}第二十六条"),
    after_objection=Limit(working_days=20, basis=D2012_UNREAD),
    first_urban=Limit(days=30, rolls=True, basis=ORDER_271),
    total=None,
    total_delegated=None,
    total_delegated_since=None,
    total_special=None,
    spot_check_share=3000,
    registered_relatives_visited=True,
    longest=(
        "investigating",
        "appraising",
        "noticing",
        "county_review",
        "second_noticing",
        "county_decision",
    ),
    process=Process(
        key="minimum_living.2012",
        label="最低生活保障审核审批（2012 年办法）",
        start="investigating",
        states=dict(STATES),
        steps=(
            Step(
                "survey_done",
                "investigating",
                "appraising",
                role="counter",
                label="完成入户调查",
                basis=D2012_UNREAD,
            ),
            Step(
                "appraise",
                "appraising",
                "opinion",
                role="reviewer",
                label="完成民主评议",
                basis=D2012_UNREAD,
            ),
            Step(
                "reinvestigate",
                "appraising",
                "investigating",
                role="reviewer",
                label="评议争议大，重新调查",
                basis=D2012_UNREAD,
            ),
            Step(
                "form_opinion",
                "opinion",
                "opinion",
                role="reviewer",
                label="提出审核意见",
                basis=D2012_UNREAD,
            ),
            Step(
                "post_notice",
                "opinion",
                "noticing",
                role="reviewer",
                label="张贴公示",
                basis=D2012_UNREAD,
            ),
            Step(
                "send_up",
                "opinion",
                "sent_up",
                role="reviewer",
                label="上报县级（拟不予批准，不公示）",
                basis=D2012_UNREAD,
            ),
            Step("object", "noticing", "objected", role="counter", label="登记异议", basis=D2012_UNREAD),
            Step(
                "end_notice",
                "noticing",
                "to_send",
                role="system",
                label="公示期满",
                basis=D2012_UNREAD,
            ),
            Step("send_up", "to_send", "sent_up", role="reviewer", label="上报县级", basis=D2012_UNREAD),
            Step(
                "receive",
                "sent_up",
                "county_review",
                role="confirmer",
                label="县级接收",
                basis=D2012_UNREAD,
            ),
            Step(
                "propose",
                "county_review",
                "county_review",
                role="confirmer",
                label="提出审批意见",
                basis=D2012_UNREAD,
            ),
            Step(
                "post_second_notice",
                "county_review",
                "second_noticing",
                role="confirmer",
                label="张贴拟批准公示",
                basis=D2012_UNREAD,
            ),
            # An objection to the county's notice is investigated anew and goes back to the county, which posts again:
            # the township's opinion and its notice stand (policy memo 1.6).
            Step(
                "object",
                "second_noticing",
                "second_objected",
                role="counter",
                label="登记异议",
                basis=D2012_UNREAD,
            ),
            Step(
                "survey_done",
                "second_objected",
                "county_review",
                role="counter",
                label="完成重新调查，报县级",
                basis=D2012_UNREAD,
            ),
            Step(
                "end_second_notice",
                "second_noticing",
                "county_decision",
                role="system",
                label="公示期满",
                basis=D2012_UNREAD,
            ),
            Step(
                "confirm",
                "county_decision",
                "confirmed",
                role="confirmer",
                label="批准",
                basis=D2012_UNREAD,
            ),
            Step(
                "refuse",
                "county_review",
                "refused",
                role="confirmer",
                label="不予批准",
                basis=f"{D2012}第二十六条",
            ),
            Step(
                "refuse",
                "county_decision",
                "refused",
                role="confirmer",
                label="不予批准",
                basis=f"{D2012}第二十六条",
            ),
            Step(
                "return",
                "county_review",
                "opinion",
                role="confirmer",
                label="退回乡镇",
                basis=D2012_UNREAD,
            ),
            Step(
                "return",
                "county_decision",
                "opinion",
                role="confirmer",
                label="退回乡镇",
                basis=D2012_UNREAD,
            ),
            Step(
                "reinvestigate",
                "objected",
                "investigating",
                role="counter",
                label="重新调查",
                basis=D2012_UNREAD,
            ),
            *_leaving((*_OPEN_2021, *_COUNTY_STATES[1:]), "2012 年办法未见规定（试行）"),
        ),
        limits={
            "investigating": Limit(working_days=10, basis=D2012_UNREAD),
            "appraising": Limit(working_days=5, basis=D2012_UNREAD),
            "opinion": Limit(working_days=5, basis=TEST),
            "noticing": Limit(days=7, rolls=True, basis=D2012_UNREAD),
            "objected": Limit(working_days=3, basis=TEST),
            "to_send": Limit(working_days=2, basis=TEST),
            "sent_up": Limit(working_days=2, basis=TEST),
            "county_review": Limit(working_days=5, basis=D2012_UNREAD),
            "second_noticing": Limit(days=7, rolls=True, basis=D2012_UNREAD),
            # Five days to visit again leave, of the twenty to the decision, the county's own and those of the notice.
            "second_objected": Limit(working_days=5, basis=TEST),
            "county_decision": Limit(working_days=3, basis=D2012_UNREAD),
        },
        ends=ENDS,
    ),
)


def _decided_by_the_township(county: Process) -> Process:
    """The same states and acts where the township decides (T19): who confirms sits there, nothing goes up."""
    states = {"to_send": "待提交审核确认", "sent_up": "待审核确认岗接收", "county_review": "乡镇审核确认"}
    acts = {"send_up": "提交审核确认", "receive": "接收", "return": "退回经办"}
    return Process(
        key="minimum_living.2022.township",
        label="最低生活保障审核确认（委托乡镇）",
        start=county.start,
        states={**county.states, **states},
        steps=tuple(
            replace(
                s,
                label=acts.get(s.act, s.label)
                + ("（拟不予确认，不公示）" if s.source == "opinion" and s.act == "send_up" else ""),
            )
            for s in county.steps
        ),
        limits={**county.limits, "county_review": Limit(working_days=5, basis=TEST)},
        ends=county.ends,
    )


DB_2021 = Procedure(
    code="DB-2021",
    label="最低生活保障审核确认（2021 年办法）",
    document=f"{D2021}（民发〔2021〕57号）",
    since=date(2021, 7, 1),
    until=None,
    appraisal_mandatory=False,
    second_notice=False,
    start_investigation=Limit(working_days=3, basis=D2021_UNREAD),
    start_check=Limit(working_days=3, basis=f"{D2021}第十七条"),
    refusal_notice=Limit(working_days=3, basis=D2021_UNREAD),
    after_objection=None,  # the special total says it
    first_urban=None,
    total=Limit(working_days=30, basis=D2021_UNREAD),
    total_delegated=Limit(working_days=20, basis=D2022),
    total_delegated_since=date(2022, 10, 20),
    total_special=Limit(working_days=45, basis=D2021_UNREAD),
    spot_check_share=None,
    registered_relatives_visited=True,
    longest=(),
    process=Process(
        key="minimum_living.2021",
        label="最低生活保障审核确认（2021 年办法）",
        start="investigating",
        states={k: v for k, v in STATES.items() if k not in ONLY_2012},
        steps=(
            Step(
                "survey_done",
                "investigating",
                "opinion",
                role="counter",
                label="完成入户调查",
                basis=D2021_UNREAD,
            ),
            Step(
                "form_opinion",
                "opinion",
                "opinion",
                role="reviewer",
                label="提出初审意见",
                basis=D2021_UNREAD,
            ),
            Step(
                "post_notice",
                "opinion",
                "noticing",
                role="reviewer",
                label="张贴公示",
                basis=D2021_UNREAD,
            ),
            Step(
                "send_up",
                "opinion",
                "sent_up",
                role="reviewer",
                label="上报县级（拟不予确认，不公示）",
                basis=D2021_UNREAD,
            ),
            Step("object", "noticing", "objected", role="counter", label="登记异议", basis=D2021_UNREAD),
            Step(
                "reinvestigate",
                "objected",
                "investigating",
                role="counter",
                label="重新调查",
                basis=D2021_UNREAD,
            ),
            Step(
                "survey_done",
                "objected",
                "appraising",
                role="reviewer",
                label="交民主评议",
                basis=D2021_UNREAD,
            ),
            Step(
                "appraise",
                "appraising",
                "opinion",
                role="reviewer",
                label="完成民主评议",
                basis=D2021_UNREAD,
            ),
            Step("end_notice", "noticing", "to_send", role="system", label="公示期满", basis=D2021_UNREAD),
            Step("send_up", "to_send", "sent_up", role="reviewer", label="上报县级", basis=D2021_UNREAD),
            Step(
                "receive",
                "sent_up",
                "county_review",
                role="confirmer",
                label="县级接收",
                basis=D2021_UNREAD,
            ),
            Step(
                "propose",
                "county_review",
                "county_review",
                role="confirmer",
                label="提出审核意见",
                basis=D2021_UNREAD,
            ),
            Step(
                "confirm",
                "county_review",
                "confirmed",
                role="confirmer",
                label="确认",
                basis=D2021_UNREAD,
            ),
            Step(
                "refuse",
                "county_review",
                "refused",
                role="confirmer",
                label="不予确认",
                basis=D2021_UNREAD,
            ),
            Step(
                "return",
                "county_review",
                "opinion",
                role="confirmer",
                label="退回乡镇",
                basis=D2021_UNREAD,
            ),
            *_leaving(_OPEN_2021, f"{D2021}第二十九条"),
        ),
        limits={
            "investigating": Limit(working_days=10, basis=TEST),
            "appraising": Limit(working_days=5, basis=TEST),
            "opinion": Limit(working_days=3, basis=TEST),
            "noticing": Limit(days=7, rolls=True, basis=D2021_UNREAD),
            "objected": Limit(working_days=3, basis=TEST),
            "to_send": Limit(working_days=2, basis=TEST),
            "sent_up": Limit(working_days=2, basis=TEST),
            "county_review": Limit(working_days=10, basis=D2021_UNREAD),
        },
        ends=ENDS,
    ),
)

TOWNSHIP_2022 = _decided_by_the_township(DB_2021.process)
DB_2021 = replace(DB_2021, township=TOWNSHIP_2022)
PROCEDURES = (DB_2012, DB_2021)


def procedure_on(accepted_on: date) -> Procedure:
    """The procedure in force on the day of acceptance; a case keeps it to the end."""
    for procedure in PROCEDURES:
        if procedure.since <= accepted_on and (procedure.until is None or accepted_on < procedure.until):
            return procedure
    raise LookupError(f"{accepted_on} 早于 2012-12-12，没有录入当时的低保审批程序")
