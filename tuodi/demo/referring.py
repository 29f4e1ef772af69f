"""What the bodies did with what was sent to them: of each programme a few referrals are walked on, each to another place.

Officers without a password act for the bodies, through the rooms' own services, on days between the sending and the business day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tuodi.delivery.referral import selectors, services
from tuodi.delivery.referral.models import Referral
from tuodi.delivery.referral.services.common import body_of_step, move
from tuodi.delivery.referral.services.handling import ending, steps_onward
from tuodi.demo.staff import SINCE, Staff
from tuodi.records.journal.services import SYSTEM
from tuodi.records.org.models import Assignment, Department, Officer
from tuodi.records.standards import selectors as standards

PREFECTURE = "533100"
EACH = 9  # of a programme at most so many are walked, each by the next of WAYS
WAYS = (
    "sent",
    "accepted",
    "returned",
    "granted",
    "correcting",
    "further",
    "refused",
    "disputed",
    "not_applicable",
)
WORDS = {
    "return": "经核查，不属于本部门职责，建议转有关部门",
    "dispute": "再次核查，仍不属于本部门职责",
    "readdress": "与两部门联系后重新转办",
    "correct": "请补交户口簿复印件",
    "refused": "经核查，不符合本项目条件，理由已逐项列明",
    "not_applicable": "已在享受同类项目，不再办理",
}


def walk(staff: Staff, on: date) -> int:
    """Walk the referrals of the cases in work; how many were touched."""
    hands = bodies(on)
    walked = 0
    seen: dict[str, int] = {}
    rows = Referral.objects.filter(state="sent", sent_on__lt=on).order_by("sent_on", "number")
    for row in rows.defer("grounds"):
        turn = seen.get(row.programme, 0)
        seen[row.programme] = turn + 1
        if turn >= EACH:
            continue
        with transaction.atomic():
            _Walk(row.pk, staff, hands, on).take(WAYS[turn])
        walked += 1
    return walked


def bodies(on: date) -> dict[str, Officer]:
    """One officer a body that programmes are sent to; nobody can sign in as them."""
    codes = [code for code, _name in selectors.bodies(on)]
    nobody = make_password(None)
    made: dict[str, Officer] = {}
    names = selectors.body_names(on)
    for code in codes:
        role = "civil_affairs" if code == "civil_affairs" else "bureau"
        officer, new = Officer.objects.get_or_create(
            username=f"d_body_{code}",
            defaults={
                "name": f"{names.get(code, code)}经办"[:40],
                "department_id": code,
                "password": nobody,
            },
        )
        if new:
            Assignment.objects.create(
                officer=officer, role=role, area_id=PREFECTURE, since=SINCE, given_by="guanli"
            )
        made[code] = officer
    return made


class _Walk:
    """One referral on its way; each act a working day after the one before, none after the business day."""

    def __init__(self, pk: int, staff: Staff, hands: Mapping[str, Officer], on: date) -> None:
        self.pk, self.staff, self.hands, self.on = pk, staff, hands, on
        self.day = self.row.sent_on

    @property
    def row(self) -> Referral:
        return Referral.objects.get(pk=self.pk)

    def next_day(self) -> date:
        self.day = min(standards.calendar().add_working_days(self.day, 1), self.on)
        return self.day

    def by(self, row: Referral, role: str) -> Any:
        """Who takes a step of a role for this referral."""
        if role == SYSTEM:
            return SYSTEM
        if role in ("counter", "reviewer", "confirmer"):
            return self.staff.of(role, row.area_id)
        return self.hands["civil_affairs" if role == "civil_affairs" else row.department_id]

    def take(self, way: str) -> None:
        """Bring it to where the way ends."""
        if way == "sent":
            return
        row = self.row
        if way in ("returned", "disputed"):
            self.give_back(twice=way == "disputed")
            return
        services.accept(referral=row, by=self.hands[row.department_id], on=self.next_day())
        if way == "correcting":
            self.ask()
        elif way == "further":
            self.onward()
        elif way in ("granted", "refused", "not_applicable"):
            self.end(way)

    def give_back(self, *, twice: bool) -> None:
        row = self.row
        own = Department.objects.get(pk=row.owner_id)
        services.return_(
            referral=row, reason=WORDS["return"], by=self.hands[row.department_id], on=self.next_day()
        )
        if twice:
            services.readdress(
                referral=self.row,
                department=own,
                reason=WORDS["readdress"],
                by=self.staff.of("counter", row.area_id),
                on=self.next_day(),
            )
            services.return_(
                referral=self.row, reason=WORDS["dispute"], by=self.hands[own.pk], on=self.next_day()
            )

    def ask(self) -> None:
        row = self.row
        step = row.process.step("ask_correction", row.state)
        if step is not None:
            services.ask_correction(
                referral=row, items=[WORDS["correct"]], by=self.by(row, step.role), on=self.next_day()
            )

    def onward(self) -> bool:
        """One stage on, if the procedure goes on from here."""
        row = self.row
        step = next((s for s in steps_onward(row) if s.act not in ("object", "return")), None)
        if step is None:
            return False
        by, on = self.by(row, step.role), self.next_day()
        if step.role == SYSTEM:
            move(row, step.act, by=by, on=on)
        else:
            services.step(referral=row, act=step.act, by=by, on=on)
        return True

    def end(self, outcome: str) -> None:
        """Stage after stage until it may end with this outcome."""
        for _stage in range(12):
            row = self.row
            last = ending(row, outcome)
            if last is not None and last.role != SYSTEM:
                self.conclude(row, outcome, last)
                return
            if not self.onward():
                return

    def conclude(self, row: Referral, outcome: str, last: Any) -> None:
        assert body_of_step(row, last) in (None, "civil_affairs", row.department_id)
        amount = selectors.grounds_of(row)["amount_fen"] or 10_000
        granted = outcome == "granted"
        services.conclude(
            referral=row,
            outcome=outcome,
            reason="" if granted else WORDS[outcome],
            amount_fen=amount if granted else None,
            starts_on=self.day if granted else None,
            by=self.by(row, last.role),
            on=self.next_day(),
        )
