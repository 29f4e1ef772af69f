"""Questions to the archive: letters by kind, number and day, and those that belong to a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from tuodi.records.documents.models import Document
from tuodi.records.journal.services import reference


def narrowed(rows: models.QuerySet[Document], wanted: Mapping[str, Any]) -> models.QuerySet[Document]:
    """Letters by kind, part of the number, and days of issue (both included), newest first, none opened."""
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if number := (wanted.get("number") or "").strip():
        rows = rows.filter(number__contains=number)
    if since := wanted.get("since"):
        rows = rows.filter(issued_on__gte=since)
    if until := wanted.get("until"):
        rows = rows.filter(issued_on__lte=until)
    return rows.select_related("area").defer("content").order_by("-issued_on", "-pk")


def of_records(records: Iterable[models.Model]) -> models.QuerySet[Document]:
    """The letters that tell of these records, oldest first, without opening any."""
    wanted = models.Q(pk__in=())
    for one in records:
        kind, key = reference(one)
        wanted |= models.Q(record_kind=kind, record_id=key)
    return Document.objects.filter(wanted).defer("content").order_by("issued_on", "pk")
