"""One doubt: what the family says, what was settled."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.verification import forms as f
from tuodi.delivery.verification import selectors, services
from tuodi.delivery.verification.models import Discrepancy
from tuodi.delivery.verification.views.common import crumbs
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, page


def found_doubt(request: HttpRequest, pk: int) -> Discrepancy:
    """The discrepancy, if the officer reaches its check."""
    rows = Discrepancy.objects.select_related(
        "report__check_made__application", "person", "outcome__settled_by"
    ).prefetch_related("explanations")
    return get_visible(rows, request.user, field="report__check_made__area_id", pk=pk)


@require_http_methods(["GET", "POST"])
@page("verification.explain")
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the family's explanation of a doubt."""
    row = found_doubt(request, pk)
    form = f.ExplainForm(request.POST or None, initial={"key": f"explain:{uuid.uuid4().hex}"})
    if request.method == "POST" and form.is_valid():
        try:
            services.explain(discrepancy=row, by=request.user, on=clock.today(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记家庭的说明"))
            return redirect("verification:check", row.report.check_made_id)
    return doubt_page(request, row, form, "verification/explain.html", _("登记说明"))


@require_http_methods(["GET", "POST"])
@page("verification.resolve")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a doubt, with a reason."""
    row = found_doubt(request, pk)
    doubt = selectors.doubt(row)
    form = f.SettleForm(
        request.POST or None, fact=row.fact, member=row.detail.open()["member"], found=doubt.found
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.settle(
                discrepancy=row,
                outcome=data["outcome"],
                reason=data["reason"],
                value=data["value"],
                by=request.user,
                on=clock.today(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已核定"))
            return redirect("verification:check", row.report.check_made_id)
    return doubt_page(request, row, form, "verification/settle.html", _("核定疑点"))


def doubt_page(request: HttpRequest, row: Discrepancy, form: Any, template: str, here: str) -> HttpResponse:
    """A page about one doubt: the sentence to be read out, what is asked, what was said, the form."""
    check = row.report.check_made
    return render(
        request,
        template,
        {
            "doubt": selectors.doubt(row),
            "check": check,
            "form": form,
            "crumbs": crumbs(check, here),
            "heading": here,
        },
        status=422 if form.errors else 200,
    )
