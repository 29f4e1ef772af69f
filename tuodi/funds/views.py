"""Pages of the ledger: balances, an account's statement, an entry, release, allocate, reverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.funds import selectors, services
from tuodi.funds.forms import AllocateForm, BalanceQuery, ReleaseForm, ReverseForm
from tuodi.funds.models import Account, Entry, Posting
from tuodi.kit.sheets import Column, as_download
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.org import clock
from tuodi.records.org.exports import taken_out
from tuodi.records.org.rights import get_visible, may, page, visible


def programme_label(code: str) -> str:
    """A programme's name."""
    found = PROGRAMMES.get(code)
    return str(found.label) if found else code


@require_GET
@page("funds.see")
def balances(request: HttpRequest) -> HttpResponse:
    """Money per county, programme, source and year: released, available, reserved, in transit, paid, returned."""
    on = clock.today()
    form = BalanceQuery(request.GET or None, year=on.year)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.balances(request.user, **{k: v for k, v in wanted.items() if v})
    kinds = ("released_fen", "available_fen", "reserved_fen", "in_transit_fen", "paid_fen", "returned_fen")
    return render(
        request,
        "funds/balances.html",
        {
            "form": form,
            "of": Paginator(rows, 50).get_page(request.GET.get("page")),
            "totals": {kind: sum(getattr(row, kind) for row in rows) for kind in kinds},
            "labels": {code: programme_label(code) for code in {row.programme for row in rows}},
            "may_release": may(request.user, "funds.release"),
        },
    )


@require_GET
@page("funds.see")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """An account's entries with its running balance; ?xlsx=1 as a sheet."""
    account = get_visible(Account.objects.select_related("area"), request.user, pk=pk)
    lines = selectors.statement(account)
    if request.GET.get("xlsx"):
        if not may(request.user, "export", account.area_id):
            raise Http404
        taken_out(
            Account.objects.filter(pk=pk), request, f"funds.statement {pk}"
        )  # for its line; the row is asked above
        columns = [
            Column(_("记账日"), lambda x: x.entry.entered_on, "day"),
            Column(_("凭证"), lambda x: x.entry.pk, "number"),
            Column(_("摘要"), lambda x: x.entry.kind_label),
            Column(_("备注"), lambda x: x.entry.note, width=30),
            Column(_("转入（元）"), lambda x: x.debit_fen, "yuan"),
            Column(_("转出（元）"), lambda x: x.credit_fen, "yuan"),
            Column(_("余额（元）"), lambda x: x.balance_fen, "yuan"),
        ]
        return as_download(f"{account.area.name}-{account.get_kind_display()}-{account.year}", columns, lines)
    return render(
        request,
        "funds/statement.html",
        {
            "account": account,
            "programme": programme_label(account.programme),
            "of": Paginator(lines[::-1], 50).get_page(request.GET.get("page")),
            "crumbs": [{"label": _("资金账"), "url": reverse("funds:balances")}, {"label": _("账户明细")}],
        },
    )


def found_entry(request: HttpRequest, pk: int) -> Entry:
    """The entry, if one of its accounts is within the officer's reach."""
    accounts = visible(Account.objects.all(), request.user).values("pk")
    reached = Posting.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts), entry=pk).exists()
    row = Entry.objects.filter(pk=pk).select_related("reverses", "seal").first()
    if row is None or not reached:
        raise Http404
    return row


@require_GET
@page("funds.see")
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its postings."""
    row = found_entry(request, pk)
    undone = Entry.objects.filter(reverses=row).first()
    paginator = Paginator(selectors.postings_of(row), 50)
    paginator.count = row.seal.postings  # the seal has counted them
    return render(
        request,
        "funds/entry.html",
        {
            "entry": row,
            "undone": undone,
            "of": paginator.get_page(request.GET.get("page")),
            "may_reverse": row.kind in ("release", "allocate")
            and undone is None
            and may(request.user, "funds.reverse"),
            "crumbs": [{"label": _("资金账"), "url": reverse("funds:balances")}, {"label": _("凭证")}],
        },
    )


def act_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    heading: str,
    what: list[str],
    back: str,
    then: str = "",
    tone: str = "main",
) -> HttpResponse:
    """Show what an act will do; on POST do it, or say in words why not."""
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("已办理"))
                return redirect(then or back)
    context = {"heading": heading, "what": what, "form": form, "tone": tone, "back": back, "submit": heading,
               "crumbs": [{"label": _("资金账"), "url": reverse("funds:balances")}, {"label": heading}]}  # fmt: skip
    return render(request, "kit/confirm.html", context, status=code)


def within(request: HttpRequest, act: str, *areas: Any) -> None:
    """A form may name any area; the act is done only in the officer's own."""
    for area in areas:
        if not may(request.user, act, area.pk):
            raise Refused(_("{area}不在您的职责范围内").format(area=area.name))


@require_http_methods(["GET", "POST"])
@page("funds.release")
def release(request: HttpRequest) -> HttpResponse:
    """Release money by a document."""
    on = clock.today()

    def do(given: dict[str, Any]) -> None:
        within(request, "funds.release", given["area"])
        services.release(**given, on=on, by=request.user)

    return act_page(
        request, ReleaseForm(request.POST or None, initial={"year": on.year}), do, heading=_("下达指标"),
        what=[_("同一文号、项目、来源只记一次账，重复提交不会重复下达。"), _("记账后不能修改，更正用冲销。")], back=reverse("funds:balances"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("funds.allocate")
def allocate(request: HttpRequest) -> HttpResponse:
    """Pass money down to a county."""
    on = clock.today()

    def do(given: dict[str, Any]) -> None:
        within(request, "funds.allocate", given["from_area"])
        services.allocate(**given, on=on, by=request.user)

    return act_page(
        request, AllocateForm(request.POST or None, initial={"year": on.year}), do, heading=_("分配指标"),
        what=[_("从调出地区的可用指标划到调入地区；项目、来源、年度不变（专款专用）。")], back=reverse("funds:balances"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("funds.reverse")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a release or an allocation by its mirror entry."""
    row = found_entry(request, pk)
    on = clock.today()
    return act_page(
        request, ReverseForm(request.POST or None), lambda given: services.reverse(entry=row, by=request.user, on=on, **given),
        heading=_("冲销凭证"), what=[f"{row.kind_label} {row.entered_on} {row.note}", _("记一张方向相反的凭证，原凭证保留。")],
        back=reverse("funds:entry", args=[pk]), tone="bad",
    )  # fmt: skip
