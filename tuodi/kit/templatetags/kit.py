"""Template filters and tags of the design system: money, days, names, states, fields. A builtin of every template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuodi.core import money
from tuodi.kit import wording
from tuodi.kit.sealed import WORDS, Sealed

register = template.Library()

NONE = "—"

# --- money: whole fen in, yuan on the page -----------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with thousands and two decimals: 123450 -> '1,234.50'; nothing -> '—'."""
    return NONE if fen in (None, "") else money.yuan_text(int(fen), cents=True)


@register.filter
def yuan_plain(fen: int | None) -> str:
    """Fen as yuan for inputs and files: 123450 -> '1234.50'; nothing -> ''."""
    return "" if fen in (None, "") else money.yuan_plain(int(fen))


@register.filter
def yuan_capital(fen: int | None) -> str:
    """Fen in capitals for documents: 123450 -> '壹仟贰佰叁拾肆元伍角'; nothing -> '—'."""
    return NONE if fen in (None, "") else money.capital(int(fen))


@register.filter
def thousands(number: int | None) -> str:
    """16072 -> '16,072'; nothing -> '—'."""
    return NONE if number in (None, "") else f"{int(number):,}"


# --- days ----------------------------------------------------------------------------------------------------


@register.filter
def written(value: Any) -> Any:
    """What an officer or a family wrote, opened for those who see the record. Numbers, phones, accounts never open here."""
    if isinstance(value, Sealed):
        assert value.kind in WORDS, f"{value.kind} is revealed for a purpose, not by a filter"
        return value.open()
    return value or ""


@register.filter
def cn_date(day: date | datetime | None) -> str:
    """2026-11-23 -> '2026年11月23日'; nothing -> '—'. Moments are shown as the day in Shanghai."""
    if not day:
        return NONE
    if isinstance(day, datetime) and timezone.is_aware(day):
        day = timezone.localtime(day)
    if get_language() == "en":
        return dateformat.format(day, "j M Y")
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cn_month(day: date | str | None) -> str:
    """2026-11-01 or '2026-11' -> '2026年11月'."""
    if not day:
        return NONE
    year, month = (day.year, day.month) if isinstance(day, date) else map(int, str(day).split("-")[:2])
    if get_language() == "en":
        return dateformat.format(date(year, month, 1), "M Y")
    return f"{year}年{month}月"


@register.filter
def cn_moment(moment: datetime | None) -> str:
    """A moment as '2026年11月23日 14:02' in Shanghai."""
    if not moment:
        return NONE
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return f"{cn_date(moment)} {moment:%H:%M}"


@register.filter
def days_left(due: date | None, today: date | None) -> SafeString | str:
    """`{{ case.due|days_left:page.day }}`: a tag 剩 3 天 / 今天到期 / 超期 2 天, in calendar days up to `due`."""
    if not due or not today:
        return NONE
    left = (due - today).days
    if left < 0:
        return tag(_("超期 {n} 天").format(n=-left), "bad")
    if left == 0:
        return tag(_("今天到期"), "warn")
    return tag(_("剩 {n} 天").format(n=left), "warn" if left <= 2 else "")


# --- names, states, marks ------------------------------------------------------------------------------------


@register.filter
def mask_name(name: str | None) -> str:
    """A name for pages others can see: 李四 -> 李*, 欧阳小明 -> 欧**明, 阿依·买买提 -> 阿****提."""
    name = str(name or "")
    if len(name) <= 1:
        return name and "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


# How a state looks, by its code; a state not named here is 'todo' while the procedure runs and plain once it ended.
TONES = {
    **dict.fromkeys(
        (
            "active",
            "paid",
            "posted",
            "confirmed",
            "granted",
            "enrolled",
            "done",
            "concluded",
            "reconciled",
            "approved",
        ),
        "ok",
    ),
    **dict.fromkeys(
        ("refused", "failed", "declined", "rejected", "overdue", "bad", "terminated", "disallowed", "void"),
        "bad",
    ),
    **dict.fromkeys(
        (
            "correcting",
            "correction",
            "objected",
            "second_objected",
            "suspended",
            "returned",
            "paused",
            "phase_out",
            "partial",
            "waiting",
        ),
        "warn",
    ),
    **dict.fromkeys(("draft", "withdrawn", "exited", "cancelled", "closed", "archived", "superseded"), ""),
}


def tag(text: str, tone: str = "") -> SafeString:
    """A small label; `tone` is '', todo, ok, warn or bad. The words alone carry the meaning, the colour repeats it."""
    assert tone in ("", "todo", "ok", "warn", "bad"), tone
    return format_html('<span class="tag{}">{}</span>', f" tag--{tone}" if tone else "", wording.said(text))


