"""Background work as people see it: their own jobs, how far each is, what came of it; and the health page.

The jobs themselves are the kit's; these pages stand here because only from here can rights be asked.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tuodi.core.refusal import Refused
from tuodi.kit import health, jobs
from tuodi.kit.models import Job
from tuodi.records.journal import services as journal
from tuodi.records.org import clock, rights
from tuodi.records.org.models import Assignment
from tuodi.records.org.rights import page, public_page

TONES = {Job.DONE: "good", Job.FAILED: "bad", Job.RUNNING: "info", Job.QUEUED: "", Job.CANCELLED: ""}


def jobs_of(officer: Any) -> QuerySet[Job]:
    """The jobs an officer may see: those they asked for; administrators and auditors also those of the officers whose
    every post lies within their reach, and over the whole prefecture everyone's, the system's own too."""
    if rights.everywhere(officer, "jobs.oversee"):
        return Job.objects.all()
    own = Q(owner=officer.get_username())
    if not rights.may(officer, "jobs.oversee"):
        return Job.objects.filter(own)
    today = clock.today()
    running = Assignment.objects.filter(since__lte=today).filter(Q(until=None) | Q(until__gt=today))
    within = rights.visible(running, officer, act="jobs.oversee")
    theirs = running.filter(pk__in=within.values("pk")).values("officer__username")
    beyond = running.exclude(pk__in=within.values("pk")).values("officer__username")
    return Job.objects.filter(own | Q(owner__in=theirs) & ~Q(owner__in=beyond))


@page("jobs.see")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first; recurring work only where asked for."""
    scheduled = request.GET.get("scheduled") == "1"
    rows = (
        jobs_of(request.user)
        .filter(scheduled=scheduled)
        .order_by("-created_at", "-pk")
        .defer("log", "arguments")
    )
    shown = Paginator(rows, 30).get_page(request.GET.get("page"))
    for row in shown:
        row.tone = TONES[row.state]
    sees_all = rights.may(request.user, "jobs.oversee")
    return render(request, "portal/jobs.html", {"rows": shown, "scheduled": scheduled, "sees_all": sees_all})


@page("jobs.see")
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: progress that moves by itself, its log, its result, and what can be done with it."""
    row = get_object_or_404(jobs_of(request.user), pk=pk)
    return render(request, "portal/job.html", {"job": row, "tone": TONES[row.state]})


@page("jobs.see")
@never_cache
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part alone; when the job has ended the page loads itself once more, with the result."""
    row = get_object_or_404(jobs_of(request.user).defer("log"), pk=pk)
    answer = render(request, "portal/_job_progress.html", {"job": row})
    if row.finished:
        answer["HX-Refresh"] = "true"
    return answer


@page("jobs.see")
@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The file a job left, as a download; journalled, since a list leaves the house."""
    row = get_object_or_404(jobs_of(request.user), pk=pk)
    if not row.result_file or not default_storage.exists(row.result_file):
        raise Http404
    journal.record("download", by=request.user, on=clock.today(), record=row, note=row.kind)
    name = row.result_file.rsplit("/", 1)[-1]
    return FileResponse(default_storage.open(row.result_file), as_attachment=True, filename=name)


@page("jobs.cancel")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a job: at once while it waits, at its next step while it runs."""
    row = get_object_or_404(jobs_of(request.user), pk=pk)
    try:
        with transaction.atomic():
            jobs.cancel(row)
            journal.record("cancel_job", by=request.user, on=clock.today(), record=row, note=row.kind)
        messages.success(request, _("已要求停止；办到一半的任务会在下一步停下"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("portal:job", pk=row.pk)


@page("jobs.cancel")
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed or cancelled job once more."""
    row = get_object_or_404(jobs_of(request.user), pk=pk)
    try:
        with transaction.atomic():
            jobs.again(row)
            journal.record("repeat_job", by=request.user, on=clock.today(), record=row, note=row.kind)
        messages.success(request, _("已重新排队"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("portal:job", pk=row.pk)


@public_page
@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Is everything well, in words; 503 where something is not. Tells nothing about any person or address."""
    found = health.answers()
    well = all(answer.well for answer in found)
    return HttpResponse(
        health.report(found), content_type="text/plain; charset=utf-8", status=200 if well else 503
    )


urlpatterns = [
    path("jobs/", listing, name="jobs"),
    path("jobs/<int:pk>/", job, name="job"),
    path("jobs/<int:pk>/progress/", progress, name="job_progress"),
    path("jobs/<int:pk>/result/", result, name="job_result"),
    path("jobs/<int:pk>/cancel/", cancel, name="job_cancel"),
    path("jobs/<int:pk>/again/", again, name="job_again"),
    path("healthz", healthz, name="health"),
]
