"""Rows of verification, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tuodi.delivery.intake.models import Application
from tuodi.delivery.verification.models import Check, Discrepancy, HouseholdSurvey


@sample("verification:check", "verification:ask", "verification:recheck")
def check(world: Any, place: str) -> dict:
    return {"pk": Check.objects.get(application=world.rows["doubt", place]).pk}


@sample("verification:explain", "verification:settle")
def doubt(world: Any, place: str) -> dict:
    return {
        "pk": Discrepancy.objects.filter(report__check_made__application=world.rows["doubt", place])[0].pk
    }


@sample("verification:survey", "verification:appraisal")
def application(world: Any, place: str) -> dict:
    return {"number": Application.objects.get(pk=world.rows["doubt", place]).number}


@sample("verification:survey_seen")
def survey(world: Any, place: str) -> dict:
    return {"pk": HouseholdSurvey.objects.get(application=world.rows["noticing", place]).pk}


@sample("verification:alert")
def alert(world: Any, place: str) -> dict:
    return {"pk": world.rows["alert", place]}
