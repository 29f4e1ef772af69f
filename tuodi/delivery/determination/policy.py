"""Where determination asks the regulations: overall clocks, delegation, the rule itself, shares and days of notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuodi.core.calendar import WorkCalendar
from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.money import yuan_text
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.procedures import PROCEDURES, Procedure
from tuodi.records.standards import selectors as standards


def programme_label(programme: str) -> str:
    """What a programme is called."""
    return PROGRAMMES[programme].label


def overall_clocks(
    procedure: Procedure,
    accepted_on: date,
    calendar: WorkCalendar,
    *,
    urban: bool,
    delegated: bool,
    special: bool,
    applied_on: date,
) -> list[dict[str, str]]:
    """Every clock that runs from application or acceptance, as kept with the review: overall ones, and the start of the
    investigation."""
    overall = procedure.overall(
        accepted_on, calendar, urban=urban, delegated=delegated, special=special, applied_on=applied_on
    )
    clocks = [clock("overall", c.label, c.due, c.basis) for c in overall]
    start = procedure.start_investigation
    if start is not None:
        clocks.append(clock("start", "启动调查", start.due(accepted_on, calendar), start.basis))
    return clocks


def clock(kind: str, label: str, due: date, basis: str) -> dict[str, str]:
    """One clock as JSON."""
    return {"kind": kind, "label": label, "due": due.isoformat(), "basis": basis}


def overall_due(clocks: Iterable[Mapping[str, str]]) -> date:
    """The earliest overall last day: the one to warn on (policy.md 1.6)."""
    return min(date.fromisoformat(c["due"]) for c in clocks if c["kind"] == "overall")


def notify_due(procedure: Procedure, decided_on: date, calendar: WorkCalendar) -> date:
    """By when the family must have the decision in writing: 3 days or 3 working days, as each text says (T13)."""
    return procedure.refusal_notice.due(decided_on, calendar)


def spot_share(county: str, on: date, codes: Iterable[str] = ()) -> tuple[int, str]:
    """The least share of received cases the county must visit, in percent, with its document.

    The text's own share for procedures in the pool that name one, or the county's parameter where it is higher.
    """
    shares = [
        (p.spot_check_share // 100, p.label)
        for p in PROCEDURES
        if p.code in set(codes) and p.spot_check_share is not None
    ]
    try:
        row = standards.parameters().row("county.spotcheck.dibao_basis_points", county, on)
        shares.append((int(row.value or 0) // 100, row.basis))
    except MissingParameter:
        shares.append((1, "现行办法不设比例，由县级确定"))
    return max(shares, key=lambda s: s[0])


def spot_share_after(county: str, on: date) -> tuple[int, str]:
    """The least share of the township's own decisions the county must visit afterwards, in percent, with its document (T19)."""
    row = standards.parameters().row("dibao.delegated.spotcheck_basis_points", county, on)
    return int(row.value or 0) // 100, row.basis


@dataclass(frozen=True)
class Result:
    """What the rule said, ready to be frozen."""

    rule: str
    eligible: bool | None
    category: str
    size: int
    monthly_fen: int
    document: dict[str, Any]
    parameters: list[dict[str, Any]]


def assess_facts(
    programme: str,
    facts: Mapping[str, Any],
    on: date,
    *,
    changes: bool = True,
    parameters: Parameters | None = None,
) -> Result:
    """Run the programme's rule on a facts document. Raises MissingParameter where a value is not set.

    `changes` also works out what would change the result, which runs the rule some ten times more; `parameters` spares
    asking for them again where many families are assessed in a row.
    """
    known = PROGRAMMES[programme]
    assert known.assess is not None, f"{programme} has no rule"
    household, parameters = Household.from_dict(facts), parameters or standards.parameters()
    found: Assessment = known.assess(household, parameters, on=on)
    eligible = None if is_unknown(found.eligible) else bool(found.eligible)
    if eligible and is_unknown(found.monthly_fen):
        eligible = None  # entitled, but nobody can say to how much: nothing may be decided on it
    document = found.to_dict()
    ask = known.what_would_change if changes else None
    document["changes"] = list(ask(household, parameters, on=on, found=found)) if ask else []
    return Result(
        rule=f"{programme}/{next((r['value'] for r in document['relied_on'] if r['key'] == 'dibao.law'), '')}",
        eligible=eligible,
        category=document["outcome"],
        size=covered(document),
        monthly_fen=document["monthly_fen"] if eligible else 0,
        document=document,
        parameters=[shown(r, parameters.info) for r in document.pop("relied_on")],
    )


def covered(document: Mapping[str, Any]) -> int:
    """How many persons the money is for: the whole household, or those who enter alone."""
    if document["outcome"] == "single":
        single = next(f for f in document["findings"] if f["rule"] == "single_person_entry")
        return int(single["shown"]["persons"] or 0)
    return int(document["figures"].get("size") or 0)


# Values that are codes of the rules, as people say them.
CODES = {"DB-2012": "2012 年办法", "DB-2021": "2021 年办法", "difference": "补差", "tier": "分档"}


def shown(row: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter row with its label and its value as people read it."""
    about = info.get(row["key"])
    unit, value = (about.unit if about else ""), row["value"]
    if isinstance(value, bool):
        text = "是" if value else "否"
    elif unit == "fen" and isinstance(value, int):
        text = f"{yuan_text(value)} 元"
    elif unit == "basis_points" and isinstance(value, int):
        text = f"{value / 100:g}%"
    elif value in CODES:
        text = CODES[value]
    else:
        text = f"{value} {UNITS.get(unit, '')}".strip()
    return {**row, "label": about.label if about else row["key"], "text": text}


UNITS = {"months": "个月", "days": "天", "years": "年", "count": ""}
