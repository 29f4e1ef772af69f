"""Rows of the records rooms, for the access test."""

from __future__ import annotations

from datetime import date

from tests.house.samples import sample
from tests.records import people
from tuodi.records.org.models import Officer
from tuodi.records.standards import selectors


def _officer(place: str) -> Officer:
    name = f"sample{place}{Officer.objects.count()}"
    return people.officer(name, ("counter", place))


@sample("org:officer", "org:give_post")
def officer(place: str) -> dict:
    return {"pk": _officer(place).pk}


@sample("org:account_act")
def account_act(place: str) -> dict:
    return {"pk": _officer(place).pk, "act": "unlock"}


@sample("org:end_post")
def post(place: str) -> dict:
    return {"pk": _officer(place).assignments.get().pk}


@sample("standards:calendar_year", "standards:notice", "standards:set_day", scoped=False)
def year(place: str) -> dict:
    return {"year": date(2026, 1, 1).year}


@sample("standards:parameter", "standards:set_value", scoped=False)
def key(place: str) -> dict:
    return {"key": next(iter(selectors.parameters().info))}
