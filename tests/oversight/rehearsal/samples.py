"""Rows of the rehearsal, for the access test: a draft in the county of each place."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.kit.models import Job
from tuodi.oversight.rehearsal.models import Draft, DraftValue, FrozenMonth, Rehearsal


def draft_of(place: str) -> Draft:
    county = PLACES[place][:6]
    row, made = Draft.objects.get_or_create(
        area_id=county,
        state="drafting",
        defaults={
            "title": f"预演 {county}",
            "made_by": "minzheng",
            "made_on": date(2026, 11, 1),
            "state_since": date(2026, 11, 1),
        },
    )
    if made:
        DraftValue.objects.create(
            draft=row,
            key="dibao.standard.rural_year_fen",
            area_code=county,
            since=date(2027, 1, 1),
            value=720_000,
            basis="测试文件〔2026〕1号",
            mark="test",
        )
    return row


@sample(
    "rehearsal:draft", "rehearsal:edit", "rehearsal:copy", "rehearsal:add_value", "rehearsal:cases", "rehearsal:acknowledge_all",
    "rehearsal:run", "rehearsal:propose", "rehearsal:sign", "rehearsal:return", "rehearsal:withdraw",
    level="county",
)  # fmt: skip
def draft(world: Any, place: str) -> dict:
    return {"pk": draft_of(place).pk}


@sample("rehearsal:remove_value", level="county")
def value(world: Any, place: str) -> dict:
    row = draft_of(place)
    return {"pk": row.pk, "value": row.values.get().pk}


@sample("rehearsal:case", "rehearsal:acknowledge", level="county")
def case(world: Any, place: str) -> dict:
    return {"pk": draft_of(place).pk, "programme": "minimum_living", "number": 1}


def rehearsal_of(place: str) -> Rehearsal:
    frozen, _made = FrozenMonth.objects.get_or_create(
        month=date(2026, 10, 1),
        defaults={
            "as_of": date(2026, 10, 9),
            "folder": "none",
            "households": 1,
            "members": 1,
            "on_roll": 1,
            "digest": "0" * 64,
            "made_on": date(2026, 10, 9),
        },
    )
    row = draft_of(place)
    made = row.rehearsals.first()
    return made or Rehearsal.objects.create(
        draft=row,
        frozen=frozen,
        frozen_digest=frozen.digest,
        on=date(2027, 1, 1),
        values_digest="0" * 64,
        result={"month": "2027-01", "frozen": "2026-10", "area": "", "households": 1, "members": 1, "programmes": [], "not_set": {}, "difference": []},
        milliseconds=1,
        made_by="minzheng",
        made_on=date(2026, 11, 1),
    )  # fmt: skip


@sample("rehearsal:result", "rehearsal:briefing", level="county")
def rehearsal(world: Any, place: str) -> dict:
    return {"pk": rehearsal_of(place).pk}


@sample("rehearsal:job", "rehearsal:progress", expects=lambda world, who, place: {404})
def job(world: Any, place: str) -> dict:
    row, _made = Job.objects.get_or_create(
        kind="rehearsal.run", owner="somebody else", defaults={"title": "预演"}
    )
    return {"pk": row.pk}
