"""Acts on payments."""

from tuodi.delivery.payment.services.batch import approve, prepare_batch, reconcile, send_back, void
from tuodi.delivery.payment.services.month import explain_return, publish_totals
from tuodi.delivery.payment.services.recovery import (
    agree,
    ask_write_off,
    decide,
    drop,
    notify,
    object_to,
    propose,
    refuse_write_off,
    revoke,
    take_refund,
    withdraw,
    write_off,
)
from tuodi.delivery.payment.services.replies import take_reply
from tuodi.delivery.payment.services.returns import prepare_reissue, restore
from tuodi.delivery.payment.services.sending import publish, publish_pending, send

__all__ = [
    "agree", "approve", "ask_write_off", "decide", "drop", "explain_return", "notify", "object_to", "prepare_batch", "prepare_reissue",
    "propose", "publish", "publish_pending", "publish_totals", "reconcile", "refuse_write_off", "restore", "revoke", "send", "send_back",
    "take_refund", "take_reply", "void", "withdraw", "write_off",
]  # fmt: skip
