"""Pages of the roll: the list, one enrolment with its acts, the month's run and its difference report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement import selectors, services
from tuodi.delivery.entitlement.forms import (
    AdjustForm,
    ExitForm,
    FadeForm,
    ResumeForm,
    RollQuery,
    RunForm,
    SuspendForm,
)
from tuodi.delivery.entitlement.models import Enrolment, MonthRun, Pricing
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.entitlement.process import ENROLMENT, RECERTIFICATION
from tuodi.funds.views import programme_label
from tuodi.kit import jobs
from tuodi.kit.sheets import Column, as_download
from tuodi.kit.versions import Conflict
from tuodi.records.journal.services import lines_of
from tuodi.records.org import clock
from tuodi.records.org.exports import taken_out
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, may, page, visible
from tuodi.records.org.templatetags.org import officer_name


@require_GET
@page("entitlement.see")
def roll(request: HttpRequest) -> HttpResponse:
    """The roll within the officer's reach; ?xlsx=1 as a sheet."""
    on = clock.today()
    towns = (
        visible(Area.objects.filter(level="township"), request.user, "pk")
        .order_by("pk")
        .values_list("pk", "name")
    )
    form = RollQuery(request.GET, areas=towns)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.roll(request.user, **{k: v for k, v in wanted.items() if v and k != "due"})
    if wanted.get("due"):
        rows = rows.filter(review_due__lt=on).exclude(state="exited")
    rows = selectors.with_amount(rows, months_after(month_of(on)))
    if request.GET.get("xlsx") and may(request.user, "export"):
        columns = [
            Column(_("村（社区）"), lambda e: e.area.name),
            Column(_("户主"), lambda e: e.household.head.name),
            Column(_("类别"), lambda e: e.category_label),
            Column(_("状态"), lambda e: ENROLMENT.states[e.state]),
            Column(_("起发月"), lambda e: f"{e.from_month:%Y-%m}"),
            Column(_("每月金额（元）"), lambda e: e.monthly_fen, "yuan"),
            Column(_("决定文号"), lambda e: e.decision.number, width=24),
        ]
        taken = taken_out(rows, request, "entitlement.roll")
        return as_download(_("在保名册"), columns, taken.iterator(chunk_size=2000))
    return render(
        request,
        "entitlement/roll.html",
        {
            "form": form,
            "of": Paginator(rows, 50).get_page(request.GET.get("page")),
            "states": ENROLMENT.states,
            "on": on,
        },
    )


ACTS: dict[str, tuple[str, str, type[forms.Form], Callable[..., Any], str, str]] = {
    # act: (right, heading, form, service, what it does, tone)
    "adjust": (
        "entitlement.adjust",
        "调整金额",
        AdjustForm,
        services.adjust,
        "提高的可以从已发的月份起，差额补发；降低的最早从下一个未生成的月份起。",
        "main",
    ),
    "suspend": (
        "entitlement.suspend",
        "暂停",
        SuspendForm,
        services.suspend,
        "从所选月份起不再生成待遇，直到恢复；已生成的照发。",
        "warn",
    ),
    "resume": (
        "entitlement.resume",
        "恢复",
        ResumeForm,
        services.resume,
        "按暂停前的金额恢复；其间应发未发的月份自动补发。",
        "main",
    ),
    "fade": (
        "entitlement.adjust",
        "渐退",
        FadeForm,
        services.fade,
        "就业后收入超过标准的，渐退期内照发，期满退出。",
        "main",
    ),
    "exit": (
        "entitlement.exit",
        "退出",
        ExitForm,
        services.exit_roll,
        "死亡的当月照发，次月停；其他从下一个未生成的月份起停发。须书面告知本人并说明理由。",
        "bad",
    ),
}


def act_label(act: str) -> str:
    """A journal act of the roll in words."""
    names = {f"{ENROLMENT.key}.{s.act}": s.label for s in ENROLMENT.steps}
    own = {
        "entitlement.enrol": _("纳入名册"),
        "entitlement.adjust": _("调整待遇"),
        "entitlement.standard": _("标准调整"),
        "entitlement.price": _("按待遇月核定"),
        "entitlement.arrears": _("补发"),
    }
    return str(names.get(act) or own.get(act, act))


@require_GET
@page("entitlement.see")
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """One household on the roll: amounts, months, payments, what may be done."""
    row = get_visible(
        Enrolment.objects.select_related("household__head", "area", "decision__review__application"),
        request.user,
        pk=pk,
    )
    steps = {s.act for s in ENROLMENT.steps_from(row.state)} | (
        {"adjust"} if row.state in ("pending", "active", "fading") else set()
    )
    if "withdraw" in steps:
        steps.add("exit")
    return render(
        request,
        "entitlement/enrolment.html",
        {
            "row": row,
            "states": ENROLMENT.states,
            "programme": programme_label(row.programme),
            "amounts": [
                (a, selectors.cause_label(a.cause), selectors.pricing_of(a))
                for a in row.amounts.select_related("pricing").order_by("-from_month", "-sequence")
            ],
            "months": selectors.months_of(row),
            "acts": [
                (name, act[1])
                for name, act in ACTS.items()
                if name in steps and may(request.user, act[0], row.area_id)
            ],
            "reviews": row.recertifications.order_by("-pk")[:12]
            if may(request.user, "entitlement.review", row.area_id)
            else (),
            "review_states": RECERTIFICATION.states,
            "may_recertify": row.state in services.recertifying.REVIEWED
            and may(request.user, "entitlement.recertify", row.area_id)
            and not row.recertifications.filter(concluded_on=None).exists(),
            "on": clock.today(),
            "timeline": [
                {
                    "moment": line.moment,
                    "who": officer_name(line.actor),
                    "what": act_label(line.act),
                    "text": line.words,
                }
                for line in lines_of([row])
            ],
            "crumbs": [
                {"label": _("在保名册"), "url": reverse("entitlement:list")},
                {"label": row.household.head.name},
            ],
        },
    )


