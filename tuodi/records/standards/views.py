"""Pages of the calendar and of the dated values."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuodi.core.parameters import MARKS, MissingParameter
from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock, rights
from tuodi.records.org.models import Area
from tuodi.records.org.rights import page
from tuodi.records.standards import selectors, services
from tuodi.records.standards.forms import DayForm, NoticeForm, ValueForm
from tuodi.records.standards.models import CalendarDay, CalendarYear


@page("standards.see")
def calendar(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """A year of twelve months: days off, weekend days worked, and whether the notice has been imported."""
    today = clock.today()
    year = year or today.year
    if not 1990 <= year <= 2100:
        raise Http404
    row = CalendarYear.objects.filter(pk=year).first()
    context = {
        "year": year,
        "row": row,
        "announced": bool(row and row.announced),
        "months": _months(year, today),
        "years": list(CalendarYear.objects.order_by("year").values_list("year", "announced")),
        "may_edit": rights.may(request.user, "standards.calendar"),
        "day_form": DayForm(initial={"version": row.version if row else 1}),
    }
    return render(request, "standards/calendar.html", context)


def _months(year: int, today: date) -> list[dict[str, Any]]:
    known = {d.day: d for d in CalendarDay.objects.filter(day__year=year)}
    months = []
    for month in range(1, 13):
        weeks = []
        for week in Calendar(firstweekday=0).monthdatescalendar(year, month):
            cells: list[dict[str, Any] | None] = []
            for day in week:
                if day.month != month:
                    cells.append(None)
                    continue
                entry = known.get(day)
                off = not entry.works if entry else day.weekday() >= 5
                cells.append(
                    {
                        "day": day,
                        "off": off,
                        "label": entry.label if entry else "",
                        "named": entry is not None,
                        "today": day == today,
                    }
                )
            weeks.append(cells)
        months.append({"month": month, "weeks": weeks})
    return months


@page("standards.calendar")
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, year: int) -> HttpResponse:
    """Import a year's notice: every wrong line is named, then all or nothing."""
    if not 2004 <= year <= 2100:
        raise Http404
    row = CalendarYear.objects.filter(pk=year).first()
    there = CalendarDay.objects.filter(day__year=year).order_by("day")
    initial = {
        "basis": row.basis if row and row.announced else "",
        "lines": "\n".join(
            f"{d.day},{services.WORKED if d.works else services.OFF},{d.label}" for d in there
        ),
        "version": row.version if row else None,
    }
    form = NoticeForm(request.POST or None, request.FILES or None, initial=initial)
    faults: list[services.Fault] = []
    if request.method == "POST" and form.is_valid():
        days, faults = services.read_notice(form.cleaned_data["text"], year)
        if not faults:
            try:
                services.import_notice(
                    year=year,
                    days=days,
                    basis=form.cleaned_data["basis"],
                    version=form.cleaned_data["version"],
                    by=request.user,
                    on=clock.today(),
                )
            except Refused as refusal:
                form.add_error("basis", str(refusal))
            except Conflict as conflict:
                return _conflict(request, conflict, year)
            else:
                messages.success(request, _("{year} 年日历已导入，共 {n} 天").format(year=year, n=len(days)))
                return redirect("standards:calendar_year", year=year)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "standards/notice.html", {"form": form, "year": year, "faults": faults}, status=status
    )


@page("standards.calendar")
@require_POST
def set_day(request: HttpRequest, year: int) -> HttpResponse:
    """Change one day."""
    form = DayForm(request.POST)
    if not form.is_valid() or form.cleaned_data["day"].year != year:
        messages.error(request, _("请填写本年内的日期"))
        return redirect("standards:calendar_year", year=year)
    given = form.cleaned_data
    works = {"off": False, "works": True, "none": None}[given["kind"]]
    try:
        services.set_day(
            day=given["day"],
            works=works,
            label=given["label"],
            version=given["version"],
            by=request.user,
            on=clock.today(),
        )
        messages.success(request, _("已改动"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    except Conflict as conflict:
        return _conflict(request, conflict, year)
    return redirect("standards:calendar_year", year=year)


def _conflict(request: HttpRequest, conflict: Conflict, year: int) -> HttpResponse:
    context = {"conflict": conflict, "form": None, "back": f"/standards/calendar/{year}/"}
    return render(request, "kit/conflict.html", context, status=409)


@page("standards.see")
def parameters(request: HttpRequest) -> HttpResponse:
    """Every dated value in force in a place today, with document and mark."""
    today = clock.today()
    area = _area(request)
    found = selectors.parameters()
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, info in sorted(found.info.items()):
        try:
            row = found.row(key, area.code, today)
        except MissingParameter:
            row = None
        groups[key.split(".")[0]].append(
            {
                "info": info,
                "row": row,
                "mark": MARKS.get(row.mark, row.mark) if row else "",
                "next": found.next_after(key, area.code, today),
            }
        )
    context = {
        "groups": dict(groups),
        "area": area,
        "areas": Area.objects.filter(level__in=("prefecture", "county")).order_by("code"),
        "today": today,
    }
    return render(request, "standards/parameters.html", context)


@page("standards.see")
def parameter(request: HttpRequest, key: str) -> HttpResponse:
    """One value through time: every row of every level, the one in force marked."""
    return _value(request, key, None)


@page("standards.set")
@require_POST
def set_value(request: HttpRequest, key: str) -> HttpResponse:
    """Add a value from a day on."""
    info = selectors.parameters().info.get(key)
    if info is None:
        raise Http404
    form = ValueForm(request.POST, info=info, by=request.user)
    if form.is_valid():
        try:
            services.set_value(info=info, **form.cleaned_data, by=request.user, on=clock.today())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已入库，自所填日期起适用；以前的值不变"))
            return redirect("standards:parameter", key=key)
    return _value(request, key, form)


def _value(request: HttpRequest, key: str, form: ValueForm | None) -> HttpResponse:
    found = selectors.parameters()
    info = found.info.get(key)
    if info is None:
        raise Http404
    today = clock.today()
    area = _area(request)
    try:
        force = found.row(key, area.code, today)
    except MissingParameter:
        force = None
    names = dict(Area.objects.filter(level__in=("prefecture", "county")).values_list("code", "name"))
    rows = [
        {
            "row": r,
            "place": names.get(r.area, _place(r.area)),
            "force": r is force,
            "mark": MARKS.get(r.mark, r.mark),
        }
        for r in sorted(found.rows(key), key=lambda r: (r.since, r.area), reverse=True)
    ]
    may_set = rights.may(request.user, "standards.set")
    if form is None and may_set:
        form = ValueForm(
            info=info, by=request.user, initial={"since": today, "area": area.code, "mark": "verified"}
        )
    context = {"info": info, "rows": rows, "area": area, "form": form if may_set else None, "today": today}
    return render(
        request, "standards/parameter.html", context, status=422 if form is not None and form.errors else 200
    )


def _place(code: str) -> str:
    return {"": _("全国"), "530000": _("云南省")}.get(code, code)


def _area(request: HttpRequest) -> Area:
    """The place asked for, or the county of the officer's own first post."""
    wanted = request.GET.get("area", "")
    if not wanted:
        held = [h.area_code for h in rights.held(request.user) if h.runs_on(clock.today())]
        wanted = held[0][:6] if held else ""
    found = Area.objects.filter(pk=wanted, level__in=("prefecture", "county")).first()
    found = found or Area.objects.filter(level="prefecture").first()
    if found is None:
        raise Http404
    return found
