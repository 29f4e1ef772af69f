"""就学: school, stage, fees, boarding."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("school")
