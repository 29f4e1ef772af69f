"""What a programme is: one row of the catalogue, with what a person wants to know of it beside what a machine needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tuodi.core.facts import AsOf, Household
from tuodi.core.finding import Assessment
from tuodi.core.parameters import Parameters
from tuodi.core.process import Process
from tuodi.policy.procedures import Procedure
from tuodi.policy.turns import Cycle, Turn

UNITS: Mapping[str, str] = {
    "household": "户",
    "person": "人",
    "house": "一处住房",
    "episode": "一次（住院、事件）",
    "school_place": "学籍",
}
BENEFITS: Mapping[str, str] = {
    "cash": "现金",
    "voucher": "代金券",
    "in_kind": "实物、服务",
    "training": "培训",
    "work": "就业岗位",
    "insurance": "保险缴费",
    "waiver": "减免",
    "loan": "贷款（须偿还）",
    "identity": "身份认定",
    "check": "核对、处理",
}
FIRST_MONTHS: Mapping[str, str] = {
    "next": "自确认之月的下月起计发",
    "application": "自提交申请之月起计发",
    "month": "按名册发给当月，不用申请",
}
OF_MEMBERS = frozenset({"person", "episode", "school_place"})


@dataclass(frozen=True)
class Paper:
    """A document an application needs. `known_to`: the source that has it already; then the family is not asked for it."""

    label: str
    known_to: str = ""
    note: str = ""


@dataclass(frozen=True)
class Exclusion:
    """Another programme that cannot be had beside this one by the same person (or house, event) in the same period.

    `how`: none (not both), difference (topped up to it), highest (the higher one).
    """

    programme: str
    how: str
    basis: str


@dataclass(frozen=True)
class Programme:
    """One row of the catalogue.

    `bureaus` maps the day a duty begins to the code of the body that has it; `procedures` the day of acceptance from which a table
    holds. `evaluate` is the page of regulation: `evaluate(h, p)` for a household, house or event of it, `evaluate(m, h, p)` where
    the unit is a person, an episode or a school place; None where the law gives no formula: then `form` names the facts to ask and
    an officer decides. `who` and `gives` are one plain sentence each, for the family. `first_month` says which month is the first
    of a monthly benefit (`FIRST_MONTHS`).
    """

    code: str
    label: str
    short: str
    bureaus: Mapping[date, str]
    unit: str
    benefit: str
    basis: str
    who: str
    gives: str
    evaluate: Callable[..., Assessment] | None = None
    period: str = "none"
    first_month: str = "next"
    procedures: Mapping[date, Process] = field(default_factory=dict)
    procedure_on: Callable[[date], Procedure] | None = None  # minimum living: tables with overall clocks
    papers: tuple[Paper, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    form: tuple[str, ...] = ()
    since: date = date(2014, 5, 1)
    until: date | None = None
    what_would_change: Callable[..., tuple[str, ...]] | None = None
    turns: Callable[..., tuple[Turn, ...]] | None = None  # what changes by the passage of time alone
    review_cycle: Callable[..., Cycle] | None = None  # how often who receives it is looked at again
    claimed: Callable[..., list[bool]] | None = (
        None  # for whom of a family an application asks; None: for all
    )

    @property
    def of_members(self) -> bool:
        """Whether the rule is asked for each member."""
        return self.unit in OF_MEMBERS

    def bureau(self, on: date) -> str:
        """The code of the body that owns the programme on a day."""
        return self.bureaus[max((since for since in self.bureaus if since <= on), default=min(self.bureaus))]

    def in_force(self, on: date) -> bool:
        """Whether the programme exists on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def pays_from(self, *, applied_on: date, confirmed_on: date) -> date:
        """The first day of the first month paid."""
        if self.first_month in ("application", "month"):
            return applied_on.replace(day=1)
        return (confirmed_on.replace(day=1) + timedelta(days=31)).replace(day=1)

    def process(self, accepted_on: date) -> Process | None:
        """The procedure for what is accepted on a day; None where none is laid down here."""
        if self.procedure_on is not None:
            return self.procedure_on(accepted_on).process
        started = [since for since in self.procedures if since <= accepted_on]
        return self.procedures[max(started)] if started else None

    def assess(
        self,
        household: Household,
        parameters: Parameters,
        *,
        on: date,
        member: int = 0,
        as_of: date | None = None,
    ) -> Assessment:
        """The assessment of a household, or of the member with that number (from 1), as of a day, under the recorded identities.

        `as_of`, where given, is the day ages and papers are looked at: a benefit month goes by the values of its first day,
        but a birthday within it counts. Raises `MissingParameter` where no value is in force.
        """
        return self.assess_seen(AsOf(household, as_of or on), parameters, member=member, values_on=on)

    def assess_seen(
        self, h: AsOf, parameters: Parameters, *, member: int = 0, values_on: date | None = None
    ) -> Assessment:
        """The same on a household already seen on a day (`AsOf.as_if`: some facts presumed)."""
        assert self.evaluate is not None, f"{self.code} has no rule: it is given by an officer's decision"
        assert self.of_members == (member > 0), f"{self.code} is asked for a {self.unit}"
        p = parameters.at(h.area_code, values_on or h.on, self.code)
        found = self.evaluate(h.members[member - 1], h, p) if member else self.evaluate(h, p)
        return found.relying_on(p.relied_on())


def rows(*programmes: Programme) -> tuple[Programme, ...]:
    """The rows of one bureau; each code stands once."""
    codes = [p.code for p in programmes]
    assert len(set(codes)) == len(codes), f"a programme stands twice: {codes}"
    return programmes
