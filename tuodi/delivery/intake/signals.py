"""What intake tells the rooms above it, inside the transaction of the act; a receiver that fails undoes the act.

accepted(sender, application, snapshot, by, on)     frozen facts are there: open the check and the review
withdrawn(sender, application, by, on)              stop what runs for it
corrected(sender, application, by, on)              a declaration was added before acceptance
"""

from django.dispatch import Signal

accepted = Signal()
withdrawn = Signal()
corrected = Signal()
