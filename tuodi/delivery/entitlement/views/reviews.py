"""Pages of looking again at who receives: what is due, one review with its reasons, a page per act."""

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core import facts as dictionary
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement import selectors, services
from tuodi.delivery.entitlement.forms import CarryOnForm, ReasonForm, ReferForm, ReviewQuery, SettleForm
from tuodi.delivery.entitlement.models import Enrolment, Recertification
from tuodi.delivery.entitlement.process import ENROLMENT, RECERTIFICATION
from tuodi.delivery.intake.selectors import plain
from tuodi.delivery.verification.forms import SurveyForm
from tuodi.kit.versions import Conflict
from tuodi.records.documents.selectors import of_records
from tuodi.records.journal.services import lines_of
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, may, page
from tuodi.records.org.templatetags.org import officer_name

_both = require_http_methods(["GET", "POST"])


def crumbs(row: Recertification | None = None, here: str = "") -> list[dict[str, str]]:
    """Where this page lies."""
    way = [{"label": _("复核"), "url": reverse("entitlement:reviews")}]
    if row is not None:
        way.append(
            {"label": row.enrolment.household.head.name, "url": reverse("entitlement:review", args=[row.pk])}
        )
    return [*way, {"label": here}] if here else way


def found(request: HttpRequest, pk: int) -> Recertification:
    """The review, if the officer reaches it."""
    rows = Recertification.objects.select_related(
        "enrolment__household__head",
        "enrolment__decision__review__application",
        "area",
        "officer",
        "snapshot",
    )
    return get_visible(rows, request.user, pk=pk)


def version_in(request: HttpRequest) -> int:
    """The version the form was made from; a form without one is stale by definition."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else -1


@require_GET
@page("entitlement.review")
def listing(request: HttpRequest) -> HttpResponse:
    """What is being looked at and waits, and whose cycle is over."""
    on = clock.today()
    form = ReviewQuery(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    due = selectors.due_for_review(request.user, on).select_related("household__head", "area")
    return render(
        request,
        "entitlement/reviews.html",
        {
            "form": form,
            "of": Paginator(selectors.reviews(request.user, wanted, on), 50).get_page(
                request.GET.get("page")
            ),
            "due": Paginator(due.order_by("review_due", "pk"), 50).get_page(request.GET.get("due")),
            "states": RECERTIFICATION.states,
            "may_recertify": may(request.user, "entitlement.recertify"),
            "on": on,
            "crumbs": [{"label": _("在保名册"), "url": reverse("entitlement:list")}, {"label": _("复核")}],
        },
    )


@require_GET
@page("entitlement.review")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: why, what the rule gives and what is paid, what was found, what may be done."""
    on = clock.today()
    row = found(request, pk)
    document = row.document.open() if row.document else {}
    paid = selectors.amount_in(row.enrolment, row.month or selectors.next_month(row.area_id[:6], on))
    return render(
        request,
        "entitlement/review.html",
        {
            "row": row,
            "enrolment": row.enrolment,
            "states": RECERTIFICATION.states,
            "ended": row.state in RECERTIFICATION.ends,
            "reasons": row.reasons.open(),
            "paid_fen": paid,
            "findings": selectors.findings_in(document),
            "opinion": row.opinion.open() if row.opinion else "",
            "visit_note": row.visit_note.open() if row.visit_note else "",
            "acts": selectors.review_acts(row, request.user, on),
            "letters": list(of_records([row])),
            "timeline": [
                {
                    "moment": line.moment,
                    "who": officer_name(line.actor),
                    "what": review_act_label(line.act),
                    "text": said(line.words),
                }
                for line in lines_of([row])
            ],
            "on": on,
            "crumbs": crumbs(here=row.enrolment.household.head.name),
        },
    )


def review_act_label(act: str) -> str:
    """A journal act of a review in words."""
    names = {f"{RECERTIFICATION.key}.{s.act}": s.label for s in RECERTIFICATION.steps}
    return str(names.get(act) or {"recertification.ask": _("提出问题")}.get(act, act))


def said(note: str) -> str:
    """The code a line carries (a cause, a proposal) in words."""
    words = {**dict(Recertification.CAUSES), **dict(Recertification.OUTCOMES)}
    return str(words.get(note, note))


