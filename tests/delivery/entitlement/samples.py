"""Rows of the roll, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.delivery.entitlement.models import Enrolment, MonthRun, Pricing, Recertification
from tuodi.records.org.rights import area_condition


@sample(
    "entitlement:enrolment", "entitlement:recertify", "entitlement:adjust",
    "entitlement:suspend", "entitlement:resume", "entitlement:fade", "entitlement:exit"
)  # fmt: skip
def enrolment(world: Any, place: str) -> dict:
    return {"pk": Enrolment.objects.filter(area_condition(PLACES[place])).order_by("pk")[0].pk}


@sample("entitlement:run", level="county")
def run(world: Any, place: str) -> dict:
    return {"pk": MonthRun.objects.filter(area=PLACES[place][:6])[0].pk}


@sample("entitlement:pricing")
def pricing(world: Any, place: str) -> dict:
    rows = Pricing.objects.filter(area_condition(PLACES[place], "amount__enrolment__area_id"))
    return {"pk": rows.order_by("pk")[0].pk}


@sample(
    "entitlement:review", "entitlement:review_open", "entitlement:review_reassess", "entitlement:review_continue",
    "entitlement:review_refer", "entitlement:review_settle", "entitlement:review_return",
)  # fmt: skip
def review(world: Any, place: str) -> dict:
    return {"pk": Recertification.objects.filter(area_condition(PLACES[place])).order_by("pk")[0].pk}
