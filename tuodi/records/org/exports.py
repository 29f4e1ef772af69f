"""Taking a list out of the platform: only where the officer may both see and export, with a line that says what was taken."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.http import HttpRequest

from tuodi.records.journal import services as journal
from tuodi.records.org import clock, rights

Model = TypeVar("Model", bound=models.Model)


def taken_out(
    rows: models.QuerySet[Model], request: HttpRequest, page: str, *, field: str = "area_id"
) -> models.QuerySet[Model]:
    """`rows`, which the officer may see, narrowed to where he may export too; `page` and the filter (codes: people are sought by POST) are noted."""
    journal.record(
        "export",
        by=request.user,
        on=clock.today(),
        record=("page", page),
        note=request.GET.urlencode()[:200],
    )
    return rights.visible(rows, request.user, field, act="export")
