"""The programmes of the nine bureaus: who owns each since when, what it gives to whom, by which rule and procedure.

A bureau's rows stand in its file; a new programme is a row there and, where the law gives a formula, a folder with `rule.py` and
`cases.yaml` beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.parameters import Parameters
from tuodi.policy.catalogue import (
    children_and_disability,
    civil_affairs,
    development,
    disabled_federation,
    education,
    health,
    housing,
    human_resources,
    poverty,
    social,
)
from tuodi.policy.programme import Programme, rows

PROGRAMMES: Mapping[str, Programme] = {
    programme.code: programme
    for programme in rows(
        *civil_affairs.PROGRAMMES,
        *children_and_disability.PROGRAMMES,
        *development.PROGRAMMES,
        *human_resources.PROGRAMMES,
        *education.PROGRAMMES,
        *housing.PROGRAMMES,
        *health.PROGRAMMES,
        *poverty.PROGRAMMES,
        *disabled_federation.PROGRAMMES,
        *social.PROGRAMMES,
    )
}


def assess(
    code: str, household: Household, parameters: Parameters, *, on: date, member: int = 0
) -> Assessment:
    """Run a programme's rule by its code, for the household or for the member with that number."""
    return PROGRAMMES[code].assess(household, parameters, on=on, member=member)
