"""住房: the dwelling, its danger, grants it has had."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("home")
