"""The worklist of referrals: mine, my body's, due today, paused, late, returned."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuodi.delivery.referral import forms as f
from tuodi.delivery.referral import selectors
from tuodi.delivery.referral.views.common import PER_PAGE
from tuodi.records.org import clock
from tuodi.records.org.rights import DEPARTMENT_BOUND, may, page, roles_on


@require_GET
@page("referral.see")
def referral_list(request: HttpRequest) -> HttpResponse:
    """Referrals the officer reaches, by pile of work."""
    on = clock.today()
    wanted = {k: v for k, v in request.GET.items() if isinstance(v, str)}
    pile = wanted.get("pile", "")
    reached = selectors.referrals_for(request.user)
    counts = selectors.pile_counts(reached, request.user, on)
    rows = (
        selectors.filtered(reached, wanted, request.user, on)
        .select_related("application__applicant", "person", "area")
        .defer("grounds")
        .order_by("concluded_on", "due", "pk")
    )
    base = reverse("referral:list")
    piles = (*selectors.piles_across(request.user, on), *selectors.PILES)
    tabs = [{"url": base, "label": _("全部"), "current": not pile}]
    tabs += [
        {"url": f"{base}?pile={key}", "label": _(label), "count": counts[key], "current": pile == key}
        for key, label, _inside in piles
        if counts[key] or pile == key
    ]
    only_one = bool(roles_on(request.user, on) & DEPARTMENT_BOUND)
    names = selectors.body_names(on)
    of = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in of.object_list:
        row.body_name = names.get(row.department_id, row.department_id)
    return render(
        request,
        "referral/list.html",
        {
            "form": f.ListForm(request.GET, bodies=[] if only_one else selectors.bodies(on)),
            "of": of,
            "tabs": tabs,
            "pile": pile,
            "on": on,
            "only_one": only_one,
            "may_ask": may(request.user, "referral.question", on=on),
        },
    )
