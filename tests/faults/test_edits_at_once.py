"""Eight officers edit one case fifty times each: every edit is kept or shown as a conflict, none is lost (B1)."""

import re
import threading
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tuodi.demo import history
from tuodi.demo.accounts import SINCE_DEMO, TOWN
from tuodi.demo.population import families
from tuodi.kit import versions
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area, Assignment, Officer
from tuodi.records.people.models import Household

OFFICERS, EDITS = 8, 50


@pytest.fixture
def case(transactional_db, settings):
    """A household of 风平镇 and eight counter officers who may all edit it."""
    settings.AXES_ENABLED = False  # what is looked at here is not the sign-in
    load_areas()
    load_departments()
    village = Area.objects.filter(level="village", parent_id=TOWN).order_by("code").first().code
    family = next(families(7, 1, [village], SINCE_DEMO))
    with transaction.atomic():
        registered = history.register([family], SINCE_DEMO)[0]
    officers = [Officer.objects.create_user(f"jingban{n}", None, name=f"经办{n}") for n in range(OFFICERS)]
    for officer in officers:
        Assignment.objects.create(
            officer=officer, role="counter", area_id=TOWN, since=SINCE_DEMO, given_by="t"
        )
    return registered.household, officers


def edit_in_a_loop(
    officer: Officer, household: Household, edits: int, told: Counter, lock: threading.Lock
) -> None:
    """Open the form, change the address, send it; again and again, whatever the others do meanwhile."""
    client = Client()
    client.force_login(officer)
    url = reverse("people:edit_household", args=[household.pk])
    try:
        for n in range(edits):
            page = client.get(url).content.decode()
            version = re.search(r'name="version" value="(\d+)"', page)[1]
            answer = client.post(
                url, {"version": version, "area": household.area_id, "address": f"{officer.username}-{n}"}
            )
            assert answer.status_code in (302, 409), answer.status_code
            if answer.status_code == 409:
                shown = answer.content.decode()
                assert f"{officer.username}-{n}" in shown, (
                    "what the officer typed is shown beside what stands"
                )
            with lock:
                told["kept" if answer.status_code == 302 else "conflict"] += 1
    finally:
        connection.close()


def storm(household: Household, officers: list[Officer], edits: int = EDITS) -> Counter:
    told: Counter = Counter()
    lock = threading.Lock()
    threads = [
        threading.Thread(target=edit_in_a_loop, args=(o, household, edits, told, lock)) for o in officers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.postgres
def test_of_400_edits_by_eight_officers_none_is_lost_in_silence(case):
    household, officers = case
    told = storm(household, officers)
    household.refresh_from_db()
    assert told["kept"] + told["conflict"] == OFFICERS * EDITS
    assert household.version == 1 + told["kept"], "every edit said to be kept raised the version once"
    assert told["conflict"] > 0, "the storm must truly meet"


@pytest.mark.postgres
def test_the_storm_bites_where_no_version_is_checked(case, monkeypatch):
    household, officers = case

    def careless(row, expected_version, **changes):
        """The broken twin: last write wins."""
        for name, value in changes.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        return row

    monkeypatch.setattr("tuodi.records.people.services.save_versioned", careless)
    assert careless is not versions.save_versioned
    told = storm(household, officers, edits=8)
    household.refresh_from_db()
    assert household.version < 1 + told["kept"], "edits said to be kept were lost, and the test sees it"
