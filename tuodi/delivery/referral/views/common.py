"""What every page of referral shares: where it lies, the row in reach, versions and conflicts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.delivery.intake.models import Application
from tuodi.delivery.referral.models import Referral
from tuodi.kit.versions import Conflict
from tuodi.records.org.rights import get_visible

PER_PAGE = 50


def crumbs(row: Referral | None = None, here: str = "") -> list[dict[str, str]]:
    """Where a page lies."""
    way = [{"label": _("转办"), "url": reverse("referral:list")}]
    if row is not None:
        way.append({"label": row.number, "url": reverse("referral:referral", args=[row.number])})
    return [*way, {"label": here}] if here else way


def found_referral(request: HttpRequest, number: str) -> Referral:
    """The referral, if the officer reaches it: a bureau's officer those of its own body."""
    rows = Referral.objects.select_related("application__applicant", "person", "area__parent")
    return get_visible(rows, request.user, number=number)


def found_application(request: HttpRequest, number: str) -> Application:
    """The application, if the officer reaches it."""
    rows = Application.objects.select_related("area__parent", "applicant")
    return get_visible(rows, request.user, number=number)


def version_in(request: HttpRequest) -> int:
    """The version the form was made from; a form without one is stale by definition."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else -1


def conflict_page(request: HttpRequest, conflict: Conflict, form: Any, back: str) -> HttpResponse:
    """Where the referral stands now, beside what was about to be done."""
    return render(
        request,
        "kit/conflict.html",
        {"conflict": conflict, "form": form, "action": request.path, "back": back},
        status=409,
    )
