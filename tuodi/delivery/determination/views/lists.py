"""Lists of determination: reviews by pile of work and as a workbook, letters to hand over, the village board."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuodi.delivery.determination import forms as f
from tuodi.delivery.determination import selectors
from tuodi.delivery.determination.models import Decision
from tuodi.delivery.determination.views.common import PER_PAGE, crumbs
from tuodi.kit import sheets
from tuodi.records.org import clock, rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.rights import page


@require_GET
@page("determination.see")
def review_list(request: HttpRequest) -> HttpResponse:
    """Reviews the officer reaches, by pile of work."""
    on = clock.today()
    form = f.ListForm(request.GET)
    wanted = {k: v for k, v in request.GET.items() if isinstance(v, str)}
    reached = selectors.reviews_for(request.user)
    counts = selectors.pile_counts(reached)
    rows = (
        selectors.filtered(reached, wanted, on)
        .select_related("application__household__head", "area")
        .order_by("overall_due", "pk")
    )
    pile = wanted.get("pile", "")
    tabs = [
        {
            "url": reverse("determination:list"),
            "label": _("全部"),
            "count": sum(counts.values()),
            "current": not pile,
        }
    ]
    tabs += [
        {
            "url": f"{reverse('determination:list')}?pile={key}",
            "label": _(label),
            "count": counts[key],
            "current": pile == key,
        }
        for key, label, _states in selectors.PILES
        if counts[key] or pile == key
    ]
    return render(
        request,
        "determination/list.html",
        {
            "form": form,
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "tabs": tabs,
            "pile": pile,
            "states": selectors.states(),
            "township_states": selectors.states(delegated=True),
            "on": on,
            "may_export": rights.may(request.user, "export"),
            "query": request.GET.urlencode(),
            "may_draw": rights.may(request.user, "determination.spot_check"),
        },
    )


EXPORT = (
    sheets.Column("受理编号", lambda r: r.application.number, width=24),
    sheets.Column("户主", lambda r: r.application.household.head.name, width=12),
    sheets.Column("村（社区）", lambda r: r.area.name, width=20),
    sheets.Column("程序", lambda r: r.procedure, width=10),
    sheets.Column("环节", lambda r: selectors.states()[r.state], width=18),
    sheets.Column("受理日", lambda r: r.accepted_on, "day", 12),
    sheets.Column("本环节期限", lambda r: r.due, "day", 12),
    sheets.Column("全程期限", lambda r: r.overall_due, "day", 12),
    sheets.Column("审核意见", lambda r: r.get_proposal_display(), width=14),
)


@require_GET
@page("export")
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a workbook: what the officer may see in it and no more."""
    on = clock.today()
    rows = (
        selectors.filtered(
            selectors.reviews_for(request.user),
            {k: v for k, v in request.GET.items() if isinstance(v, str)},
            on,
        )
        .select_related("application__household__head", "area")
        .order_by("overall_due", "pk")
    )
    rows = taken_out(rows, request, "determination.list")
    return sheets.as_download(_("审核确认名册"), EXPORT, rows.iterator(chunk_size=2000))


@require_GET
@page("determination.notice")
def to_notify(request: HttpRequest) -> HttpResponse:
    """Decisions whose letter has not yet been handed over."""
    rows = (
        rights.visible(Decision.objects.filter(notified_on=None), request.user)
        .select_related("review__application__household__head", "area")
        .defer("reasons")
        .order_by("notify_due", "pk")
    )
    return render(
        request,
        "determination/to_notify.html",
        {
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "on": clock.today(),
            "crumbs": crumbs(here=_("待送达")),
        },
    )


@require_GET
@page("determination.see")
def board(request: HttpRequest) -> HttpResponse:
    """The notices now up, laid out for the village board."""
    rows = (
        rights.visible(selectors.running_notices(clock.today()), request.user)
        .select_related("area")
        .order_by("area_id", "pk")
    )
    return render(
        request,
        "determination/board.html",
        {
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "crumbs": crumbs(here=_("公示栏")),
        },
    )
