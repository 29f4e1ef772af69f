"""A family over all bodies: who holds what until when, one timeline, what was not opened and why; and sending one on by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.referral import forms as f
from tuodi.delivery.referral import selectors, services
from tuodi.delivery.referral.views.common import crumbs, found_application
from tuodi.records.org import clock
from tuodi.records.org.rights import page
from tuodi.records.org.selectors import names as officer_names
from tuodi.records.people.models import Person


@require_GET
@page("referral.family")
def family(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that was sent on for a family, with one timeline."""
    application = found_application(request, number)
    on = clock.today()
    steps = selectors.steps_of(referral__application=application)
    return render(
        request,
        "referral/family.html",
        {
            "application": application,
            "panel": selectors.case_panel(application, request.user),
            "timeline": selectors.timeline(steps, on, officer_names()),
            "not_opened": selectors.not_opened(application),
            "on": on,
            "crumbs": crumbs(here=application.number),
        },
    )


@require_http_methods(["GET", "POST"])
@page("referral.send")
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send one programme on by hand."""
    application = found_application(request, number)
    on = clock.today()
    persons = [
        (str(a.person_id), a.person.name)
        for a in application.applying.select_related("person").filter(until=None).order_by("pk")
    ]
    form = f.SendForm(request.POST or None, programmes=selectors.sendable(application, on), persons=persons)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = services.send(
                application=application,
                programme=data["programme"],
                person=Person.objects.filter(pk=data["person"] or None).first(),
                reason=data["reason"],
                by=request.user,
                on=on,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已转办：{number}").format(number=row.number))
            return redirect("referral:family", application.number)
    return render(
        request,
        "referral/send.html",
        {
            "application": application,
            "form": form,
            "crumbs": crumbs(here=_("转办一个项目")),
        },
        status=422 if form.errors else 200,
    )
