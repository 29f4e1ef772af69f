"""Pages of determination: lists by role, one review with its reasons and clocks, a page per act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.money import yuan_text
from tuodi.core.refusal import Refused
from tuodi.delivery.determination import forms as f
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import Decision, Objection, PublicNotice, Review, SpotCheck
from tuodi.delivery.determination.policy import spot_share
from tuodi.delivery.determination.services.common import newest_assessment, process_of
from tuodi.delivery.determination.services.county import draw_repeats, draw_size, needed_visits
from tuodi.delivery.determination.services.deciding import REMEDIES
from tuodi.kit import sheets
from tuodi.kit.templatetags.kit import mask_name
from tuodi.kit.versions import Conflict
from tuodi.records.documents.letters import issuer_name
from tuodi.records.documents.selectors import of_records
from tuodi.records.journal.services import reveal
from tuodi.records.org import clock, rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page, public_page

PER_PAGE = 50


def crumbs(review: Review | None = None, here: str = "") -> list[dict[str, str]]:
    """Where this page lies."""
    way = [{"label": _("审核确认"), "url": reverse("determination:list")}]
    if review is not None:
        way.append(
            {"label": review.application.number, "url": reverse("determination:review", args=[review.pk])}
        )
    return [*way, {"label": here}] if here else way


def found_review(request: HttpRequest, pk: int, act: str | None = None) -> Review:
    """The review, if the officer reaches it."""
    rows = Review.objects.select_related("application", "application__household__head", "area", "spot_draw")
    return get_visible(rows, request.user, pk=pk, act=act)


# --- lists ---------------------------------------------------------------------------------------------


@require_GET
@page("determination.see")
def review_list(request: HttpRequest) -> HttpResponse:
    """Reviews the officer reaches, by pile of work."""
    on = clock.today()
    form = f.ListForm(request.GET)
    wanted = {k: v for k, v in request.GET.items() if isinstance(v, str)}
    reached = selectors.reviews_for(request.user)
    counts = selectors.pile_counts(reached)
    rows = (
        selectors.filtered(reached, wanted, on)
        .select_related("application__household__head", "area")
        .order_by("overall_due", "pk")
    )
    pile = wanted.get("pile", "")
    tabs = [
        {
            "url": reverse("determination:list"),
            "label": _("全部"),
            "count": sum(counts.values()),
            "current": not pile,
        }
    ]
    tabs += [
        {
            "url": f"{reverse('determination:list')}?pile={key}",
            "label": _(label),
            "count": counts[key],
            "current": pile == key,
        }
        for key, label, _states in selectors.PILES
        if counts[key] or pile == key
    ]
    return render(
        request,
        "determination/list.html",
        {
            "form": form,
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "tabs": tabs,
            "pile": pile,
            "states": selectors.states(),
            "on": on,
            "may_export": rights.may(request.user, "export"),
            "query": request.GET.urlencode(),
            "may_draw": rights.may(request.user, "determination.spot_check"),
        },
    )


EXPORT = (
    sheets.Column("受理编号", lambda r: r.application.number, width=24),
    sheets.Column("户主", lambda r: r.application.household.head.name, width=12),
    sheets.Column("村（社区）", lambda r: r.area.name, width=20),
    sheets.Column("程序", lambda r: r.procedure, width=10),
    sheets.Column("环节", lambda r: selectors.states()[r.state], width=18),
    sheets.Column("受理日", lambda r: r.accepted_on, "day", 12),
    sheets.Column("本环节期限", lambda r: r.due, "day", 12),
    sheets.Column("全程期限", lambda r: r.overall_due, "day", 12),
    sheets.Column("审核意见", lambda r: r.get_proposal_display(), width=14),
)


@require_GET
@page("export")
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a workbook: what the officer may see in it and no more."""
    on = clock.today()
    rows = (
        selectors.filtered(
            selectors.reviews_for(request.user),
            {k: v for k, v in request.GET.items() if isinstance(v, str)},
            on,
        )
        .select_related("application__household__head", "area")
        .order_by("overall_due", "pk")
    )
    rows = taken_out(rows, request, "determination.list")
    return sheets.as_download(_("审核确认名册"), EXPORT, rows.iterator(chunk_size=2000))


