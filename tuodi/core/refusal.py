"""An act out of order: one sentence the officer can act on, shown as it is."""


class Refused(Exception):
    """The act cannot be done now; the message says why and what would mend it, in the user's words."""
