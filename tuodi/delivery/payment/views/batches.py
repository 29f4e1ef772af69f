"""Pages of payments: batches, one batch with its steps and roster, the bank's reply, returned money."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.payment import selectors, services
from tuodi.delivery.payment.forms import (
    BatchQuery,
    EmptyForm,
    NoteForm,
    PrepareForm,
    PublishForm,
    ReasonForm,
    ReplyForm,
)
from tuodi.delivery.payment.models import BankReply, Payment, PaymentBatch
from tuodi.delivery.payment.process import BATCH
from tuodi.delivery.payment.services.replies import examine
from tuodi.funds.views import programme_label
from tuodi.kit.sheets import Column, as_download
from tuodi.records.journal.services import lines_of
from tuodi.records.org import clock
from tuodi.records.org.exports import taken_out
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, may, page, public_page, visible
from tuodi.records.org.templatetags.org import officer_name

LARGE = 20_000  # payments; above this a file is written by a background job and not while a browser waits


def crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": _("发放清册"), "url": reverse("payment:list")}, *more]


def found(request: HttpRequest, pk: int) -> PaymentBatch:
    """The batch, if the officer reaches its county."""
    return get_visible(PaymentBatch.objects.select_related("area"), request.user, pk=pk)


@require_GET
@page("payment.see")
def batches(request: HttpRequest) -> HttpResponse:
    """The batches within reach, newest first."""
    form = BatchQuery(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.batches(request.user)
    if wanted.get("month"):
        rows = rows.filter(month=wanted["month"])
    if wanted.get("county"):
        rows = rows.filter(area=wanted["county"])
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    of = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "payment/batches.html",
        {
            "form": form,
            "of": of,
            "process": BATCH,
            "labels": {b.programme: programme_label(b.programme) for b in of},
            "may_prepare": may(request.user, "payment.prepare"),
            "may_repair": may(request.user, "payment.repair"),
        },
    )


def steps(batch: PaymentBatch) -> list[dict[str, Any]]:
    """The batch's way for the stepper."""
    way = ("reserved", "approved", "sent", "replied", "reconciled")
    names = {
        "reserved": _("生成并预占"),
        "approved": _("复核"),
        "sent": _("送银行"),
        "replied": _("回盘"),
        "reconciled": _("对账"),
    }
    if batch.state == "voided":
        return [
            {"label": _("生成"), "state": "done"},
            {"label": _("已撤销"), "state": "stop", "on": batch.state_since},
        ]
    done = way.index(batch.state) if batch.state in way else -1
    who = {"reserved": batch.prepared_by, "approved": batch.approved_by, "sent": batch.sent_by}
    return [
        {
            "label": names[s],
            "state": "done" if n <= done else "now" if n == done + 1 else "todo",
            "note": officer_name(who.get(s, "")),
            "due": batch.due if n == done + 1 else None,
        }
        for n, s in enumerate(way)
    ]


# act: (right, heading, form, service, lines of what will happen, tone)
ACTS: dict[str, tuple[str, str, type[forms.Form], Callable[..., Any], tuple[str, ...], str]] = {
    "approve": (
        "payment.approve",
        "复核通过",
        NoteForm,
        services.approve,
        ("通过后由财政送银行代发。", "清册由另一人生成；您的姓名和时间写入操作日志。"),
        "main",
    ),
    "return": (
        "payment.return",
        "复核退回",
        ReasonForm,
        services.send_back,
        ("本批作废，预占的资金退回可用指标；经办人可以重新生成。",),
        "bad",
    ),
    "void": (
        "payment.cancel",
        "撤销批次",
        ReasonForm,
        services.void,
        ("本批作废，预占的资金退回可用指标。", "只有还没有送银行的批次可以撤销。"),
        "bad",
    ),
    "send": (
        "payment.send",
        "送银行代发",
        EmptyForm,
        services.send,
        ("生成银行文件和摘要，资金转入“在途”。", "一经发送不能撤回，也不会再发第二次。"),
        "main",
    ),
    "reconcile": (
        "funds.reconcile",
        "对账",
        NoteForm,
        services.reconcile,
        ("核对银行回盘、清册和总账三方合计，一致后本批办结。",),
        "main",
    ),
}