@require_GET
@page("determination.notice")
def to_notify(request: HttpRequest) -> HttpResponse:
    """Decisions whose letter has not yet been handed over."""
    rows = (
        rights.visible(Decision.objects.filter(notified_on=None), request.user)
        .select_related("review__application__household__head", "area")
        .defer("reasons")
        .order_by("notify_due", "pk")
    )
    return render(
        request,
        "determination/to_notify.html",
        {
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "on": clock.today(),
            "crumbs": crumbs(here=_("待送达")),
        },
    )


@require_GET
@page("determination.see")
def board(request: HttpRequest) -> HttpResponse:
    """The notices now up, laid out for the village board."""
    rows = (
        rights.visible(selectors.running_notices(clock.today()), request.user)
        .select_related("area")
        .order_by("area_id", "pk")
    )
    return render(
        request,
        "determination/board.html",
        {
            "of": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "crumbs": crumbs(here=_("公示栏")),
        },
    )


# --- one review ----------------------------------------------------------------------------------------


@require_GET
@page("determination.see")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A review: where it stands, its clocks, the reasons, what may be done."""
    row = found_review(request, pk)
    context = selectors.review_page(row, request.user, clock.today())
    return render(
        request, "determination/review.html", {**context, "crumbs": crumbs(here=row.application.number)}
    )


@require_GET
@page("determination.see")
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision with its reasons, its letter and the family's remedies."""
    row = get_visible(
        Decision.objects.select_related(
            "review__application__household__head", "area", "assessment", "decided_by"
        ),
        request.user,
        pk=pk,
    )
    return render(
        request,
        "determination/decision.html",
        {
            "decision": row,
            "review": row.review,
            "findings": selectors.findings_of(row.assessment),
            "changes": selectors.changes_of(row.assessment),
            "parameters": selectors.parameters_of(row.assessment),
            "letters": list(of_records([row])),
            "remedies": REMEDIES,
            "on": clock.today(),
            "may_notify": row.notified_on is None
            and rights.may(request.user, "determination.notice", row.area_id),
            "crumbs": crumbs(row.review, _("决定")),
        },
    )


# --- acts ----------------------------------------------------------------------------------------------


DONE, SUBMIT = gettext_lazy("已办理"), gettext_lazy("确定")


@dataclass(frozen=True)
class ActPage:
    """A page for one act: its words, its form, the service it calls and what will happen."""

    act: str
    heading: Any
    what: Callable[[Review], list[str]]
    do: Callable[..., Any]
    form: type[forms.Form] = f.NoteForm
    done: Any = DONE
    submit: Any = SUBMIT
    tone: str = "main"


def version_in(request: HttpRequest) -> int:
    """The version the form was made from; a form without one is stale by definition."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else -1


def conflict_page(request: HttpRequest, conflict: Conflict, form: forms.Form, pk: int) -> HttpResponse:
    """Where the case stands now beside what the officer's page showed, with everything typed kept in the form."""
    back = reverse("determination:review", args=[pk])
    context = {"conflict": conflict, "form": form, "action": request.path, "back": back}
    return render(request, "kit/conflict.html", context, status=409)


def act_page(request: HttpRequest, pk: int, act: ActPage) -> HttpResponse:
    """Show what the act will do; on POST do it, or say in words why not."""
    row = found_review(request, pk)
    on = clock.today()
    form = act.form(request.POST or None)
    code = 200
    if request.method == "POST" and form.is_valid():
        try:
            act.do(review=row, by=request.user, on=on, version=version_in(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            code = 422
        except Conflict as conflict:
            return conflict_page(request, conflict, form, pk)
        else:
            messages.success(request, str(act.done))
            return redirect("determination:review", pk=pk)
    elif request.method == "POST":
        code = 422
    row = found_review(request, pk)
    step = process_of(row).step(act.act, row.state)
    heading = (
        _(step.label) if step else act.heading
    )  # the words of the link that led here, as the procedure has them
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": heading,
            "what": act.what(row),
            "form": form,
            "submit": act.submit,
            "tone": act.tone,
            "back": reverse("determination:review", args=[pk]),
            "version": row.version,
            "crumbs": crumbs(row, str(heading)),
        },
        status=code,
    )


