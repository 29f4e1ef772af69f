"""What every page of determination shares: where it lies, the row in reach, versions and conflicts."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tuodi.delivery.determination.models import Review
from tuodi.kit.versions import Conflict
from tuodi.records.org.rights import get_visible

PER_PAGE = 50


def crumbs(review: Review | None = None, here: str = "") -> list[dict[str, str]]:
    """Where this page lies."""
    way = [{"label": _("审核确认"), "url": reverse("determination:list")}]
    if review is not None:
        way.append(
            {"label": review.application.number, "url": reverse("determination:review", args=[review.pk])}
        )
    return [*way, {"label": here}] if here else way


def found_review(request: HttpRequest, pk: int, act: str | None = None) -> Review:
    """The review, if the officer reaches it."""
    rows = Review.objects.select_related("application", "application__household__head", "area", "spot_draw")
    return get_visible(rows, request.user, pk=pk, act=act)


def version_in(request: HttpRequest) -> int:
    """The version the form was made from; a form without one is stale by definition."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else -1


def conflict_page(request: HttpRequest, conflict: Conflict, form: forms.Form, pk: int) -> HttpResponse:
    """Where the case stands now beside what the officer's page showed, with everything typed kept in the form."""
    back = reverse("determination:review", args=[pk])
    context = {"conflict": conflict, "form": form, "action": request.path, "back": back}
    return render(request, "kit/conflict.html", context, status=409)


LOG_LINE = gettext_lazy("您的姓名、时间和办理内容写入操作日志，不能删改。")


get_or_post = require_http_methods(["GET", "POST"])
