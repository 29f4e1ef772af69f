"""From a payment back to its article (design, promise 3): one link a record, each pointing to the one it relied on."""

from __future__ import annotations

from typing import Any

from tuodi.delivery.determination.selectors import findings_of
from tuodi.delivery.payment import selectors as payment
from tuodi.delivery.payment.models import Payment
from tuodi.records.org.rights import may


def chain(paid: Payment, officer: Any) -> list[dict[str, Any]]:
    """The links from the payment to the articles, as the payment room collects them; nothing is worked out anew.

    Who may see cases reads each condition with the family's figures; who only handles money, the articles alone.
    """
    links = payment.trace(paid)
    if may(officer, "determination.see", paid.entitlement.area_id):
        assessment = paid.entitlement.enrolment.decision.assessment
        for link in links:
            if link["articles"] and link.get("assessment"):
                link["findings"] = findings_of(assessment)
    return links
