"""One check: declared beside found, the sources asked, and asked again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import RelativeFiling
from tuodi.delivery.verification import forms as f
from tuodi.delivery.verification import selectors, services
from tuodi.delivery.verification.models import Alert, Check, HouseholdSurvey
from tuodi.delivery.verification.process import CHECK
from tuodi.delivery.verification.views.common import crumbs, found_check, version_in
from tuodi.kit import jobs
from tuodi.kit.models import Job
from tuodi.kit.together import gathered
from tuodi.records.org import clock, rights
from tuodi.records.org.rights import page


@require_GET
@page("verification.see")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A check: declared beside found, what the family says, what was settled."""
    row = found_check(request, pk)
    return render(request, "verification/check.html", check_context(request, row))


def check_context(request: HttpRequest, row: Check, **more: Any) -> dict[str, Any]:
    """Everything the page of a check shows."""
    on = clock.today()
    rows = gathered(
        row,
        {
            "reports": row.reports.order_by("-sequence"),
            "discrepancies": selectors.discrepancies_of(row.pk),
            "silent": selectors.silent_queries(row),
            "surveys": HouseholdSurvey.objects.filter(application_id=row.application_id)
            .select_related("first_surveyor")
            .order_by("-surveyed_on"),
            "relatives": RelativeFiling.objects.filter(application_id=row.application_id).select_related(
                "person"
            ),
            "alerts": Alert.objects.filter(application_id=row.application_id, handled_on=None),
            "jobs": Job.objects.filter(
                kind="verification.ask", arguments__check_id=row.pk, state__in=(Job.QUEUED, Job.RUNNING)
            ),
        },
    )
    reports, silent = rows["reports"], selectors.silent_sources(row, rows["silent"])
    newest = reports[0] if reports else None
    may = {
        act: rights.may(request.user, f"verification.{act}", row.area_id, on)
        for act in ("query", "explain", "resolve", "survey", "appraisal")
    }
    return {
        "check": row,
        "process": CHECK,
        "on": on,
        "report": newest,
        "reports": reports,
        "stale": newest is not None and selectors.is_stale(newest, on),
        "grid": selectors.grid(newest) if newest else [],
        "doubts": selectors.doubts_of(newest, rows["discrepancies"]),
        "settled": selectors.settled_before(newest, rows["discrepancies"]) if newest else [],
        "silent": silent,
        "surveys": rows["surveys"],
        "relatives": rows["relatives"],
        "alerts": rows["alerts"],
        "job": next(iter(rows["jobs"]), None),
        "may": may,
        "askable": row.state in ("requested", "partial", "flagged")
        and (bool(silent) or newest is None or row.state == "requested"),
        "recheckable": row.state in ("partial", "flagged", "clear", "settled", "stale")
        and newest is not None,
        "recheck_form": f.RecheckForm(),
        "crumbs": crumbs(here=row.application.number),
        **more,
    }


@require_POST
@page("verification.query")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the sources about one household: at once where they sit beside us (demo), else in the background."""
    row = found_check(request, pk)
    try:
        services.asking.refuse_if_not_askable(row, by=request.user, on=clock.today())
        job = jobs.enqueue(
            "verification.ask", owner=request.user.username, check_id=row.pk, officer=request.user.pk
        )
        if services.asking.answered_here():
            job = jobs.run_here(job)
            (messages.error if job.state == Job.FAILED else messages.success)(request, job.message)
        else:
            messages.info(request, _("正在询问各数据源，结果会显示在本页"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("verification:check", row.pk)


@require_POST
@page("verification.query")
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask all sources once more."""
    row = found_check(request, pk)
    form = f.RecheckForm(request.POST)
    if not form.is_valid():
        return render(
            request, "verification/check.html", check_context(request, row, recheck_form=form), status=422
        )
    try:
        services.recheck(
            check=row,
            version=version_in(request),
            reason=form.cleaned_data["reason"],
            by=request.user,
            on=clock.today(),
        )
        messages.success(request, _("已发起复查，可以重新询问数据源"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("verification:check", row.pk)
