"""A page for each act that moves a review: what it will do in words, then the service that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.money import yuan_text
from tuodi.core.refusal import Refused
from tuodi.delivery.determination import forms as f
from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import Review
from tuodi.delivery.determination.services.common import newest_assessment, process_of
from tuodi.delivery.determination.views.common import (
    LOG_LINE,
    conflict_page,
    crumbs,
    found_review,
    get_or_post,
    version_in,
)
from tuodi.kit.templatetags.kit import mask_name
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock
from tuodi.records.org.rights import page

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


@get_or_post
@page("determination.investigate")
def survey_done(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, SURVEY_DONE)


@get_or_post
@page("determination.review")
def appraise(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, APPRAISE)


@get_or_post
@page("determination.review")
def form_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, FORM_OPINION)


@get_or_post
@page("determination.notice")
def post_notice(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, POST_NOTICE)


@get_or_post
@page("determination.investigate")
def reinvestigate(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, REINVESTIGATE)


@get_or_post
@page("determination.review")
def send_up(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, SEND_UP)


@get_or_post
@page("determination.confirm")
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, RECEIVE)


@get_or_post
@page("determination.confirm")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, PROPOSE)


@get_or_post
@page("determination.confirm")
def post_second_notice(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, POST_SECOND)


@get_or_post
@page("determination.confirm")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, CONFIRM)


@get_or_post
@page("determination.refuse")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, REFUSE)


@get_or_post
@page("determination.terminate")
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, TERMINATE)


@get_or_post
@page("determination.return")
def return_to_township(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, RETURN)


@get_or_post
@page("determination.review")
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, EXTEND)