def target_line(row: Review, act: str) -> str:
    """Where the act leads, in one line."""
    process = process_of(row)
    step = process.step(act, row.state)
    if step is None:
        return _("本环节现在不能办理这一事项。")
    return _("这件申请由“{now}”转入“{then}”。").format(
        now=process.states[row.state], then=process.states[step.target]
    )


LOG_LINE = gettext_lazy("您的姓名、时间和办理内容写入操作日志，不能删改。")


def leads(
    act: str, *more: Any, about: Callable[[Review], list[str]] | None = None
) -> Callable[[Review], list[str]]:
    """The lines of a confirmation page: what it is about, where it leads, what else happens, that it is journalled."""
    return lambda row: [
        *(about(row) if about else ()),
        target_line(row, act),
        *(str(m) for m in more),
        str(LOG_LINE),
    ]


def granting(row: Review) -> list[str]:
    """Whom, how many, how much: what the officer is about to grant."""
    found = newest_assessment(row)
    if found is None or not found.eligible:
        return []
    return [
        _("{head}户，{size} 人，每月 {amount} 元。").format(
            head=row.application.household.head.name,
            size=found.size,
            amount=yuan_text(found.monthly_fen, cents=True),
        )
    ]


def posting(row: Review) -> list[str]:
    """Exactly what the public will read."""
    found = newest_assessment(row)
    if found is None:
        return []
    return [
        _("将公布：{village}，{head}，{size} 人，每月 {amount} 元。").format(
            village=row.area.name,
            head=mask_name(row.application.household.head.name),
            size=found.size,
            amount=yuan_text(found.monthly_fen, cents=True),
        )
    ]


def refusing(row: Review) -> list[str]:
    """The conditions that do not hold, as the letter will say them."""
    return [
        _("不符合：{sentence}").format(sentence=f["text"])
        for f in selectors.findings_of(newest_assessment(row))
        if f["required"] and f["holds"] is False
    ]


