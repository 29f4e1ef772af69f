"""The cases a draft flips: the list, and one with its findings before and after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuodi.core.finding import PERIODS, Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.refusal import Refused
from tuodi.oversight.rehearsal import services
from tuodi.oversight.rehearsal.cases import CaseRun, digest_of_answer, expectations, one_case, run_cases
from tuodi.oversight.rehearsal.drafted import first_day, parameters_with
from tuodi.oversight.rehearsal.forms import ReasonForm
from tuodi.oversight.rehearsal.models import Draft
from tuodi.oversight.rehearsal.services.drafting import digest_of_all
from tuodi.oversight.rehearsal.views.common import crumbs, draft_of, may_draft, today
from tuodi.policy import cases as files
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.org.rights import page
from tuodi.records.standards import selectors as standards


def brief(run: CaseRun) -> dict[str, Any]:
    """A case as a line of a list."""
    return {
        "run": run,
        "programme": PROGRAMMES[run.programme].short,
        "before": outcome(run.before.assessment, run.before.missing_parameter),
        "after": outcome(run.after.assessment, run.after.missing_parameter),
        "number": run.number,
    }


def outcome(a: Assessment | None, missing: str) -> dict[str, Any]:
    """An answer in a word and an amount."""
    if a is None:
        return {"word": _("缺少参数 {key}").format(key=missing), "fen": None, "period": "", "tone": "warn"}
    if is_unknown(a.eligible):
        return {"word": _("还不能判断"), "fen": None, "period": "", "tone": "warn"}
    return {
        "word": _("符合") if a.eligible else _("不符合"),
        "fen": None if is_unknown(a.amount_fen) or not a.eligible else a.amount_fen,
        "period": PERIODS[a.period],
        "tone": "ok" if a.eligible else "",
    }


@page("rehearsal.see")
@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """The cases that come out otherwise: on their own day (these stop a schedule), and as of the draft's first day."""
    row = draft_of(request, pk)
    own = run_cases(row)
    failing = [r for r in own if r.failing]
    ahead = [r for r in run_cases(row, ahead=True) if r.flips] if first_day(row) else []
    return render(
        request,
        "rehearsal/cases.html",
        {
            "draft": row,
            "total": len(own),
            "flips": [brief(r) for r in own if r.flips or r.failing],
            "failing": len(failing),
            "ahead": [brief(r) for r in ahead],
            "day": first_day(row),
            "form": ReasonForm(initial={"seen": digest_of_all(failing)}) if failing else None,
            "may": may_draft(request, row),
            "crumbs": crumbs(row, _("算例")),
        },
    )


@page("rehearsal.draft")
@require_POST
def acknowledge_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Every failing case under one reason."""
    row = draft_of(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明为什么这个算例的结果应当改变"))
        return redirect("rehearsal:cases", pk=row.pk)
    try:
        n = services.acknowledge_all(draft=row, **form.cleaned_data, by=request.user, on=today())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已认可 {n} 个算例的新结果").format(n=n))
    return redirect("rehearsal:cases", pk=row.pk)


def the_case(draft: Draft, programme: str, number: int, *, ahead: bool = False) -> CaseRun:
    """One case by its programme and place in the file."""
    path = files.FILES.get(programme)
    written = files.cases(path) if path else []
    if not 1 <= number <= len(written):
        raise Http404
    case = written[number - 1]
    before = standards.parameters()
    day = first_day(draft) if ahead else None
    on = max(day, files.day_of(case)) if day else files.day_of(case)
    return one_case(draft, programme, case, on, before, parameters_with(draft, before), expectations(draft))


@page("rehearsal.see")
@require_GET
def case(request: HttpRequest, pk: int, programme: str, number: int) -> HttpResponse:
    """One case: the family, every finding without and with the draft."""
    row = draft_of(request, pk)
    ahead = request.GET.get("ahead") == "1"
    run = the_case(row, programme, number, ahead=ahead)
    asked = may_draft(request, row) and run.failing and not ahead
    form = ReasonForm(initial={"seen": digest_of_answer(run.after)}) if asked else None
    return _shown(request, row, run, form, ahead=ahead)


@page("rehearsal.draft")
@require_POST
def acknowledge(request: HttpRequest, pk: int, programme: str, number: int) -> HttpResponse:
    """The case's new result acknowledged, with the reason."""
    row = draft_of(request, pk)
    run = the_case(row, programme, number)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.acknowledge(draft=row, run=run, **form.cleaned_data, by=request.user, on=today())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已认可这个算例的新结果"))
            return redirect("rehearsal:cases", pk=row.pk)
    return _shown(request, row, run, form)


def _shown(
    request: HttpRequest, row: Draft, run: CaseRun, form: ReasonForm | None, *, ahead: bool = False
) -> HttpResponse:
    return render(
        request,
        "rehearsal/case.html",
        {
            "draft": row,
            "line": brief(run),
            "run": run,
            "programme": PROGRAMMES[run.programme],
            "findings": compared(run),
            "family": family(run),
            "form": form,
            "ahead": ahead,
            "crumbs": crumbs(row, _("算例"), run.name),
        },
        status=422 if form is not None and form.is_bound and form.errors else 200,
    )


def compared(run: CaseRun) -> list[dict[str, Any]]:
    """Every finding before and after, side by side; those that differ are marked."""
    before = {f.rule: f for f in run.before.assessment.findings} if run.before.assessment else {}
    after = {f.rule: f for f in run.after.assessment.findings} if run.after.assessment else {}
    rows = []
    for rule in dict.fromkeys([*before, *after]):
        b, a = before.get(rule), after.get(rule)
        one = a or b
        assert one is not None
        rows.append(
            {
                "before": b,
                "after": a,
                "basis": one.basis,
                "required": one.required,
                "before_holds": holds(b),
                "after_holds": holds(a),
                "differs": (b and b.sentence) != (a and a.sentence) or holds(b) != holds(a),
            }
        )
    return rows


def holds(finding: Any) -> str:
    """A finding's truth as a word for the page."""
    if finding is None:
        return ""
    if is_unknown(finding.holds):
        return _("不明")
    if not finding.required:
        return _("适用") if finding.holds else _("不适用")
    return _("符合") if finding.holds else _("不符合")


def family(run: CaseRun) -> list[dict[str, Any]]:
    """The family as the case writes it: facts that are not blank, with their labels."""
    facts = files.facts_of(run.case)
    told = [{"who": _("家庭"), "facts": list(_said("household", facts["household"]))}]
    for n, member in enumerate(facts["members"], 1):
        told.append({"who": _("成员 {n}").format(n=n), "facts": list(_said("member", member))})
    return told


def _said(level: str, facts: dict[str, Any]) -> Any:
    from tuodi.core.facts import BY_NAME
    from tuodi.core.finding import shown_text

    for name, value in facts.items():
        known = BY_NAME[level, name]
        if value is None or value in ("", False) or name in ("name", "area_code"):
            continue
        text = known.choices.get(value, value) if known.choices else shown_text(name, value)
        yield {"label": known.label, "text": text}