@require_GET
@page("payment.see")
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: where it stands, its figures, its roster, what may be done; ?xlsx=1 the roster as a sheet."""
    row = found(request, pk)
    figures = selectors.figures_of(row)
    rows = (
        Payment.objects.filter(batch=row)
        .select_related("entitlement__household__head", "entitlement__area")
        .order_by("reference")
    )
    state = request.GET.get("state", "")
    if state in figures.counts:
        rows = rows.filter(state=state)
    paginator = Paginator(rows, 50)
    paginator.count = (
        figures.counts[state] if state in figures.counts else sum(figures.counts.values())
    )  # already counted
    if request.GET.get("xlsx"):
        if not may(request.user, "export", row.area_id):
            raise Http404
        columns = [
            Column(_("参考号"), lambda p: p.reference, width=18),
            Column(_("村（社区）"), lambda p: p.entitlement.area.name),
            Column(_("户主"), lambda p: p.entitlement.household.head.name),
            Column(_("户名"), lambda p: p.holder_name),
            Column(_("银行"), lambda p: p.bank),
            Column(_("账号"), lambda p: str(p.account), width=22),
            Column(_("待遇月"), lambda p: f"{p.entitlement.month:%Y-%m}"),
            Column(_("金额（元）"), lambda p: p.amount_fen, "yuan"),
            Column(_("结果"), lambda p: p.get_state_display()),
            Column(_("原因"), lambda p: p.failure, width=20),
        ]
        taken = taken_out(rows, request, f"payment.batch {row.number}", field="batch__area_id")
        return as_download(row.number, columns, taken.iterator(chunk_size=2000))
    steps_open = {s.act for s in BATCH.steps_from(row.state)}
    return render(
        request,
        "payment/batch.html",
        {
            "batch": row,
            "process": BATCH,
            "programme": programme_label(row.programme),
            "steps": steps(row),
            "figures": figures,
            "missing": selectors.without_account(row) if row.state in ("reserved", "approved") else 0,
            "of": paginator.get_page(request.GET.get("page")),
            "acts": [
                (name, act[1], act[5])
                for name, act in ACTS.items()
                if name in steps_open and may(request.user, act[0], row.area_id)
            ],
            "may_reply": row.state in ("sent", "replied", "reconciled")
            and may(request.user, "payment.reply", row.area_id),
            "may_file": bool(row.file_digest) and may(request.user, "payment.send", row.area_id),
            "may_trace": may(request.user, "portal.trace", row.area_id),
            "replies": list(row.replies.order_by("-pk")[:10]),
            "timeline": [
                {"moment": x.moment, "who": officer_name(x.actor), "what": act_label(x.act), "text": x.words}
                for x in lines_of([row])
            ],
            "crumbs": crumbs({"label": row.number}),
        },
    )


def act_label(act: str) -> str:
    """A journal act of this room in words."""
    names = {f"{BATCH.key}.{s.act}": s.label for s in BATCH.steps} | {
        "payment.reply": _("回盘入账"),
        "payment.return": _("退票入账"),
        "payment.reply_refused": _("回盘被拒"),
        "payment.file": _("下载银行文件"),
    }
    return names.get(act, act)


@require_GET
@page("payment.see")
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The roster for paper: every payment of a township, for signing and posting. Accounts masked."""
    row = found(request, pk)
    rows = (
        Payment.objects.filter(batch=row)
        .exclude(state="voided")
        .select_related("entitlement__household__head", "entitlement__area")
        .order_by("reference")
    )
    of = Paginator(rows, 500).get_page(request.GET.get("page"))
    return render(
        request,
        "payment/roster.html",
        {
            "batch": row,
            "programme": programme_label(row.programme),
            "of": of,
            "crumbs": crumbs(
                {"label": row.number, "url": reverse("payment:batch", args=[pk])}, {"label": _("打印清册")}
            ),
        },
    )


