"""Random families for property tests: wild on purpose, with holes, from a seed that is printed with a failure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tuodi.core.facts import BY_NAME, HOUSEHOLD_FIELDS, MEMBER_FIELDS, TOPIC_FIELDS
from tuodi.core.fields import FactField
from tuodi.core.months import months_later
from tuodi.policy.parameters import shipped

DAYS = tuple(
    date.fromisoformat(d)
    for d in (
        "2016-10-15",
        "2018-02-28",
        "2018-10-15",
        "2020-10-15",
        "2021-10-15",
        "2022-10-20",
        "2025-10-15",
        "2026-02-28",
        "2026-11-23",
    )
)
AREAS = ("533103205203", "533103", "533102001", "533124201")
# Without these nothing of disaster relief is ever due: said yes to more often than other questions.
LIKELY = {"disaster_recognised", "disaster_cannot_cope", "disaster_house_lived_in"}
SKIP = {"name", "number", "address", "phone"}


def _day(rng: random.Random, on: date, oldest: int = 36500) -> str:
    return (on - timedelta(days=rng.randrange(0, oldest))).isoformat()


def _value(rng: random.Random, f: FactField, on: date) -> Any:
    if f.kind == "choice":
        return rng.choice(list(f.choices))
    if f.kind == "bool":
        return rng.random() < (0.8 if f.blank or f.name in LIKELY else 0.2)
    if f.kind == "int" and f.unit == "天":
        return rng.choice([0, 1, 89, 90, 91, rng.randrange(120)])
    if f.kind == "int":
        return rng.randrange(f.least or 0, min((f.most or 3), 4) + 1)
    if f.kind == "day":
        return rng.choice(["", _day(rng, on, 900)])
    return rng.choice([0, rng.randrange(0, 3_000), rng.randrange(0, 900_000), rng.randrange(0, 4_000_000)])


def _topics(rng: random.Random, level: str, facts: dict[str, Any], on: date, holes: float) -> None:
    """What only some programmes ask: a topic asked about is mostly answered, with blanks and with anything."""
    asked = {topic: rng.random() < 0.75 for topic in sorted({f.topic for f in TOPIC_FIELDS})}
    for f in TOPIC_FIELDS:
        if f.level != level or f.kind == "text" or not asked[f.topic] or rng.random() < holes:
            continue
        facts[f.name] = f.blank if f.blank is not None and rng.random() < 0.5 else _value(rng, f, on)


def family(rng: random.Random, on: date, holes: float = 0.02) -> dict[str, Any]:
    """A family; each fact given with some chance, now and then unknown."""
    household: dict[str, Any] = {"area_code": rng.choice(AREAS), "claim_kind": rng.choice(["urban", "rural"])}
    for f in HOUSEHOLD_FIELDS:
        if f.kind != "text" and f.name not in household and rng.random() < 0.25:
            household[f.name] = None if rng.random() < holes else _value(rng, f, on)
    if rng.random() < 0.8:  # otherwise the property rule stops nearly everyone
        for name in ("vehicles", "shops", "companies", "receiving_elsewhere", "houses"):
            household.pop(name, None)
    members = []
    for i in range(rng.choice([1, 1, 2, 2, 3, 4, 5])):
        member: dict[str, Any] = {
            "name": f"成员{i + 1}",
            "relation": "head"
            if i == 0
            else rng.choice(["spouse", "child", "child", "parent", "grandchild", "sibling", "other"]),
            "birth": rng.choice([_day(rng, on), "1956-02-29", "2008-02-29"]),
        }
        for f in MEMBER_FIELDS:
            if f.kind == "text" or f.name in member:
                continue
            if rng.random() < (0.12 if f.kind in ("money_year", "money") else 0.15):
                member[f.name] = None if rng.random() < holes else _value(rng, f, on)
        if holes == 0 and member.get("presence", "present") != "present":
            member["presence_since"] = member.get("presence_since") or _day(rng, on, 900)
        if rng.random() < holes / 4:
            member["birth"] = None
        _topics(rng, "member", member, on, holes)
        members.append(member)
    _topics(rng, "household", household, on, holes)
    return {"household": household, "members": members}


def families(
    seed: int, count: int, on: date, holes: float = 0.02, *, edges: bool = False
) -> Iterator[dict[str, Any]]:
    """That many families from a seed; with `edges` every second one is moved to where rules change their answer."""
    rng = random.Random(seed)
    for n in range(count):
        made = family(rng, on, holes)
        yield at_edges(rng, made, on) if edges and n % 2 else made


AGES = (3, 6, 7, 14, 16, 18, 60, 65, 70, 80, 100)
MONTHS_BACK = (1, 3, 6, 12, 24, 36)


@lru_cache(maxsize=1)
def _edges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The amounts and the counts any value of the regulations stands at, a month's and a year's."""
    rows = [(r.value, shipped().info[r.key].unit) for r in shipped().rows() if type(r.value) is int]
    fen = {v * n for v, unit in rows if unit == "fen" for n in (1, 2, 12, 24)}
    counts = {v for v, unit in rows if unit in ("count", "months", "days", "years")}
    return tuple(sorted(fen)), tuple(sorted(counts))


def at_edges(rng: random.Random, facts: dict[str, Any], on: date) -> dict[str, Any]:
    """The family with some amounts, counts and days at a value of the regulations, one below or one above."""
    alone = rng.random() < 0.2  # one income and nothing else: the sum itself then stands at the edge
    for level, given in (("household", facts["household"]), *(("member", m) for m in facts["members"])):
        for name in list(given):
            f = BY_NAME.get((level, name))
            if f is None or given[name] is None or f.kind not in ("money", "money_year", "int", "day"):
                continue
            if alone and f.kind == "money_year" and not f.topic:
                del given[name]
            elif rng.random() < 0.4:
                given[name] = _edge(rng, f, on)
    if alone:
        size = rng.choice([1, len(facts["members"])])
        facts["members"][0]["wage_year_fen"] = max(0, rng.choice(_edges()[0]) * size + rng.randrange(-1, 2))
    return facts


def _edge(rng: random.Random, f: FactField, on: date) -> Any:
    by = rng.randrange(-1, 2)
    if f.kind in ("money", "money_year"):
        return max(0, rng.choice(_edges()[0]) + by)
    if f.kind == "int":
        low, high = f.least or 0, f.most if f.most is not None else 400
        return min(max(rng.choice(_edges()[1]) + by, low), high)
    if f.name == "birth":
        return (_years_before(on, rng.choice(AGES)) + timedelta(days=by)).isoformat()
    days = [on, on.replace(day=1), *(months_later(on, -n) for n in MONTHS_BACK)]
    return min(on, rng.choice(days) + timedelta(days=by)).isoformat()


def _years_before(day: date, years: int) -> date:
    return months_later(day, -12 * years)
