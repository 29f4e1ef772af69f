"""Pages of a person and a household: masked, opened only for a stated purpose."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.records.journal import services as journal
from tuodi.records.org import clock, rights
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page
from tuodi.records.people import forms, selectors, services
from tuodi.records.people.models import Household, PayeeAccount, Person

# What may be opened, of what, and what it is called.
REVEALED: dict[str, tuple[type[Any], str, str]] = {
    "number": (Person, "number", "证件号码"),
    "phone": (Person, "phone", "联系电话"),
    "account": (PayeeAccount, "account", "银行账号"),
}


@page("people.see")
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: what the register holds, masked."""
    row = get_visible(Person.objects.select_related("area__parent"), request.user, pk=pk)
    on = clock.today()
    return render(
        request,
        "people/person.html",
        {
            "person": row,
            "household": selectors.household_of(row, on),
            "people_name": selectors.people_name(row.ethnicity),
            "may_edit": rights.may(request.user, "people.edit", row.area_id),
            "may_reveal": rights.may(request.user, "reveal", row.area_id),
            "on": on,
        },
    )


@page("people.see")
@require_GET
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """One household: who belongs, since when, and the account it is paid into."""
    row = get_visible(Household.objects.select_related("head", "area__parent"), request.user, pk=pk)
    return render(
        request,
        "people/household.html",
        {
            "household": row,
            "file": selectors.file_of(row),
            "may_edit": rights.may(request.user, "people.edit", row.area_id),
            "may_account": rights.may(request.user, "people.account", row.area_id),
            "may_reveal": rights.may(request.user, "reveal", row.area_id),
        },
    )


@page("reveal")
@require_POST
def reveal(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Open a number, phone or account for a stated purpose; the journal says who looked and why."""
    if kind not in REVEALED:
        raise Http404
    model, field, label = REVEALED[kind]
    source = model.objects.select_related("household") if model is PayeeAccount else model.objects.all()
    row = get_visible(
        source, request.user, field="household__area_id" if model is PayeeAccount else "area_id", pk=pk
    )
    back = (
        reverse("people:household", args=[row.household_id])
        if model is PayeeAccount
        else reverse("people:person", args=[pk])
    )
    purpose = request.POST.get("purpose", "")
    try:
        value = journal.reveal(row, field, by=request.user, on=clock.today(), purpose=purpose)
    except Refused as why:
        messages.error(request, str(why))
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = back
            return answer
        return redirect(back)
    template = "kit/_revealed.html" if request.headers.get("HX-Request") else "kit/revealed.html"
    answer = render(request, template, {"label": label, "value": value, "purpose": purpose, "back": back})
    answer["Cache-Control"] = "no-store"
    return answer


def _posted_version(request: HttpRequest, row: Any) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else row.version


@page("people.edit")
@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what is written about a person, with the reason."""
    row = get_visible(Person, request.user, pk=pk)
    start = {
        "name": row.name,
        "sex": row.sex,
        "ethnicity": row.ethnicity,
        "registered_kind": row.registered_kind,
    }
    bound = forms.PersonForm(request.POST or None, initial=start)
    back = reverse("people:person", args=[pk])
    if request.method == "POST" and bound.is_valid():
        said = bound.cleaned_data
        reason = said.pop("reason")
        if not said["phone"]:
            said.pop("phone")
        try:
            services.edit_person(
                person=row,
                version=_posted_version(request, row),
                by=request.user,
                on=clock.today(),
                reason=reason,
                **said,
            )
        except Conflict as conflict:
            context = {"conflict": conflict, "form": bound, "action": request.path, "back": back}
            return render(request, "kit/conflict.html", context, status=409)
        except Refused as why:
            bound.add_error(None, str(why))
        else:
            messages.success(request, _("已更正"))
            return redirect(back)
    return render(
        request,
        "people/edit.html",
        {"form": bound, "version": row.version, "heading": row.name, "back": back},
        status=422 if bound.errors else 200,
    )


@page("people.edit")
@require_http_methods(["GET", "POST"])
def edit_household(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right where a household lives."""
    row = get_visible(Household.objects.select_related("head"), request.user, pk=pk)
    areas = rights.visible(
        Area.objects.filter(level__in=("village", "township")), request.user, "code"
    ).order_by("code")
    bound = forms.HouseholdForm(
        request.POST or None,
        initial={"area": row.area_id, "address": row.address.open() if row.address else ""},
        areas=areas,
    )
    back = reverse("people:household", args=[pk])
    if request.method == "POST" and bound.is_valid():
        try:
            services.edit_household(
                household=row,
                version=_posted_version(request, row),
                by=request.user,
                on=clock.today(),
                **bound.cleaned_data,
            )
        except Conflict as conflict:
            context = {"conflict": conflict, "form": bound, "action": request.path, "back": back}
            return render(request, "kit/conflict.html", context, status=409)
        messages.success(request, _("已更正"))
        return redirect(back)
    return render(
        request,
        "people/edit.html",
        {"form": bound, "version": row.version, "heading": row.head.name, "back": back},
        status=422 if bound.errors else 200,
    )


@page("people.account")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Name or change the account a household is paid into."""
    row = get_visible(Household.objects.select_related("head"), request.user, pk=pk)
    people = Person.objects.filter(memberships__household=row, memberships__until=None).order_by("pk")
    bound = forms.AccountForm(request.POST or None, initial={"holder": row.head_id}, people=people)
    back = reverse("people:household", args=[pk])
    if request.method == "POST" and bound.is_valid():
        try:
            made = services.set_account(
                household=row, by=request.user, on=clock.today(), **bound.cleaned_data
            )
        except Refused as why:
            bound.add_error("account", str(why))
        else:
            if made.doubt:
                messages.warning(request, made.doubt)
            else:
                messages.success(request, _("账号已登记"))
            return redirect(back)
    return render(
        request,
        "people/edit.html",
        {"form": bound, "version": None, "heading": _("收款账户"), "back": back},
        status=422 if bound.errors else 200,
    )
