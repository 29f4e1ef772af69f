"""What is taken out lies where the officer may see and may export, both, and leaves a line."""

from datetime import date

import pytest
from django.test import RequestFactory

from tuodi.records.journal.models import JournalLine
from tuodi.records.org import rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.load import load_areas
from tuodi.records.org.models import Area, Assignment, Officer


@pytest.mark.django_db
def test_seeing_in_one_township_and_exporting_in_another_exports_neither_list():
    load_areas()
    officer = Officer.objects.create(username="two", name="两处", password="!")
    for role, area in (("counter", "533103105"), ("reviewer", "533103102")):
        Assignment.objects.create(
            officer=officer, role=role, area_id=area, since=date(2012, 1, 1), given_by="t"
        )
    request = RequestFactory().get("/", {"pile": "ask"})
    request.user = officer
    areas = Area.objects.filter(level="village")
    seen = rights.visible(areas, officer, "code", act="intake.draft")  # the counter's own
    assert seen.exists()
    assert not taken_out(seen, request, "some.list", field="code").exists()
    both = rights.visible(areas, officer, "code", act="intake.see")
    assert {a.code[:9] for a in taken_out(both, request, "some.list", field="code")} == {"533103102"}
    line = JournalLine.objects.filter(act="export").latest("sequence")
    assert (line.record_id, line.actor, line.note) == ("some.list", "two", "pile=ask")
