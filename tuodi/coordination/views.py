"""Pages of the clock: what is late, the orders and their answers, the bodies side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.coordination import letters, selectors, services
from tuodi.coordination.forms import AnswerForm, LateForm, PeriodForm
from tuodi.coordination.models import Supervision
from tuodi.coordination.reach import posts, supervised
from tuodi.coordination.words import Names, names
from tuodi.core.refusal import Refused
from tuodi.records.org import clock, rights
from tuodi.records.org.rights import page

PER_PAGE = 50
QUARTER = timedelta(days=91)


def _counties(request: HttpRequest, known: Names, on: date) -> list[tuple[str, str]]:
    """The counties within the officer's reach."""
    mine = [rights.reach(h.area_code) for h in posts(request.user, "supervision.see", on)]
    return [
        (code, name)
        for code, name in sorted(known.areas.items())
        if len(code) == 6
        and not code.endswith("00")
        and any(code.startswith(m) or m.startswith(code) for m in mine)
    ]


def _tabs(name: str, labels: dict[str, Any], current: str) -> list[dict[str, Any]]:
    url = reverse(name)
    return [
        {"url": f"{url}?view={key}", "label": label, "current": key == current}
        for key, label in labels.items()
    ]


@page("supervision.see")
@require_GET
def late(request: HttpRequest) -> HttpResponse:
    """What is late, whose it is and why, the longest late first."""
    on = clock.today()
    known = names(on)
    counties = _counties(request, known, on)
    view = request.GET.get("view", "late")
    view = view if view in selectors.VIEWS else "late"
    form = LateForm(request.GET or None, counties=counties)
    wanted = {**(form.cleaned_data if form.is_bound and form.is_valid() else {}), "view": view}
    rows = selectors.waiting(request.user, wanted, on)
    of = Paginator(rows if rows is not None else [], PER_PAGE).get_page(request.GET.get("page"))
    labels = {"late": _("已超期"), "soon": _("三个工作日内到期"), "paused": _("暂停"), "all": _("全部在办")}
    context = {
        "of": of,
        "lines": selectors.lines(list(of.object_list), known, request.user, on),
        "form": form,
        "tabs": _tabs("coordination:late", labels, view),
        "view": view,
        "on": on,
    }
    return render(request, "coordination/late.html", context)


@page("supervision.see")
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Reminders, written orders and reports, the newest first."""
    on = clock.today()
    known = names(on)
    view = request.GET.get("view", "unanswered")
    labels = {"unanswered": _("待答复"), "open": _("未了结"), "closed": _("已了结"), "all": _("全部")}
    level = request.GET.get("level", "")
    level = level if level in dict(Supervision.LEVELS) else ""
    rows = selectors.orders(
        request.user, {"view": view if view in labels else "unanswered", "level": level}, on
    )
    of = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    told = [
        {
            "row": row,
            "kind": selectors.kind_label(row.kind),
            "body": known.body(row.body, row.area_id),
            "place": known.place(row.area_id),
        }
        for row in of.object_list
    ]
    context = {"of": of, "rows": told, "tabs": _tabs("coordination:orders", labels, view), "on": on}
    return render(request, "coordination/orders.html", context)


def _order(request: HttpRequest, pk: int, on: date) -> Supervision:
    row = Supervision.objects.filter(supervised(request.user, "supervision.see", on), pk=pk).first()
    if row is None:
        raise Http404
    return row


@page("supervision.see")
@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One escalation: what it is about, the others of the same limit, the answers."""
    on = clock.today()
    return _shown(request, _order(request, pk, on), on, None)


@page("supervision.answer")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an order; a leader's words are kept as such."""
    on = clock.today()
    row = Supervision.objects.filter(supervised(request.user, "supervision.answer", on), pk=pk).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(supervision=row, by=request.user, on=on, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已记入"))
            return redirect("coordination:order", pk=row.pk)
    return _shown(request, row, on, form)


def _shown(request: HttpRequest, row: Supervision, on: date, form: AnswerForm | None) -> HttpResponse:
    known = names(on)
    about = selectors.part(row.kind)
    others = Supervision.objects.filter(
        kind=row.kind, subject=row.subject, step=row.step, since=row.since, due=row.due
    ).order_by("made_on", "pk")
    may_open = about is not None and rights.may(request.user, about.right, row.area_id, on=on)
    may_answer = (
        row.closed_on is None
        and row.level != Supervision.REMIND
        and any(True for _post in posts(request.user, "supervision.answer", on))
    )
    context = {
        "row": row,
        "kind": selectors.kind_label(row.kind),
        "step": selectors.step_label(row),
        "body": known.body(row.body, row.area_id),
        "place": known.place(row.area_id),
        "about_url": about.url(row.subject, row.number) if about and may_open else "",
        "ladder": others,
        "answers": row.answers.select_related("answered_by").order_by("pk"),
        "form": form if form is not None else AnswerForm() if may_answer else None,
        "on": on,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "coordination/order.html", context, status=status)


@page("supervision.see")
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A written order on paper."""
    on = clock.today()
    row = _order(request, pk, on)
    if row.level != Supervision.WRITTEN:
        raise Http404
    answer = HttpResponse(letters.order(row, names(row.made_on)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="supervision-{row.pk}.pdf"'
    return answer


@page("supervision.compare")
@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies side by side over a period."""
    on = clock.today()
    known = names(on)
    counties = _counties(request, known, on)
    form = PeriodForm(request.GET or None, counties=counties)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    until = min(given.get("until") or on, on)
    since = given.get("since") or until - QUARTER
    townships = given.get("of") == "townships"
    shown = selectors.compared(
        request.user, since, until, on, known, area=given.get("area") or "", townships=townships
    )
    context = {
        "lines": shown,
        "chart": selectors.chart(shown),
        "form": form if form.is_bound else PeriodForm(
            counties=counties, initial={"since": since, "until": until, "of": "bureaus"}
        ),
        "since": since,
        "until": until,
        "on": on,
    }  # fmt: skip
    return render(request, "coordination/bodies.html", context)
