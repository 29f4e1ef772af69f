"""Pages of verification: the list by pile, one check with its grid and doubts, explanation, outcome, survey, appraisal."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core import facts as dictionary
from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import Application, RelativeFiling, Snapshot
from tuodi.delivery.intake.selectors import plain
from tuodi.delivery.verification import forms as f
from tuodi.delivery.verification import selectors, services
from tuodi.delivery.verification.models import Alert, Check, Discrepancy, HouseholdSurvey
from tuodi.delivery.verification.process import CHECK
from tuodi.kit import jobs
from tuodi.kit.models import Job
from tuodi.kit.sheets import Column, as_download
from tuodi.kit.together import gathered
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock, rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page

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


def found_doubt(request: HttpRequest, pk: int) -> Discrepancy:
    """The discrepancy, if the officer reaches its check."""
    rows = Discrepancy.objects.select_related(
        "report__check_made__application", "person", "outcome__settled_by"
    ).prefetch_related("explanations")
    return get_visible(rows, request.user, field="report__check_made__area_id", pk=pk)


def found_application(request: HttpRequest, number: str) -> Application:
    """The application, if the officer reaches it."""
    return get_visible(
        Application.objects.select_related("area", "household__head"), request.user, number=number
    )


def check_of(application: Application) -> Check:
    """The check of an application under way."""
    return get_object_or_404(Check.objects.select_related("application"), application=application)


# --- lists ---------------------------------------------------------------------------------------------


@require_GET
@page("verification.see")
def check_list(request: HttpRequest) -> HttpResponse:
    """Checks the officer reaches, by pile of work."""
    on = clock.today()
    form = f.ListForm(request.GET)
    wanted = {k: v for k, v in request.GET.items() if isinstance(v, str)}
    pile = wanted.get("pile", "")
    reached = selectors.checks_for(request.user)
    counts = selectors.pile_counts(reached)
    rows = (
        selectors.filtered(reached, wanted, on)
        .select_related("application__household__head", "area")
        .annotate(
            doubts=Count(
                "reports__discrepancies", filter=Q(reports__discrepancies__outcome=None), distinct=True
            )
        )
        .order_by("due", "pk")
    )
    if wanted.get("export"):
        return export(rows, request)
    labels = {key: label for key, label, _states, _act in selectors.PILES} | {"survey": "待入户调查"}
    tabs = [{"url": reverse("verification:list"), "label": _("全部"), "current": not pile}]
    tabs += [
        {
            "url": f"{reverse('verification:list')}?pile={key}",
            "label": _(labels[key]),
            "count": counts[key],
            "current": pile == key,
        }
        for key in ("ask", "doubts", "survey", "stale", "done", "ended")
        if counts[key] or pile == key
    ]
    return render(
        request,
        "verification/list.html",
        {
            "form": form,
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "tabs": tabs,
            "pile": pile,
            "process": CHECK,
            "on": on,
            "may_run": rights.may(request.user, "verification.query", on=on) and counts["ask"],
            "may_export": rights.may(request.user, "export", on=on),
            "areas": run_areas(request.user),
        },
    )


def run_areas(officer: Any) -> list[Area]:
    """The places an officer may ask for in one go: those of the assignments that carry the right."""
    on = clock.today()
    codes = {
        h.area_code
        for h in rights.held(officer)
        if h.runs_on(on) and h.role in rights.RIGHTS["verification.query"]
    }
    return list(Area.objects.filter(code__in=codes).order_by("code"))


def export(rows: Any, request: HttpRequest) -> HttpResponse:
    """The list as a workbook: what the page shows, nothing sealed."""
    if not rights.may(request.user, "export"):
        raise PermissionDenied
    columns = (
        Column(_("受理编号"), lambda r: r.application.number, width=24),
        Column(_("户主"), lambda r: r.application.household.head.name),
        Column(_("村（社区）"), lambda r: r.area.name, width=18),
        Column(_("状态"), lambda r: CHECK.states[r.state], width=18),
        Column(_("未核定疑点"), lambda r: r.doubts, "number"),
        Column(_("期限"), lambda r: r.due, "day"),
    )
    rows = taken_out(rows, request, "verification.list")
    return as_download(_("核对清单"), columns, rows.iterator(chunk_size=2000))


@require_POST
@page("verification.query")
def run(request: HttpRequest) -> HttpResponse:
    """Ask for all open checks of an area in the background."""
    code = request.POST.get("area", "")
    if not code:
        messages.error(request, _("请选择要核对的区划"))
        return redirect("verification:list")
    get_visible(Area, request.user, field="code", code=code)
    row = jobs.enqueue(
        "verification.run", owner=request.user.username, area_code=code, officer=request.user.pk
    )
    messages.info(request, _("已开始批量核对，可以离开本页，完成后在任务页查看"))
    return redirect("portal:job", row.pk)


@require_GET
@page("verification.see")
def alerts(request: HttpRequest) -> HttpResponse:
    """Alerts to be looked into."""
    rows = rights.visible(Alert.objects.filter(handled_on=None), request.user).select_related(
        "application", "person", "area"
    )
    return render(
        request,
        "verification/alerts.html",
        {
            "of": Paginator(rows.order_by("raised_on", "pk"), PER_PAGE).get_page(request.GET.get("page")),
            "crumbs": crumbs(here=_("预警")),
            "may_handle": rights.may(request.user, "verification.explain")
            or rights.may(request.user, "verification.resolve"),
        },
    )


@require_http_methods(["GET", "POST"])
@page("verification.see")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what was found, and the form to write it."""
    row = get_visible(
        Alert.objects.select_related("application", "person", "handled_by"), request.user, pk=pk
    )
    form = f.AlertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.handle_alert(
                alert=row,
                version=version_in(request),
                finding=form.cleaned_data["finding"],
                by=request.user,
                on=clock.today(),
            )
        except Conflict as conflict:
            return conflict_page(request, conflict, form, reverse("verification:alerts"))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已记下核实情况"))
            return redirect("verification:alerts")
    return render(
        request,
        "verification/alert.html",
        {
            "alert": row,
            "sentence": row.detail.open(),
            "finding": row.finding.open() if row.finding else "",
            "form": form,
            "crumbs": [
                *crumbs(),
                {"label": _("预警"), "url": reverse("verification:alerts")},
                {"label": row.get_kind_display()},
            ],
        },
    )


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


