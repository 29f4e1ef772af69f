"""`POST /api/v1/answers`: a family's facts in, what every programme says about it out. Nothing is stored.

The facts come whole or all their faults go back at once; no answer repeats a value that was sent in a fault.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError

from tuodi.core.facts import Fault, field_label
from tuodi.exchange.access import Caller
from tuodi.exchange.schema import ANSWERS
from tuodi.exchange.services import TooMany
from tuodi.kit.wording import said
from tuodi.records.org import clock
from tuodi.records.standards import answering

LARGEST = 256 * 1024  # bytes
MEMBERS = 30
FIELD_NAME = re.compile(r"(?!.*\d{4})[a-z][a-z0-9_]{0,59}")

# No pages of its own: the documentation pages of django-ninja load scripts from the internet.
api = NinjaAPI(
    title="托底 Tuodi",
    version="1",
    urls_namespace="exchange_api",
    docs_url=None,
    openapi_url=None,
    auth=Caller(),
)


def wrong(code: int, message: str, faults: list[dict[str, Any]] | None = None) -> HttpResponse:
    """Every answer that is none: one sentence, and for facts the list of their faults."""
    return JsonResponse(
        {"message": message, "faults": faults or []}, status=code, json_dumps_params={"ensure_ascii": False}
    )


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = wrong(401, _("请用接口令牌（Authorization: Bearer …）或登录后再试"))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    answer = wrong(429, _("这一分钟的次数已用完，请 {n} 秒后再试").format(n=error.seconds))
    answer["Retry-After"] = str(error.seconds)
    return answer


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return wrong(error.status_code, str(error))


@api.post("/answers", url_name="answers", operation_id="answers", openapi_extra=ANSWERS)
def answers(request: HttpRequest) -> HttpResponse:
    """一户家庭的情况：各项目能不能享受、多少、为什么、还缺什么、谁来办。不保存任何内容。"""
    if request.content_type != "application/json":
        raise HttpError(422, _("请求的 Content-Type 应为 application/json"))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        raise HttpError(413, _("内容过大：一户的情况不超过 256 KB"))
    try:
        facts = answering.read(request.body)
    except answering.Unreadable as unreadable:
        raise HttpError(422, said(str(unreadable))) from None
    if len(facts["members"]) > MEMBERS:
        raise HttpError(413, _("成员过多：一户不超过 30 人"))
    on, faults = answering.check(facts, today=clock.today(), quote=False)
    if faults:
        return wrong(422, _("情况有误，请改正后再试"), [fault_in_words(f) for f in faults])
    return JsonResponse(answering.answer(facts, on=on), json_dumps_params={"ensure_ascii": False})


def fault_in_words(fault: Fault) -> dict[str, Any]:
    """A fault as the caller reads it. A name of a field that cannot be one is not said back: it may be anything."""
    name = fault.field if FIELD_NAME.fullmatch(fault.field) else "?"
    return {
        "member": fault.member,
        "field": name,
        "label": said(field_label("member" if fault.member else "household", name)),
        "message": said(fault.message),
    }
