"""突发困难与受灾: the event, what it cost, what was paid for it already."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("hardship")
