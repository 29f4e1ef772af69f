"""Rows of payments, for the access test."""

from __future__ import annotations

from typing import Any

from tests.house.samples import sample
from tests.house.world import PLACES
from tuodi.delivery.payment.models import BankReply, Payment, PaymentBatch, Recovery


@sample(
    "payment:batch", "payment:roster", "payment:send", "payment:reconcile", "payment:reply", "payment:file", level="county"
)  # fmt: skip
def batch(world: Any, place: str) -> dict:
    return {"pk": PaymentBatch.objects.get(area=PLACES[place][:6], state="replied").pk}


@sample("payment:approve", "payment:return", "payment:void", level="county")
def waiting(world: Any, place: str) -> dict:
    return {"pk": PaymentBatch.objects.get(area=PLACES[place][:6], state="reserved").pk}


@sample("payment:reply_faults", level="county")
def refused(world: Any, place: str) -> dict:
    return {"pk": BankReply.objects.get(batch__area=PLACES[place][:6], accepted=False).pk}


@sample("payment:restore", "payment:explain", level="county")
def returned(world: Any, place: str) -> dict:
    return {"pk": Payment.objects.filter(batch__area=PLACES[place][:6], state="failed")[0].pk}


@sample(
    "payment:recovery", *(f"payment:recovery_{act}" for act in (
        "notify", "object", "decide", "drop", "withdraw", "agree", "refund", "ask_write_off", "write_off", "refuse_write_off", "revoke")),
)  # fmt: skip
def claim(world: Any, place: str) -> dict:
    return {"pk": world.rows["claim", place]}


@sample("payment:recovery_new")
def claimable(world: Any, place: str) -> dict:
    return {"pk": Recovery.objects.get(pk=world.rows["claim", place]).enrolment_id}
