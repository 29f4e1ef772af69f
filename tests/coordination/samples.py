"""Rows of supervision, for the access test: a written order about a check of each place."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES, inside
from tuodi.coordination.models import Supervision
from tuodi.delivery.verification.models import Check
from tuodi.records.org.rights import RIGHTS

OVERSEERS = {"office", "leader", "auditor"}


def order_of(world: Any, place: str) -> Supervision:
    check = Check.objects.get(application_id=world.rows["doubt", place])
    row, _made = Supervision.objects.get_or_create(
        kind="check",
        subject=check.pk,
        step="flagged",
        since=date(2026, 11, 2),
        due=date(2026, 11, 16),
        level="written",
        defaults={
            "number": check.application.number,
            "made_on": date(2026, 11, 17),
            "area_id": check.area_id,
            "body": "township",
            "role": "reviewer",
            "document_number": f"督字〔2026〕{PLACES[place]}号",
            "answer_due": date(2026, 11, 20),
        },
    )
    return row


def _sees(right: str) -> Any:
    """Overseers see all of their area; others what the check's own room shows them; a bureau what lies with it, which is nothing here."""

    def expects(world: Any, who: Any, place: str) -> set[int]:
        roles = {role for role, post in who.posts if inside(PLACES[place], post)} & RIGHTS[right]
        mine = roles & (OVERSEERS | RIGHTS["verification.see"])
        return {200, 302, 422} if mine else {404}

    return expects


@sample("coordination:order", "coordination:letter", expects=_sees("supervision.see"))
def order(world: Any, place: str) -> dict:
    return {"pk": order_of(world, place).pk}


@sample("coordination:answer", expects=_sees("supervision.answer"))
def answer(world: Any, place: str) -> dict:
    return {"pk": order_of(world, place).pk}
