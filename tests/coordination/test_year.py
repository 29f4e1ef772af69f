"""A simulated year: nothing overdue without an escalation, nothing in a state no worklist shows; and both would be noticed."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta

import pytest

from tests.coordination.year import Year, everyman, overdue, unseen
from tuodi.coordination import services
from tuodi.coordination.models import Supervision
from tuodi.delivery.determination import selectors as determination

SEED = int(os.environ.get("TUODI_SEED", "0")) or random.randrange(1, 1_000_000)


def live(tasks: int) -> None:
    print(f"seed {SEED}")
    year, officer = Year(SEED, tasks), everyman()
    wrong = year.run(after=lambda day: unseen(officer, day) if day.day == 15 else [])
    assert not wrong, "\n".join(wrong[:20])
    levels = dict.fromkeys(("remind", "written", "leader"), 0)
    for level in Supervision.objects.values_list("level", flat=True):
        levels[level] += 1
    assert min(levels.values()) > tasks // 200, levels  # all rungs of the ladder were climbed
    after = date(2026, 1, 1)
    services.watch(on=after)
    keys = Supervision.objects.filter(closed_on=None, level="written").values_list("kind", "subject")
    assert set(keys) == overdue(after), "what is done is still being pressed for"


@pytest.mark.timeout(120)
def test_a_year_of_some_thousand_tasks_leaves_nothing_overdue_unsaid_and_nothing_out_of_sight(places):
    live(2_400)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_a_year_of_sixty_thousand_tasks_leaves_nothing_overdue_unsaid_and_nothing_out_of_sight(places):
    live(60_000)


def test_a_night_without_the_watch_is_noticed_and_caught_up_with_the_next(places):
    first = date(2025, 3, 3)
    skipped = first + timedelta(days=24)  # a Thursday, in the middle of work
    year = Year(SEED, 900, first, first + timedelta(days=30))
    wrong = year.run(skip=frozenset({skipped}))
    assert wrong and all(f", {skipped}: " in one for one in wrong), f"seed {SEED}: {wrong[:5]}"


def test_a_state_no_pile_shows_is_noticed(places, monkeypatch):
    first = date(2025, 3, 3)
    year, officer = Year(SEED, 600, first, first + timedelta(days=40)), everyman()
    year.run()
    day = first + timedelta(days=40)
    assert unseen(officer, day) == []
    fewer = tuple(pile for pile in determination.PILES if pile[0] != "county")
    monkeypatch.setattr(determination, "PILES", fewer)
    assert any(one.startswith("review: ") for one in unseen(officer, day)), f"seed {SEED}"