@_both
@page("entitlement.recertify")
def recertify(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to look again at a family whose cycle is over, or earlier on good ground."""
    row = get_visible(Enrolment.objects.select_related("household__head", "area"), request.user, pk=pk)
    form = forms.Form(request.POST or None)
    code = 200
    if request.method == "POST":
        code = 422
        try:
            made = services.open_review(
                enrolment=row, by=request.user, on=clock.today(), version=version_in(request)
            )
        except Refused as refused:
            form.is_valid()
            form.add_error(None, str(refused))
        except Conflict as conflict:
            return _conflict(request, conflict, form, reverse("entitlement:enrolment", args=[pk]))
        else:
            messages.success(request, _("复核已开始"))
            return redirect("entitlement:review", pk=made.pk)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("开展复核：{head}户").format(head=row.household.head.name),
            "what": [
                _("现在是“{state}”，{kind} 类，复核限 {day}。").format(
                    state=ENROLMENT.states[row.state], kind=row.review_class or "—", day=row.review_due or "—"
                ),
                _(
                    "复核期间金额照旧；情况无明显变化的继续保障，有变的入户重新评估，减少或停发由县级决定并书面告知。"
                ),
            ],
            "form": form,
            "submit": _("开展复核"),
            "back": reverse("entitlement:enrolment", args=[pk]),
            "version": row.version,
            "crumbs": crumbs(here=row.household.head.name),
        },
        status=code,
    )


def _conflict(request: HttpRequest, conflict: Conflict, form: forms.Form, back: str) -> HttpResponse:
    context = {"conflict": conflict, "form": form, "action": request.path, "back": back}
    return render(request, "kit/conflict.html", context, status=409)


def _act(
    request: HttpRequest,
    pk: int,
    act: str,
    form: forms.Form,
    do: Callable[..., Any],
    what: list[Any],
    tone: str = "main",
) -> HttpResponse:
    """Show what the act will do; on POST do it, or say in words why not."""
    row = found(request, pk)
    back = reverse("entitlement:review", args=[pk])
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                do(
                    review=row,
                    by=request.user,
                    on=clock.today(),
                    version=version_in(request),
                    **form.cleaned_data,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            except Conflict as conflict:
                return _conflict(request, conflict, form, back)
            else:
                messages.success(request, _("已办理"))
                return redirect(back)
    step = RECERTIFICATION.step(act, row.state)
    heading = step.label if step else _("复核")
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": f"{_(heading)} · {row.enrolment.household.head.name}",
            "what": what if step else [_("本环节现在不能办理这一事项。")],
            "form": form,
            "submit": _(heading),
            "tone": tone,
            "back": back,
            "version": row.version,
            "crumbs": crumbs(row, _(heading)),
        },
        status=code,
    )


@_both
@page("entitlement.recertify")
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a question that waits."""

    def do(*, review: Recertification, by: Any, on: Any, version: int) -> Recertification:
        if version != review.version:
            raise Refused(_("这件事刚被别人办理过，请刷新后再看"))
        return services.open_review(enrolment=review.enrolment, by=by, on=on)

    what = [_("由您核实，金额照旧，直到县级作出决定。")]
    return _act(request, pk, "open", forms.Form(request.POST or None), do, what)


@_both
@page("entitlement.recertify")
def carry_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing has evidently changed."""
    what = [
        gettext_lazy("情况无明显变化的不再核定，金额不变，下一次复核按类别周期从今天起算。"),
        gettext_lazy("按规则应减少或停发的，不能由乡镇直接继续：须入户重新评估，或报县级决定。"),
    ]
    return _act(request, pk, "continue", CarryOnForm(request.POST or None), services.carry_on, what)


@_both
@page("entitlement.recertify")
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was found to the county."""
    what = [gettext_lazy("县级另一位工作人员决定；决定之前金额照旧。")]
    return _act(request, pk, "refer", ReferForm(request.POST or None), services.refer, what)


@_both
@page("entitlement.settle")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The county decides."""
    row = found(request, pk)
    initial = {
        "outcome": row.proposal,
        "monthly_fen": row.price_fen or None,
        "from_month": f"{selectors.next_month(row.area_id[:6], clock.today()):%Y-%m}",
        "ground": "review",
    }
    what = [
        gettext_lazy("减少、暂停、退出最早从下一个未生成的月份起；已发的不追回。"),
        gettext_lazy("自动生成变更告知书，写明理由、依据和救济途径，须送达家庭。"),
    ]
    return _act(
        request, pk, "settle", SettleForm(request.POST or None, initial=initial), services.settle, what, "bad"
    )


@_both
@page("entitlement.settle")
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the township."""
    what = [gettext_lazy("乡镇须重新核实后再报。")]
    return _act(request, pk, "return", ReasonForm(request.POST or None), services.send_back, what)


@_both
@page("entitlement.recertify")
def reassess(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the visit, made from the facts as they stand; what it finds is frozen and the rule asked."""
    row = found(request, pk)
    on = clock.today()
    behind = row.snapshot or selectors.facts_behind(row.enrolment)
    seen = request.POST.get("key", "") or f"{behind.pk}"
    form = SurveyForm(
        request.POST or None,
        facts=behind.facts.open(),
        initial={"key": behind.pk, "surveyed_on": on.isoformat()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        faults = dictionary.validate(plain(data["observed"]), on=on)
        form.show_faults(faults)
        if not faults:
            try:
                services.reassess(
                    review=row,
                    seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
                    observed=data["observed"],
                    visited_on=data["surveyed_on"],
                    second_surveyor=data["second_surveyor"],
                    note=data["note"],
                    family_confirmed=data["family_confirmed"],
                    confirmed_by=data["confirmed_by"],
                    by=request.user,
                    on=on,
                    version=version_in(request),
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            except Conflict as conflict:
                return _conflict(request, conflict, form, reverse("entitlement:review", args=[pk]))
            else:
                messages.success(request, _("已重新评估，结果见下"))
                return redirect("entitlement:review", pk=pk)
    return render(
        request,
        "entitlement/reassess.html",
        {"form": form, "row": row, "crumbs": crumbs(row, _("入户并重新评估"))},
        status=422 if form.errors else 200,
    )