# --- one check -----------------------------------------------------------------------------------------


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


# --- survey and appraisal ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("verification.survey")
def survey(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a home visit, made from the facts as they stand."""
    application = found_application(request, number)
    row = check_of(application)
    on = clock.today()
    rows = gathered(
        application,
        {
            "snapshot": Snapshot.objects.filter(application=application).order_by("-pk")[:1],
            "report": selectors.reports_of(application)[:1],
            "relatives": RelativeFiling.objects.filter(application=application).select_related("person"),
        },
    )
    (newest,) = rows["snapshot"]
    report = next(iter(rows["report"]), None)
    seen = version_in(request) if request.method == "POST" else newest.pk
    facts = newest.facts.open()
    form = f.SurveyForm(
        request.POST or None,
        facts=facts,
        initial={"key": f"survey:{uuid.uuid4().hex}", "surveyed_on": on.isoformat()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        faults = dictionary.validate(plain(data["observed"]), on=on)
        form.show_faults(faults)
        if not faults:
            try:
                services.record_survey(
                    application=application,
                    seen=seen,
                    surveyed_on=data["surveyed_on"],
                    second_surveyor=data["second_surveyor"],
                    observed=data["observed"],
                    note=data["note"],
                    family_confirmed=data["family_confirmed"],
                    confirmed_by=data["confirmed_by"],
                    key=data["key"],
                    by=request.user,
                    on=on,
                )
            except Conflict as conflict:
                return conflict_page(request, conflict, form, reverse("verification:check", args=[row.pk]))
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("入户调查已登记"))
                return redirect("verification:check", row.pk)
    return render(
        request,
        "verification/survey.html",
        {
            "form": form,
            "application": application,
            "check": row,
            "seen": seen,
            "crumbs": crumbs(row, _("入户调查")),
            "doubts": selectors.doubts_of(report),
            "relatives": rows["relatives"],
        },
        status=422 if form.errors else 200,
    )


@require_GET
@page("verification.see")
def survey_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """A home visit on file: what was seen beside what stood before."""
    row = get_visible(
        HouseholdSurvey.objects.select_related("application", "first_surveyor", "snapshot"),
        request.user,
        field="application__area_id",
        pk=pk,
    )
    before, observed = row.snapshot.facts.open(), row.observed.open()
    changed = []
    for member, name, old, new in services.surveying.changes(before, observed):
        fact = dictionary.field_of("household" if member < 0 else "member", name)
        who = _("全户") if member < 0 else before["members"][member].get("name", "")
        changed.append(
            {
                "who": who,
                "label": fact.label,
                "declared": services.surveying.words(fact, old),
                "found": services.surveying.words(fact, new),
            }
        )
    check = check_of(row.application)
    return render(
        request,
        "verification/survey_seen.html",
        {
            "survey": row,
            "changed": changed,
            "note": row.note.open(),
            "check": check,
            "crumbs": crumbs(check, _("入户调查")),
        },
    )


@require_http_methods(["GET", "POST"])
@page("verification.appraisal")
def appraisal(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a democratic appraisal."""
    application = found_application(request, number)
    row = check_of(application)
    on = clock.today()
    form = f.AppraisalForm(
        request.POST or None, initial={"key": f"appraisal:{uuid.uuid4().hex}", "held_on": on.isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.record_appraisal(application=application, by=request.user, on=on, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("民主评议已登记"))
            return redirect("verification:check", row.pk)
    return render(
        request,
        "verification/appraisal.html",
        {"form": form, "application": application, "check": row, "crumbs": crumbs(row, _("民主评议"))},
        status=422 if form.errors else 200,
    )
