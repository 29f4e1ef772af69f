"""Rows of referral, for the access test: those asked as a bureau's officer are the housing bureau's."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import reaches
from tuodi.delivery.intake.models import Application


@sample(
    "referral:referral",
    "referral:letter",
    "referral:accept",
    "referral:return",
    "referral:readdress",
    "referral:rule",
    "referral:correct",
    "referral:answer",
    "referral:step",
    "referral:conclude",
    "referral:question",
    "referral:visit",
)
def referral(world: Any, place: str) -> dict:
    return {"number": world.rows["referral", place]}


@sample("referral:family", "referral:send")
def application(world: Any, place: str) -> dict:
    return {"number": Application.objects.get(pk=world.rows["doubt", place]).number}


def asked(world: Any, who: Any, place: str) -> set[int]:
    """Only officers of the asked body reach its question: of those who ask here, the bureau's."""
    at_body = who.officer.department_id == "housing"
    return {200, 422} if at_body and reaches(who, "referral.question", place) else {404}


@sample("referral:reply", expects=asked)
def question(world: Any, place: str) -> dict:
    return {"pk": world.rows["question", place]}
