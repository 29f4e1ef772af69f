"""Questions about payments, a file a subject: batches, the monthly identities, a month, recoveries, the chain behind a yuan, worklists."""

from tuodi.delivery.payment.selectors.batch import (
    BatchFigures,
    awaiting_repair,
    batch_faults,
    batches,
    figures,
    figures_of,
    returned,
    without_account,
)
from tuodi.delivery.payment.selectors.clocks import clocked
from tuodi.delivery.payment.selectors.identity import (
    Identity,
    identities,
    payment_faults,
)
from tuodi.delivery.payment.selectors.month import closing_checks, month_totals, published
from tuodi.delivery.payment.selectors.recovery import InstalmentRow, claimable, instalment_rows, recoveries
from tuodi.delivery.payment.selectors.tracing import case_panel, case_parts, trace, traceable
from tuodi.delivery.payment.selectors.waiting import repair_since, worklist

__all__ = [
    "BatchFigures",
    "Identity",
    "InstalmentRow",
    "awaiting_repair",
    "batch_faults",
    "batches",
    "case_panel",
    "case_parts",
    "claimable",
    "clocked",
    "closing_checks",
    "figures",
    "figures_of",
    "identities",
    "instalment_rows",
    "month_totals",
    "payment_faults",
    "published",
    "recoveries",
    "repair_since",
    "returned",
    "trace",
    "traceable",
    "without_account",
    "worklist",
]
