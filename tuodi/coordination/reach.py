"""Who sees which late things: overseers all of their area, a role what its own rooms show it, a bureau what lies with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from tuodi.coordination.clocks import parts
from tuodi.records.org.clocked import Clocked
from tuodi.records.org.rights import DEPARTMENT_BOUND, RIGHTS, Held, area_condition, held, reach

OVERSEERS = frozenset({"office", "leader", "auditor"})


def posts(officer: Any, act: str, on: date) -> list[Held]:
    """The officer's posts of a day that allow an act."""
    if not getattr(officer, "is_active", False):
        return []
    return [h for h in held(officer) if h.runs_on(on) and h.role in RIGHTS[act]]


def condition(part: Clocked, officer: Any, mine: list[Held], *, area: str, body: str) -> Q | None:
    """The rows of a part the officer reaches by some posts; None where it reaches none. `area` and `body` name the columns."""
    found: Q | None = None
    for post in mine:
        if post.role in DEPARTMENT_BOUND:
            if not officer.department_id:
                continue
            one = area_condition(reach(post.area_code), area) & Q(**{body: officer.department_id})
        elif post.role in OVERSEERS or post.role in RIGHTS[part.right]:
            one = area_condition(reach(post.area_code), area)
        else:
            continue
        found = one if found is None else found | one
    return found


def supervised(officer: Any, act: str, on: date) -> Q:
    """The escalations the officer reaches."""
    mine = posts(officer, act, on)
    wanted = Q(pk__in=())
    for part in parts():
        inside = condition(part, officer, mine, area="area_id", body="body")
        if inside is not None:
            wanted |= Q(kind=part.kind) & inside
    return wanted
