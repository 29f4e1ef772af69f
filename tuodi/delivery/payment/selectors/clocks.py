"""What of payments is on a clock."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from tuodi.delivery.payment.models import PaymentBatch, Recovery
from tuodi.delivery.payment.process import BATCH, RECOVERY
from tuodi.records.org.clocked import Clocked, turns


def clocked() -> tuple[Clocked, ...]:
    """Batches on their way to the bank and back, and recoveries."""
    batch = ("drafted", "reserved", "approved", "sent", "replied")
    claim = ("proposed", "noticed", "objected", "decided", "waiver_asked")
    return (
        Clocked(
            kind="batch",
            label=_lazy("发放批次"),
            right="payment.see",
            rows=lambda: PaymentBatch.objects.filter(state__in=batch, due__isnull=False),
            states={s: BATCH.states[s] for s in batch},
            roles=turns(BATCH, batch, system="finance"),
            url=lambda key, _number: reverse("payment:batch", args=[key]),
            number="number",
            waits={"sent": "bank"},
            record="payment.paymentbatch",
            limit=lambda state, begun, working: BATCH.due(state, begun, working),
        ),
        Clocked(
            kind="recovery",
            label=_lazy("追回"),
            right="recovery.see",
            rows=lambda: Recovery.objects.filter(state__in=claim, due__isnull=False),
            states={s: RECOVERY.states[s] for s in claim},
            roles={**turns(RECOVERY, claim, system="civil_affairs"), "decided": "civil_affairs"},
            url=lambda key, _number: reverse("payment:recovery", args=[key]),
            number="number",
            waits={"noticed": "family", "decided": "family"},
            record="payment.recovery",
            limit=lambda state, begun, working: RECOVERY.due(state, begun, working),
        ),
    )
