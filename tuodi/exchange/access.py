"""Who may ask: a machine client by its token, or a signed-in officer whose roles the table names."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from tuodi.exchange import services
from tuodi.exchange.models import ApiClient
from tuodi.records.org.rights import may, note_refused

ACT = "rules.answer"


class Caller(HttpBearer):
    """A request with an Authorization header stands by its token alone; without one, by its session."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if "Authorization" in request.headers else self.officer(request)

    def authenticate(self, request: HttpRequest, token: str) -> ApiClient | None:
        """The client, counted; None where the token opens nothing."""
        client = services.client_of(token)
        if client is not None:
            now = timezone.now()
            services.admit(client, at=now, on=timezone.localdate(now))
        return client

    def officer(self, request: HttpRequest) -> Any:
        """The signed-in officer; 403 where the table does not name one of the roles."""
        officer = request.user
        if not officer.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, _("请求没有带上页面的防伪标记（X-CSRFToken）"))
        if not may(officer, ACT):
            note_refused(officer, ACT, request.method or "")
            raise HttpError(403, _("您的岗位没有这项权限"))
        return officer
