"""From a payment back to its article (design, promise 3): one link a record, each pointing to the one it relied on."""

from __future__ import annotations

from typing import Any

from tuodi.delivery.payment import selectors as payment
from tuodi.delivery.payment.models import Payment


def chain(paid: Payment, officer: Any) -> list[dict[str, Any]]:
    """The links from the payment to the articles, as the payment room collects them; nothing is worked out anew."""
    return payment.trace(paid)
