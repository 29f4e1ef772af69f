"""Tokens of machine clients: given, taken away, counted."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tuodi.core.identity import without_numbers
from tuodi.core.refusal import Refused
from tuodi.exchange.models import ApiClient, ApiMinute
from tuodi.kit.digest import sm3
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal

TOKEN_BYTES = 32


class TooMany(Exception):
    """The client has used up its minute; `seconds` until the next one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def digest_of(token: str) -> str:
    """Under which a token is kept and found."""
    return sm3(token.encode())


@transaction.atomic
@in_chinese()
def give_token(*, name: str, by: Any, on: date) -> tuple[ApiClient, str]:
    """A new client and its token, which is nowhere kept and cannot be shown again."""
    name = name.strip()
    if not name or len(name) > 40 or without_numbers(name) != name:
        raise Refused(_("请给客户端一个名称：不超过 40 个字，不含证件号、账号、电话"))
    if ApiClient.objects.filter(name=name).exists():
        raise Refused(_("已有同名的客户端：一个名称只用一次，请换一个名称"))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    client = ApiClient.objects.create(
        name=name, token_digest=digest_of(token), created_by=journal.actor_name(by)
    )
    journal.append("api.token", by=by, on=on, record=client, remark=name)
    return client, token


@transaction.atomic
@in_chinese()
def revoke(*, name: str, by: Any, on: date) -> ApiClient:
    """The client's token opens nothing from now on."""
    if not ApiClient.objects.filter(name=name, active=True).update(active=False):
        raise Refused(_("没有这个在用的客户端"))
    client = ApiClient.objects.get(name=name)
    journal.append("api.revoke", by=by, on=on, record=client, remark=name)
    return client


def client_of(token: str) -> ApiClient | None:
    """The client whose token this is, where it still may ask."""
    return ApiClient.objects.filter(token_digest=digest_of(token), active=True).first()


@transaction.atomic
def admit(client: ApiClient, *, at: datetime, on: date) -> None:
    """Count one call, or TooMany. The row of client and minute is the lock: of two processes at the limit one is let in."""
    minute = at.replace(second=0, microsecond=0)
    of_minute = ApiMinute.objects.filter(client=client, minute=minute)
    if not of_minute.exists():
        ApiMinute.objects.bulk_create([ApiMinute(client=client, minute=minute)], ignore_conflicts=True)
        ApiMinute.objects.filter(client=client, minute__lt=minute - timedelta(hours=1)).delete()
    if not of_minute.filter(calls__lt=settings.API_CALLS_PER_MINUTE).update(calls=F("calls") + 1):
        raise TooMany(60 - at.second)
    if client.last_used_on != on:
        ApiClient.objects.filter(pk=client.pk).update(last_used_on=on)