@register.filter
def state_tag(state: Any, words: Any = None) -> SafeString | str:
    """`{{ row.state|state_tag:PROCESS }}`, or `{{ row|state_tag }}` for a model with choices on `state`.

    `words` is a core Process, a mapping or pairs of (state, label).
    """
    ends: Iterable[str] = ()
    if hasattr(state, "get_state_display"):
        state, label = state.state, state.get_state_display()
    else:
        if not state:
            return NONE
        if hasattr(words, "states"):
            ends, words = words.ends, words.states
        labels = words if isinstance(words, Mapping) else dict(words or ())
        label = labels.get(state, state)
    return tag(label, TONES.get(state, "" if state in ends else "todo"))


@register.filter
def said(text: Any) -> Any:
    """`{{ doubt.sentence|said }}`: words of a table or of the record in the reader's language (tuodi.kit.wording)."""
    return wording.said(text)


@register.filter
def said_list(items: Iterable[Any]) -> str:
    """Words of a table one after the other, each in the reader's language: 看病、上学."""
    return str(_("、")).join(str(said(one)) for one in items)


# --- forms -----------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, help: str = "", css: str = "") -> SafeString:
    """A form field as the kit shows it: label, help, errors, control, tied together for screen readers."""
    assert isinstance(bound, BoundField), f"{{% field %}} was given {bound!r}, not a form field"
    if getattr(bound.field, "empty_label", None) == "---------":  # Django's own; says nothing
        bound.field.empty_label = _("请选择") if bound.field.required else "—"
    control = bound.field.widget
    help = help or bound.help_text
    help_id, error_id = f"{bound.auto_id}_help", f"{bound.auto_id}_error"
    described = " ".join(([help_id] if help else []) + ([error_id] if bound.errors else []))
    tick, group = (
        isinstance(control, CheckboxInput),
        isinstance(control, RadioSelect | CheckboxSelectMultiple),
    )
    if isinstance(getattr(control, "choices", None), list | tuple):
        control.choices = _said_choices(control.choices)
    attrs: dict[str, Any] = {}
    if described and not group:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if css:
        attrs["class"] = " ".join(filter(None, (control.attrs.get("class"), css)))
    return mark_safe(  # noqa: S308 - rendered by a template that escapes
        render_to_string(
            "kit/field.html",
            {
                "field": bound,
                "widget": bound.as_widget(attrs=attrs),
                "tick": tick,
                "group": group,
                "must": bound.field.required,
                "help": help,
                "help_id": help_id,
                "error_id": error_id,
                "described": described,
                "errors": bound.errors,
            },
        ).strip()
    )


def _said_choices(choices: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Choices (also grouped ones) in the reader's language; those of tables below Django are plain Chinese."""
    return [
        (said(value), _said_choices(label)) if isinstance(label, list | tuple) else (value, said(label))
        for value, label in choices
    ]


@register.simple_tag
def form_errors(*forms: Any) -> list[tuple[str, str, str]]:
    """Every error of these forms and formsets as (anchor, label, text), in the order of the fields."""
    found: list[tuple[str, str, str]] = []
    for form in forms:
        if not form:
            continue
        if hasattr(form, "management_form"):
            if form.is_bound:
                found += [("", "", str(e)) for e in form.non_form_errors()]
                found += form_errors(*form.forms)
            continue
        if not form.is_bound:
            continue
        found += [("", "", str(e)) for e in form.non_field_errors()]
        for bound in form:
            anchor = bound.id_for_label or f"{bound.auto_id}_0"
            label = "" if bound.is_hidden else str(bound.label)
            found += [("" if bound.is_hidden else anchor, label, str(e)) for e in bound.errors]
    return found


@register.filter
def attributes(attrs: Mapping[str, Any]) -> str:
    """The left-over attributes of a cotton component, escaped. (`{{ attrs }}` itself does not escape `:dynamic` ones.)"""
    return flatatt(dict(attrs.attrs_dict().items()) if hasattr(attrs, "attrs_dict") else dict(attrs))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ mapping|get:key }}`: one value of a mapping, or nothing."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def percent(part: int | None, whole: int | None) -> int | None:
    """Whole percent of `part` in `whole`, rounded down; nothing when the whole is unknown or zero."""
    return None if part is None or not whole else min(100, part * 100 // whole)


@register.simple_tag
def pages(of: Any) -> list[int | str]:
    """Page numbers around the current one, with gaps, of a Django Page."""
    return list(of.paginator.get_elided_page_range(of.number, on_each_side=2, on_ends=1))
