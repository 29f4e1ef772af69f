"""How a dated value is shown: in its unit, money in yuan."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.core.money import yuan_text

register = template.Library()

# What the first part of a parameter's key is about.
TOPICS = {
    "age": _lazy("年龄"),
    "area": _lazy("当地平均水平"),
    "child": _lazy("孤儿和事实无人抚养儿童"),
    "county": _lazy("县级抽查"),
    "dibao": _lazy("最低生活保障"),
    "disability": _lazy("残疾人两项补贴"),
    "disaster": _lazy("受灾人员救助"),
    "education": _lazy("教育救助"),
    "federation": _lazy("残联项目"),
    "fund_share": _lazy("资金分担"),
    "funds": _lazy("结转和结余"),
    "health": _lazy("医疗救助"),
    "housing": _lazy("住房救助"),
    "poverty": _lazy("防止返贫监测"),
    "price": _lazy("价格临时补贴"),
    "recovery": _lazy("追回"),
    "rehabilitation": _lazy("残疾儿童康复"),
    "rigid_expense": _lazy("刚性支出困难家庭"),
    "supervision": _lazy("督办"),
    "tekun": _lazy("特困人员"),
    "temporary": _lazy("临时救助"),
    "transfer": _lazy("转办"),
    "verification": _lazy("核对"),
    "work": _lazy("就业救助"),
}
# Values that are words of the rules, not figures.
WORDS = {
    "DB-2012": _lazy("2012 年办法"),
    "DB-2021": _lazy("2021 年办法"),
    "difference": _lazy("补差"),
    "tier": _lazy("分档"),
}


@register.filter
def topic(name: str) -> str:
    """`{{ "dibao"|topic }}`: 最低生活保障."""
    return str(TOPICS.get(name, name))


@register.filter
def in_unit(value: Any, info: Any) -> str:
    """`{{ row.value|in_unit:info }}`: 53334 fen -> 533.34 元, 130 percent -> 130 %."""
    if value is None:
        return _("未设")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value in WORDS:
        return str(WORDS[value])
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
