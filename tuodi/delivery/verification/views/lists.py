"""Checks by pile of work, as a workbook, and asked for a whole area at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuodi.delivery.verification import forms as f
from tuodi.delivery.verification import selectors
from tuodi.delivery.verification.process import CHECK
from tuodi.delivery.verification.views.common import PER_PAGE
from tuodi.kit import jobs
from tuodi.kit.sheets import Column, as_download
from tuodi.records.org import clock, rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page


@require_GET
@page("verification.see")
def check_list(request: HttpRequest) -> HttpResponse:
    """Checks the officer reaches, by pile of work."""
    on = clock.today()
    form = f.ListForm(request.GET)
    wanted = {k: v for k, v in request.GET.items() if isinstance(v, str)}
    pile = wanted.get("pile", "")
    reached = selectors.checks_for(request.user)
    counts = selectors.pile_counts(reached)
    rows = (
        selectors.filtered(reached, wanted, on)
        .select_related("application__household__head", "area")
        .annotate(
            doubts=Count(
                "reports__discrepancies", filter=Q(reports__discrepancies__outcome=None), distinct=True
            )
        )
        .order_by("due", "pk")
    )
    if wanted.get("export"):
        return export(rows, request)
    labels = {key: label for key, label, _states, _act in selectors.PILES} | {"survey": "待入户调查"}
    tabs = [{"url": reverse("verification:list"), "label": _("全部"), "current": not pile}]
    tabs += [
        {
            "url": f"{reverse('verification:list')}?pile={key}",
            "label": _(labels[key]),
            "count": counts[key],
            "current": pile == key,
        }
        for key in ("ask", "doubts", "survey", "stale", "done", "ended")
        if counts[key] or pile == key
    ]
    return render(
        request,
        "verification/list.html",
        {
            "form": form,
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "tabs": tabs,
            "pile": pile,
            "process": CHECK,
            "on": on,
            "may_run": rights.may(request.user, "verification.query", on=on) and counts["ask"],
            "may_export": rights.may(request.user, "export", on=on),
            "areas": run_areas(request.user),
        },
    )


def run_areas(officer: Any) -> list[Area]:
    """The places an officer may ask for in one go: those of the assignments that carry the right."""
    on = clock.today()
    codes = {
        h.area_code
        for h in rights.held(officer)
        if h.runs_on(on) and h.role in rights.RIGHTS["verification.query"]
    }
    return list(Area.objects.filter(code__in=codes).order_by("code"))


def export(rows: Any, request: HttpRequest) -> HttpResponse:
    """The list as a workbook: what the page shows, nothing sealed."""
    if not rights.may(request.user, "export"):
        raise PermissionDenied
    columns = (
        Column(_("受理编号"), lambda r: r.application.number, width=24),
        Column(_("户主"), lambda r: r.application.household.head.name),
        Column(_("村（社区）"), lambda r: r.area.name, width=18),
        Column(_("状态"), lambda r: CHECK.states[r.state], width=18),
        Column(_("未核定疑点"), lambda r: r.doubts, "number"),
        Column(_("期限"), lambda r: r.due, "day"),
    )
    rows = taken_out(rows, request, "verification.list")
    return as_download(_("核对清单"), columns, rows.iterator(chunk_size=2000))


@require_POST
@page("verification.query")
def run(request: HttpRequest) -> HttpResponse:
    """Ask for all open checks of an area in the background."""
    code = request.POST.get("area", "")
    if not code:
        messages.error(request, _("请选择要核对的区划"))
        return redirect("verification:list")
    get_visible(Area, request.user, field="code", code=code)
    row = jobs.enqueue(
        "verification.run", owner=request.user.username, area_code=code, officer=request.user.pk
    )
    messages.info(request, _("已开始批量核对，可以离开本页，完成后在任务页查看"))
    return redirect("portal:job", row.pk)
