"""赡养、抚养义务人: who by law must support a person, and whether they can."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("support")
