"""Pages of recovery: the list, a claim with its steps, the form that proposes one, a page for each act."""

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
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.payment import selectors, services
from tuodi.delivery.payment.forms import (
    AgreeForm,
    DecideForm,
    NoteForm,
    ObjectionForm,
    ProposeForm,
    ReasonForm,
    RecoveryQuery,
    RefundForm,
    WriteOffForm,
)
from tuodi.delivery.payment.models import Recovery
from tuodi.delivery.payment.process import GROUNDS, RECOVERY
from tuodi.funds.services import yuan
from tuodi.funds.views import programme_label
from tuodi.kit.together import together
from tuodi.records.documents.selectors import of_records
from tuodi.records.journal.services import lines_of
from tuodi.records.org import clock
from tuodi.records.org.rights import area_condition, get_visible, may, page
from tuodi.records.org.templatetags.org import officer_name

# act: (right, heading, form, service, what it does, tone)
ACTS: dict[str, tuple[str, str, type[forms.Form], Callable[..., Any], tuple[str, ...], str]] = {
    "notify": (
        "recovery.handle", "事先告知", forms.Form, services.notify,
        ("出具追回事先告知书，写明金额、事实、依据和陈述申辩的期限。", "期满前不能作出决定。"), "main",
    ),
    "object": (
        "recovery.handle", "登记陈述申辩", ObjectionForm, services.object_to,
        ("原样记下当事人说的话和交来的证据。", "作出决定的人必须答复。"), "main",
    ),
    "decide": (
        "recovery.decide", "决定追回", DecideForm, services.decide,
        ("由提出人以外的人决定；总账从“已发放”转入“应收追回”。", "出具追回决定书，写明复议和诉讼的途径。", "当月待遇照常全额发放，不作抵扣。"), "main",
    ),
    "drop": ("recovery.decide", "不予追回", ReasonForm, services.drop, ("本件办结，款项不再追回。",), "warn"),
    "withdraw": ("recovery.handle", "撤回", ReasonForm, services.withdraw, ("决定作出前可以撤回；撤回后可以重新提出。",), "warn"),
    "agree": (
        "recovery.handle", "约定分期归还", AgreeForm, services.agree,
        ("经当事人签字同意，每月同一天归还同样的金额，最后一期为余数。", "在保家庭每期不超过规定比例；新的约定取代原来的。"), "main",
    ),
    "refund": (
        "recovery.receive", "追回款入账", RefundForm, services.take_refund,
        ("按银行进账单入账，记入原资金来源和年度的可用指标；同一进账单只入账一次。",), "main",
    ),
    "ask_write_off": (
        "recovery.handle", "提请核销", WriteOffForm, services.ask_write_off, ("由财政的另一人审批；审批前仍可收款。",), "warn",
    ),
    "write_off": ("recovery.write_off", "批准核销", NoteForm, services.write_off, ("余额转入“已核销”，本件办结。",), "bad"),
    "refuse_write_off": (
        "recovery.write_off", "不批准核销", ReasonForm, services.refuse_write_off, ("退回继续追回。",), "main",
    ),
    "revoke": (
        "recovery.decide", "撤销追回决定", ReasonForm, services.revoke,
        ("复议、诉讼撤销或者自行纠正；总账转回“已发放”。", "已收回款项的不能撤销。"), "bad",
    ),
}  # fmt: skip
# Acts that move no row through the procedure are offered while money is still out.
WHILE_OPEN = {"agree": ("decided",), "refund": ("decided", "waiver_asked")}


def crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": _("追回"), "url": reverse("payment:recoveries")}, *more]


def found(request: HttpRequest, pk: int) -> Recovery:
    """The claim, if the officer reaches it."""
    rows = Recovery.objects.select_related("area", "enrolment__household__head")
    return get_visible(rows, request.user, pk=pk)


