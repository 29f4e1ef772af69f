"""可以申请什么: every programme for one family, opened or not and why; the officer may add one or leave one off, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core.finding import PERIODS
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import form, forms, selectors, services
from tuodi.delivery.intake.views.common import case_url, found_application
from tuodi.delivery.intake.views.counter import draft_of
from tuodi.policy import needs as need_table
from tuodi.policy.asking import papers_of
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.org import clock, rights
from tuodi.records.org.models import Department
from tuodi.records.org.rights import page


@page("intake.draft")
@require_http_methods(["GET", "POST"])
def of_draft(request: HttpRequest, key: str) -> HttpResponse:
    """The programmes of a form not handed in yet; by POST one is added, left off, or the choice taken back."""
    row = draft_of(request, key)
    if row is None:
        return redirect("intake:draft", key=key)
    if row.application_id:
        return redirect("intake:programmes_of", number=row.application.number)
    here = reverse("intake:programmes", args=[key])
    bound = forms.Choice(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        try:
            services.choose_in_draft(draft=row, by=request.user, **bound.cleaned_data)
        except Refused as why:
            messages.error(request, str(why))
        return redirect(here)
    payload = row.payload.open()
    facts, _faults, _notes, _relatives = form.understand(payload["values"], on=clock.today())
    return _shown(
        request,
        facts,
        form.codes_in(payload["values"]),
        services.Wanted.from_dict(payload.get("wanted")),
        {"choose_url": here, "back": reverse("intake:draft", args=[key]), "form": bound, "may_choose": True},
    )


@page("intake.see")
@require_GET
def of_application(request: HttpRequest, number: str) -> HttpResponse:
    """The same for an application."""
    application = found_application(request, number)
    open_ = application.state in ("submitted", "correcting")
    return _shown(
        request,
        selectors.facts_of(application),
        selectors.need_codes_of(application),
        selectors.wanted_of(application),
        {
            "choose_url": reverse("intake:choose", args=[number]),
            "back": case_url(application),
            "form": forms.Choice(),
            "may_choose": open_ and rights.may(request.user, "intake.correct", application.area_id),
            "application": application,
        },
    )


@page("intake.correct")
@require_POST
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Add a programme to an application, leave one off, or take the choice back."""
    application = found_application(request, number)
    bound = forms.Choice(request.POST)
    if not bound.is_valid():
        messages.error(request, _("请选一个项目并写明理由"))
        return redirect("intake:programmes_of", number=number)
    try:
        services.choose(application=application, by=request.user, on=clock.today(), **bound.cleaned_data)
    except Refused as why:
        messages.error(request, str(why))
    return redirect("intake:programmes_of", number=number)


def _shown(
    request: HttpRequest,
    facts: Mapping[str, Any],
    codes: tuple[str, ...],
    wanted: services.Wanted,
    more: dict[str, Any],
) -> HttpResponse:
    on = clock.today()
    names = {n: m.get("name") or _("成员 {n}").format(n=n) for n, m in enumerate(facts["members"], 1)}
    standings = selectors.standings_of(facts, codes, on)
    opened = selectors.opened(standings, wanted)
    bodies = {d.code: d.name_on(on) for d in Department.objects.prefetch_related("names")}
    rows: dict[str, list[dict[str, Any]]] = {}
    for s in standings:
        programme = PROGRAMMES[s.programme]
        choice = (
            "added" if s.programme in wanted.added else "left_off" if s.programme in wanted.left_off else ""
        )
        place = "opened" if s.programme in opened else "left_off" if choice else s.verdict
        rows.setdefault(place, []).append(
            {
                "programme": programme,
                "body": bodies.get(programme.bureau(on), programme.bureau(on)),
                "standing": s,
                "whom": "、".join(names[n] for n in s.whom),
                "period": PERIODS[programme.period],
                "missing": s.missing[:4],
                "more": max(len(s.missing) - 4, 0),
                "choice": choice,
                "reason": wanted.added.get(s.programme) or wanted.left_off.get(s.programme) or "",
            }
        )
    return render(
        request,
        "intake/programmes.html",
        {
            "rows": rows,
            "needs": [need_table.table()[c].label for c in codes],
            "papers": papers_of(opened),
            "assessed": len(standings),
            "on": on,
            **more,
        },
    )
