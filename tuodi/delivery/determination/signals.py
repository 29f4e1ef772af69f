"""What determination tells the rooms above it."""

from django.dispatch import Signal

decided = Signal()
"""Sent in the transaction of the act when a Decision is frozen: (sender=Decision, decision, by, on)."""

disagreed = Signal()
"""Sent when the county's visit after a township's decision does not agree with it: (sender=Review, review, finding, by, on)."""