SURVEY_DONE = ActPage(
    "survey_done",
    gettext_lazy("完成调查"),
    leads("survey_done", gettext_lazy("以最近一次入户调查（两人以上、家庭确认）为依据。")),
    services.survey_done,
)
APPRAISE = ActPage(
    "appraise",
    gettext_lazy("完成民主评议"),
    leads("appraise", gettext_lazy("代表人数须达到会人数的三分之二。")),
    services.appraise,
)
FORM_OPINION = ActPage(
    "form_opinion",
    gettext_lazy("提出审核意见"),
    leads("form_opinion", gettext_lazy("意见须与最近一次评估一致；疑点须先逐条处理。")),
    services.form_opinion,
    form=f.OpinionForm,
)
POST_NOTICE = ActPage(
    "post_notice",
    gettext_lazy("张榜公示"),
    leads(
        "post_notice",
        gettext_lazy("公示 7 天，末日遇休息日顺延；只公布村（社区）、户主姓名（隐去部分字）、人数和金额。"),
        gettext_lazy("公示文书自动编号归入一户一档，网页到期自动撤下。"),
        about=posting,
    ),
    lambda *, note="", **kw: services.post_notice(**kw),
    form=forms.Form,
)
REINVESTIGATE = ActPage(
    "reinvestigate",
    gettext_lazy("重新调查"),
    leads("reinvestigate", gettext_lazy("须重新入户，答复异议，再提意见并重新公示。")),
    services.reinvestigate,
)
SEND_UP = ActPage(
    "send_up",
    gettext_lazy("上报县级"),
    leads("send_up"),
    lambda *, note="", **kw: services.send_up(**kw),
    form=forms.Form,
)
RECEIVE = ActPage(
    "receive",
    gettext_lazy("接收材料"),
    leads("receive", gettext_lazy("县级办理时限从今天起算。")),
    lambda *, note="", **kw: services.receive(**kw),
    form=forms.Form,
)
PROPOSE = ActPage(
    "propose", gettext_lazy("提出县级审批意见"), leads("propose"), services.propose, form=f.CountyOpinionForm
)
POST_SECOND = ActPage(
    "post_second_notice",
    gettext_lazy("县级公示"),
    leads("post_second_notice", gettext_lazy("公示 7 天；有异议的重新调查核实后再公示。"), about=posting),
    lambda *, note="", **kw: services.post_second_notice(**kw),
    form=forms.Form,
)
CONFIRM = ActPage(
    "confirm",
    gettext_lazy("审核确认"),
    leads(
        "confirm",
        gettext_lazy("决定作出后不能修改，从下个月起发放。"),
        gettext_lazy("自动生成审核确认通知书，写明金额、理由和救济途径。"),
        about=granting,
    ),
    services.confirm,
    done=gettext_lazy("已确认，决定文书已生成"),
    submit=gettext_lazy("确认给予保障"),
)
REFUSE = ActPage(
    "refuse",
    gettext_lazy("不予确认"),
    leads(
        "refuse",
        gettext_lazy("自动生成不予确认通知书，列明全部情形和救济途径，须在规定期限内送达。"),
        about=refusing,
    ),
    services.refuse,
    done=gettext_lazy("已作出不予确认决定，请按期送达"),
    submit=gettext_lazy("不予确认"),
    tone="bad",
)
TERMINATE = ActPage(
    "terminate",
    gettext_lazy("终止办理（不配合）"),
    leads("terminate", gettext_lazy("写明不配合的情况；家庭可以重新申请，也可以申请复议。")),
    services.terminate,
    form=f.ReasonForm,
    tone="bad",
)
RETURN = ActPage(
    "return",
    gettext_lazy("退回乡镇"),
    leads("return", gettext_lazy("原审核意见作废，乡镇须重新提出意见并重新公示。")),
    services.return_to_township,
    form=f.ReasonForm,
    tone="bad",
)
EXTEND = ActPage(
    "extend",
    gettext_lazy("延长办理时限"),
    lambda row: [
        _("有异议、人户分离、异地申请或调查困难的，全程时限可延长到 45 个工作日，只能延长一次。"),
        str(LOG_LINE),
    ],
    services.extend,
    form=f.ReasonForm,
)

_both = require_http_methods(["GET", "POST"])


@_both
@page("determination.investigate")
def survey_done(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, SURVEY_DONE)


@_both
@page("determination.review")
def appraise(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, APPRAISE)


@_both
@page("determination.review")
def form_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, FORM_OPINION)


@_both
@page("determination.notice")
def post_notice(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, POST_NOTICE)


@_both
@page("determination.investigate")
def reinvestigate(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, REINVESTIGATE)


@_both
@page("determination.review")
def send_up(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, SEND_UP)


@_both
@page("determination.confirm")
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, RECEIVE)


@_both
@page("determination.confirm")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, PROPOSE)


@_both
@page("determination.confirm")
def post_second_notice(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, POST_SECOND)


@_both
@page("determination.confirm")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, CONFIRM)


@_both
@page("determination.refuse")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, REFUSE)


@_both
@page("determination.terminate")
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, TERMINATE)


@_both
@page("determination.return")
def return_to_township(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, RETURN)


@_both
@page("determination.review")
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, EXTEND)


@require_http_methods(["POST"])
@page("determination.assess")
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Work out the rule on the newest facts; a button on the review, nothing to fill in."""
    row = found_review(request, pk)
    try:
        services.assess(review=row, by=request.user, on=clock.today())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已评估，结果见下"))
    return redirect("determination:review", pk=pk)


@_both
@page("determination.object")
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in an objection to the notice now up."""
    row = found_review(request, pk)
    notice = row.notices.filter(ended_on=None).first()

    def take(*, review: Review, by: Any, on: Any, version: int, objector: str, text: str) -> Objection:
        if notice is None:
            raise Refused(_("这件申请现在没有公示，不能登记对公示的异议"))
        return services.object_to(notice=notice, objector=objector, text=text, by=by, on=on, version=version)

    return act_page(
        request,
        pk,
        ActPage(
            "object",
            gettext_lazy("登记异议"),
            leads("object", gettext_lazy("公示随即撤下，重新调查后再公示，公示期重新计算。")),
            take,
            form=f.ObjectionForm,
            done=gettext_lazy("异议已登记，公示已撤下"),
        ),
    )


