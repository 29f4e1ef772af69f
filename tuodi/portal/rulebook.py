"""The rule book: each programme from its rule, values and procedure themselves, on any day; what changed between two days.

Nothing here is written twice: conditions and formulas are the rule told in words (`policy.formula`), numbers the values in force with
their documents, steps the procedure's table. Open to everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_noop as _noop
from django.views.decorators.http import require_GET

from tuodi.core.months import months_later
from tuodi.core.parameters import ParameterRow, Parameters
from tuodi.core.process import Process
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.formula import Told, told
from tuodi.policy.programme import BENEFITS, UNITS, Programme
from tuodi.records.org import clock
from tuodi.records.org.models import Area, Department
from tuodi.records.org.rights import public_page
from tuodi.records.standards import selectors as standards

EVERYWHERE = "533100"  # the prefecture: what the counties have where they set nothing of their own


@dataclass(frozen=True)
class Asked:
    """The day and the place a page of the rule book is asked for."""

    on: date
    area: str

    @property
    def query(self) -> str:
        """What follows the question mark of a link that keeps them."""
        return f"?on={self.on.isoformat()}&area={self.area}"


def asked_of(request: HttpRequest) -> Asked:
    """The day and the county of the address; today and the prefecture where it names none."""
    on = _day(request.GET.get("on", "")) or clock.today()
    area = request.GET.get("area", "")
    return Asked(on, area if re.fullmatch(r"\d{6}", area) else EVERYWHERE)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _programme(code: str) -> Programme:
    if code not in PROGRAMMES:
        raise Http404
    return PROGRAMMES[code]


@lru_cache(maxsize=256)
def _told(code: str, area: str, parameters: Parameters, on: date) -> Told:
    return told(PROGRAMMES[code], area, parameters, on)


def _frame(asked: Asked) -> dict[str, Any]:
    """What every page of the book shows: day, place and the places to choose from."""
    counties = Area.objects.filter(level__in=("prefecture", "county")).order_by("pk")
    return {"asked": asked, "areas": list(counties), "today": clock.today()}


def _bureaus(on: date) -> dict[str, str]:
    """What each body is called on a day."""
    return {d.code: d.name_on(on) for d in Department.objects.prefetch_related("names")}


@public_page
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every programme, by the body that gives it on the day."""
    asked = asked_of(request)
    names = _bureaus(asked.on)
    groups: dict[str, list[dict[str, Any]]] = {}
    for programme in PROGRAMMES.values():
        row = {
            "programme": programme,
            "benefit": BENEFITS[programme.benefit],
            "unit": UNITS[programme.unit],
            "in_force": programme.in_force(asked.on),
            "by_rule": programme.evaluate is not None,
        }
        code = programme.bureau(asked.on)
        groups.setdefault(names.get(code, code), []).append(row)
    return render(request, "portal/rules.html", {**_frame(asked), "groups": groups})


