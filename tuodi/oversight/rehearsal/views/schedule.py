"""Proposing, signing, sending back, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.oversight.rehearsal import selectors, services
from tuodi.oversight.rehearsal.forms import NoteForm, ProposeForm, SignForm
from tuodi.oversight.rehearsal.models import Draft
from tuodi.oversight.rehearsal.views.common import crumbs, draft_of, today
from tuodi.records.org.rights import page


def _page(
    request: HttpRequest,
    row: Draft,
    form: Any,
    work: Callable[..., Any],
    heading: str,
    submit: str,
    tone: str = "main",
) -> HttpResponse:
    """Look at it once more, then do it."""
    if request.method == "POST" and form.is_valid():
        try:
            work(draft=row, **form.cleaned_data, by=request.user, on=today())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except Conflict as conflict:
            context = {"conflict": conflict, "form": form, "back": request.path}
            return render(request, "kit/conflict.html", context, status=409)
        else:
            return redirect("rehearsal:draft", pk=row.pk)
    context = {
        **selectors.told(row, request.user, today()),
        "form": form,
        "heading": heading,
        "submit": submit,
        "tone": tone,
        "crumbs": crumbs(row, heading),
        "may_draft": False,
    }
    return render(request, "rehearsal/schedule.html", context, status=422 if form.errors else 200)


@page("rehearsal.draft")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The first signature."""
    row = draft_of(request, pk)
    initial = {"version": row.version, "activate_on": today()}
    form = ProposeForm(request.POST or None, initial=initial)
    return _page(request, row, form, services.propose, _("提请施行"), _("签字提请"))


@page("rehearsal.sign")
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The second signature."""
    row = draft_of(request, pk)
    form = SignForm(request.POST or None, initial={"version": row.version})
    return _page(request, row, form, services.sign, _("签发"), _("签发"))


@page("rehearsal.sign")
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the drafter."""
    row = draft_of(request, pk)
    form = NoteForm(request.POST or None, initial={"version": row.version})
    return _page(request, row, form, services.send_back, _("退回修改"), _("退回"), "bad")


@page("rehearsal.draft")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Given up."""
    row = draft_of(request, pk)
    form = NoteForm(request.POST or None, initial={"version": row.version})
    return _page(request, row, form, services.withdraw, _("撤回草案"), _("撤回"), "bad")
