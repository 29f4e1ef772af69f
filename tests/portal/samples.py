"""Rows of the portal, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES, Who, inside
from tuodi.delivery.intake.models import Application
from tuodi.delivery.payment.models import Payment
from tuodi.records.org.rights import area_condition


@sample("portal:case")
def case(world: Any, place: str) -> dict:
    return {"number": Application.objects.get(pk=world.rows["decided", place]).number}


@sample("portal:trace")
def payment(world: Any, place: str) -> dict:
    rows = Payment.objects.filter(area_condition(PLACES[place], "entitlement__area_id"))
    return {"reference": rows.order_by("pk")[0].reference}


def overseen(world: Any, who: Who, place: str) -> set[int]:
    """A job is its owner's, and an administrator's or auditor's whose place contains the owner's."""
    seen = any(role in ("admin", "auditor") and inside(PLACES[place], area) for role, area in who.posts)
    return {200, 302} if seen else {404}


@sample("portal:job", "portal:job_progress", "portal:job_cancel", "portal:job_again", expects=overseen)
def job(world: Any, place: str) -> dict:
    return {"pk": world.rows["job", place]}


@sample(
    "portal:job_result", expects=lambda w, who, place: {200} if overseen(w, who, place) != {404} else {404}
)
def result(world: Any, place: str) -> dict:
    return {"pk": world.rows["job", place]}


@sample("portal:rule", "portal:rule_changes", level="any")
def programme(world: Any, place: str) -> dict:
    return {"code": "minimum_living"}


@sample("portal:household", "portal:household_pack")
def household(world: Any, place: str) -> dict:
    return {"pk": Application.objects.get(pk=world.rows["decided", place]).household_id}


@sample("portal:household_take", expects=lambda w, who, place: {404})
def pack(world: Any, place: str) -> dict:
    """Somebody else's pack: not there for anybody else, whatever their posts."""
    return {"pk": Application.objects.get(pk=world.rows["decided", place]).household_id, "job": 987654321}
