"""Days by which something must be done, as every page shows them: a year without its notice is said to be provisional.

A builtin of every template, so that no page writes such a day by other means.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tuodi.kit.templatetags.kit import NONE, cn_date
from tuodi.records.standards import selectors

register = template.Library()


def marked(text: str, day: date) -> SafeString | str:
    """`text` with the mark of a year whose notice is not known; the calendar is read once a request."""
    if not selectors.provisional(day):
        return text
    why = _("该年节假日安排尚未公布，期限按周末和法定节日推算；已定的期限不因公布而改动")
    return format_html('{} <span class="mark" title="{}">{}</span>', text, why, _("试行推定"))


@register.filter
def due_day(day: date | None) -> Any:
    """`{{ row.due|due_day }}` in a list: 2027-02-22, and 试行推定 where the year is not announced."""
    return marked(day.isoformat(), _plain(day)) if day else NONE


@register.filter
def due_date(day: date | None) -> Any:
    """`{{ row.due|due_date }}` in a sentence: 2027年2月22日, and the mark."""
    return marked(cn_date(day), _plain(day)) if day else NONE


def _plain(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day
