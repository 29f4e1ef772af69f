"""慈善转介: whether a family's need may be told to a charity, and what it is."""

from __future__ import annotations

from tuodi.core.fields import FactField, bool_field, of_topic

FIELDS: tuple[FactField, ...] = of_topic(
    "charity",
    bool_field(
        "charity_consent",
        "同意把需求告诉慈善组织",
        "household",
        "charity",
        help="《个人信息保护法》第二十三条：向他人提供个人信息，须告知并取得单独同意",
    ),
)
