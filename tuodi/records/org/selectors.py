"""Questions about places, departments and officers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.signals import post_save
from django.utils import timezone

from tuodi.records.org import rights
from tuodi.records.org.models import Area, Assignment, Department, Officer, SecondFactor, SignInTrouble


def departments_for(duty: str, on: date) -> list[str]:
    """The codes of the departments a duty lies with on a day; emergency medical aid lay with two in 2017."""
    return list(
        Department.objects.filter(
            # one filter, so that all three speak of the same duty row
            Q(duties__until__isnull=True) | Q(duties__until__gt=on),
            duties__duty=duty,
            duties__since__lte=on,
        )
        .order_by("code")
        .values_list("code", flat=True)
        .distinct()
    )


def place_name(code: str) -> str:
    """An area with what it lies in, from the county down: 芒市 三台山德昂族乡."""
    area = Area.objects.select_related("parent__parent").filter(pk=code).first()
    names: list[str] = []
    while area is not None and area.level != "prefecture":
        names.insert(0, area.name)
        area = area.parent
    return " ".join(names) or (Area.objects.get(pk=code).name if names == [] else "")


def officers(by: Officer, on: date, *, act: str = "org.officers") -> models.QuerySet[Officer]:
    """The officers within reach of `by` for an act: those assigned there, and those assigned nowhere."""
    mine = rights.visible(Assignment.objects.all(), by, "area_id", act=act, on=on)
    running = Assignment.objects.filter(since__lte=on).filter(Q(until__isnull=True) | Q(until__gt=on))
    return (
        Officer.objects.filter(Q(assignments__in=mine) | Q(assignments__isnull=True))
        .distinct()
        .select_related("department")
        .prefetch_related(
            "department__names", Prefetch("assignments", running.select_related("area"), to_attr="running")
        )
        .order_by("username")
    )


def locked(officer: Officer) -> bool:
    """Whether sign-in attempts have locked this account somewhere."""
    return SignInTrouble.objects.filter(officer=officer, until__gt=timezone.now()).exists()


def waits(by: Officer, on: date) -> models.QuerySet[SignInTrouble]:
    """Who must wait before the next try: accounts within reach; names nobody has and whole places for one who administers all."""
    found = (
        SignInTrouble.objects.filter(until__gt=timezone.now())
        .select_related("officer")
        .order_by("-until", "pk")
    )
    mine = Q(officer__in=officers(by, on).order_by().values("pk"))
    return found if rights.everywhere(by, "org.officers") else found.filter(mine)


def second_factor_of(officer: Any) -> SecondFactor | None:
    """The officer's confirmed second factor, or None."""
    return SecondFactor.objects.filter(user=officer, confirmed=True).first()


@dataclass(frozen=True)
class Post:
    """One post as the page's head shows it: 芒市 县级审核确认."""

    role: str
    area: str

    def __str__(self) -> str:
        return f"{self.area} {rights.ROLES[self.role]}" if self.area else str(rights.ROLES[self.role])


def posts(officer: Officer, on: date) -> list[Post]:
    """What an officer holds on a day, for the head of the page."""
    return [Post(h.role, h.area_name) for h in rights.held(officer) if h.runs_on(on)]


NAMES_SECONDS = 30
_names: tuple[float, dict[str, str]] = (0.0, {})


def names() -> dict[str, str]:
    """User name to name of every officer, for pages: read once in half a minute, as a page shows many and they seldom change."""
    global _names
    if time.monotonic() - _names[0] > NAMES_SECONDS:
        _names = (time.monotonic(), dict(Officer.objects.values_list("username", "name")))
    return _names[1]


def forget_names(**_signal: Any) -> None:
    """An officer was added or renamed: this process reads the names anew."""
    global _names
    _names = (0.0, {})


post_save.connect(forget_names, sender=Officer, dispatch_uid="org.names")
