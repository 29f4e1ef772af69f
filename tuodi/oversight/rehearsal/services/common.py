"""What the acts on drafts share: the row locked as it stands, the rights, open or not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.kit.versions import conflict_of
from tuodi.oversight.rehearsal.models import Draft
from tuodi.oversight.rehearsal.process import DRAFT
from tuodi.records.org import rights


def fresh(draft: Draft, version: int | None) -> Draft:
    """The row locked as it stands now; a stale form is a Conflict."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if version is not None and row.version != version:
        raise conflict_of(row, version, {"state": draft.state})
    return row


def still_drafting(draft: Draft, version: int | None, by: Any, on: date) -> Draft:
    """The row, open to change and by somebody who may draft for its place."""
    rights.refuse_without(by, "rehearsal.draft", draft.area_id, on)
    row = fresh(draft, version)
    if row.state != "drafting":
        raise Refused(
            _("这份草案现在是“{state}”，不能再改；可另存为新的草案").format(state=DRAFT.states[row.state])
        )
    return row


def touched(row: Draft) -> Draft:
    """The row with its version raised."""
    row.version += 1
    Draft.objects.filter(pk=row.pk).update(version=row.version)
    return row
