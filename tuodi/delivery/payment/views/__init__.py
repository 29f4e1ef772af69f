"""Pages of payments."""

from tuodi.delivery.payment.views.batches import (
    approve,
    bank_file,
    batch,
    batches,
    explain,
    identities,
    prepare,
    publish_totals,
    reconcile,
    reply,
    reply_faults,
    restore,
    returned,
    roster,
    send,
    send_back,
    totals,
    void,
)
from tuodi.delivery.payment.views.recovery import RECOVERY_PAGES, recoveries, recovery, recovery_new

__all__ = [
    "RECOVERY_PAGES", "approve", "bank_file", "batch", "batches", "explain", "identities", "prepare", "publish_totals", "reconcile",
    "recoveries", "recovery", "recovery_new", "reply", "reply_faults", "restore", "returned", "roster", "send", "send_back", "totals", "void",
]  # fmt: skip
