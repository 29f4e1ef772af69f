"""The rooms a page of the portal asks: each answers with its pile of work and with its part of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tuodi.kit.together import gather
from tuodi.kit.worklist import WorkItem
from tuodi.records.org.models import Officer
from tuodi.records.org.rights import may


@dataclass(frozen=True)
class Room:
    """A room of the river: its selectors, the right to see it, and what it is called on the page."""

    label: str
    title: str | Promise
    right: str
    floor: str = "delivery."

    @property
    def selectors(self) -> Any:
        return import_module(f"tuodi.{self.floor}{self.label}.selectors")


RIVER = (
    Room("intake", _("受理"), "intake.see"),
    Room("referral", _("转办"), "referral.see"),
    Room("verification", _("核对与调查"), "verification.see"),
    Room("determination", _("审核确认"), "determination.see"),
    Room("entitlement", _("待遇"), "entitlement.see"),
    Room(
        "payment", _("发放"), "recovery.see"
    ),  # whoever sees payments, and who decides what is claimed back,
)
# Rooms that have work waiting and no part of a case.
BESIDE = (Room("rehearsal", _("政策预演"), "rehearsal.see", "oversight."),)


def worklist(officer: Officer, on: date) -> list[tuple[Room, list[WorkItem]]]:
    """What waits for the officer, room by room in the order work flows; rooms with nothing to say are left out."""
    piles = [
        (room, room.selectors.worklist(officer, on)) for room in (*RIVER, *BESIDE) if may(officer, room.right)
    ]
    return [(room, items) for room, items in piles if items]


def panels(application: Any, request: HttpRequest, on: date) -> list[tuple[Room, SafeString]]:
    """What each room says of a case in its own words (`<room>/case_panel.html`), for the parts the officer may see."""
    officer = request.user
    mine = [room for room in RIVER if may(officer, room.right, application.area_id)]
    gather(*(part for room in mine for part in room.selectors.case_parts(application)))
    found = []
    for room in mine:
        panel = room.selectors.case_panel(application, officer)
        if panel:
            context = {**panel, "panel": panel, "application": application, "on": on}
            found.append((room, render_to_string(f"{room.label}/case_panel.html", context, request)))
    return found