@require_http_methods(["GET", "POST"])
@page("payment.prepare")
def prepare(request: HttpRequest) -> HttpResponse:
    """Make a month's roster."""
    on = clock.today()
    first = {
        "month": request.GET.get("month") or f"{months_after(month_of(on)):%Y-%m}",
        "county": request.GET.get("county"),
        "key": uuid.uuid4().hex,
    }
    counties = visible(Area.objects.filter(level="county"), request.user, "pk").order_by("pk")
    if first["county"] is None and len(counties) == 1:
        first["county"] = counties[0].pk
    form = PrepareForm(request.POST or None, initial=first)
    form.fields["county"].queryset = counties
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                if not may(request.user, "payment.prepare", given["county"].pk):
                    raise Refused(_("{area}不在您的职责范围内").format(area=given["county"].name))
                made = services.prepare_batch(
                    programme=given["programme"],
                    county=given["county"].pk,
                    month=given["month"],
                    by=request.user,
                    on=on,
                    key=f"page:{given['key']}" if given["key"] else "",
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("清册已生成，资金已预占；请另一人复核"))
                return redirect("payment:batch", pk=made.pk)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("生成发放清册"),
            "form": form,
            "submit": _("生成并预占"),
            "back": reverse("payment:list"),
            "crumbs": crumbs({"label": _("生成")}),
            "what": [
                _("把当月应发而未发的待遇列成清册，按户的收款账户逐笔列出。"),
                _("同时预占资金；指标不足时什么也不生成，并告诉您差多少。"),
                _("由另一人复核后才能送银行。"),
            ],
        },
        status=code,
    )


