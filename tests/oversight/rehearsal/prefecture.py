"""Sixty families decided before, those granted on the roll: what the rehearsal is run on in these tests."""

from __future__ import annotations

from datetime import date

from tuodi.delivery.entitlement import services as entitlement
from tuodi.demo import history, seed
from tuodi.demo.population import families
from tuodi.records.org.models import Area, Assignment

NUMBER, DECEMBER, JANUARY = 20261124, date(2026, 12, 1), date(2027, 1, 1)
PROGRAMME = "minimum_living"


def run_everywhere(month, on):
    """The month's run in every county, by its own officer."""
    for county in Area.objects.filter(level="county").order_by("pk"):
        by = _civil_affairs(county.pk)
        entitlement.run_month(programme=PROGRAMME, county=county.pk, month=month, by=by, on=on)


def _civil_affairs(county):
    found = Assignment.objects.filter(role="civil_affairs", area_id__in=(county, "533100")).order_by(
        "-area_id"
    )
    return found[0].officer


def decided(on: date) -> None:
    """Sixty families decided before, those granted on the roll."""
    staff = seed.ground(NUMBER, on)
    villages = list(Area.objects.filter(level="village").order_by("code").values_list("code", flat=True))
    rows = history.register(list(families(NUMBER, 60, villages, on)), on)
    granted, refused = history.take_over(rows, staff, on, NUMBER)
    assert granted > 10 and refused >= 1