@require_GET
@page("recovery.see")
def recoveries(request: HttpRequest) -> HttpResponse:
    """The claims within reach, newest first."""
    form = RecoveryQuery(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.recoveries(request.user)
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("county"):
        rows = rows.filter(area_condition(wanted["county"].pk))
    return render(
        request,
        "payment/recoveries.html",
        {
            "form": form,
            "of": Paginator(rows, 50).get_page(request.GET.get("page")),
            "process": RECOVERY,
            "grounds": {code: why.label for code, why in GROUNDS.items()},
        },
    )


def open_acts(row: Recovery) -> set[str]:
    """What may be done with a claim where it stands."""
    steps = {s.act for s in RECOVERY.steps_from(row.state) if s.role != "system"}
    return steps | {act for act, states in WHILE_OPEN.items() if row.state in states}


def act_label(act: str) -> str:
    """A journal act of a claim in words."""
    names = {f"{RECOVERY.key}.{s.act}": s.label for s in RECOVERY.steps} | {
        "recovery.propose": _("提出追回"),
        "recovery.agree": _("约定分期归还"),
        "recovery.refund": _("追回款入账"),
    }
    return str(names.get(act, act))


@require_GET
@page("recovery.see")
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: why, of which payments, what was said and answered, what came back, what may be done."""
    row = found(request, pk)
    acts = open_acts(row)
    items = row.items.select_related("payment__entitlement").order_by("payment__reference")
    refunds, letters, lines = row.refunds.order_by("pk"), of_records([row]), lines_of([row])
    together(items, refunds, letters, lines)
    return render(
        request,
        "payment/recovery.html",
        {
            "row": row,
            "process": RECOVERY,
            "why": GROUNDS[row.ground],
            "programme": programme_label(row.programme),
            "said": [
                (label, text.open())
                for label, text in (
                    (_("事实和证据"), row.facts),
                    (_("陈述申辩"), row.objection),
                    (_("答复"), row.answer),
                    (_("提请核销的原因"), row.waiver_reason),
                )
                if text
            ],
            "items": items,
            "instalments": selectors.instalment_rows(row),
            "refunds": refunds,
            "letters": letters,
            "may_letters": may(request.user, "documents.see", row.area_id),
            "may_trace": may(request.user, "portal.trace", row.area_id),
            "may_books": may(request.user, "funds.see", row.area_id),
            "acts": [
                (name, act[1], act[5])
                for name, act in ACTS.items()
                if name in acts and may(request.user, act[0], row.area_id)
            ],
            "timeline": [
                {"moment": x.moment, "who": officer_name(x.actor), "what": act_label(x.act), "text": x.words}
                for x in lines
            ],
            "crumbs": crumbs({"label": row.number}),
        },
    )


@require_http_methods(["GET", "POST"])
@page("recovery.propose")
def recovery_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to claim back what a household on the roll, or once on it, was paid."""
    enrolment = get_visible(Enrolment.objects.select_related("household__head", "area"), request.user, pk=pk)
    payments = selectors.claimable(enrolment)
    form = ProposeForm(request.POST or None, payments=payments)
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = services.propose(
                    enrolment=enrolment, ground=given["ground"], facts=given["facts"], happened_on=given["happened_on"],
                    items=form.items(), by=request.user, on=clock.today(),
                )  # fmt: skip
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("已提出，请向家庭发出事先告知书"))
                return redirect("payment:recovery", pk=made.pk)
    return render(
        request,
        "payment/recovery_new.html",
        {
            "enrolment": enrolment,
            "form": form,
            "programme": programme_label(enrolment.programme),
            "crumbs": crumbs({"label": _("提出追回")}),
        },
        status=code,
    )


def _act(name: str) -> Callable[..., HttpResponse]:
    right, heading, form_class, do, what, tone = ACTS[name]

    @require_http_methods(["GET", "POST"])
    @page(right)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = found(request, pk)
        back = reverse("payment:recovery", args=[pk])
        form = form_class(request.POST if request.method == "POST" else None)
        code = 200
        if request.method == "POST":
            code = 422
            if form.is_valid():
                version = request.POST.get("version", "")
                try:
                    do(
                        recovery=row, by=request.user, on=clock.today(), version=int(version) if version.isdigit() else -1,
                        **form.cleaned_data,
                    )  # fmt: skip
                except Refused as refused:
                    form.add_error(None, str(refused))
                else:
                    messages.success(request, _("已办理：{what}").format(what=_(heading)))
                    return redirect(back)
        context = {
            "heading": _(heading),
            "what": [
                _("{number}：{fen}，尚欠 {open}").format(
                    number=row.number, fen=yuan(row.amount_fen), open=yuan(row.open_fen)
                ),
                *(_(x) for x in what),
            ],
            "form": form,
            "submit": _(heading),
            "tone": tone,
            "back": back,
            "version": row.version,
            "crumbs": crumbs({"label": row.number, "url": back}, {"label": _(heading)}),
        }
        return render(request, "kit/confirm.html", context, status=code)

    view.__doc__ = f"{heading}: show what it does; on POST do it, or say why not."
    return view


RECOVERY_PAGES = {name: _act(name) for name in ACTS}
