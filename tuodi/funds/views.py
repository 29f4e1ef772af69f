"""Pages of the ledger: balances, an account's statement, an entry, release, allocate, reverse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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

from tuodi.core.months import month_of
from tuodi.core.refusal import Refused
from tuodi.funds import selectors, services
from tuodi.funds import year as ends
from tuodi.funds.forms import (
    AllocateForm,
    BalanceQuery,
    BudgetForm,
    OpinionForm,
    ReleaseForm,
    ReverseForm,
    SendBackForm,
    YearEndForm,
    YearQuery,
)
from tuodi.funds.models import ACCOUNT_KINDS, Account, Closing, Entry, Posting
from tuodi.funds.process import CLOSING
from tuodi.kit.sheets import Column, as_download
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.journal.services import lines_of
from tuodi.records.org import clock
from tuodi.records.org.exports import taken_out
from tuodi.records.org.rights import everywhere, get_visible, may, page, visible
from tuodi.records.org.templatetags.org import officer_name

# Columns of the balances; the other kinds of account have one while their sum is not zero.
ALWAYS_SHOWN = ("source", "available", "paid")


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
    totals = {kind: sum(row.fen(kind) for row in rows) for kind in ACCOUNT_KINDS}
    columns = [kind for kind in ACCOUNT_KINDS if kind in ALWAYS_SHOWN or totals[kind]]
    words = dict(Account.KINDS)
    of = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "funds/balances.html",
        {
            "form": form,
            "of": of,
            "lines": [(row, [(row.fen(kind), row.accounts.get(kind)) for kind in columns]) for row in of],
            "totals": totals,
            "columns": [words[kind] for kind in columns],
            "left_out": [words[kind] for kind in ACCOUNT_KINDS if kind not in columns],
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
            "grounds": next((x.written for x in lines_of([row]) if x.written), ""),
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
    version: int | None = None,
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
    context = {"heading": heading, "what": what, "form": form, "tone": tone, "back": back, "submit": heading, "version": version,
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


@require_GET
@page("funds.see")
def year(request: HttpRequest) -> HttpResponse:
    """A year's money: planned, released, paid, carried over, taken back; per area, programme and source."""
    on = clock.today()
    form = YearQuery(request.GET or None, this=on.year, initial={"year": on.year})
    wanted = form.cleaned_data["year"] if form.is_bound and form.is_valid() else on.year
    rows = selectors.year_rows(request.user, wanted, on)
    return render(
        request,
        "funds/year.html",
        {
            "form": form,
            "year": wanted,
            "over": wanted < on.year,
            "of": Paginator(rows, 50).get_page(request.GET.get("page")),
            "labels": {code: programme_label(code) for code in {row.balance.programme for row in rows}},
            "totals": {
                "budget": sum(row.budget_fen or 0 for row in rows),
                "released": sum(row.balance.released_fen for row in rows),
                "paid": sum(row.balance.paid_fen for row in rows),
                "unspent": sum(row.unspent_fen for row in rows),
                "carried": sum(row.balance.carried_fen for row in rows),
                "taken_back": sum(row.balance.taken_back_fen for row in rows),
            },
            "may_budget": may(request.user, "funds.budget"),
            "may_end": wanted < on.year and may(request.user, "funds.year_end"),
            "crumbs": [{"label": _("资金账"), "url": reverse("funds:balances")}, {"label": _("年度收支")}],
        },
    )


@require_http_methods(["GET", "POST"])
@page("funds.budget")
def set_budget(request: HttpRequest) -> HttpResponse:
    """Set a year's budget for a source."""
    on = clock.today()

    def do(given: dict[str, Any]) -> None:
        within(request, "funds.budget", given["area"])
        ends.set_budget(**given, on=on, by=request.user)

    return act_page(
        request, BudgetForm(request.POST or None, initial={"year": on.year}), do, heading=_("设定年度预算"),
        what=[_("填写全年预算总数；调整的另用调整文号再填一次，原来的保留。"), _("预算不动账，只用来对照下达和执行。")], back=reverse("funds:year"),
    )  # fmt: skip


