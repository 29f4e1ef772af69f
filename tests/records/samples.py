"""Rows of the records rooms, for the access test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.delivery.intake.models import Application
from tuodi.records.documents.models import Document
from tuodi.records.org.lockout import subject_of
from tuodi.records.org.models import Assignment, SignInTrouble
from tuodi.records.standards import selectors


def case(world: Any, place: str) -> Application:
    return Application.objects.get(pk=world.rows["doubt", place])


@sample("org:officer", "org:give_post")
def officer(world: Any, place: str) -> dict:
    return {"pk": world.staff.of("counter", PLACES[place]).pk}


@sample("org:account_act")
def account_act(world: Any, place: str) -> dict:
    return {"pk": world.staff.of("counter", PLACES[place]).pk, "act": "unlock"}


@sample("org:let_through")
def waiting(world: Any, place: str) -> dict:
    officer = world.staff.of("counter", PLACES[place])
    now = timezone.now()
    given = {"officer": officer, "failures": 6, "last_at": now, "until": now + timedelta(hours=1)}
    row = SignInTrouble.objects.update_or_create(
        kind="name", subject=subject_of(officer.username), address="", defaults=given
    )[0]
    return {"pk": row.pk}


@sample("org:end_post")
def post(world: Any, place: str) -> dict:
    return {"pk": Assignment.objects.get(officer=world.staff.of("counter", PLACES[place])).pk}


@sample("standards:calendar_year", "standards:notice", "standards:set_day", level="any")
def year(world: Any, place: str) -> dict:
    return {"year": 2026}


@sample("standards:parameter", "standards:set_value", level="any")
def key(world: Any, place: str) -> dict:
    return {"key": next(iter(selectors.parameters().info))}


@sample("people:person", "people:edit_person")
def person(world: Any, place: str) -> dict:
    return {"pk": case(world, place).applicant_id}


@sample("people:reveal")
def number(world: Any, place: str) -> dict:
    return {"kind": "number", "pk": case(world, place).applicant_id}


@sample("people:household", "people:edit_household", "people:account")
def household(world: Any, place: str) -> dict:
    return {"pk": case(world, place).household_id}


@sample("documents:pdf", "documents:docx")
def letter(world: Any, place: str) -> dict:
    return {"pk": Document.objects.filter(household=case(world, place).household_id)[0].pk}
