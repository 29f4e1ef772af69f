"""Demo pages: the walk with its accounts, and moving the business day. Not there in production."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.months import month_of, months_after
from tuodi.core.refusal import Refused
from tuodi.demo import services
from tuodi.demo.accounts import ACCOUNTS, PASSWORD
from tuodi.demo.guest import ANSWERS
from tuodi.records.org import clock
from tuodi.records.org.rights import page


class DayForm(forms.Form):
    """Where to move the business day."""

    to = forms.DateField(
        label=gettext_lazy("移到"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@page("demo.advance")
@require_http_methods(["GET", "POST"])
def advance(request: HttpRequest) -> HttpResponse:
    """Move the business day forward by a choice or to a day."""
    if not settings.DEMO:
        raise Http404
    today = clock.today()
    choices = [
        (today + timedelta(days=1), _("下一天")),
        (today + timedelta(days=3), _("三天后")),
        (today + timedelta(days=8), _("公示期满之后（八天后）")),
        (months_after(month_of(today)), _("下月一日")),
    ]
    form = DayForm(request.POST or None, initial={"to": choices[0][0].isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            done = services.advance(to=form.cleaned_data["to"], by=request.user)
        except Refused as refused:
            form.add_error("to", str(refused))
        else:
            messages.success(
                request, _("业务日期已移到 {day}").format(day=form.cleaned_data["to"].isoformat())
            )
            for line in done:
                messages.info(request, line)
            return redirect("demo:advance")
    return render(request, "demo/advance.html", {"form": form, "choices": choices, "today": today})


@page("demo.guide")
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """The ten-minute walk, and what each account is for."""
    if not settings.DEMO:
        raise Http404
    return render(
        request, "demo/guide.html", {"accounts": ACCOUNTS, "password": PASSWORD, "answers": ANSWERS}
    )
