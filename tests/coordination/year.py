"""A year of tasks with bodies that behave as they please: most in time, some late, some very late, some never.

Applications, checks and reviews are real rows moved by bulk updates (their services are tested where they live); the watch, the late
list and the worklists are the product's own.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from tests.records import people
from tuodi.coordination import selectors, services
from tuodi.coordination.models import Supervision
from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Process
from tuodi.delivery.determination import selectors as determination
from tuodi.delivery.determination.models import Review
from tuodi.delivery.intake import selectors as intake
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.intake.process import RECEIVE
from tuodi.delivery.verification import selectors as verification
from tuodi.delivery.verification.models import Check
from tuodi.delivery.verification.process import CHECK
from tuodi.policy.procedures import DB_2021
from tuodi.records.org.models import Area, Officer
from tuodi.records.people.models import Household, Person
from tuodi.records.standards import selectors as standards

ONE = timedelta(days=1)
FIRST, LAST = date(2025, 1, 2), date(2025, 12, 31)
# kind -> the procedure, the states of a journey; those in brackets are sometimes passed through
JOURNEYS: dict[str, tuple[Process, tuple[tuple[str, float], ...]]] = {
    "application": (RECEIVE, (("submitted", 1), ("correcting", 0.25), ("submitted", 0.25))),
    "check": (CHECK, (("requested", 1), ("partial", 0.3), ("flagged", 0.3))),
    "review": (
        DB_2021.process,
        (("investigating", 1), ("appraising", 0.1), ("opinion", 1), ("noticing", 1), ("objected", 0.05), ("to_send", 1),
         ("sent_up", 1), ("county_review", 1)),
    ),
}  # fmt: skip
ENDS = {"application": "closed", "check": "clear", "review": "confirmed"}
MODELS: dict[str, Any] = {"application": Application, "check": Check, "review": Review}


class Year:
    """The tasks of a year and what becomes of them, day by day. Says its seed where something is wrong."""

    def __init__(self, seed: int, tasks: int, first: date = FIRST, last: date = LAST) -> None:
        self.rng = random.Random(seed)
        self.seed, self.first, self.last = seed, first, last
        self.calendar: WorkCalendar = standards.calendar()
        self.towns = list(
            Area.objects.filter(level="township").order_by("code").values_list("code", flat=True)
        )
        self._plan: dict[tuple[date, str, str], list[int]] = defaultdict(list)
        self._make(tasks)

    def _make(self, tasks: int) -> None:
        working = [d for d in self._days() if self.calendar.is_working_day(d)]
        each = tasks // 3
        begins = {kind: sorted(self.rng.choices(working[:-1], k=each)) for kind in MODELS}
        head = Person.objects.create(
            name="试某",
            sex="1",
            birth_on=date(1970, 1, 1),
            document="none",
            no_document_reason="试",
            area_id=self.towns[0],
        )
        house = Household.objects.create(area_id=self.towns[0], head=head)
        officer = people.officer("year.counter", ("counter", people.PREFECTURE))
        base = {
            "household": house,
            "applicant": head,
            "programme": "minimum_living",
            "channel": "counter",
            "received_by": officer,
        }
        # Each check and review has an application of its own, accepted; only those of the first kind are waited for at the counter.
        rows = [
            Application(
                **base, number=f"{kind[0]}{n:06}", key=f"{kind}{n}", area_id=self.rng.choice(self.towns), submitted_on=day,
                accepted_on=None if kind == "application" else day, state="declined" if kind == "application" else "accepted", state_since=day,
            )
            for kind in MODELS for n, day in enumerate(begins[kind])
        ]  # fmt: skip
        made = Application.objects.bulk_create(rows, batch_size=2000)
        by_kind = {kind: made[i * each : (i + 1) * each] for i, kind in enumerate(MODELS)}
        snapshot = Snapshot.objects.create(
            application=made[0], as_of=FIRST, cause="declared", facts={}, digest="0" * 64, made_by="test"
        )
        checks = [
            Check(application=a, snapshot=snapshot, area_id=a.area_id, purpose="试", requested_on=a.submitted_on, requested_by="test",
                  key=a.key, state="clear", state_since=a.submitted_on)
            for a in by_kind["check"]
        ]  # fmt: skip
        reviews = [
            Review(application=a, area_id=a.area_id, programme="minimum_living", procedure="DB-2021", accepted_on=a.submitted_on,
                   overall_due=self.calendar.add_working_days(a.submitted_on, 30), state="confirmed", state_since=a.submitted_on)
            for a in by_kind["review"]
        ]  # fmt: skip
        keys = {
            "application": [a.pk for a in by_kind["application"]],
            "check": [c.pk for c in Check.objects.bulk_create(checks, batch_size=2000)],
            "review": [r.pk for r in Review.objects.bulk_create(reviews, batch_size=2000)],
        }
        for kind, pks in keys.items():
            for pk, begin in zip(pks, begins[kind], strict=True):
                self._journey(kind, pk, begin)

    def _days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += ONE

    def _journey(self, kind: str, pk: int, day: date) -> None:
        """When a task enters each state: nine of ten steps within their limit, one up to forty days late, one of a hundred never."""
        process, states = JOURNEYS[kind]
        for state, chance in states:
            if chance < 1 and self.rng.random() > chance:
                continue
            self._plan[day, kind, state].append(pk)
            due = process.due(state, day, self.calendar)
            assert due is not None
            fate = self.rng.random()
            if fate > 0.99:
                return
            day = (
                due + ONE * self.rng.randint(1, 40)
                if fate > 0.9
                else day + ONE * self.rng.randint(0, max(0, (due - day).days))
            )
        self._plan[day, kind, ENDS[kind]].append(pk)

    def move(self, day: date) -> None:
        """What the bodies do on a day."""
        for when, kind, state in sorted(k for k in self._plan if k[0] == day):
            pks = self._plan[when, kind, state]
            process = JOURNEYS[kind][0]
            due = process.due(state, day, self.calendar) if state != ENDS[kind] else None
            for start in range(0, len(pks), 900):
                MODELS[kind].objects.filter(pk__in=pks[start : start + 900]).update(
                    state=state, state_since=day, due=due
                )

    def run(
        self, *, skip: frozenset[date] = frozenset(), after: Callable[[date], list[str]] | None = None
    ) -> list[str]:
        """Live through it: each morning the watch, then the day's work. What is wrong at noon is told."""
        wrong: list[str] = []
        for day in self._days():
            if day not in skip:
                services.watch(on=day)
            found = uncovered(day) + (after(day) if after else [])
            wrong += [f"seed {self.seed}, {day}: {one}" for one in found]
            self.move(day)
        return wrong


