"""The demo departments: they read what was seeded about each person and answer over the same signed message.

`load` fills a department's file; `transport` is its door. `faulty` makes a department that misbehaves, for tests of
everything that must go on working when a department does not (B4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from tuodi.gateways.models import DepartmentFile, DepartmentRecord
from tuodi.gateways.peers import demo_key
from tuodi.gateways.sources import SOURCES, Transport, Unavailable, number_index, open_message, signed
from tuodi.kit.copying import insert

IN_ONE_LOOKUP = 500


@transaction.atomic
def load(source: str, as_of: date, records: Iterable[tuple[str, str, dict[str, Any]]]) -> int:
    """Add records (number, name, payload) to a department and set the day its data stands at; how many were added.

    Stops at the first payload that is not as the catalogue defines: a seed that lies is our fault.
    """
    known = SOURCES[source]
    made = []
    for number, name, payload in records:
        faults = known.faults(payload)
        assert not faults, f"{source}: {faults}"
        made.append(
            DepartmentRecord(
                source=source, number_index=number_index(number), name=name, as_of=as_of, payload=payload
            )
        )
    insert(made)
    DepartmentFile.objects.update_or_create(source=source, defaults={"as_of": as_of})
    return len(made)


def open_files(as_of: date, sources: Iterable[str] = tuple(SOURCES)) -> None:
    """Every department has delivered its file, were it empty: nothing found is then an answer."""
    for source in sources:
        DepartmentFile.objects.update_or_create(source=source, defaults={"as_of": as_of})


def transport(source: str) -> Transport:
    """The door of a demo department."""

    def answer(message: bytes) -> bytes:
        key = demo_key(source)
        asked = open_message(message, key)
        days = DepartmentFile.objects.filter(pk=source).values_list("as_of", flat=True)[:1]
        if not days:
            return signed({"trouble": "no_data"}, key)
        return signed(
            {"source": source, "as_of": days[0].isoformat(), "households": look_up(source, asked)}, key
        )

    return answer


def look_up(source: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What the department holds about everyone asked, in a few set-based look-ups."""
    indexes = {p["number"]: number_index(p["number"]) for h in asked["households"] for p in h["persons"]}
    held: dict[str, list[DepartmentRecord]] = {}
    wanted = sorted(set(indexes.values()))
    for start in range(0, len(wanted), IN_ONE_LOOKUP):
        rows = DepartmentRecord.objects.filter(
            source=source, number_index__in=wanted[start : start + IN_ONE_LOOKUP]
        )
        for row in rows.order_by("pk"):
            held.setdefault(row.number_index, []).append(row)
    return [
        {
            "key": h["key"],
            "persons": [
                {
                    "ref": p["ref"],
                    "found": [
                        {"name": row.name, "record": row.payload.open()}
                        for row in held.get(indexes[p["number"]], [])
                    ],
                }
                for p in h["persons"]
            ],
        }
        for h in asked["households"]
    ]


FAULTS = ("refused", "timeout", "error", "garbage", "signature", "half", "mismatched")


def faulty(source: str, fault: str) -> Transport:
    """A department that misbehaves in one way: what the line or the message looks like then."""
    honest = transport(source)

    def answer(message: bytes) -> bytes:
        if fault in ("refused", "timeout", "error"):
            raise Unavailable(fault)
        whole = honest(message)
        if fault == "half":
            return whole[: len(whole) // 2]
        if fault == "garbage":
            return "<html>系统维护中</html>".encode("gb18030")
        outer = json.loads(whole)
        if fault == "signature":
            return json.dumps({**outer, "signature": "00" * 32}).encode()
        assert fault == "mismatched", fault
        body = json.loads(outer["body"])
        for household in body["households"]:
            household["persons"] = household["persons"][1:]
        return signed(body, demo_key(source))

    return answer
