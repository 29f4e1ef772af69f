"""What every page of verification shares: where it lies, the row in reach, versions and conflicts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.delivery.intake.models import Application
from tuodi.delivery.verification.models import Check
from tuodi.kit.versions import Conflict
from tuodi.records.org.rights import get_visible

PER_PAGE = 50


def crumbs(check: Check | None = None, here: str = "") -> list[dict[str, str]]:
    """Where a page lies."""
    way = [{"label": _("核对"), "url": reverse("verification:list")}]
    if check is not None:
        way.append({"label": check.application.number, "url": reverse("verification:check", args=[check.pk])})
    return [*way, {"label": here}] if here else way


def found_check(request: HttpRequest, pk: int, act: str | None = None) -> Check:
    """The check, if the officer reaches it."""
    rows = Check.objects.select_related("application__household__head", "application__applicant", "area")
    return get_visible(rows, request.user, pk=pk, act=act)


def found_application(request: HttpRequest, number: str) -> Application:
    """The application, if the officer reaches it."""
    return get_visible(
        Application.objects.select_related("area", "household__head"), request.user, number=number
    )


def check_of(application: Application) -> Check:
    """The check of an application under way."""
    return get_object_or_404(Check.objects.select_related("application"), application=application)


def version_in(request: HttpRequest) -> int:
    """The version the form was made from; a form without one is stale by definition."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else -1


def conflict_page(request: HttpRequest, conflict: Conflict, form: Any, back: str) -> HttpResponse:
    """What somebody else saved beside what was about to be saved."""
    return render(
        request,
        "kit/conflict.html",
        {"conflict": conflict, "form": form, "action": request.path, "back": back},
        status=409,
    )
