"""Acts on an application: accept, tell what is missing, put right, decline, withdraw, file a near relative."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.intake import forms, selectors, services
from tuodi.delivery.intake.models import Application
from tuodi.delivery.intake.views.common import case_url, found_application
from tuodi.records.org import clock
from tuodi.records.org.rights import page
from tuodi.records.people.models import Person


def _do(request: HttpRequest, application: Application, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, done)
    return redirect(case_url(application))


@page("intake.accept")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept complete papers; the page says what starts to run."""
    application = found_application(request, number)
    if request.method == "POST":
        return _do(
            request,
            application,
            lambda: services.accept(application=application, by=request.user, on=clock.today()),
            _("已受理，核对和入户调查的时限从今天算起"),
        )
    lacking = selectors.missing(application, clock.today())
    if lacking and application.state == "submitted":
        messages.warning(request, _("材料不齐，先一次性告知补正"))
        return redirect("intake:notify", number=number)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("受理申请 {number}").format(number=number),
            "what": [
                _("申请人：{name}").format(name=application.applicant.name),
                _("受理后家庭情况冻结留存，随即发起信息核对；审核确认全程时限从今天算起"),
            ],
            "submit": _("受理"),
            "back": case_url(application),
        },
    )


@page("intake.correct")
@require_http_methods(["GET", "POST"])
def notify(request: HttpRequest, number: str) -> HttpResponse:
    """Tell once everything that is missing; the officer may add what the list cannot know."""
    application = found_application(request, number)
    bound = forms.Notice(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        extra = bound.cleaned_data["extra"].splitlines()
        return _do(
            request,
            application,
            lambda: services.notify(application=application, by=request.user, on=clock.today(), extra=extra),
            _("已一次性告知，受理时限停止计算，补正后接着算"),
        )
    return render(
        request,
        "intake/notify.html",
        {
            "application": application,
            "form": bound,
            "missing": selectors.missing(application, clock.today()),
            "unasked": selectors.unasked(application, clock.today()),
            "back": case_url(application),
        },
    )


@page("intake.correct")
@require_GET
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take what the family brought: opens the declaration in the form, to be handed in again."""
    return _amendment(request, number)


@page("intake.correct")
@require_GET
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """Put a declaration right before acceptance."""
    return _amendment(request, number)


def _amendment(request: HttpRequest, number: str) -> HttpResponse:
    application = found_application(request, number)
    return redirect("intake:draft", key=f"amend-{application.number}-{application.version}")


@page("intake.decline")
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Not accept, with every reason."""
    application = found_application(request, number)
    bound = forms.Reasons(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        reasons = bound.cleaned_data["reasons"].splitlines()
        return _do(
            request,
            application,
            lambda: services.decline(
                application=application, reasons=reasons, by=request.user, on=clock.today()
            ),
            _("已不予受理，理由已记录；申请人可以补齐后重新申请"),
        )
    return render(
        request,
        "intake/reasons.html",
        {
            "application": application,
            "form": bound,
            "heading": _("不予受理"),
            "submit": _("不予受理"),
            "tone": "bad",
            "back": case_url(application),
        },
    )


@page("intake.withdraw")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the application back at the family's wish."""
    application = found_application(request, number)
    bound = forms.Reason(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        reason = bound.cleaned_data["reason"]
        return _do(
            request,
            application,
            lambda: services.withdraw(
                application=application, by=request.user, on=clock.today(), reason=reason
            ),
            _("申请已撤回，家庭可以随时重新申请"),
        )
    return render(
        request,
        "intake/reasons.html",
        {
            "application": application,
            "form": bound,
            "heading": _("撤回申请"),
            "submit": _("撤回"),
            "tone": "bad",
            "back": case_url(application),
        },
    )


@page("intake.correct")
@require_http_methods(["GET", "POST"])
def relative(request: HttpRequest, number: str) -> HttpResponse:
    """File a near relative of someone who handles the scheme."""
    application = found_application(request, number)
    people = Person.objects.filter(applying__application=application, applying__until=None).order_by("pk")
    bound = forms.RelativeForm(request.POST or None, people=people)
    if request.method == "POST" and bound.is_valid():
        said = bound.cleaned_data
        return _do(
            request,
            application,
            lambda: services.file_relative(
                application=application, by=request.user, on=clock.today(), **said
            ),
            _("已登记备案，县级将入户核查"),
        )
    return render(
        request,
        "intake/reasons.html",
        {
            "application": application,
            "form": bound,
            "heading": _("近亲属备案"),
            "submit": _("登记备案"),
            "tone": "main",
            "back": case_url(application),
        },
    )
