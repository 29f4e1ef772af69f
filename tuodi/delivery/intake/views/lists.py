"""Lists of intake: applications with filters, finding one, the list as a workbook."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuodi.delivery.intake import forms, selectors
from tuodi.delivery.intake.process import RECEIVE
from tuodi.delivery.intake.views.common import case_url
from tuodi.kit import sheets
from tuodi.records.org import clock, rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.rights import page


@page("intake.see")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Applications in the officer's reach, with filters that carry no names or numbers of people."""
    asked = forms.Filter(
        request.GET or None, areas=selectors.area_choices(request.user, clock.today(), "intake.see")
    )
    rows = _filtered(request, asked)
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "intake/list.html",
        {
            "form": asked,
            "page_obj": shown,
            "process": RECEIVE,
            "on": clock.today(),
            "may_new": rights.may(request.user, "intake.submit"),
            "may_import": rights.may(request.user, "intake.import"),
            "may_export": rights.may(request.user, "export"),
            "query": request.GET.urlencode(),
        },
    )


def _filtered(request: HttpRequest, asked: forms.Filter) -> Any:
    chosen = asked.cleaned_data if asked.is_bound and asked.is_valid() else {}
    return selectors.listed(
        request.user,
        state=chosen.get("state") or "",
        late_on=clock.today() if chosen.get("late") else None,
        area=chosen.get("area") or "",
        since=chosen.get("since"),
        until=chosen.get("until"),
    )


@page("intake.see")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Find by number, resident number or name. By POST, so that none of them is in an address or a log."""
    asked = request.POST.get("q", "").strip()[:60]
    found = selectors.find(request.user, asked) if len(asked) >= 2 else []
    if len(found) == 1:
        return redirect(case_url(found[0]))
    return render(request, "intake/found.html", {"found": found, "asked": asked, "process": RECEIVE})


EXPORT = (
    sheets.Column("申请编号", lambda a: a.number, width=24),
    sheets.Column("申请人", lambda a: a.applicant.name, width=12),
    sheets.Column(
        "乡镇（街道）", lambda a: a.area.parent.name if a.area.level == "village" else a.area.name, width=16
    ),
    sheets.Column("村（社区）", lambda a: a.area.name if a.area.level == "village" else "", width=20),
    sheets.Column("渠道", lambda a: a.get_channel_display(), width=12),
    sheets.Column("提交日", lambda a: a.submitted_on, "day", 12),
    sheets.Column("受理日", lambda a: a.accepted_on, "day", 12),
    sheets.Column("环节", lambda a: RECEIVE.states[a.state], width=12),
    sheets.Column("时限", lambda a: a.due, "day", 12),
    sheets.Column("经办人", lambda a: a.received_by.name, width=12),
)


@page("export")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a workbook. Numbers of people are not in it."""
    asked = forms.Filter(
        request.GET or None, areas=selectors.area_choices(request.user, clock.today(), "intake.see")
    )
    rows = taken_out(_filtered(request, asked), request, "intake.list")
    return sheets.as_download(_("申请名册"), EXPORT, rows.iterator(chunk_size=2000))
