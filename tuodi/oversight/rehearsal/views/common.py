"""What the pages of a draft share: the row within reach, the acts its state allows, a refusal shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.oversight.rehearsal.models import Draft
from tuodi.records.org import clock, rights


def draft_of(request: HttpRequest, pk: int) -> Draft:
    """The draft the officer reaches, or 404."""
    rows = Draft.objects.select_related("area").prefetch_related("values")
    return rights.get_visible(rows, request.user, pk=pk)


def may_draft(request: HttpRequest, draft: Draft) -> bool:
    """Whether the officer may change this draft now."""
    return draft.state == "drafting" and rights.may(request.user, "rehearsal.draft", draft.area_id)


def crumbs(draft: Draft | None = None, *more: str) -> list[dict[str, str]]:
    """Where a page stands."""
    found = [{"label": _("政策预演"), "url": reverse("rehearsal:list")}]
    if draft is not None:
        found.append({"label": draft.title, "url": reverse("rehearsal:draft", args=[draft.pk])})
    found += [{"label": label} for label in more]
    found[-1].pop("url", None)
    return found


def act(
    request: HttpRequest, draft: Draft, work: Callable[[], Any], done: str, to: str = "rehearsal:draft"
) -> HttpResponse:
    """Do one act and go back, saying what came of it; somebody else's change is shown as a conflict."""
    try:
        work()
    except Refused as refusal:
        messages.error(request, str(refusal))
    except Conflict as conflict:
        context = {
            "conflict": conflict,
            "form": None,
            "back": reverse("rehearsal:draft", args=[draft.pk]),
        }
        return render(request, "kit/conflict.html", context, status=409)
    else:
        messages.success(request, done)
    return redirect(to, pk=draft.pk)


def today() -> Any:
    """The business day."""
    return clock.today()
