"""Acts on drafts: drafting, freezing a month's facts, running, and from a draft to values in force."""

from tuodi.oversight.rehearsal.services.drafting import (
    acknowledge,
    acknowledge_all,
    add_value,
    begin,
    copy,
    edit,
    remove_value,
)
from tuodi.oversight.rehearsal.services.freezing import freeze
from tuodi.oversight.rehearsal.services.running import rehearse
from tuodi.oversight.rehearsal.services.scheduling import (
    activate,
    activate_due,
    propose,
    send_back,
    sign,
    withdraw,
)

__all__ = [
    "acknowledge",
    "acknowledge_all",
    "activate",
    "activate_due",
    "add_value",
    "begin",
    "copy",
    "edit",
    "freeze",
    "propose",
    "rehearse",
    "remove_value",
    "send_back",
    "sign",
    "withdraw",
]
