"""Questions about drafts: the list, one draft with all there is to say of it, the newest frozen month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.core.parameters import MARKS, MissingParameter, ParameterInfo
from tuodi.kit.worklist import WorkItem
from tuodi.oversight.rehearsal.cases import run_cases
from tuodi.oversight.rehearsal.drafted import (
    changes_of,
    digest_of_values,
    first_month,
    keys_of,
    programmes_of,
)
from tuodi.oversight.rehearsal.models import Draft, FrozenMonth, Rehearsal
from tuodi.oversight.rehearsal.process import DRAFT
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.journal.services import lines_of
from tuodi.records.org.rights import may, visible
from tuodi.records.standards import selectors as standards


def drafts(officer: Any, *, state: str = "") -> QuerySet[Draft]:
    """The drafts within reach, those still open first, the newest of each first."""
    rows = visible(Draft.objects.select_related("area"), officer)
    if state in DRAFT.states:
        rows = rows.filter(state=state)
    order = Case(
        *(When(state=s, then=Value(n)) for n, s in enumerate(DRAFT.states)),
        default=Value(9),
        output_field=IntegerField(),
    )
    return rows.annotate(order=order).order_by("order", "-pk")


def newest_frozen() -> FrozenMonth | None:
    """The newest month whose facts are frozen."""
    return FrozenMonth.objects.order_by("-month").first()


def newest_rehearsal(draft: Draft) -> Rehearsal | None:
    """What running the draft showed last."""
    return draft.rehearsals.select_related("frozen").order_by("-pk").first()


def about(info: ParameterInfo, area: str, on: date) -> dict[str, Any]:
    """What is in force of a value today, and which programmes read it."""
    try:
        row = standards.parameters().row(info.key, area, on)
    except MissingParameter:
        row = None
    return {
        "row": row,
        "mark": MARKS.get(row.mark, row.mark) if row else "",
        "read_by": [PROGRAMMES[code].label for code in programmes_of([info.key])],
    }


def told(draft: Draft, officer: Any, on: date) -> dict[str, Any]:
    """All there is to say of a draft on its page."""
    runs = run_cases(draft)
    newest = newest_rehearsal(draft)
    settled = draft.state == "active"
    return {
        "draft": draft,
        "changes": changes_of(draft),
        "settled": settled,
        "programmes": [PROGRAMMES[code].label for code in programmes_of(keys_of(draft))],
        "cases_total": len(runs),
        "cases_flip": sum(r.flips for r in runs),
        "cases_failing": sum(r.failing for r in runs),
        "state_label": DRAFT.states[draft.state],
        "rehearsal": newest,
        "stale": newest is not None and not settled and newest.values_digest != digest_of_values(draft),
        "month": first_month(draft, on),
        "may_draft": draft.state == "drafting" and may(officer, "rehearsal.draft", draft.area_id),
        "may_run": may(officer, "rehearsal.run", draft.area_id),
        "may_sign": draft.state == "proposed" and may(officer, "rehearsal.sign", draft.area_id),
        "may_withdraw": draft.state in ("drafting", "proposed", "scheduled")
        and may(officer, "rehearsal.draft", draft.area_id),
        "may_copy": may(officer, "rehearsal.draft", draft.area_id),
        "lines": lines_of([draft]),
    }


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits: drafts to sign, drafts held back on their day."""
    items = []
    url = reverse("rehearsal:list")
    if may(officer, "rehearsal.sign"):
        rows = visible(Draft.objects.filter(state="proposed"), officer, act="rehearsal.sign")
        waiting = rows.count()
        if waiting:
            late = rows.filter(due__lt=on).count()
            items.append(WorkItem(_("待签发的参数草案"), waiting, f"{url}?state=proposed", overdue=late))
    if may(officer, "rehearsal.draft"):
        held = visible(Draft.objects.filter(state="scheduled"), officer, act="rehearsal.draft")
        n = held.exclude(held_because="").count()
        if n:
            items.append(WorkItem(_("到期未能施行的参数草案"), n, f"{url}?state=scheduled", overdue=n))
    return items
