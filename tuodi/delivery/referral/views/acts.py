"""Acts on a referral: each a short form with the version of the page it was opened from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuodi.core.refusal import Refused
from tuodi.delivery.referral import forms as f
from tuodi.delivery.referral import selectors, services
from tuodi.delivery.referral.models import Referral
from tuodi.delivery.referral.services.handling import OUTCOMES, ending
from tuodi.delivery.referral.views.common import conflict_page, crumbs, found_referral, version_in
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock
from tuodi.records.org.models import Department
from tuodi.records.org.rights import page


def act_page(
    request: HttpRequest,
    row: Referral,
    form: Form,
    do: Callable[[Mapping[str, Any]], Any],
    *,
    title: str,
    submit: str,
    done: str,
    hint: str = "",
) -> HttpResponse:
    """Ask with a form, act, go back to the referral; a refusal stands above the form, a conflict beside it."""
    back = reverse("referral:referral", args=[row.number])
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Conflict as conflict:
            return conflict_page(request, conflict, form, back)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect(back)
    return render(
        request,
        "referral/act.html",
        {
            "row": row,
            "form": form,
            "title": title,
            "submit": submit,
            "hint": hint,
            "back": back,
            "version": version_in(request) if request.method == "POST" else row.version,
            "crumbs": crumbs(row, title),
        },
        status=422 if form.errors else 200,
    )


def at_once(request: HttpRequest, row: Referral, do: Callable[[], Any], done: str) -> HttpResponse:
    """Act without a form, and say what came of it."""
    back = reverse("referral:referral", args=[row.number])
    try:
        do()
    except Conflict as conflict:
        return conflict_page(request, conflict, None, back)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(back)


@require_POST
@page("referral.act")
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Take it."""
    row = found_referral(request, number)
    return at_once(
        request,
        row,
        lambda: services.accept(referral=row, by=request.user, on=clock.today(), version=version_in(request)),
        _("已接收，办理时限开始计算"),
    )


@require_http_methods(["GET", "POST"])
@page("referral.act")
def return_(request: HttpRequest, number: str) -> HttpResponse:
    """Say that it is not this body's."""
    row = found_referral(request, number)
    on = clock.today()
    form = f.ReturnForm(request.POST or None, bodies=others(row, on))
    return act_page(
        request,
        row,
        form,
        lambda data: services.return_(
            referral=row,
            reason=data["reason"],
            suggested=Department.objects.filter(pk=data["department"] or None).first(),
            by=request.user,
            on=on,
            version=version_in(request),
        ),
        title=_("退回转办"),
        submit=_("退回"),
        done=_("已退回"),
        hint=_("第一次退回由窗口重新转办；再次退回由领导小组办公室定办，定办后不能再退。"),
    )


@require_http_methods(["GET", "POST"])
@page("referral.send")
def readdress(request: HttpRequest, number: str) -> HttpResponse:
    """Send a returned one to the body it belongs to."""
    return _to_body(
        request, number, services.readdress, title=_("重新转办"), submit=_("转出"), done=_("已重新转办")
    )


@require_http_methods(["GET", "POST"])
@page("referral.rule")
def rule(request: HttpRequest, number: str) -> HttpResponse:
    """Rule whose it is."""
    return _to_body(
        request,
        number,
        services.rule,
        title=_("定办"),
        submit=_("定办"),
        done=_("已定办，由该部门接收办理"),
        hint=_("定办以后，该部门不能再退回。"),
    )


def _to_body(request: HttpRequest, number: str, act: Callable[..., Any], **words: str) -> HttpResponse:
    """Name the body a referral goes to, with a reason."""
    row = found_referral(request, number)
    on = clock.today()
    return act_page(
        request,
        row,
        f.BodyForm(request.POST or None, bodies=selectors.bodies(on)),
        lambda data: act(
            referral=row,
            department=Department.objects.get(pk=data["department"]),
            reason=data["reason"],
            by=request.user,
            on=on,
            version=version_in(request),
        ),
        **words,
    )


@require_http_methods(["GET", "POST"])
@page("referral.step")
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the family for what is missing."""
    row = found_referral(request, number)
    missing = selectors.grounds_of(row)["missing"]
    form = f.CorrectionForm(request.POST or None, initial={"items": "\n".join(missing)})
    return act_page(
        request,
        row,
        form,
        lambda data: services.ask_correction(
            referral=row,
            items=data["items"].splitlines(),
            by=request.user,
            on=clock.today(),
            version=version_in(request),
        ),
        title=_("请家庭补正"),
        submit=_("发出，停表"),
        done=_("已发出，时限停止计算，由受理窗口告知家庭"),
    )


@require_http_methods(["GET", "POST"])
@page("referral.answer")
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take in what the family brought."""
    row = found_referral(request, number)
    form = f.AnswerForm(request.POST or None)
    return act_page(
        request,
        row,
        form,
        lambda data: services.answer(
            referral=row, text=data["text"], by=request.user, on=clock.today(), version=version_in(request)
        ),
        title=_("收到补正"),
        submit=_("登记，继续计时"),
        done=_("已登记，时限按剩下的工作日继续计算"),
    )


@require_POST
@page("referral.step")
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Take a stage act of the programme's procedure."""
    row = found_referral(request, number)
    return at_once(
        request,
        row,
        lambda: services.step(
            referral=row,
            act=request.POST.get("act", ""),
            by=request.user,
            on=clock.today(),
            version=version_in(request),
        ),
        _("已办理，进入下一环节"),
    )


@require_http_methods(["GET", "POST"])
@page("referral.step")
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """End it."""
    row = found_referral(request, number)
    on = clock.today()
    outcomes = [o for o in OUTCOMES if ending(row, o) is not None]
    amount = selectors.grounds_of(row)["amount_fen"]
    form = f.ConcludeForm(
        request.POST or None,
        outcomes=outcomes,
        initial={"amount": f"{amount / 100:.2f}" if amount else "", "starts_on": on.isoformat()},
    )
    return act_page(
        request,
        row,
        form,
        lambda data: services.conclude(
            referral=row,
            outcome=data["outcome"],
            amount_fen=data["amount"] if data["outcome"] == "granted" else None,
            starts_on=data["starts_on"] if data["outcome"] == "granted" else None,
            reason=data["reason"],
            by=request.user,
            on=on,
            version=version_in(request),
        ),
        title=_("办结"),
        submit=_("办结"),
        done=_("已办结"),
        hint=_("不予的，转办时列出的全部理由随结论留存。"),
    )


def others(row: Referral, on: Any) -> list[tuple[str, str]]:
    """The bodies it may be instead of the one that has it."""
    return [(code, name) for code, name in selectors.bodies(on) if code != row.department_id]