@public_page
@require_GET
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: who, how much as a formula, the numbers with their documents and history, steps, papers, what excludes what."""
    known, asked = _programme(code), asked_of(request)
    parameters = standards.parameters()
    made = _told(code, asked.area, parameters, asked.on) if known.evaluate is not None else None
    process = known.process(asked.on)
    return render(
        request,
        "portal/rule.html",
        {
            **_frame(asked),
            "programme": known,
            "bureau": _bureaus(asked.on).get(known.bureau(asked.on), known.bureau(asked.on)),
            "benefit": BENEFITS[known.benefit],
            "unit": UNITS[known.unit],
            "in_force": known.in_force(asked.on),
            "told": made,
            "numbers": numbers(made, parameters, asked) if made else (),
            "steps": steps(process) if process else (),
            "process": process,
            "exclusions": [(PROGRAMMES.get(e.programme), e) for e in known.exclusions],
            "year_before": months_later(asked.on, -12),
        },
    )


def numbers(made: Told, parameters: Parameters, asked: Asked) -> list[dict[str, Any]]:
    """The values a rule read, with their documents, marks and earlier and later rows of the level that answered."""
    found = []
    for key, row in sorted(made.values.items()):
        info = parameters.info.get(key)
        if info is None:
            continue
        level = row.area if row is not None else ""
        history = [r for r in parameters.rows(key) if row is None or r.area == level]
        found.append({"key": key, "info": info, "row": row, "history": history})
    return found


WHOLE, AT_MOST = _noop("全程"), _noop("全程，情况特殊的最长")


def steps(process: Process) -> list[dict[str, Any]]:
    """The stages of a procedure that wait for somebody, and the whole: what it is called, its time limit, what may be done."""
    whole = [
        {"label": label, "limit": limit, "acts": []}
        for label, limit in ((WHOLE, process.overall), (AT_MOST, process.overall_at_most))
        if limit is not None
    ]
    return whole + [
        {
            "label": label,
            "limit": process.limits.get(state),
            "acts": [step.label for step in process.steps_from(state)],
        }
        for state, label in process.states.items()
        if state not in process.ends
    ]


@public_page
@require_GET
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """What differs in a programme between two days: conditions, formula, numbers, steps."""
    known, asked = _programme(code), asked_of(request)
    before = _day(request.GET.get("from", "")) or months_later(asked.on, -12)
    parameters = standards.parameters()
    one, other = (
        sides(
            known,
            _told(code, asked.area, parameters, day) if known.evaluate is not None else None,
            day,
            parameters,
        )
        for day in (before, asked.on)
    )
    rows = [
        {
            "kind": kind,
            "name": name,
            "before": one.get((kind, name), ""),
            "after": other.get((kind, name), ""),
        }
        for kind, name in dict.fromkeys((*one, *other))
        if one.get((kind, name)) != other.get((kind, name))
    ]
    return render(
        request,
        "portal/rule_changes.html",
        {**_frame(asked), "programme": known, "before": before, "rows": rows},
    )


CONDITION, FORMULA, NUMBER, STAGE = (_noop("条件"), _noop("算法"), _noop("数值"), _noop("步骤"))
AMOUNT = _noop("金额")


def sides(
    known: Programme, made: Told | None, on: date, parameters: Parameters
) -> Mapping[tuple[str, str], str]:
    """Everything the book says of a programme on a day, piece by piece."""
    from tuodi.records.standards.templatetags.standards import in_unit

    said: dict[tuple[str, str], str] = {}
    if made is not None:
        said |= {(CONDITION, c.sentence): f"{c.text}（{c.basis}）" for c in made.conditions}
        said |= {(FORMULA, name): text for name, text in made.lines.items()}
        said[FORMULA, AMOUNT] = made.amount
        for key, row in made.values.items():
            if isinstance(row, ParameterRow):
                said[NUMBER, parameters.info[key].label] = (
                    f"{in_unit(row.value, parameters.info[key])}（{row.basis}）"
                )
    process = known.process(on)
    if process is not None:
        for step in steps(process):
            limit = step["limit"]
            said[STAGE, step["label"]] = limit_text(limit) if limit else ""
    return said


def limit_text(limit: Any) -> str:
    """A time limit in words."""
    if limit.working_days is not None:
        return f"{limit.working_days} 个工作日（{limit.basis}）"
    if limit.months is not None:
        return f"{limit.months} 个月（{limit.basis}）"
    if limit.month_end:
        return f"当月内（{limit.basis}）"
    return f"{limit.days} 天（{limit.basis}）"


@public_page
@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """Every article a condition rests on, with the programmes and conditions that name it."""
    asked = asked_of(request)
    parameters = standards.parameters()
    found: dict[str, list[tuple[Programme, Any]]] = {}
    for code, known in PROGRAMMES.items():
        if known.evaluate is None or not known.in_force(asked.on):
            continue
        for condition in _told(code, asked.area, parameters, asked.on).conditions:
            found.setdefault(condition.basis, []).append((known, condition))
    return render(request, "portal/rule_articles.html", {**_frame(asked), "articles": sorted(found.items())})


urlpatterns = [
    path("rules/", index, name="rules"),
    path("rules/articles/", articles, name="rule_articles"),
    path("rules/<str:code>/", programme, name="rule"),
    path("rules/<str:code>/changes/", changes, name="rule_changes"),
]
