"""Acts of referral, a file per subject: sending, taking (accept, return), ruling, pausing, asking, handling (stages to the end)."""

from tuodi.delivery.referral.services.asking import answer_body, ask_body, request_visit
from tuodi.delivery.referral.services.handling import conclude, end_notices, step
from tuodi.delivery.referral.services.pausing import answer, ask_correction
from tuodi.delivery.referral.services.ruling import readdress, rule
from tuodi.delivery.referral.services.sending import open_all, send, withdraw
from tuodi.delivery.referral.services.taking import accept, return_

__all__ = [
    "accept",
    "answer",
    "answer_body",
    "ask_body",
    "ask_correction",
    "conclude",
    "end_notices",
    "open_all",
    "readdress",
    "request_visit",
    "return_",
    "rule",
    "send",
    "step",
    "withdraw",
]
