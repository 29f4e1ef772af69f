"""What the family takes home, on the page and on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuodi.core import facts as dictionary
from tuodi.core.money import yuan_text
from tuodi.delivery.intake import ports, selectors
from tuodi.delivery.intake.process import RECEIVE
from tuodi.delivery.intake.views.common import case_url, found_application
from tuodi.kit.letters import render_letter
from tuodi.records.documents.letters import issuer_name
from tuodi.records.org import clock
from tuodi.records.org.rights import page


@page("intake.see")
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What the family takes home: what was handed in, what is missing, what happens next."""
    application = found_application(request, number)
    panel = selectors.case_panel(application, request.user)
    return render(
        request,
        "intake/receipt.html",
        {
            "application": application,
            "panel": panel,
            "onward": ports.sent_on(application),
            "case_url": case_url(application),
            "process": RECEIVE,
            "on": clock.today(),
        },
    )


@page("intake.see")
@require_GET
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same on paper (回执), as PDF/A."""
    application = found_application(request, number)
    facts = selectors.facts_of(application)
    totals = selectors.declared_totals(facts)
    data = {
        "number": application.number,
        "applicant": application.applicant.name,
        "programme": _("最低生活保障"),
        "applied_on": application.submitted_on,
        "members": [
            {
                "name": m["name"],
                "relation": dictionary.RELATIONS.get(m.get("relation", ""), ""),
                "sex": {"1": "男", "2": "女"}.get(m.get("sex", "9"), ""),
                "birth": "{}年{}月".format(*m["birth"].split("-")[:2]).replace("年0", "年")
                if m.get("birth")
                else "",
            }
            for m in facts["members"]
        ],
        "address": f"{application.area.parent.name if application.area.parent else ''}{application.area.name}",
        "needs": selectors.case_panel(application, request.user)["needs"],
        "officer": application.received_by.name,
        "declared": [
            {
                "label": _("家庭年收入（申报，未扣减）"),
                "value": f"{yuan_text(totals['income_year_fen'], cents=True)} 元",
            },
            {"label": _("金融资产（申报）"), "value": f"{yuan_text(totals['assets_fen'], cents=True)} 元"},
        ],
        "onward": [
            {"programme": line.programme, "whose": line.whose, "body": line.body, "due": line.due}
            for line in ports.sent_on(application)
        ],
        "qr": application.number,
        "issuer": issuer_name(
            application.area_id[:9],
            application.area.parent.name if application.area.level == "village" else application.area.name,
        ),
        "issued_on": application.submitted_on,
    }
    answer = HttpResponse(render_letter("receipt", data), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{application.number}.pdf"'
    return answer
