"""防止返贫监测: what the poverty register does not know by itself."""

from __future__ import annotations

from tuodi.core.fields import FactField, bool_field, of_topic

FIELDS: tuple[FactField, ...] = of_topic(
    "poverty",
    bool_field(
        "sudden_hardship",
        "因病、因灾、因意外等支出骤增或收入骤减，基本生活严重困难",
        "household",
        "poverty",
        sources=("poverty_office",),
    ),
)
