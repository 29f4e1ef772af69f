"""Alerts: what came in by itself, and what an officer found when looking into it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.verification import forms as f
from tuodi.delivery.verification import services
from tuodi.delivery.verification.models import Alert
from tuodi.delivery.verification.views.common import PER_PAGE, conflict_page, crumbs, version_in
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock, rights
from tuodi.records.org.rights import get_visible, page


@require_GET
@page("verification.see")
def alerts(request: HttpRequest) -> HttpResponse:
    """Alerts to be looked into."""
    rows = rights.visible(Alert.objects.filter(handled_on=None), request.user).select_related(
        "application", "person", "area"
    )
    return render(
        request,
        "verification/alerts.html",
        {
            "of": Paginator(rows.order_by("raised_on", "pk"), PER_PAGE).get_page(request.GET.get("page")),
            "crumbs": crumbs(here=_("预警")),
            "may_handle": rights.may(request.user, "verification.explain")
            or rights.may(request.user, "verification.resolve"),
        },
    )


@require_http_methods(["GET", "POST"])
@page("verification.see")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what was found, and the form to write it."""
    row = get_visible(
        Alert.objects.select_related("application", "person", "handled_by"), request.user, pk=pk
    )
    form = f.AlertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.handle_alert(
                alert=row,
                version=version_in(request),
                finding=form.cleaned_data["finding"],
                by=request.user,
                on=clock.today(),
            )
        except Conflict as conflict:
            return conflict_page(request, conflict, form, reverse("verification:alerts"))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已记下核实情况"))
            return redirect("verification:alerts")
    return render(
        request,
        "verification/alert.html",
        {
            "alert": row,
            "sentence": row.detail.open(),
            "finding": row.finding.open() if row.finding else "",
            "form": form,
            "crumbs": [
                *crumbs(),
                {"label": _("预警"), "url": reverse("verification:alerts")},
                {"label": row.get_kind_display()},
            ],
        },
    )
