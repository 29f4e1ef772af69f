"""What determination tells the rooms above it."""

from django.dispatch import Signal

decided = Signal()
"""Sent in the transaction of the act when a Decision is frozen: (sender=Decision, decision, by, on)."""
