"""What bodies are called on a page and in a letter: a township's government, a county's bureau, a body of the mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from tuodi.kit.together import together
from tuodi.records.documents.letters import issuer_name
from tuodi.records.org.clocked import TOWNSHIP, WAITS
from tuodi.records.org.models import Area, Assignment, DepartmentName
from tuodi.records.org.rights import reach

OFFICE = "困难群众基本生活保障工作协调领导小组办公室"
GROUP = "困难群众基本生活保障工作协调领导小组"


@dataclass(frozen=True)
class Names:
    """Places and bodies by their codes, and which roles are held where today: one question to the database a page."""

    areas: Mapping[str, str]
    bodies: Mapping[str, str]
    posts: frozenset[tuple[str, str]]

    def place(self, area: str) -> str:
        """The township or county a row lies in."""
        return self.areas.get(area[:9]) or self.areas.get(area[:6], area)

    def unit(self, body: str, area: str) -> str:
        """The key under which a body of a place is counted: a township by itself, a bureau by its county."""
        return f"{body}:{area[:9] if body == TOWNSHIP else area[:6]}"

    def body(self, body: str, area: str) -> str:
        """`civil_affairs` in 533103 -> 芒市民政局; a township -> its government; a bureau of the mechanism by its name."""
        if body == TOWNSHIP:
            return issuer_name(area[:9], self.place(area)) if len(area) >= 9 else self.place(area)
        county = self.areas.get(area[:6], "")
        if body == "leading_group":
            return county + GROUP
        if body == "leading_group_office":
            return county + OFFICE
        name = self.bodies.get(body, body)
        return county + name.removeprefix("州") if county else name

    def absent(self, role: str, area: str) -> bool:
        """Whether nobody holds the role over the place today."""
        return not any(r == role and area.startswith(prefix) for r, prefix in self.posts)


def names(on: date) -> Names:
    """Read once for a page."""
    areas = Area.objects.filter(level__in=("prefecture", "county", "township")).values_list("code", "name")
    running = Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))
    bodies = DepartmentName.objects.filter(running).values_list("department_id", "name")
    posts = (
        Assignment.objects.filter(running, officer__is_active=True).values_list("role", "area_id").distinct()
    )
    together(areas, bodies, posts)
    return Names(dict(areas), dict(bodies), frozenset((role, reach(area)) for role, area in posts))


def reason(names: Names, waits: str, role: str, area: str, paused: str) -> str:
    """Why a row stands where it stands, as far as the platform knows: in words for the page."""
    if paused:
        return _("暂停：{why}").format(why=paused)
    if names.absent(role, area):
        return _("岗位空缺")
    return str(WAITS.get(waits, ""))
