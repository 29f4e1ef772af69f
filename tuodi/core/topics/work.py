"""就业与社会保险: offers, refusals, registration, insurance paid."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("work")
