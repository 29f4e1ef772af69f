"""From a payment back to its article (design, promise 3): one link a record, each pointing to the one it relied on."""

from __future__ import annotations

from typing import Any

from django.urls import resolve

from tuodi.delivery.determination.selectors import findings_of
from tuodi.delivery.payment import selectors as payment
from tuodi.delivery.payment.models import Payment
from tuodi.records.org.rights import may


def chain(paid: Payment, officer: Any) -> list[dict[str, Any]]:
    """The links from the payment to the articles, as the payment room collects them; nothing is worked out anew.

    Who may see cases reads each condition with the family's figures; who only handles money, the articles alone.
    """
    area = paid.entitlement.area_id
    links = payment.trace(paid)
    for link in links:
        if link["url"] and not may(officer, resolve(link["url"]).func.right, area):
            link["url"] = ""  # the record is named, but opening it is other people's work
    if may(officer, "determination.see", area):
        assessment = paid.entitlement.enrolment.decision.assessment
        for link in links:
            if link["articles"] and link.get("assessment"):
                link["findings"] = findings_of(assessment)
    return links
