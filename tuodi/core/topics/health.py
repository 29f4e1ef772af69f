"""看病与医疗费用: the bill at hand and what the year has already paid."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("health")
