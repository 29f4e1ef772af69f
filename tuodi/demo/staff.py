"""The officers behind the seeded history: one counter, reviewer and survey partner a township, one of each at the county.

They have no password: nobody signs in as them. The named demo people of `accounts` are others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.hashers import make_password

from tuodi.demo import names
from tuodi.demo.accounts import HANDED_OVER
from tuodi.demo.population import Random
from tuodi.records.org.models import Area, Assignment, Officer

TOWN_ROLES = ("counter", "reviewer")
COUNTY_ROLES = ("confirmer", "civil_affairs", "payer", "finance")
SINCE = date(2010, 1, 1)


class Staff:
    """Who does what where; `of("counter", township)` is the officer."""

    def __init__(self, officers: dict[tuple[str, str], Officer]) -> None:
        self._officers = officers

    def of(self, role: str, area_code: str) -> Officer:
        """The officer with `role` whose place contains `area_code`."""
        place = area_code[:9] if role in (*TOWN_ROLES, "partner", "town_confirmer") else area_code[:6]
        return self._officers[role, place]


def make_staff(areas: Iterable[Area], seed: int) -> Staff:
    """Every post of the seeded history, made once."""
    wanted: list[tuple[str, str]] = []
    for area in areas:
        if area.level == "township":
            wanted += [(role, area.code) for role in (*TOWN_ROLES, "partner")]
            if area.code.startswith(HANDED_OVER):
                wanted.append(("town_confirmer", area.code))
        elif area.level == "county":
            wanted += [(role, area.code) for role in COUNTY_ROLES]
    there = {o.username: o for o in Officer.objects.filter(username__startswith="d_")}
    nobody = make_password(None)  # no one can sign in as them
    new = [
        Officer(username=name, name=_invented(seed, name), department_id="civil_affairs", password=nobody)
        for role, code in wanted
        if (name := f"d_{role}_{code}") not in there
    ]
    Officer.objects.bulk_create(new)
    there |= {o.username: o for o in Officer.objects.filter(username__in=[o.username for o in new])}
    held = {"partner": "counter", "town_confirmer": "confirmer"}
    Assignment.objects.bulk_create(
        Assignment(
            officer=there[f"d_{role}_{code}"],
            role=held.get(role, role),
            area_id=code,
            since=SINCE,
            given_by="guanli",
        )
        for role, code in wanted
        if f"d_{role}_{code}" in {o.username for o in new}
    )
    return Staff({(role, code): there[f"d_{role}_{code}"] for role, code in wanted})


def _invented(seed: int, username: str) -> str:
    random = Random(f"{seed}:{username}")
    return names.surname(random, names.HAN) + names.given(random, names.HAN, random.choice("12"))
