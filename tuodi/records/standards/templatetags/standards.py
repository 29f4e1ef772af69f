"""How a dated value is shown: in its unit, money in yuan."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from tuodi.core.money import yuan_text

register = template.Library()


@register.filter
def in_unit(value: Any, info: Any) -> str:
    """`{{ row.value|in_unit:info }}`: 53334 fen -> 533.34 元, 130 percent -> 130 %."""
    if value is None:
        return _("未设")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    unit = info.unit
    if unit == "fen" and isinstance(value, int):
        return _("{yuan} 元").format(yuan=yuan_text(value))
    if unit == "basis_points" and isinstance(value, int):
        return f"{value / 100:g} %"
    words = {
        "percent": "%",
        "months": _("个月"),
        "days": _("天"),
        "working_days": _("个工作日"),
        "count": "",
        "years": _("岁"),
    }
    return f"{value} {words.get(unit, '' if unit == 'word' else unit)}".strip()
