"""The home visit and the democratic appraisal."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core import facts as dictionary
from tuodi.core.refusal import Refused
from tuodi.delivery.intake.models import RelativeFiling, Snapshot
from tuodi.delivery.intake.selectors import plain
from tuodi.delivery.verification import forms as f
from tuodi.delivery.verification import selectors, services
from tuodi.delivery.verification.models import HouseholdSurvey
from tuodi.delivery.verification.views.common import (
    check_of,
    conflict_page,
    crumbs,
    found_application,
    version_in,
)
from tuodi.kit.together import gathered
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, page


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
