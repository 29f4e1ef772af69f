"""Any month made due, worked out again from what was frozen with it: the same facts, the same values, the same law, the same fen.

An amount stands on an assessment (facts and values as they were on the day of the decision) or on a pricing (facts, and the values of the
month). Both keep the rows they relied on, so nothing of today is read: not the register, not the living record. An amount an officer
set has no rule behind it and is only counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.months import month_of
from tuodi.core.parameters import ParameterRow, Parameters
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import EnrolmentAmount, Entitlement, MonthRun
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped

CHUNK = 500


@dataclass(frozen=True)
class Unlike:
    """A month's amount that comes out otherwise."""

    entitlement_id: int
    household_id: int
    stored_fen: int
    replayed_fen: int | None


@dataclass
class Replayed:
    """A month worked out again: how many the same, how many an officer had set, and those that differ."""

    month: date
    same: int = 0
    by_hand: int = 0
    unlike: list[Unlike] = field(default_factory=list)


def then_in_force(rows: Iterable[Mapping[str, Any]]) -> Parameters:
    """The values an amount relied on, from the rows frozen with it."""
    found = [
        ParameterRow(
            key=str(r["key"]),
            area=str(r["area"]),
            since=date.fromisoformat(str(r["since"])),
            value=r["value"],
            basis=str(r["basis"]),
            mark=str(r["mark"]),
        )
        for r in rows
    ]
    return Parameters(found, shipped().info)


def amount_of(
    programme: str,
    facts: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    on: date,
    as_of: date | None = None,
) -> int | None:
    """What the rule gives on frozen facts with frozen values; None where a fact is missing."""
    household = Household.from_dict(facts)
    found = PROGRAMMES[programme].assess(household, then_in_force(rows), on=on, as_of=as_of)
    return fen_of(found)


def fen_of(found: Assessment) -> int | None:
    """The amount of an assessment; None where it cannot be said."""
    if is_unknown(found.eligible):
        return None
    if not found.eligible:
        return 0
    return None if is_unknown(found.monthly_fen) else int(found.monthly_fen)


def replay(programme: str, county: str, month: date) -> Replayed:
    """A month of a county, entitlement by entitlement."""
    month = month_of(month)
    run = MonthRun.objects.filter(programme=programme, area_id=county, month=month).first()
    done = Replayed(month)
    due = Entitlement.objects.filter(
        programme=programme, county=county, month=month, kind="regular"
    ).order_by("pk")
    for chunk in _chunks(due.iterator(chunk_size=CHUNK)):
        amounts = _amounts([e.enrolment_id for e in chunk], month, run)
        for one in chunk:
            _one(done, programme, one, amounts.get(one.enrolment_id))
    return done


def _one(done: Replayed, programme: str, one: Entitlement, amount: EnrolmentAmount | None) -> None:
    found: int | None = None
    if amount is not None and amount.cause == "decision":
        a = amount.enrolment.decision.assessment
        found = amount_of(programme, facts_of(a.snapshot), a.parameters, a.assessed_on)
    elif amount is not None and (pricing := getattr(amount, "pricing", None)) is not None:
        found = amount_of(
            programme, facts_of(pricing.snapshot), pricing.basis.rows, pricing.month, pricing.as_of
        )
    elif amount is not None:
        done.by_hand += 1
        return
    if found == one.amount_fen:
        done.same += 1
    else:
        done.unlike.append(Unlike(one.pk, one.household_id, one.amount_fen, found))


def _amounts(enrolments: list[int], month: date, run: MonthRun | None) -> dict[int, EnrolmentAmount]:
    """The amount each enrolment paid that month by, as it stood when the month was made due."""
    rows = (
        EnrolmentAmount.objects.filter(enrolment__in=enrolments, from_month__lte=month)
        .select_related("enrolment__decision__assessment__snapshot", "pricing__basis", "pricing__snapshot")
        .order_by("from_month", "sequence")
    )
    if run is not None:
        rows = rows.filter(set_on__lte=run.run_on)
    return {row.enrolment_id: row for row in rows}


def _chunks(rows: Iterator[Entitlement]) -> Iterator[list[Entitlement]]:
    part: list[Entitlement] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part
