"""Acts on drafts."""

from tuodi.oversight.rehearsal.services.drafting import (
    acknowledge,
    acknowledge_all,
    add_value,
    begin,
    copy,
    edit,
    remove_value,
)

__all__ = ["acknowledge", "acknowledge_all", "add_value", "begin", "copy", "edit", "remove_value"]
