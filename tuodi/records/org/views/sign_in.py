"""Signing in and out, the second factor, one's own account."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login

from tuodi.core.refusal import Refused
from tuodi.records.journal import services as journal
from tuodi.records.org import clock, hints, lockout, middleware, selectors, services
from tuodi.records.org.forms import LoginForm, PasswordForm, TokenForm
from tuodi.records.org.models import SecondFactor
from tuodi.records.org.rights import page, public_page


@public_page
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. Wrong ones make the next try wait (lockout.py); the answer is the same for names nobody has."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    form = LoginForm(request, request.POST or None)
    name, address = request.POST.get("username", ""), lockout.address_of(request)
    counted = request.method == "POST" and bool(name.strip() and request.POST.get("password"))
    if counted and (left := lockout.attempt(name, address)):
        return _wait(request, left)
    if request.method == "POST" and form.is_valid():
        officer = form.get_user()
        lockout.right(name, address)
        login(request, officer)  # gives the session a new key
        middleware.begin(request)
        request.session[middleware.FACTOR_DUE] = selectors.second_factor_of(officer) is not None
        journal.record("sign_in", by=officer, on=clock.today(), record=officer)
        return redirect(onward)
    if counted and (left := lockout.waiting(name, address)):
        services.wrong_password(name=name, minutes=_minutes(left), on=clock.today())
        return _wait(request, left)
    accounts, password = hints.accounts() if settings.DEMO else ([], "")
    context = {"form": form, "next": onward, "accounts": accounts, "password": password}
    return render(request, "kit/login.html", context)


@public_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if request.user.is_authenticated:
        journal.record("sign_out", by=request.user, on=clock.today(), record=request.user)
    logout(request)
    return redirect(settings.LOGIN_URL)


@page("account.own")
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Shows the code to scan to one who has no second factor, and asks for a token; then the session counts as verified."""
    officer: Any = request.user
    onward = _onward(request)
    if officer.is_verified():
        return redirect(onward)
    device = selectors.second_factor_of(officer)
    fresh = None
    if device is None:
        fresh = device = SecondFactor.objects.get_or_create(
            user=officer, confirmed=False, defaults={"name": "phone"}
        )[0]
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = form.cleaned_data["token"]
        try:
            verified = services.verify_second_factor(
                officer=officer, device=device, token=token, on=clock.today()
            )
        except Refused as refusal:
            form.add_error("token", str(refusal))
        else:
            if verified is not None:
                otp_login(request, verified)
                request.session[middleware.FACTOR_DUE] = True
                return redirect(onward)
            form.add_error("token", _("口令不正确或已用过，请等手机上的下一个"))
    context: dict[str, Any] = {"form": form, "next": onward}
    if fresh:
        qr = segno.make(device.config_url, error="m")
        context |= {"qr": qr.svg_data_uri(scale=5, border=2), "secret": _grouped(device)}
    return render(request, "org/second_factor.html", context)


@page("account.own")
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changing one's own password ends all one's sessions."""
    officer: Any = request.user
    form = PasswordForm(officer, request.POST or None)
    if request.method == "POST":
        # An open browser is no place to guess the old one either.
        address = lockout.address_of(request)
        if left := lockout.attempt(officer.username, address):
            return _wait(request, left)
        if form.is_valid() or "old" not in form.errors:
            lockout.right(officer.username, address)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(officer=officer, password=form.cleaned_data["new"], on=clock.today())
        except Refused as refusal:
            form.add_error("new", str(refusal))
        else:
            logout(request)
            messages.success(request, _("密码已更改，所有登录均已退出，请用新密码登录"))
            return redirect(settings.LOGIN_URL)
    return render(request, "org/password.html", {"form": form, "must": officer.must_change_password})


@page("account.own")
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here: posts by date, password, second factor, text size."""
    officer: Any = request.user
    today = clock.today()
    context = {
        "posts": officer.assignments.select_related("area").order_by("-since"),
        "department": officer.department.name_on(today) if officer.department else "",
        "factor": selectors.second_factor_of(officer),
        "today": today,
    }
    return render(request, "org/account.html", context)


@public_page
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Large text on or off: kept with the account, or with the visit for one who has none."""
    large = request.POST.get("large") == "1"
    if request.user.is_authenticated:
        services.set_large_text(officer=request.user, large=large)
    request.session["large_text"] = large
    return redirect(_onward(request))


def _onward(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours, or the first page."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else settings.LOGIN_REDIRECT_URL


def _minutes(left: timedelta) -> int:
    """Whole minutes, rounded up."""
    return -(-int(left.total_seconds()) // 60) or 1


def _wait(request: HttpRequest, left: timedelta) -> HttpResponse:
    """Not now: the same words for every name, known or not."""
    answer = render(request, "kit/locked.html", {"minutes": _minutes(left)}, status=429)
    answer["Retry-After"] = str(int(left.total_seconds()) + 1)
    return answer


def _grouped(device: SecondFactor) -> str:
    """The secret as text in fours, for a telephone that cannot scan."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))
