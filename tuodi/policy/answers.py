"""What every programme says about one family on a day, in one call: the same code over one family and over columns.

First the identities (tekun, orphan, unattended child, minimum living, margin, rigid expense), as recorded or as the rules find them
now; then every other programme, seen as if those identities were recognised, since that is how the family will stand. What rests on
an identity not yet recognised says so (`presumed`). Last, what of each is payable beside the others (`stacking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tuodi.core.facts import AsOf, Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import Value, all_of, choose, is_one_of, negate, surely
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.programme import Programme
from tuodi.policy.stacking.rule import Due, Stacked, identity_beside, stack

OF_A_PERSON = ("orphan", "extreme_hardship", "unattended_child")
OF_A_HOUSEHOLD = ("minimum_living", "near_threshold", "rigid_expense")


@dataclass
class Answers:
    """Assessments by programme: of the household, and of each member (one generic member over columns).

    `not_set` names programmes that cannot answer because a value is not set, with the sentence that says which. `presumed` maps an
    identity (a fact's name) to whether it is presumed here without being recorded. `stacked` is what stays payable of each beside the
    others.
    """

    household: dict[str, Assessment]
    members: tuple[dict[str, Assessment], ...]
    not_set: dict[str, str]
    presumed: dict[str, Value]
    seen: Any  # the household as presumed
    p_of: Callable[[str], Any]

    @cached_property
    def stacked(self) -> Stacked:
        """What is payable of each programme once all are put side by side."""
        return stack(self.seen, self.p_of("minimum_living"), self.household, self.members)

    def due(self, code: str, number: int = 0) -> Due:
        """What is payable of a programme to the household, or to the member with that number (from 1)."""
        return (self.stacked.members[number - 1] if number else self.stacked.household)[code]


def answers(
    household: Household,
    parameters: Parameters,
    *,
    on: date,
    programmes: Iterable[str] | None = None,
) -> Answers:
    """All programmes with a rule that are in force on the day, for one family."""
    area = household.area_code
    found = answer(AsOf(household, on), lambda code: parameters.at(area, on, code), wanted(on, programmes))
    for of_whom in (found.household, *found.members):
        for code, a in of_whom.items():
            of_whom[code] = a.relying_on(parameters.at(area, on, code).relied_on())
    return found


def wanted(on: date, codes: Iterable[str] | None = None) -> tuple[Programme, ...]:
    """The programmes with a rule in force on a day; of the codes named, if any are."""
    chosen = PROGRAMMES if codes is None else tuple(codes)
    return tuple(p for p in map(PROGRAMMES.__getitem__, chosen) if p.evaluate is not None and p.in_force(on))


def answer(h: Any, p_of: Callable[[str], Any], programmes: Iterable[Programme]) -> Answers:
    """The same on a household seen on a day, or on all of them as columns; `p_of` gives the values in force for a programme."""
    asked = {p.code: p for p in programmes}
    made = Answers({}, tuple({} for _ in h.members), {}, {}, h, p_of)

    for code in OF_A_PERSON:
        _ask(made, asked.pop(code, None), p_of)
    made.seen = _with_identities(h, made)
    for code in OF_A_HOUSEHOLD:
        _ask(made, asked.pop(code, None), p_of)
    made.seen = _with_standing(h, made)
    for programme in asked.values():
        _ask(made, programme, p_of)
    return made


def _ask(made: Answers, programme: Programme | None, p_of: Callable[[str], Any]) -> None:
    """One programme's answer for the family as it is seen now."""
    if programme is None:
        return
    evaluate, code, seen = programme.evaluate, programme.code, made.seen
    assert evaluate is not None
    try:
        p = p_of(code)
        if programme.of_members:
            for of_member, m in zip(made.members, seen.members, strict=True):
                of_member[code] = evaluate(m, seen, p)
        else:
            made.household[code] = evaluate(seen, p)
    except MissingParameter as missing:
        made.not_set[code] = str(missing)
        for of_member in made.members:
            of_member.pop(code, None)


def _with_identities(h: Any, made: Answers) -> Any:
    """Members with the identity they will have by what the rules are sure of, or else the one on record."""
    found = dict(zip(map(id, h.members), made.members, strict=True))

    def identity(m: Any) -> dict[str, Value]:
        becomes = identity_beside(m, found[id(m)])
        if isinstance(becomes, str) and becomes == "none":
            return {}
        return {
            "identity": choose(becomes == "none", m.identity, becomes),
            "recorded_identity": m.identity,
        }

    return h.as_if({}, identity)


def _with_standing(h: Any, made: Answers) -> Any:
    """The household on the roll, or recognised as margin or rigid-expense family, as recorded or as found."""
    found = made.household
    standing: dict[str, Value] = {}
    if "minimum_living" in found:
        dibao = found["minimum_living"]
        whole = dibao.eligible & is_one_of(dibao.outcome, ("granted", "fade_out"))
        standing["on_roll"] = h.on_roll | whole
    for code, fact in (("near_threshold", "margin_family"), ("rigid_expense", "rigid_family")):
        if code in found:
            # Only what is certain: a family nobody asked about its expenses is not held up everywhere for them.
            standing[fact] = getattr(h, fact) | surely(found[code].eligible)
    made.presumed = {
        fact: surely(all_of((value, negate(getattr(h, fact))))) for fact, value in standing.items()
    }
    return made.seen.as_if(standing)
