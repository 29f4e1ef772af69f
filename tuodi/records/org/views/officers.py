"""The officers' register: who holds which post where, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core.refusal import Refused
from tuodi.kit.versions import Conflict
from tuodi.records.org import clock, rights, selectors, services
from tuodi.records.org.forms import EndPostForm, OfficerForm, PostForm
from tuodi.records.org.models import Assignment, Officer
from tuodi.records.org.rights import page


@page("org.see")
def officers(request: HttpRequest) -> HttpResponse:
    """Every officer within reach, with running posts."""
    today = clock.today()
    found = Paginator(selectors.officers(request.user, today, act="org.see"), 50).get_page(
        request.GET.get("page")
    )
    for one in found:
        one.posts = [(rights.ROLES.get(p.role, p.role), p.area.name) for p in one.running]
        one.department_name = one.department.name_on(today) if one.department else ""
    return render(
        request,
        "org/officers.html",
        {
            "officers": found,
            "may_edit": (may_edit := rights.may(request.user, "org.officers")),
            "waiting": selectors.waits(request.user, today).count() if may_edit else 0,
        },
    )


@page("org.officers")
@never_cache
@require_http_methods(["GET", "POST"])
def new_officer(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once."""
    today = clock.today()
    form = OfficerForm(request.POST or None, on=today)
    if request.method == "POST" and form.is_valid():
        try:
            officer, password = services.make_officer(**form.cleaned_data, by=request.user, on=today)
        except Refused as refusal:
            form.add_error("username", str(refusal))
        else:
            return render(request, "org/new_password.html", {"officer": officer, "password": password})
    return render(request, "org/officer_new.html", {"form": form})


@page("org.officers")
@never_cache
@require_http_methods(["GET", "POST"])
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer: posts with their days, account, locks."""
    today = clock.today()
    row = _reachable(request, pk)
    given = {"name": row.name, "department": row.department_id, "is_active": row.is_active}
    form = OfficerForm(request.POST or None, initial=given, on=today, existing=True)
    version = row.version
    if request.method == "POST" and form.is_valid():
        version = int(request.POST.get("version") or 0)
        try:
            services.edit_officer(
                officer=row, **form.cleaned_data, version=version, by=request.user, on=today
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except Conflict as conflict:
            context = {"conflict": conflict, "form": form, "action": request.path, "back": request.path}
            return render(request, "kit/conflict.html", context, status=409)
        else:
            messages.success(request, _("已保存"))
            return redirect("org:officer", pk=pk)
    return render(request, "org/officer.html", _officer_context(request, row, form, version))


@page("org.officers")
@require_POST
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a post."""
    today = clock.today()
    row = _reachable(request, pk)
    form = PostForm(request.POST, by=request.user)
    if form.is_valid():
        try:
            services.give_post(officer=row, **form.cleaned_data, by=request.user, on=today)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("岗位已给予"))
            return redirect("org:officer", pk=pk)
    context = _officer_context(request, row, None, row.version) | {"post_form": form}
    return render(request, "org/officer.html", context, status=422)


@page("org.officers")
@require_POST
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post."""
    post = rights.get_visible(Assignment.objects.select_related("officer"), request.user, pk=pk)
    form = EndPostForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写岗位结束的日期"))
    else:
        try:
            services.end_post(
                assignment=post, until=form.cleaned_data["until"], by=request.user, on=clock.today()
            )
            messages.success(request, _("岗位已结束"))
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("org:officer", pk=post.officer_id)


@page("org.officers")
@never_cache
@require_POST
def account_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Unlock, new password, forget the second factor."""
    row = _reachable(request, pk)
    today = clock.today()
    try:
        if act == "password":
            password = services.reset_password(officer=row, by=request.user, on=today)
            return render(request, "org/new_password.html", {"officer": row, "password": password})
        if act == "unlock":
            services.unlock(officer=row, by=request.user, on=today)
            messages.success(request, _("已解除锁定"))
        elif act == "second-factor":
            services.reset_second_factor(officer=row, by=request.user, on=today)
            messages.success(request, _("动态口令已清除，下次登录时重新设置"))
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("org:officer", pk=pk)


@page("org.officers")
@never_cache
@require_GET
def waits(request: HttpRequest) -> HttpResponse:
    """Who must wait before the next try at signing in, since when, and until when."""
    found = selectors.waits(request.user, clock.today())
    context = {"waits": Paginator(found, 50).get_page(request.GET.get("page"))}
    return render(request, "org/waits.html", context)


@page("org.officers")
@require_POST
def let_through(request: HttpRequest, pk: int) -> HttpResponse:
    """End one wait."""
    row = selectors.waits(request.user, clock.today()).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        services.let_through(trouble=row, by=request.user, on=clock.today())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已解除锁定"))
    return redirect("org:waits")


def _reachable(request: HttpRequest, pk: int) -> Officer:
    row = selectors.officers(request.user, clock.today()).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _officer_context(request: HttpRequest, row: Officer, form: OfficerForm | None, version: int) -> dict:
    today = clock.today()
    given = {"name": row.name, "department": row.department_id, "is_active": row.is_active}
    posts = list(row.assignments.select_related("area").order_by("-since", "role"))
    for post in posts:
        post.label = rights.ROLES.get(post.role, post.role)
        post.runs = post.until is None or today < post.until
    return {
        "row": row,
        "form": form or OfficerForm(initial=given, on=today, existing=True),
        "post_form": PostForm(by=request.user, initial={"since": today}),
        "end_form": EndPostForm(initial={"until": today}, auto_id=False),
        "posts": posts,
        "version": version,
        "locked": selectors.locked(row),
        "factor": selectors.second_factor_of(row),
        "today": today,
    }
