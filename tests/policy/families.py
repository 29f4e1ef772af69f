"""Random families for property tests: wild on purpose, with holes, from a seed that is printed with a failure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS, TOPIC_FIELDS
from tuodi.core.fields import FactField

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


def families(seed: int, count: int, on: date, holes: float = 0.02) -> Iterator[dict[str, Any]]:
    """That many families from a seed."""
    rng = random.Random(seed)
    for _ in range(count):
        yield family(rng, on, holes)
