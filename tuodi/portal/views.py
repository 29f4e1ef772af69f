"""Pages that span rooms: what waits for me, a case as a whole, where a yuan comes from, search, the prefecture at a glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Application
from tuodi.delivery.payment.selectors import traceable
from tuodi.portal import overview as figures
from tuodi.portal import rooms, timeline, tracing
from tuodi.portal.finding import Found, find
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, may, page


@page("portal.worklist")
@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """The first page: what waits for the officer, room by room, late things first."""
    on = clock.today()
    return render(
        request,
        "portal/worklist.html",
        {
            "piles": rooms.worklist(request.user, on),
            "may_search": may(request.user, "portal.search"),
            "may_overview": may(request.user, "portal.overview"),
            "on": on,
        },
    )


@page("portal.case")
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one application, in the order it happened; what may be done next is beside it."""
    source = Application.objects.select_related(
        "household__head",
        "applicant",
        "area__parent",
        "review__area",
        "review__spot_draw",
        "review__decision__enrolment",
    )
    application = get_visible(source, request.user, number=number)
    on = clock.today()
    return render(
        request,
        "portal/case.html",
        {
            "application": application,
            "panels": rooms.panels(application, request, on),
            "events": timeline.of_case(application),
            "on": on,
        },
    )


@page("portal.trace")
@require_GET
def trace(request: HttpRequest, reference: str) -> HttpResponse:
    """From one payment back to the article it rests on: each link with the record that holds it."""
    payment = get_visible(
        traceable(),
        request.user,
        field="entitlement__area_id",
        reference=reference,
    )
    return render(
        request, "portal/trace.html", {"payment": payment, "links": tracing.chain(payment, request.user)}
    )


@page("portal.search")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find a case by its number, a name, a resident number or a payment reference. Asked by POST: names stay out of addresses."""
    found: list[Found] = []
    asked = request.POST.get("q", "").strip()
    trouble = ""
    if request.method == "POST":
        try:
            found = find(asked, request.user, clock.today())
        except Refused as refused:
            trouble = str(refused)
        if len(found) == 1:
            return redirect(found[0].url)
    return render(
        request,
        "portal/search.html",
        {
            "found": found,
            "asked": _said_back(asked),
            "trouble": trouble,
            "searched": request.method == "POST",
        },
    )


def _said_back(asked: str) -> str:
    """What was asked, as the page repeats it: a resident number, phone or account is not written onto a page again."""
    return "" if sum(c.isdigit() for c in asked) >= 11 and "-" not in asked else asked


@page("portal.overview")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The officer's counties at a glance: on the roll, in work, late, paid this month. Every figure says as of when."""
    return render(request, "portal/overview.html", figures.of(request.user, clock.today()))
