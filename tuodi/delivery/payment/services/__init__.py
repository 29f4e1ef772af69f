"""Acts on payments."""

from tuodi.delivery.payment.services.batch import approve, prepare_batch, reconcile, send_back, void
from tuodi.delivery.payment.services.replies import take_reply
from tuodi.delivery.payment.services.returns import prepare_reissue, restore
from tuodi.delivery.payment.services.sending import publish, publish_pending, send

__all__ = [
    "approve", "prepare_batch", "prepare_reissue", "publish", "publish_pending", "reconcile", "restore", "send", "send_back",
    "take_reply", "void",
]  # fmt: skip
