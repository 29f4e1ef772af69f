"""照料、残疾与康复: self-care, long-term care, rehabilitation, what the disabled persons' federation asks."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("care")
