"""Rows of determination, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.delivery.determination.models import Decision, Objection, PublicNotice, Review, SpotCheck


@sample(
    "determination:review", "determination:assess", "determination:survey_done", "determination:appraise", "determination:form_opinion",
    "determination:post_notice", "determination:object", "determination:reinvestigate", "determination:send_up", "determination:receive",
    "determination:visit", "determination:propose", "determination:post_second_notice", "determination:confirm", "determination:refuse",
    "determination:terminate", "determination:return", "determination:extend",
)  # fmt: skip
def review(world: Any, place: str) -> dict:
    return {"pk": Review.objects.get(application=world.rows["noticing", place]).pk}


@sample("determination:conclude")
def objection(world: Any, place: str) -> dict:
    return {"pk": Objection.objects.get(notice__review__application=world.rows["objected", place]).pk}


@sample("determination:decision", "determination:notify")
def decision(world: Any, place: str) -> dict:
    return {"pk": Decision.objects.get(review__application=world.rows["decided", place]).pk}


@sample("determination:draw", level="county")
def draw(world: Any, place: str) -> dict:
    return {"pk": SpotCheck.objects.filter(area=PLACES[place][:6])[0].pk}


@sample("determination:new_draw", "determination:new_draw_after", level="county")
def county(world: Any, place: str) -> dict:
    return {"code": PLACES[place][:6]}


@sample("determination:notice", level="any")
def notice(world: Any, place: str) -> dict:
    return {
        "slug": PublicNotice.objects.get(
            review__application=world.rows["noticing", place], ended_on=None
        ).slug
    }
