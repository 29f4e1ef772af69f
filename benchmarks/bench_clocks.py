"""What is late, whose and why: the first page of the office's list over 60,000 running clocks on PostgreSQL (issue: under 50 ms).

Twenty thousand applications at the counter, as many checks and reviews, in every open state, one in eight past its day; the list is
asked as the page asks it: how many there are, and the fifty longest late of all of them.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

from benchmarks.run import Figure, Run, benchmark, repeated

ON = date(2026, 11, 24)


def _tasks(run: Run, each: int) -> None:
    from tuodi.delivery.determination.models import Review
    from tuodi.delivery.determination.selectors import OPEN
    from tuodi.delivery.intake.models import Application, Snapshot
    from tuodi.delivery.verification.models import Check
    from tuodi.records.org.models import Area, Officer
    from tuodi.records.people.models import Household, Person

    rng = run.random()
    towns = list(Area.objects.filter(level="township").order_by("code").values_list("code", flat=True))
    head = Person.objects.create(
        name="试某",
        sex="1",
        birth_on=date(1970, 1, 1),
        document="none",
        no_document_reason="试",
        area_id=towns[0],
    )
    house = Household.objects.create(area_id=towns[0], head=head)
    officer = Officer.objects.create(username="bench", name="试", password="!")

    def days() -> tuple[date, date]:
        since = ON - timedelta(days=rng.randint(0, 40))
        return since, ON + timedelta(days=rng.randint(-4, 28))

    rows, kinds = [], ("application", "check", "review")
    for kind in kinds:
        for n in range(each):
            since, due = days()
            state = rng.choice(("submitted", "correcting")) if kind == "application" else "accepted"
            rows.append(
                Application(number=f"{kind[0]}{n:06}", key=f"{kind}{n}", programme="minimum_living", household=house, applicant=head,
                            area_id=rng.choice(towns), channel="counter", submitted_on=since, received_by=officer,
                            accepted_on=since if state == "accepted" else None, state=state, state_since=since, due=due)
            )  # fmt: skip
    made = Application.objects.bulk_create(rows, batch_size=2000)
    snapshot = Snapshot.objects.create(
        application=made[0], as_of=ON, cause="declared", facts={}, digest="0" * 64, made_by="b"
    )
    Check.objects.bulk_create(
        [Check(application=a, snapshot=snapshot, area_id=a.area_id, purpose="试", requested_on=a.submitted_on, requested_by="b", key=a.key,
               state=rng.choice(("requested", "partial", "flagged")), state_since=a.submitted_on, due=a.due)
         for a in made[each : 2 * each]],
        batch_size=2000,
    )  # fmt: skip
    Review.objects.bulk_create(
        [Review(application=a, area_id=a.area_id, programme="minimum_living", procedure="DB-2021", accepted_on=a.submitted_on,
                overall_due=a.due + timedelta(days=10), state=rng.choice(OPEN), state_since=a.submitted_on, due=a.due)
         for a in made[2 * each :]],
        batch_size=2000,
    )  # fmt: skip


@benchmark("clocks.late", unit="s", goal=0.05)
def late(run: Run) -> Figure:
    """Count and first page for the office of the prefecture; for a county beside it."""
    os.environ["TUODI_DATABASE"] = run.postgres
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tuodi.coordination import selectors
    from tuodi.coordination.words import names
    from tuodi.records.org.load import load_areas, load_departments
    from tuodi.records.org.models import Assignment, Officer
    from tuodi.records.standards.load import load_calendar

    call_command("migrate", interactive=False, verbosity=0)
    load_areas()
    load_departments()
    load_calendar()
    _tasks(run, 20_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

    def officer(name: str, role: str, area: str) -> Any:
        made = Officer.objects.create(username=name, name=name, password="!")
        Assignment.objects.create(
            officer=made, role=role, area_id=area, since=date(2020, 1, 1), given_by="bench"
        )
        return made

    office, county = officer("office", "office", "533100"), officer("county", "office", "533103")

    def query(who: Any) -> int:
        rows = selectors.waiting(who, {"view": "late"}, ON)
        assert rows is not None
        list(rows[:50])
        return rows.count()

    def page(who: Any) -> int:
        rows = selectors.waiting(who, {"view": "late"}, ON)
        assert rows is not None
        return len(selectors.lines(list(rows[:50]), names(ON))) + rows.count()

    others = {
        "county": repeated(lambda: query(county)).value,
        "with names and escalations": repeated(lambda: page(office)).value,
        "all under way": repeated(lambda: list(selectors.waiting(office, {"view": "all"}, ON)[:50])).value,  # type: ignore[index]
    }
    told = [f"{name}: {seconds * 1000:.1f} ms" for name, seconds in others.items()]
    return repeated(lambda: query(office), running=60_000, late=query(office), lines=told)
