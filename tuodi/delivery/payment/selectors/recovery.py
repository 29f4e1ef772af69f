"""Money claimed back: the claims, what may be claimed, what of an agreement has come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    QuerySet,
)

from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.payment.models import (
    Payment,
    Recovery,
    RecoveryItem,
)
from tuodi.records.org.rights import visible


def recoveries(officer: Any) -> QuerySet[Recovery]:
    """The claims the officer reaches, newest first."""
    return visible(Recovery.objects.select_related("area", "enrolment__household__head"), officer).order_by(
        "-pk"
    )


def claimable(enrolment: Enrolment) -> list[Payment]:
    """What a household was paid in three years and is in no claim, newest first."""
    live = RecoveryItem.objects.filter(payment=OuterRef("pk"), live=True)
    rows = Payment.objects.filter(
        ~Exists(live),
        state="paid",
        entitlement__household=enrolment.household_id,
        entitlement__programme=enrolment.programme,
    )
    return list(rows.select_related("entitlement").order_by("-entitlement__month", "-pk")[:36])


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """An agreed part of a claim, and how much of it has come back."""

    sequence: int
    due_on: date
    amount_fen: int
    covered_fen: int

    @property
    def done(self) -> bool:
        return self.covered_fen == self.amount_fen


def instalment_rows(recovery: Recovery) -> list[InstalmentRow]:
    """The newest agreement, each part with what of it has come back since."""
    rows = list(recovery.instalments.order_by("agreement", "sequence"))
    newest = [r for r in rows if r.agreement == rows[-1].agreement] if rows else []
    back = max(0, sum(r.amount_fen for r in newest) - recovery.open_fen)
    told = []
    for r in newest:
        covered = min(back, r.amount_fen)
        back -= covered
        told.append(InstalmentRow(r.sequence, r.due_on, r.amount_fen, covered))
    return told
