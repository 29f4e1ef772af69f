"""Facts that only some programmes need, by topic: asked when a programme needs them, unknown until then.

A topic is a file with `FIELDS`; a fact lives in one topic and is shared by every programme that reads it.
"""

from __future__ import annotations

from collections.abc import Mapping

from tuodi.core.fields import FactField
from tuodi.core.topics import (
    care,
    charity,
    children,
    hardship,
    health,
    home,
    poverty,
    school,
    support,
    work,
)

TOPICS: Mapping[str, str] = {
    "care": "照料、残疾与康复",
    "charity": "慈善转介",
    "children": "孤儿与事实无人抚养儿童",
    "hardship": "突发困难与受灾",
    "health": "看病与医疗费用",
    "home": "住房",
    "poverty": "防止返贫监测",
    "school": "就学",
    "support": "赡养、抚养义务人",
    "work": "就业与社会保险",
}

FIELDS: tuple[FactField, ...] = (
    *care.FIELDS,
    *charity.FIELDS,
    *children.FIELDS,
    *hardship.FIELDS,
    *health.FIELDS,
    *home.FIELDS,
    *poverty.FIELDS,
    *school.FIELDS,
    *support.FIELDS,
    *work.FIELDS,
)
