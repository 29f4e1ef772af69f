"""Spot checks: the random draw, and the visit by the county."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import forms as f
from tuodi.delivery.determination import services
from tuodi.delivery.determination.models import SpotCheck
from tuodi.delivery.determination.policy import spot_share, spot_share_after
from tuodi.delivery.determination.services.county import draw_repeats, draw_size, drawable, needed_visits
from tuodi.delivery.determination.views.common import (
    LOG_LINE,
    PER_PAGE,
    conflict_page,
    crumbs,
    found_review,
    get_or_post,
    version_in,
)
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock, rights
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page


@get_or_post
@page("determination.visit")
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a visit by the county."""
    row = found_review(request, pk)
    on = clock.today()
    form = f.VisitForm(request.POST or None, initial={"visited_on": on, "causes": needed_visits(row)})
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.record_visit(
                    review=row, by=request.user, on=on, version=version_in(request), **form.cleaned_data
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            except Conflict as conflict:
                return conflict_page(request, conflict, form, pk)
            else:
                messages.success(request, _("入户核查已登记"))
                return redirect("determination:review", pk=pk)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("登记县级入户核查"),
            "what": [
                _("一次入户可以对应几项原因；与乡镇不一致的，须核定事实并重新评估后才能决定。"),
                str(LOG_LINE),
            ],
            "form": form,
            "version": row.version,
            "back": reverse("determination:review", args=[pk]),
            "crumbs": crumbs(row, _("县级入户核查")),
        },
        status=code,
    )


def counties_of(officer: Any) -> list[Area]:
    """The counties in which this officer may draw."""
    reached = rights.visible(
        Area.objects.filter(level="county"), officer, "code", act="determination.spot_check"
    )
    return list(reached.order_by("code"))


@require_GET
@page("determination.spot_check")
def draws(request: HttpRequest) -> HttpResponse:
    """Past draws, and the counties in which one may be held now."""
    rows = rights.visible(SpotCheck.objects.select_related("area"), request.user).order_by("-pk")
    on = clock.today()
    waiting = []
    for county in counties_of(request.user):
        for after in (False, True):
            pool = drawable(county.pk, after_decision=after).count()
            if after and not pool:
                continue
            share, basis = spot_share_after(county.pk, on) if after else spot_share(county.pk, on)
            waiting.append(
                {
                    "county": county,
                    "after": after,
                    "pool": pool,
                    "share": share,
                    "basis": basis,
                    "drawn": draw_size(pool, share),
                }
            )
    return render(
        request,
        "determination/draws.html",
        {
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "waiting": waiting,
            "crumbs": crumbs(here=_("抽查")),
        },
    )


@get_or_post
@page("determination.spot_check")
def new_draw(request: HttpRequest, code: str) -> HttpResponse:
    """Hold a draw in a county among what it has received."""
    return _draw(request, code, after_decision=False)


@get_or_post
@page("determination.spot_check")
def new_draw_after(request: HttpRequest, code: str) -> HttpResponse:
    """Hold a draw in a county among what its townships have decided (T19)."""
    return _draw(request, code, after_decision=True)


def _draw(request: HttpRequest, code: str, *, after_decision: bool) -> HttpResponse:
    county = next((c for c in counties_of(request.user) if c.pk == code), None)
    if county is None:
        raise Http404
    on = clock.today()
    share, basis = spot_share_after(county.pk, on) if after_decision else spot_share(county.pk, on)
    form = f.DrawForm(request.POST or None, initial={"share_percent": share})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = services.draw_spot_checks(
                    county=county,
                    by=request.user,
                    on=on,
                    after_decision=after_decision,
                    **form.cleaned_data,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return redirect("determination:draw", pk=row.pk)
    pool = drawable(county.pk, after_decision=after_decision).count()
    what = (
        _("在乡镇受委托确认、未参加过抽取的 {n} 户中按比例随机抽取，不足一户的按一户计。")
        if after_decision
        else _("在已接收、未参加过抽取的 {n} 户中按比例随机抽取，不足一户的按一户计。")
    )
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("随机抽查：{county}").format(county=county.name),
            "what": [
                what.format(n=pool),
                _("比例下限 {share}%（{basis}）。").format(share=share, basis=basis),
                _("随机种子随结果保存，任何人可以复算；每户只参加一次，不能重抽。"),
                str(LOG_LINE),
            ],
            "form": form,
            "submit": _("开始抽取"),
            "back": reverse("determination:draws"),
            "crumbs": crumbs(here=_("抽查")),
        },
        status=status,
    )


@require_GET
@page("determination.spot_check")
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw: pool, seed, who was drawn, and whether the seed gives the same again."""
    row = get_visible(SpotCheck.objects.select_related("area"), request.user, pk=pk)
    reviews = {
        r.application.number: r
        for r in row.reviews.filter(spot_drawn=True).select_related("application", "area")
    }
    return render(
        request,
        "determination/draw.html",
        {
            "draw": row,
            "repeats": draw_repeats(row),
            "rows": [(n, reviews.get(n)) for n in row.drawn],
            "crumbs": [
                *crumbs(),
                {"label": _("抽查"), "url": reverse("determination:draws")},
                {"label": _("抽查结果")},
            ],
        },
    )