@require_GET
@page("entitlement.see")
def pricing(request: HttpRequest, pk: int) -> HttpResponse:
    """How an amount was worked out for its month: what changed, the conditions, every value with its document."""
    row = get_visible(
        Pricing.objects.select_related(
            "amount__enrolment__household__head", "amount__enrolment__area", "basis", "snapshot"
        ),
        request.user,
        pk=pk,
        field="amount__enrolment__area_id",
    )
    enrolled = row.amount.enrolment
    document = row.document.open() if may(request.user, "determination.see", enrolled.area_id) else {}
    return render(
        request,
        "entitlement/pricing.html",
        {
            "row": row,
            "enrolment": enrolled,
            "cause": selectors.cause_label(row.amount.cause),
            "document": document,
            "findings": selectors.findings_in(document),
            "crumbs": [
                {"label": _("在保名册"), "url": reverse("entitlement:list")},
                {
                    "label": enrolled.household.head.name,
                    "url": reverse("entitlement:enrolment", args=[enrolled.pk]),
                },
                {"label": f"{row.month:%Y-%m}"},
            ],
        },
    )


def _act(name: str) -> Callable[..., HttpResponse]:
    right, heading, form_class, do, what, tone = ACTS[name]

    @require_http_methods(["GET", "POST"])
    @page(right)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = get_visible(Enrolment.objects.select_related("household__head", "area"), request.user, pk=pk)
        back = reverse("entitlement:enrolment", args=[pk])
        form = form_class(request.POST or None)
        code = 200
        if request.method == "POST":
            code = 422
            if form.is_valid():
                version = request.POST.get("version", "")
                try:
                    do(
                        enrolment=row, by=request.user, on=clock.today(), version=int(version) if version.isdigit() else -1,
                        **form.cleaned_data,
                    )  # fmt: skip
                except Refused as refused:
                    form.add_error(None, str(refused))
                except Conflict as conflict:
                    return render(
                        request,
                        "kit/conflict.html",
                        {"conflict": conflict, "form": form, "action": request.path, "back": back},
                        status=409,
                    )
                else:
                    messages.success(request, _("已办理：{what}").format(what=_(heading)))
                    return redirect(back)
        return render(
            request,
            "kit/confirm.html",
            {
                "heading": f"{_(heading)} · {row.household.head.name}", "what": [_(what)], "form": form, "submit": _(heading), "tone": tone,
                "back": back, "version": row.version, "crumbs": [{"label": _("在保名册"), "url": reverse("entitlement:list")}, {"label": _(heading)}],
            },
            status=code,
        )  # fmt: skip

    view.__doc__ = f"{heading}: show what it does; on POST do it, or say why not."
    return view


adjust, suspend, resume, fade, leave = (
    _act(name) for name in ("adjust", "suspend", "resume", "fade", "exit")
)


LARGE = 1_000  # families to be worked out anew; above this (a new standard) a job does it and not while a browser waits


def _in_background(request: HttpRequest, given: dict[str, Any]) -> Any:
    """The month as a job: the same request twice is one job."""
    messages.info(request, _("本月标准有变，逐户重新核定，完成后在任务页查看"))
    return jobs.enqueue(
        "entitlement.month",
        owner=request.user.username,
        programme=given["programme"],
        county=given["county"].pk,
        month=f"{given['month']:%Y-%m}",
        officer=request.user.pk,
    )


@require_http_methods(["GET", "POST"])
@page("entitlement.month")
def month(request: HttpRequest) -> HttpResponse:
    """The months made due, and the form that makes the next."""
    on = clock.today()
    form = RunForm(request.POST or None)
    counties = visible(Area.objects.filter(level="county"), request.user, "pk").order_by("pk")
    form.fields["county"].queryset = counties
    if len(counties) == 1:  # months follow one another: the next one is what is wanted
        form.initial = {
            "county": counties[0].pk,
            "month": f"{selectors.next_month(counties[0].pk, on):%Y-%m}",
        }
    else:
        form.initial = {"month": f"{months_after(month_of(on)):%Y-%m}"}
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                if not may(request.user, "entitlement.month", given["county"].pk):
                    raise Refused(_("{area}不在您的职责范围内").format(area=given["county"].name))
                if services.to_price(given["programme"], given["county"].pk, given["month"]) > LARGE:
                    return redirect("portal:job", _in_background(request, given).pk)
                run = services.run_month(
                    programme=given["programme"],
                    county=given["county"].pk,
                    month=given["month"],
                    by=request.user,
                    on=on,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request,
                    _("{month} 待遇已生成：{n} 笔").format(month=f"{run.month:%Y-%m}", n=run.households),
                )
                return redirect("entitlement:run", pk=run.pk)
    rows = Paginator(selectors.runs(request.user), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "entitlement/month.html",
        {"form": form, "of": rows, "labels": {r.programme: programme_label(r.programme) for r in rows}},
        status=code,
    )


@require_GET
@page("entitlement.see")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The difference report of a month: new, stopped, changed, arrears, each with its reason."""
    row = get_visible(MonthRun.objects.select_related("area"), request.user, pk=pk)
    return render(
        request,
        "entitlement/run.html",
        {
            "run": row,
            "programme": programme_label(row.programme),
            "report": selectors.difference(row.programme, row.area_id, row.month),
            "without_facts": selectors.without_facts(row.programme, row.area_id),
            "crumbs": [
                {"label": _("月度待遇"), "url": reverse("entitlement:month")},
                {"label": f"{row.area.name} {row.month:%Y-%m}"},
            ],
        },
    )
