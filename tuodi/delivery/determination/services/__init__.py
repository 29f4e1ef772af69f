"""The acts of determination, one function each (see the modules for what each asks and why it may refuse)."""

from tuodi.delivery.determination.services.assessing import assess
from tuodi.delivery.determination.services.county import (
    draw_spot_checks,
    post_second_notice,
    propose,
    receive,
    record_visit,
    return_to_township,
    send_up,
)
from tuodi.delivery.determination.services.deciding import confirm, notify, refuse, terminate
from tuodi.delivery.determination.services.investigating import appraise, survey_done
from tuodi.delivery.determination.services.objecting import conclude_objection, object_to, reinvestigate
from tuodi.delivery.determination.services.opening import extend, open_review, withdraw
from tuodi.delivery.determination.services.proposing import end_notice, form_opinion, post_notice

__all__ = [
    "appraise",
    "assess",
    "conclude_objection",
    "confirm",
    "draw_spot_checks",
    "end_notice",
    "extend",
    "form_opinion",
    "notify",
    "object_to",
    "open_review",
    "post_notice",
    "post_second_notice",
    "propose",
    "receive",
    "record_visit",
    "refuse",
    "reinvestigate",
    "return_to_township",
    "send_up",
    "survey_done",
    "terminate",
    "withdraw",
]