def _act(name: str) -> Callable[..., HttpResponse]:
    right, heading, form_class, do, what, tone = ACTS[name]

    @require_http_methods(["GET", "POST"])
    @page(right)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = found(request, pk)
        back = reverse("payment:batch", args=[pk])
        form = form_class(request.POST if request.method == "POST" else None)
        code = 200
        if request.method == "POST":
            code = 422
            if form.is_valid():
                version = request.POST.get("version", "")
                given = {
                    "batch": row,
                    "by": request.user,
                    "on": clock.today(),
                    "version": int(version) if version.isdigit() else -1,
                }
                try:
                    if name == "send" and row.count > LARGE:
                        return _later(request, row)
                    do(**given, **form.cleaned_data)
                except Refused as refused:
                    form.add_error(None, str(refused))
                else:
                    messages.success(request, _("已办理：{what}").format(what=_(heading)))
                    return redirect(back)
        lines = [
            _("{number}：{count} 笔，{total} 元").format(
                number=row.number, count=row.count, total=f"{row.total_fen / 100:,.2f}"
            ),
            *(_(x) for x in what),
        ]
        context = {
            "heading": _(heading),
            "what": lines,
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


approve, send_back, void, send, reconcile = (
    _act(name) for name in ("approve", "return", "void", "send", "reconcile")
)


def _later(request: HttpRequest, row: PaymentBatch) -> HttpResponse:
    """Ask the worker to write and send a large batch."""
    from tuodi.kit import jobs

    jobs.enqueue(
        "payment.send",
        owner=request.user.get_username(),
        key=f"payment.send:{row.pk}",
        title=f"送银行 {row.number}",
        batch_id=row.pk,
        officer=request.user.get_username(),
    )
    messages.success(request, _("银行文件正在后台生成，完成后批次自动转为“已送银行”；进度见后台任务"))
    return redirect("payment:batch", pk=row.pk)


@require_POST
@page("payment.send")
def bank_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the bank file of a sent batch. It holds full accounts, so who took it is journalled."""
    from tuodi.records.journal import services as journal

    row = found(request, pk)
    if not row.file_digest:
        raise Http404
    path = services.publish(row)
    journal.record(
        "payment.file",
        by=request.user,
        on=clock.today(),
        record=row,
        purpose=_("送交代发银行"),
        note=row.file_digest[:16],
    )
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@page("payment.reply")
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The bank's reply: a dry run that lists every fault, or taken in whole."""
    row = found(request, pk)
    form = ReplyForm(request.POST or None, request.FILES or None)
    looked = None
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            looked = examine(file)
            if looked.batch is not None and looked.batch.pk != row.pk:
                form.add_error(
                    "file", _("这是批次 {number} 的回盘，请到那一批次上传").format(number=looked.batch.number)
                )
                looked = None
            elif request.POST.get("act") == "take":
                try:
                    taken = services.take_reply(
                        file=file, file_name=file.name, by=request.user, on=clock.today(), handed_in_at=row
                    )
                except Refused as refused:
                    form.add_error(None, str(refused))
                else:
                    if taken.accepted:
                        messages.success(
                            request,
                            _("回盘已入账：到账 {paid} 笔，退回 {failed} 笔").format(
                                paid=taken.paid, failed=taken.failed
                            ),
                        )
                        return redirect("payment:batch", pk=pk)
            elif looked.good:
                code = 200
    return render(
        request,
        "payment/reply.html",
        {
            "batch": row,
            "form": form,
            "looked": looked,
            "crumbs": crumbs(
                {"label": row.number, "url": reverse("payment:batch", args=[pk])}, {"label": _("上传回盘")}
            ),
        },
        status=code,
    )


@require_GET
@page("payment.see")
def reply_faults(request: HttpRequest, pk: int) -> HttpResponse:
    """What was wrong with a refused reply."""
    row = (
        BankReply.objects.filter(pk=pk, batch__in=visible(PaymentBatch.objects.all(), request.user))
        .select_related("batch")
        .first()
    )
    if row is None:
        raise Http404
    return render(
        request,
        "payment/faults.html",
        {
            "reply": row,
            "of": Paginator(row.faults, 50).get_page(request.GET.get("page")),
            "crumbs": crumbs(
                {"label": row.batch.number, "url": reverse("payment:batch", args=[row.batch_id])},
                {"label": row.file_name},
            ),
        },
    )


@require_http_methods(["GET", "POST"])
@page("payment.repair")
def returned(request: HttpRequest) -> HttpResponse:
    """Payments the bank returned: choose those whose account is mended and pay them again."""
    on = clock.today()
    wrong = ""
    if request.method == "POST":
        chosen = request.POST.getlist("reference")
        counties = set(
            visible(
                PaymentBatch.objects.filter(payments__reference__in=chosen),
                request.user,
                act="payment.repair",
            ).values_list("area_id", "programme")
        )
        try:
            if not chosen:
                raise Refused(_("请先勾选要补发的款项"))
            if len(counties) != 1:
                raise Refused(_("一次只能补发同一县（市）、同一项目的款项"))
            county, programme = counties.pop()
            made = services.prepare_reissue(
                programme=programme,
                county=county,
                references=chosen,
                confirmed=request.POST.getlist("confirmed"),
                by=request.user,
                on=on,
            )
        except Refused as refused:
            wrong = str(refused)
        else:
            messages.success(request, _("补发批次已生成；请另一人复核"))
            return redirect("payment:batch", pk=made.pk)
    of = Paginator(selectors.returned(request.user), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "payment/returned.html",
        {
            "of": of,
            "wrong": wrong,
            "late": selectors.repair_since(on),
            "crumbs": crumbs({"label": _("退回待处理")}),
        },
        status=422 if wrong else 200,
    )


@require_http_methods(["GET", "POST"])
@page("payment.repair")
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a returned payment's money back to the budget."""
    row = get_visible(Payment.objects.select_related("batch"), request.user, field="batch__area_id", pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.restore(payment=row, by=request.user, on=clock.today(), **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("款项已收回可用指标"))
                return redirect("payment:returned")
    context = {
        "heading": _("不再补发，收回指标"),
        "form": form,
        "submit": _("收回指标"),
        "tone": "bad",
        "back": reverse("payment:returned"),
        "what": [row.reference, _("用于死亡退回、已退出等不再应付的款项；收回后不能再补发。")],
        "crumbs": crumbs({"label": _("退回待处理")}),
    }
    return render(request, "kit/confirm.html", context, status=code)


@require_http_methods(["GET", "POST"])
@page("payment.repair")
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a returned payment is still out."""
    row = get_visible(Payment.objects.select_related("batch"), request.user, field="batch__area_id", pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.explain_return(payment=row, by=request.user, on=clock.today(), **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("说明已记入"))
                return redirect("payment:returned")
    context = {
        "heading": _("说明未补发的原因"),
        "form": form,
        "submit": _("记入说明"),
        "back": reverse("payment:returned"),
        "what": [row.reference, _("款项仍列在退回待处理，直到补发或收回；有说明的不妨碍月度结账。")],
        "crumbs": crumbs({"label": _("退回待处理"), "url": reverse("payment:returned")}),
    }
    return render(request, "kit/confirm.html", context, status=code)


@require_http_methods(["GET", "POST"])
@page("payment.publish")
def publish_totals(request: HttpRequest) -> HttpResponse:
    """Make a county's month public in sums."""
    on = clock.today()
    form = PublishForm(
        request.POST or None,
        initial={"month": request.GET.get("month") or f"{months_after(month_of(on), -1):%Y-%m}"},
    )
    counties = visible(Area.objects.filter(level="county"), request.user, "pk").order_by("pk")
    form.fields["county"].queryset = counties
    if len(counties) == 1:
        form.initial["county"] = counties[0].pk
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = services.publish_totals(
                    programme=given["programme"], county=given["county"].pk, month=given["month"],
                    by=request.user, on=on,
                )  # fmt: skip
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("合计已公布"))
                return redirect(f"{reverse('payment:totals')}?month={made.month:%Y-%m}")
    context = {
        "heading": _("公布合计"),
        "form": form,
        "submit": _("公布"),
        "back": reverse("payment:identities"),
        "what": [
            _("公布户数和金额合计，不含任何个人信息；公布页无需登录即可查看。"),
            _("当月批次全部对账后才能公布；以后有补发的，再公布一次，前一次保留。"),
        ],
        "crumbs": crumbs({"label": _("公布合计")}),
    }
    return render(request, "kit/confirm.html", context, status=code)


@require_GET
@public_page
def totals(request: HttpRequest) -> HttpResponse:
    """What each county paid, month by month, in sums: open to everybody (ZJ-13)."""
    form = BatchQuery(request.GET)
    month = form.cleaned_data.get("month") if form.is_valid() else None
    of = Paginator(selectors.published(month), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "payment/totals.html",
        {"form": form, "of": of, "labels": {t.programme: programme_label(t.programme) for t in of}},
    )


@require_GET
@page("payment.see")
def identities(request: HttpRequest) -> HttpResponse:
    """The month's reconciliation identities (ZJ-10)."""
    on = clock.today()
    form = BatchQuery(request.GET or None, initial={"month": f"{month_of(on):%Y-%m}"})
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    month = wanted.get("month") or month_of(on)
    places = dict(visible(Area.objects.filter(level="county"), request.user, "pk").values_list("pk", "name"))
    return render(
        request,
        "payment/identities.html",
        {
            "rows": selectors.identities(month, areas=places),
            "places": places,
            "month": month,
            "form": form,
            "may_publish": may(request.user, "payment.publish"),
            "crumbs": crumbs({"label": _("月度对账")}),
        },
    )
