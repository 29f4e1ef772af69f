"""孤儿与事实无人抚养儿童: the situation of a child's parents."""

from __future__ import annotations

from tuodi.core.fields import FactField, of_topic

FIELDS: tuple[FactField, ...] = of_topic("children")
