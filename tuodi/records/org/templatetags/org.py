"""Tags for pages that show posts and ask what the reader may do."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from tuodi.records.journal.services import SYSTEM
from tuodi.records.org import hints, rights, selectors

register = template.Library()


@register.simple_tag
def role_name(role: str) -> str:
    """`{% role_name post.role %}`: 乡镇审核."""
    return str(rights.ROLES.get(role, role))


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], act: str, area_code: str | None = None) -> bool:
    """`{% may "intake.accept" row.area_id as can %}`: show a button only to those whose click would succeed."""
    return rights.may(context["request"].user, act, area_code)


@register.filter
def act_words(line: Any) -> str:
    """`{{ line|act_words }}`: a journal line's act in words, as the case page says it."""
    return str(hints.act_words(line.act, line.state_to))


@register.filter
def officer_name(username: Any) -> str:
    """`{{ batch.prepared_by|officer_name }}`: 段丽华 for the user name a record carries; 系统 for the system itself."""
    text = str(username or "")
    if text == SYSTEM:
        return _("系统")
    return selectors.names().get(text, text)
