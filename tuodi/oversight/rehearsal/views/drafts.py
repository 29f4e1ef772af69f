"""The list of drafts, one draft with its difference, its values."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.oversight.rehearsal import selectors, services
from tuodi.oversight.rehearsal.forms import DraftForm, DraftValueForm, KeyForm, TitleForm
from tuodi.oversight.rehearsal.models import DraftValue
from tuodi.oversight.rehearsal.process import DRAFT
from tuodi.oversight.rehearsal.views.common import act, crumbs, draft_of, may_draft, today
from tuodi.records.org import rights
from tuodi.records.org.rights import page
from tuodi.records.standards import selectors as standards


@page("rehearsal.see")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every draft within reach, those still open first."""
    rows = selectors.drafts(request.user, state=request.GET.get("state", ""))
    return render(
        request,
        "rehearsal/list.html",
        {
            "of": Paginator(rows, 30).get_page(request.GET.get("page")),
            "states": DRAFT.states,
            "state": request.GET.get("state", ""),
            "may_draft": rights.may(request.user, "rehearsal.draft"),
            "frozen": selectors.newest_frozen(),
            "may_freeze": rights.everywhere(request.user, "rehearsal.freeze"),
        },
    )


@page("rehearsal.draft")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    form = DraftForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.begin(**form.cleaned_data, by=request.user, on=today())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("rehearsal:add_value", pk=row.pk)
    context = {"form": form, "crumbs": crumbs(None, _("新的草案"))}
    return render(request, "rehearsal/new.html", context, status=422 if form.errors else 200)


@page("rehearsal.see")
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: what it changes, which cases it flips, its newest rehearsal, what may be done next."""
    row = draft_of(request, pk)
    return render(request, "rehearsal/draft.html", {**selectors.told(row, request.user, today())})


@page("rehearsal.draft")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or reason."""
    row = draft_of(request, pk)
    form = TitleForm(request.POST or None, initial={"title": row.title, "reason": row.reason})
    if request.method == "POST" and form.is_valid():
        try:
            version = int(request.POST.get("version") or row.version)
            services.edit(draft=row, **form.cleaned_data, version=version, by=request.user, on=today())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except (Conflict, ValueError) as conflict:
            if isinstance(conflict, ValueError):
                raise Http404 from None
            context = {"conflict": conflict, "form": form, "back": request.path}
            return render(request, "kit/conflict.html", context, status=409)
        else:
            return redirect("rehearsal:draft", pk=row.pk)
    context = {"form": form, "draft": row, "crumbs": crumbs(row, _("名称"))}
    return render(request, "rehearsal/edit.html", context, status=422 if form.errors else 200)


@page("rehearsal.draft")
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The same values as another draft."""
    row = draft_of(request, pk)
    try:
        made = services.copy(
            draft=row, title=_("{title}（另案）").format(title=row.title[:110]), by=request.user, on=today()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("rehearsal:draft", pk=row.pk)
    messages.success(request, _("已另存一份草案，改其中的值即可比较"))
    return redirect("rehearsal:draft", pk=made.pk)


@page("rehearsal.draft")
@require_http_methods(["GET", "POST"])
def add_value(request: HttpRequest, pk: int) -> HttpResponse:
    """First which value, then from when, where and how much."""
    row = draft_of(request, pk)
    if not may_draft(request, row):
        messages.error(request, _("这份草案不能再改；可另存为新的草案"))
        return redirect("rehearsal:draft", pk=row.pk)
    found = standards.parameters()
    key = request.GET.get("key", "")
    info = found.info.get(key)
    context: dict[str, Any] = {"draft": row, "crumbs": crumbs(row, _("改一个值"))}
    context["keys"] = KeyForm(initial={"key": key}, parameters=found)
    if info is None:
        if key:
            raise Http404
        return render(request, "rehearsal/value.html", context)
    context |= selectors.about(info, row.area_id, today())
    initial = {"area": row.area_id, "mark": "unverified"}
    form = DraftValueForm(request.POST or None, info=info, by=request.user, draft=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_value(draft=row, info=info, **form.cleaned_data, by=request.user, on=today())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已写入草案；现行的值没有变动"))
            return redirect("rehearsal:draft", pk=row.pk)
    context |= {"form": form, "info": info}
    return render(request, "rehearsal/value.html", context, status=422 if form.errors else 200)


@page("rehearsal.draft")
@require_POST
def remove_value(request: HttpRequest, pk: int, value: int) -> HttpResponse:
    """Take a value out."""
    row = draft_of(request, pk)
    one = get_object_or_404(DraftValue, draft=row, pk=value)
    return act(
        request,
        row,
        lambda: services.remove_value(draft=row, value=one, by=request.user, on=today()),
        _("已从草案中去掉"),
    )
