"""Acts on payments."""

from tuodi.delivery.payment.services.batch import approve, prepare_batch, reconcile, send_back, void
from tuodi.delivery.payment.services.month import explain_return, publish_totals
from tuodi.delivery.payment.services.replies import take_reply
from tuodi.delivery.payment.services.returns import prepare_reissue, restore
from tuodi.delivery.payment.services.sending import publish, publish_pending, send

__all__ = [
    "approve", "explain_return", "prepare_batch", "prepare_reissue", "publish", "publish_pending", "publish_totals", "reconcile",
    "restore", "send", "send_back", "take_reply", "void",
]  # fmt: skip