def overdue(day: date) -> set[tuple[str, int]]:
    """What is past its day, asked of the tables themselves and not of the product's list."""
    found: set[tuple[str, int]] = set()
    for kind, model in MODELS.items():
        states = {state for state, _chance in JOURNEYS[kind][1]}
        found |= {
            (kind, pk)
            for pk in model.objects.filter(state__in=states, due__lt=day).values_list("pk", flat=True)
        }
    states = {state for state, _chance in JOURNEYS["review"][1]}
    found |= {
        ("case", pk)
        for pk in Review.objects.filter(state__in=states, overall_due__lt=day).values_list("pk", flat=True)
    }
    return found


def uncovered(day: date) -> list[str]:
    """What is overdue and has no written order open."""
    known = set(Supervision.objects.filter(closed_on=None, level="written").values_list("kind", "subject"))
    return [f"{kind} {pk} overdue without an order" for kind, pk in sorted(overdue(day) - known)]


def everyman() -> Officer:
    """Somebody who sits on every chair: what no worklist of theirs shows, nobody's shows."""
    roles = ("counter", "reviewer", "confirmer", "civil_affairs", "finance", "payer", "office")
    return people.officer(
        "year.everyman", *((role, people.PREFECTURE) for role in roles), since=date(2020, 1, 1)
    )


def unseen(officer: Officer, day: date) -> list[str]:
    """Where a room's piles hold fewer tasks than the room has open, and what the office's own list leaves out."""
    wrong = []
    piles: dict[str, tuple[Callable[[Any, date], list[Any]], frozenset[str]]] = {
        "application": (intake.worklist, frozenset({"state=submitted", "state=correcting"})),
        "check": (verification.worklist, frozenset({"pile=ask", "pile=doubts", "pile=stale"})),
        "review": (determination.worklist, frozenset(f"pile={key}" for key, _l, _s in determination.PILES)),
    }
    for kind, (worklist, ours) in piles.items():
        states = [state for state, _chance in JOURNEYS[kind][1]]
        there = MODELS[kind].objects.filter(state__in=states).count()
        shown = sum(item.count for item in worklist(officer, day) if item.url.rpartition("?")[2] in ours)
        if (
            kind == "review"
        ):  # a public notice waits for nobody: it stands in the list's tab, not on the first page
            shown += determination.pile_counts(determination.reviews_for(officer))["notice"]
        listed = selectors.waiting(officer, {"view": "all", "kind": kind}, day)
        if shown != there:
            wrong.append(f"{kind}: {there} open, {shown} in a worklist")
        if listed is None or listed.count() != there:
            wrong.append(f"{kind}: {there} open, the office's list differs")
    return wrong
