"""Rows of the rehearsal, for the access test: a draft in the county of each place."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.oversight.rehearsal.models import Draft, DraftValue


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
    level="county",
)  # fmt: skip
def draft(world: Any, place: str) -> dict:
    return {"pk": draft_of(place).pk}


@sample("rehearsal:remove_value", level="county")
def value(world: Any, place: str) -> dict:
    row = draft_of(place)
    return {"pk": row.pk, "value": row.values.get().pk}


@sample("rehearsal:case", level="county")
def case(world: Any, place: str) -> dict:
    return {"pk": draft_of(place).pk, "programme": "minimum_living", "number": 1}
