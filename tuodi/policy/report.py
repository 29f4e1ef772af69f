"""Everything the rulebook says about one family, as a JSON-able document: for the command, the API and the pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from tuodi.core.calendar import WorkCalendar
from tuodi.core.facts import Household, field_label
from tuodi.core.logic import is_unknown
from tuodi.core.parameters import Parameters
from tuodi.policy.answers import answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import every, result_of, what_would_change
from tuodi.policy.handling import latest_end
from tuodi.policy.programme import Programme
from tuodi.policy.stacking.rule import Due

PRESUMED: Mapping[str, str] = {
    "on_roll": "最低生活保障",
    "margin_family": "低保边缘家庭",
    "rigid_family": "刚性支出困难家庭",
}


def report(
    household: Household,
    parameters: Parameters,
    calendar: WorkCalendar,
    *,
    on: date,
    changes: bool = True,
) -> dict[str, Any]:
    """Every programme in force on the day: answer, reasons, what is missing, what would change it, who decides and by when.

    `answers`: one for each programme and person it is asked of. `by_decision`: programmes the law gives no formula for. `not_set`:
    programmes that cannot answer because a value is not set. `payable_fen` and `reductions`: what stays of an amount beside the other
    programmes, and why. `presumed`: identities found here but not recorded; what rests on them
    comes after them.
    """
    found = answers(household, parameters, on=on)
    said = what_would_change(household, parameters, found, on=on) if changes else {}
    rows = _rows(on, calendar)
    return {
        "on": on.isoformat(),
        "area": household.area_code,
        "answers": [
            {
                "programme": code,
                **rows[code],
                "member": number,
                "whose": household.members[number - 1].name if number else "",
                "result": result_of(a),
                **a.to_dict(),
                **_beside(found.due(code, number)),
                "changes": list(said.get((code, number), ())),
            }
            for (code, number), a in every(found)
        ],
        "by_decision": [
            {
                "programme": code,
                **rows[code],
                "asks": [field_label("member" if p.of_members else "household", name) for name in p.form],
            }
            for code, p in PROGRAMMES.items()
            if p.evaluate is None and p.in_force(on)
        ],
        "not_set": [
            {"programme": code, "label": PROGRAMMES[code].label, "why": why}
            for code, why in found.not_set.items()
        ],
        "presumed": [PRESUMED[fact] for fact, value in found.presumed.items() if value is True],
    }


def _beside(due: Due) -> Mapping[str, Any]:
    """What is payable beside the other programmes, and each reduction with its clause."""
    return {
        "payable_fen": None if is_unknown(due.payable_fen) else due.payable_fen,
        "reductions": [{"rule": f.rule, "sentence": f.sentence, "basis": f.basis} for f in due.because],
    }


@lru_cache(maxsize=8)
def _rows(on: date, calendar: WorkCalendar) -> Mapping[str, Mapping[str, Any]]:
    """The catalogue's part of a report, the same for every family on a day."""
    return {code: _row(p, on, calendar) for code, p in PROGRAMMES.items() if p.in_force(on)}


def _row(programme: Programme, on: date, calendar: WorkCalendar) -> Mapping[str, Any]:
    """What the catalogue says: label, bureau, benefit, papers to bring, procedure and its last day for what is accepted today."""
    process = programme.process(on)
    return {
        "label": programme.label,
        "bureau": programme.bureau(on),
        "unit": programme.unit,
        "benefit": programme.benefit,
        "gives": programme.gives,
        "basis": programme.basis,
        "papers": [paper.label for paper in programme.papers if not paper.known_to],
        "procedure": process.label if process else "",
        "due": _due(programme, on, calendar),
    }


def _due(programme: Programme, on: date, calendar: WorkCalendar) -> str | None:
    """The last day of the procedure for what is accepted on that day; None where none is laid down."""
    if programme.procedure_on is not None:
        return programme.procedure_on(on).overall_due(on, calendar, urban=False).isoformat()
    process = programme.process(on)
    return latest_end(process, on, calendar).isoformat() if process else None


def due_first(answer: Mapping[str, Any]) -> tuple[int, int]:
    """The order in which a family wants to read: what it is owed, most first; then what waits for a fact; then the rest."""
    eligible = answer["eligible"]
    amount = answer["amount_fen"] or 0
    return (0 if eligible else 1 if eligible is None or is_unknown(eligible) else 2, -amount)
