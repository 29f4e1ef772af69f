"""The programmes: who owns each since when, by which procedure, what it gives, on what basis. A new one is a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.parameters import Parameters
from tuodi.policy.minimum_living import rule as minimum_living
from tuodi.policy.procedures import Procedure, procedure_on


@dataclass(frozen=True)
class Programme:
    """One row of the catalogue. `owners` maps the day a duty begins to the role of the bureau that has it."""

    code: str
    label: str
    short: str
    owners: Mapping[date, str]
    benefit: str  # cash | voucher | in_kind | training | work | insurance
    per: str  # household | person
    exclusive_with: tuple[str, ...]  # for the same person and month
    basis: str
    assess: Callable[..., Assessment] | None
    what_would_change: Callable[..., tuple[str, ...]] | None
    procedure_on: Callable[[date], Procedure] | None

    def owner(self, on: date) -> str:
        """The bureau role that owns the programme on a day."""
        return self.owners[max(since for since in self.owners if since <= on)]


PROGRAMMES: Mapping[str, Programme] = {
    "minimum_living": Programme(
        code="minimum_living",
        label="最低生活保障",
        short="低保",
        owners={date(1999, 10, 1): "civil_affairs"},
        benefit="cash",
        per="household",
        exclusive_with=("extreme_hardship", "orphan"),
        basis="《社会救助暂行办法》第二章",
        assess=minimum_living.assess,
        what_would_change=minimum_living.what_would_change,
        procedure_on=procedure_on,
    ),
}


def assess(code: str, household: Household, parameters: Parameters, *, on: date) -> Assessment:
    """Run a programme's rule by its code."""
    run = PROGRAMMES[code].assess
    assert run is not None, f"{code} has no rule: it is given by an officer's decision"
    return run(household, parameters, on=on)
