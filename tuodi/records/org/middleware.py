"""What every request passes: one business day, a session that is neither idle nor old, a second factor where due."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.records.org import clock, rights

STARTED, SEEN, FACTOR_DUE = "started", "seen", "factor_due"
# The last-seen time is stored at this grain, so that reading a page does not write the session each time.
SEEN_GRAIN = 30


class OfficerSession:
    """Ends idle and old sessions, sends deciders and payers to their second factor, and fixes the day for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.one_day():
            return self.turn_away(request) or self.get_response(request)

    def turn_away(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        now = int(time.time())
        session = request.session
        started, seen = session.get(STARTED, now), session.get(SEEN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE:
            logout(request)
            messages.info(request, _("长时间没有操作，为安全起见已退出，请重新登录；已保存的草稿都在"))
            return go(
                request,
                f"{settings.LOGIN_URL}?{urlencode({'next': request.path}, safe='/')}"
                if request.method == "GET"
                else settings.LOGIN_URL,
            )
        if STARTED not in session:
            session[STARTED] = now
        if SEEN not in session or now - seen >= SEEN_GRAIN:
            session[SEEN] = now
        if request.path in _always_open():
            return None
        if request.user.must_change_password:
            return go(request, reverse("org:password"))
        if not request.user.is_verified() and factor_due(request):
            return go(request, reverse("org:second_factor"))
        return None


def begin(request: HttpRequest) -> None:
    """Start the session's clocks, at sign-in."""
    request.session[STARTED] = request.session[SEEN] = int(time.time())


def factor_due(request: HttpRequest) -> bool:
    """Whether this officer must show a second factor: the role demands it, or the account has one."""
    if request.session.get(FACTOR_DUE):
        return True
    return bool(
        settings.SECOND_FACTOR_REQUIRED and rights.roles_on(request.user) & rights.SECOND_FACTOR_ROLES
    )


def _always_open() -> set[str]:
    names = ("login", "logout", "password", "second_factor", "text_size", "language")
    return {reverse(f"org:{name}") for name in names}


def go(request: HttpRequest, target: str) -> HttpResponse:
    """Send the browser to `target`, whether it asked for a page or for a piece of one."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)
