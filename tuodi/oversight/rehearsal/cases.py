"""The cases of the regulations under a draft: which would come out otherwise, and whether a draft may be scheduled.

A case pins its own day. So a standard raised from a later day leaves every case as it is and passes; a value that reaches back changes
the cases whose day it reaches, and each of them must be acknowledged in the draft: the new answer, with the reason. An acknowledged
answer is the case's expectation from then on (drafts in force included); any other answer is a failure again. To see what a later
value does, the same families are also asked as of its first day (`ahead`): that informs and stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuodi.core.parameters import Parameters
from tuodi.kit.digest import digest_of
from tuodi.oversight.rehearsal.drafted import first_day, keys_of, parameters_with, programmes_of
from tuodi.oversight.rehearsal.models import CaseChange, Draft
from tuodi.policy.cases import FILES, Answer, answer_of, cases, day_of, faults
from tuodi.records.standards import selectors as standards


@dataclass(frozen=True)
class CaseRun:
    """One case without and with the draft, on its own day or as of the draft's."""

    programme: str
    case: Mapping[str, Any]
    on: date
    before: Answer
    after: Answer
    expected: Mapping[str, Any] | None  # an acknowledged answer that stands for what the file says
    acknowledged: CaseChange | None = None

    @property
    def name(self) -> str:
        return str(self.case["name"])

    @property
    def number(self) -> int:
        """Its place in the file, from 1: how an address names it."""
        return next(n for n, c in enumerate(cases(FILES[self.programme]), 1) if c["name"] == self.name)

    @property
    def flips(self) -> bool:
        """Whether the draft changes the answer."""
        return self.before.told() != self.after.told()

    @property
    def faults(self) -> list[str]:
        """How the answer with the draft differs from what is expected of it."""
        if self.expected is not None:
            told = self.after.told()
            names = sorted({*told, *self.expected})
            return [
                f"{n}: {told.get(n)} ≠ {self.expected.get(n)}"
                for n in names
                if told.get(n) != self.expected.get(n)
            ]
        return faults(self.case, self.after)

    @property
    def failing(self) -> bool:
        return bool(self.faults)


def expectations(draft: Draft | None) -> dict[tuple[str, str], CaseChange]:
    """The acknowledged answers in force, the draft's own above them; the newest of each counts."""
    rows = CaseChange.objects.filter(draft__state="active").order_by("draft__activated_on", "pk")
    found = {(r.programme, r.case): r for r in rows}
    if draft is not None:
        found |= {(r.programme, r.case): r for r in draft.case_changes.order_by("pk")}
    return found


def run_cases(draft: Draft, *, ahead: bool = False, base: Parameters | None = None) -> list[CaseRun]:
    """Every case of the programmes that read the draft's values; `ahead` asks them as of the draft's first day."""
    before = base or standards.parameters()
    after = parameters_with(draft, before)
    day = first_day(draft) if ahead else None
    known = expectations(draft)
    found = []
    for code in programmes_of(keys_of(draft)):
        for case in cases(FILES[code]):
            on = max(day, day_of(case)) if day else day_of(case)
            found.append(one_case(draft, code, case, on, before, after, known))
    return found


def one_case(
    draft: Draft,
    code: str,
    case: Mapping[str, Any],
    on: date,
    before: Parameters,
    after: Parameters,
    known: Mapping[tuple[str, str], CaseChange],
) -> CaseRun:
    """One case without and with the draft."""
    change = known.get((code, str(case["name"])))
    return CaseRun(
        code,
        case,
        on,
        answer_of(code, case, before, on=on),
        answer_of(code, case, after, on=on),
        change.told if change else None,
        change if change and change.draft_id == draft.pk else None,
    )


def gate(draft: Draft) -> list[CaseRun]:
    """The cases that fail with the draft: while there is one it cannot be scheduled."""
    return [run for run in run_cases(draft) if run.failing]


def digest_of_answer(answer: Answer) -> str:
    """What an acknowledgement names, so that nobody acknowledges an answer they have not seen."""
    return digest_of(answer.told())
