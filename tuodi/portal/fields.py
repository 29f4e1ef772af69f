"""事项字典: every fact the platform asks or fetches, who may already know it, who may see it and which programmes need it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.dictionary import Entry, entries
from tuodi.portal.rulebook import EVERYWHERE
from tuodi.records.org import clock
from tuodi.records.org.rights import page
from tuodi.records.standards import selectors as standards


@page("portal.fields")
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """The dictionary as of today, all of it or what one programme needs; nobody's facts are in it."""
    on = clock.today()
    code = request.GET.get("programme", "")
    groups: dict[str, list[Entry]] = {}
    shown = 0
    for one in entries(standards.parameters(), EVERYWHERE, on):
        if code not in PROGRAMMES or code in one.programmes:
            groups.setdefault(one.group, []).append(one)
            shown += 1
    return render(
        request,
        "portal/fields.html",
        {
            "groups": groups,
            "shown": shown,
            "on": on,
            "chosen": code,
            "programmes": [p for p in PROGRAMMES.values() if p.in_force(on)],
        },
    )


urlpatterns = [path("fields/", fields, name="fields")]