def _year_end(
    request: HttpRequest, pk: int, do: Callable[..., Any], *, heading: str, what: list[str], tone: str
) -> HttpResponse:
    """A page on what is left of a pot."""
    account = get_visible(Account.objects.select_related("area"), request.user, pk=pk)
    pot = services.Pot(account.area_id, account.programme, account.source, account.year)
    (row,) = (
        r
        for r in selectors.balances(request.user, year=pot.year, programme=pot.programme, area=pot.area)
        if r.source == pot.source
    )
    left = row.available_fen if do is ends.carry_over else row.available_fen + row.carried_fen
    return act_page(
        request, YearEndForm(request.POST or None, initial={"amount_fen": f"{left / 100:.2f}"}),
        lambda given: do(pot=pot, by=request.user, on=clock.today(), **given), heading=heading,
        what=[
            f"{account.area.name} · {programme_label(pot.programme)} · {account.get_source_display()} · {pot.year}",
            _("未用完 {available}，已结转 {carried}").format(
                available=services.yuan(row.available_fen), carried=services.yuan(row.carried_fen)
            ),
            *what,
        ],
        back=f"{reverse('funds:year')}?year={pot.year}", tone=tone,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("funds.year_end")
def carry_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry what is left of a past year over."""
    return _year_end(
        request, pk, ends.carry_over, heading=_("年终结转"), tone="main",
        what=[_("结转后仍记原年度、原来源，先于当年指标使用。"), _("超过规定年限的不能再结转，应当收回。")],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("funds.year_end")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what is left of a past year back."""
    return _year_end(
        request, pk, ends.take_back, heading=_("结余收回"), tone="bad",
        what=[_("先收回已结转的，再收回未结转的；收回后不能再使用。")],
    )  # fmt: skip


@require_GET
@page("funds.see")
def closings(request: HttpRequest) -> HttpResponse:
    """The months of the books: open, asked for, closed."""
    on = clock.today()
    return render(
        request,
        "funds/closings.html",
        {
            "rows": selectors.months(on),
            "this": month_of(on),
            "process": CLOSING,
            "crumbs": [{"label": _("资金账"), "url": reverse("funds:balances")}, {"label": _("月度结账")}],
        },
    )


def month_crumbs(month: date) -> list[dict[str, str]]:
    return [
        {"label": _("资金账"), "url": reverse("funds:balances")},
        {"label": _("月度结账"), "url": reverse("funds:closings")},
        {"label": f"{month:%Y-%m}"},
    ]


@require_GET
@page("funds.see")
def closing(request: HttpRequest, month: date) -> HttpResponse:
    """A month's checklist, and what may be done with it."""
    on = clock.today()
    row, closed = selectors.closing_of(month)
    over = month < month_of(on)
    checks = [] if closed else selectors.checks(month)
    ready = over and not closed and all(c.holds for c in checks)
    return render(
        request,
        "funds/closing.html",
        {
            "month": month,
            "row": row,
            "process": CLOSING,
            "closed": closed,
            "over": over,
            "checks": checks,
            "kept": row.checks if row else [],
            "may_ask": ready
            and (row is None or row.state == "returned")
            and everywhere(request.user, "funds.close_ask"),
            "may_close": over
            and row is not None
            and row.state == "asked"
            and row.asked_by != request.user.get_username()
            and everywhere(request.user, "funds.close_month"),
            "ready": ready,
            "timeline": [
                {
                    "moment": x.moment,
                    "who": officer_name(x.actor),
                    "what": closing_label(x.act),
                    "text": x.words,
                }
                for x in (lines_of([row]) if row else ())
            ],
            "crumbs": month_crumbs(month),
        },
    )


def closing_label(act: str) -> str:
    """A journal act of a closing in words."""
    names = {f"{CLOSING.key}.{s.act}": s.label for s in CLOSING.steps} | {"funds.close_ask": _("提请结账")}
    return str(names.get(act, act))


@require_http_methods(["GET", "POST"])
@page("funds.close_ask")
def ask_closing(request: HttpRequest, month: date) -> HttpResponse:
    """Ask another person to close a month."""
    return act_page(
        request, OpinionForm(request.POST or None),
        lambda given: services.ask_closing(month=month, by=request.user, on=clock.today(), **given),
        heading=_("提请结账"),
        what=[f"{month:%Y-%m}", _("清单各项都已完成才能提请；由另一人结账。")], back=reverse("funds:closing", args=[month]),
    )  # fmt: skip


def _second(request: HttpRequest, month: date, do: Any, form: Any, **said: Any) -> HttpResponse:
    """A step of the second person on a month that was asked for."""
    row = Closing.objects.filter(month=month).first()
    version = request.POST.get("version", "")

    def act(given: dict[str, Any]) -> None:
        if row is None:
            raise Refused(_("这个月还没有人提请结账"))
        do(
            closing=row,
            by=request.user,
            on=clock.today(),
            version=int(version) if version.isdigit() else -1,
            **given,
        )

    return act_page(
        request, form(request.POST if request.method == "POST" else None), act,
        back=reverse("funds:closing", args=[month]), version=row.version if row else 0, **said,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("funds.close_month")
def close_month(request: HttpRequest, month: date) -> HttpResponse:
    """Close a month for good."""
    return _second(
        request, month, services.close_month, OpinionForm, heading=_("结账"),
        what=[f"{month:%Y-%m}", _("结账前再核一次清单和全部账目。"), _("结账后数据库不再接受记在这个月及以前的凭证，也不能重新打开；更正记在当前月份。")],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("funds.close_month")
def return_closing(request: HttpRequest, month: date) -> HttpResponse:
    """Send a month back to who asked for its closing."""
    return _second(
        request, month, services.return_closing, SendBackForm, heading=_("退回结账"), tone="bad",
        what=[f"{month:%Y-%m}", _("退回提请人，改正后再次提请。")],
    )  # fmt: skip
