"""Rows of intake, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import reaches
from tuodi.delivery.intake.models import Application


@sample(
    "intake:accept", "intake:notify", "intake:answer", "intake:amend", "intake:decline", "intake:withdraw", "intake:relative",
    "intake:receipt", "intake:receipt_pdf", "intake:programmes_of", "intake:choose",
)  # fmt: skip
def application(world: Any, place: str) -> dict:
    return {"number": Application.objects.get(pk=world.rows["submitted", place]).number}


# A draft and an upload belong to one officer: everybody else, of the same right too, is told it is not there.
@sample("intake:draft", "intake:programmes", expects=lambda world, who, place: {404})
def draft(world: Any, place: str) -> dict:
    return {"key": world.rows["draft", place]}


@sample(
    "intake:save", expects=lambda world, who, place: {302, 404}
)  # a GET leads to the draft, which is not there
def saved(world: Any, place: str) -> dict:
    return {"key": world.rows["draft", place]}


@sample("intake:dry_run", "intake:marked", expects=lambda world, who, place: {302})  # back to the upload page
def upload(world: Any, place: str) -> dict:
    return {"digest": world.rows["upload", place]}


@sample(
    "intake:imported", expects=lambda w, who, place: {200} if reaches(who, "intake.see", place) else {404}
)
def imported(world: Any, place: str) -> dict:
    return {"pk": world.rows["import", place]}
