"""One review with its reasons and clocks, and one decision with its letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import forms as f
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import Decision
from tuodi.delivery.determination.services.deciding import REMEDIES
from tuodi.delivery.determination.views.common import LOG_LINE, crumbs, found_review, get_or_post
from tuodi.records.documents.selectors import of_records
from tuodi.records.org import clock, rights
from tuodi.records.org.rights import get_visible, page


@require_GET
@page("determination.see")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A review: where it stands, its clocks, the reasons, what may be done."""
    row = found_review(request, pk)
    context = selectors.review_page(row, request.user, clock.today())
    return render(
        request, "determination/review.html", {**context, "crumbs": crumbs(here=row.application.number)}
    )


@require_GET
@page("determination.see")
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision with its reasons, its letter and the family's remedies."""
    row = get_visible(
        Decision.objects.select_related(
            "review__application__household__head", "area", "assessment", "decided_by"
        ),
        request.user,
        pk=pk,
    )
    return render(
        request,
        "determination/decision.html",
        {
            "decision": row,
            "review": row.review,
            "findings": selectors.findings_of(row.assessment),
            "changes": selectors.changes_of(row.assessment),
            "parameters": selectors.parameters_of(row.assessment),
            "letters": list(of_records([row])),
            "remedies": REMEDIES,
            "on": clock.today(),
            "may_notify": row.notified_on is None
            and rights.may(request.user, "determination.notice", row.area_id),
            "crumbs": crumbs(row.review, _("决定")),
        },
    )


@require_http_methods(["POST"])
@page("determination.assess")
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Work out the rule on the newest facts; a button on the review, nothing to fill in."""
    row = found_review(request, pk)
    try:
        services.assess(review=row, by=request.user, on=clock.today())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已评估，结果见下"))
    return redirect("determination:review", pk=pk)


@get_or_post
@page("determination.notice")
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that the family has its letter."""
    row = get_visible(Decision.objects.select_related("review__application"), request.user, pk=pk)
    on = clock.today()
    form = f.NotifyForm(request.POST or None, today=on, initial={"told_on": on})
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.notify(decision=row, by=request.user, on=form.cleaned_data["told_on"])
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("已登记送达"))
                return redirect("determination:decision", pk=pk)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("登记送达"),
            "what": [
                _("通知书 {number} 已交到申请家庭手中。").format(number=row.number),
                _("申请人的复议、诉讼期限从知道之日起算。"),
                str(LOG_LINE),
            ],
            "form": form,
            "back": reverse("determination:decision", args=[pk]),
            "crumbs": crumbs(row.review, _("登记送达")),
        },
        status=code,
    )
