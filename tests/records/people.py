"""The people of the records tests: one officer for each role, in places that matter, and an outsider."""

from __future__ import annotations

from datetime import date

from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area, Assignment, Officer

PREFECTURE, COUNTY, OTHER_COUNTY = "533100", "533103", "533102"
TOWNSHIP, OTHER_TOWNSHIP, FAR_TOWNSHIP = "533103205", "533103100", "533102001"
SINCE = date(2020, 1, 1)
PASSWORD = "a-long-enough-one"


def places() -> None:
    """The prefecture's divisions and departments."""
    load_areas()
    load_departments()


def township_of(county: str, but: str = "") -> str:
    """A township of a county that is not `but`."""
    return (
        Area.objects.filter(parent=county, level="township").exclude(pk=but).values_list("pk", flat=True)[0]
    )


def officer(
    username: str, *posts: tuple[str, str], department: str | None = None, since: date = SINCE
) -> Officer:
    """An officer who holds `posts`, pairs of role and area code."""
    made = Officer(username=username, name=f"{username}员", department_id=department)
    made.password = "!"  # hashing is slow; tests that sign in set one
    made.save()
    for role, area in posts:
        Assignment.objects.create(officer=made, role=role, area_id=area, since=since, given_by="tests")
    return made