@_both
@page("determination.review")
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an objection (journalled) and write down what was found."""
    row = get_visible(
        Objection.objects.select_related("notice__review__application", "notice__area"),
        request.user,
        pk=pk,
        field="notice__area_id",
    )
    back = reverse("determination:review", args=[row.notice.review_id])
    on = clock.today()
    form = f.ConclusionForm(request.POST or None)
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.conclude_objection(objection=row, by=request.user, on=on, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("调查结果已登记"))
                return redirect(back)
    try:
        text = reveal(row, "text", by=request.user, on=on, purpose=_("办理异议"))
    except Refused as refused:
        text = str(refused)
    return render(
        request,
        "determination/conclude.html",
        {
            "objection": row,
            "text": text,
            "form": form,
            "back": back,
            "crumbs": crumbs(row.notice.review, _("答复异议")),
        },
        status=code,
    )


@_both
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


@_both
@page("determination.notice")
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that the family has its letter."""
    row = get_visible(Decision.objects.select_related("review__application"), request.user, pk=pk)
    on = clock.today()
    form = f.NotifyForm(request.POST or None, today=on, initial={"told_on": on})
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.notify(decision=row, by=request.user, on=form.cleaned_data["told_on"])
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("已登记送达"))
                return redirect("determination:decision", pk=pk)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("登记送达"),
            "what": [
                _("通知书 {number} 已交到申请家庭手中。").format(number=row.number),
                _("申请人的复议、诉讼期限从知道之日起算。"),
                str(LOG_LINE),
            ],
            "form": form,
            "back": reverse("determination:decision", args=[pk]),
            "crumbs": crumbs(row.review, _("登记送达")),
        },
        status=code,
    )


# --- the random draw -----------------------------------------------------------------------------------


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
        pool = Review.objects.filter(
            rights.area_condition(rights.reach(county.pk)), state="county_review", spot_draw=None
        ).count()
        share, basis = spot_share(county.pk, on)
        waiting.append(
            {"county": county, "pool": pool, "share": share, "basis": basis, "drawn": draw_size(pool, share)}
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


@_both
@page("determination.spot_check")
def new_draw(request: HttpRequest, code: str) -> HttpResponse:
    """Hold a draw in a county."""
    county = next((c for c in counties_of(request.user) if c.pk == code), None)
    if county is None:
        raise Http404
    on = clock.today()
    share, basis = spot_share(county.pk, on)
    form = f.DrawForm(request.POST or None, initial={"share_percent": share})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = services.draw_spot_checks(county=county, by=request.user, on=on, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return redirect("determination:draw", pk=row.pk)
    pool = Review.objects.filter(
        rights.area_condition(rights.reach(county.pk)), state="county_review", spot_draw=None
    ).count()
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("随机抽查：{county}").format(county=county.name),
            "what": [
                _("在已接收、未参加过抽取的 {n} 户中按比例随机抽取，不足一户的按一户计。").format(n=pool),
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


# --- for everybody -------------------------------------------------------------------------------------


@require_GET
@never_cache
@public_page
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """A public notice, for anybody, while it is up; afterwards a sentence that it is over (410)."""
    row = PublicNotice.objects.select_related("area__parent").filter(slug=slug).first()
    if row is None:
        raise Http404
    today = clock.today()
    over = row.ended_on is not None or today > row.notice_until or today < row.posted_on
    if over:
        answer = render(request, "determination/notice_over.html", status=410)
    else:
        town = row.area if row.area.level != "village" else row.area.parent
        answer = render(
            request,
            "determination/notice.html",
            {
                "content": row.content,
                "number": row.number,
                "posted_on": row.posted_on,
                "until": row.notice_until,
                "issuer": issuer_name(town.pk, town.name) if town else "",
            },
        )
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
