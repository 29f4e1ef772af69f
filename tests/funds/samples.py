"""Rows of the ledger, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.funds.models import Account, Allotment


@sample("funds:statement", "funds:carry_over", "funds:take_back", level="county")
def account(world: Any, place: str) -> dict:
    return {"pk": Account.objects.filter(area=PLACES[place][:6], kind="available")[0].pk}


@sample("funds:entry", "funds:reverse", level="county")
def entry(world: Any, place: str) -> dict:
    return {"pk": Allotment.objects.get(area=PLACES[place][:6]).entry_id}


@sample("funds:closing", "funds:close_ask", "funds:close", "funds:close_return", level="any")
def month(world: Any, place: str) -> dict:
    return {"month": "2026-10"}
