"""Pages of a household's file: everything by date, and the whole of it in one go."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuodi.core.refusal import Refused
from tuodi.portal import file_pack
from tuodi.portal.household_file import counts, entries, members
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, may, page
from tuodi.records.people.models import Household


def _household(request: HttpRequest, pk: int) -> Any:
    return get_visible(Household.objects.select_related("head", "area__parent"), request.user, pk=pk)


@page("documents.see")
@require_GET
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """一户一档: everything ever made about a household, by date, within the rights of who looks."""
    row = _household(request, pk)
    found = entries(row, request.user)
    wanted = request.GET.get("kind", "")
    shown = [one for one in found if one.kind == wanted] if wanted else found
    may_pack = may(request.user, "documents.pack", row.area_id)
    here = reverse("portal:household", args=[pk])
    kinds = [{"url": here, "label": _("全部"), "count": len(found), "current": not wanted}] + [
        {"url": f"{here}?kind={code}", "label": title, "count": n, "current": code == wanted}
        for code, title, n in counts(found)
    ]
    return render(
        request,
        "portal/household.html",
        {
            "household": row,
            "members": members(row),
            "of": Paginator(shown, 50).get_page(request.GET.get("page")),
            "kinds": kinds,
            "may_pack": may_pack,
            "packs": list(file_pack.asked_for(row, request.user)[:3]) if may_pack else [],
            "crumbs": [{"label": _("文书"), "url": reverse("documents:list")}, {"label": _("一户一档")}],
        },
    )


@page("documents.pack")
@require_POST
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the whole file, with a purpose; a job makes it."""
    row = _household(request, pk)
    try:
        job = file_pack.ask(
            household=row, purpose=request.POST.get("purpose", ""), by=request.user, on=clock.today()
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("portal:household", pk)
    return redirect("portal:job", job.pk)


@page("documents.pack")
@require_POST
def take(request: HttpRequest, pk: int, job: int) -> HttpResponse:
    """The pack itself, for who asked for it, with a purpose."""
    row = _household(request, pk)
    made = get_object_or_404(file_pack.asked_for(row, request.user), pk=job)
    try:
        content = file_pack.take(
            job=made,
            household=row,
            purpose=request.POST.get("purpose", ""),
            by=request.user,
            on=clock.today(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("portal:household", pk)
    answer = HttpResponse(content, content_type="application/zip")
    name = quote(f"{_('一户一档')}-{row.pk}.zip")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("households/<int:pk>/", household, name="household"),
    path("households/<int:pk>/pack/", pack, name="household_pack"),
    path("households/<int:pk>/pack/<int:job>/", take, name="household_take"),
]
