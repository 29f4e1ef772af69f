"""One referral: what its body needs to know and nothing else, its clock, what may be done, what was done; and its letter."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuodi.delivery.referral import selectors
from tuodi.delivery.referral.models import Pause, Question, Referral, Return
from tuodi.delivery.referral.services.common import programme_of
from tuodi.delivery.referral.views.common import crumbs, found_referral
from tuodi.kit.letters import render_letter
from tuodi.kit.together import gathered
from tuodi.records.documents.letters import issuer_name
from tuodi.records.org import clock
from tuodi.records.org.rights import may, page
from tuodi.records.org.selectors import names as officer_names
from tuodi.records.standards import selectors as standards


@require_GET
@page("referral.see")
def referral(request: HttpRequest, number: str) -> HttpResponse:
    """The page a body works from."""
    on = clock.today()
    row = found_referral(request, number)
    rows = gathered(
        row,
        {
            "steps": selectors.steps_of(referral=row),
            "returns": Return.objects.filter(referral=row).order_by("sequence"),
            "pauses": Pause.objects.filter(referral=row).order_by("-pk"),
            "questions": Question.objects.filter(referral=row).select_related("answer").order_by("pk"),
        },
    )
    grounds = selectors.grounds_of(row)
    names = selectors.body_names(on)
    pause = next((p for p in rows["pauses"] if p.answered_on is None), None)
    return render(
        request,
        "referral/referral.html",
        {
            "row": row,
            "programme": programme_of(row),
            "body": names.get(row.department_id, row.department_id),
            "owner": names.get(row.owner_id, row.owner_id),
            "why": selectors.why_words(row),
            "grounds": grounds,
            "findings": findings(grounds),
            "facts": selectors.facts_shown(grounds),
            "pause": pause,
            "asked": pause.items.open() if pause else [],
            "questions": [question_shown(q, names) for q in rows["questions"]],
            "returns": [
                {
                    "body": names.get(r.department_id, r.department_id),
                    "suggested": names.get(r.suggested_id or "", ""),
                    "reason": r.reason.open(),
                    "on": r.returned_on,
                }
                for r in rows["returns"]
            ],
            "timeline": selectors.timeline(rows["steps"], on, officer_names()),
            "acts": selectors.acts_of(row, request.user, on),
            "may_family": may(request.user, "referral.family", row.area_id),
            "on": on,
            "crumbs": crumbs(here=row.number),
        },
    )


def findings(grounds: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings for the kit's list."""
    return [
        {"holds": f["holds"], "required": f["required"], "text": f["sentence"], "basis": f["basis"]}
        for f in grounds["findings"]
    ]


def question_shown(q: Question, names: dict[str, str]) -> dict[str, Any]:
    """A question with its answer, opened."""
    answer = getattr(q, "answer", None)
    return {
        "row": q,
        "body": names.get(q.department_id, q.department_id),
        "text": q.text.open(),
        "answer": answer,
        "said": answer.text.open() if answer and answer.text else "",
    }


@require_GET
@page("referral.see")
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """The transfer sheet (转办单) as PDF, from what was frozen when it was sent."""
    row = found_referral(request, number)
    answer = HttpResponse(render_letter("referral", letter_data(row)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="referral-{row.number}.pdf"'
    return answer


def letter_data(row: Referral) -> dict[str, Any]:
    """What the sheet says."""
    grounds = selectors.grounds_of(row)
    names = selectors.body_names(row.sent_on)
    town = row.area.parent if row.area.level == "village" else row.area
    assert town is not None
    return {
        "number": row.number,
        "application": row.application.number,
        "programme": row.label,
        "to": names.get(row.owner_id, row.owner_id),
        "applicant": row.application.applicant.name,
        "whose": row.person.name if row.person else _("全户"),
        "place": f"{town.name}{row.area.name if town != row.area else ''}",
        "sent_on": row.sent_on,
        "accept_by": row.process.due("sent", row.sent_on, standards.calendar()),
        "overall_due": row.overall_due,
        "why": selectors.why_words(row),
        "findings": [f["sentence"] for f in grounds["findings"]],
        "missing": grounds["missing"],
        "papers": grounds["papers"],
        "facts": selectors.facts_shown(grounds),
        "qr": row.number,
        "issuer": issuer_name(town.code, town.name),
        "issued_on": row.sent_on,
    }
