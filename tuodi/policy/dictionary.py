"""The field dictionary read beside the rules: of each fact, who may already know it, who needs it and may therefore see it.

Nothing is written down twice: which programme needs a fact is found by running its rule in words (`formula.told`), which asks for
every fact the rule can read; who may see it follows from who owns those programmes (policy memo 17.10: a body sees what its duty
needs). docs/how/fields.md and the page `/fields/` are made from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tuodi.core.facts import BY_NAME, SECTIONS, SOURCES
from tuodi.core.fields import FactField
from tuodi.core.parameters import Parameters
from tuodi.core.topics import TOPICS
from tuodi.policy.asking import how_of
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.formula import told

BODIES: Mapping[str, str] = {
    "civil_affairs": "民政",
    "emergency_management": "应急管理",
    "development_reform": "发展改革",
    "human_resources": "人社",
    "education": "教育",
    "housing": "住建",
    "medical_insurance": "医保",
    "health": "卫健",
    "poverty": "乡村振兴（扶贫）",
    "disabled_federation": "残联",
}
ALL_OF_THEM = "受理、核对和登记"  # what no rule reads: needed to find, reach and pay the family
HOW: Mapping[str, str] = {
    "stated": "家庭申报，部门核对",
    "family": "问家庭（有项目需要才问）",
    "source": "由部门核对取得，不用提供",
    "officer": "由经办人员查明",
}


@dataclass(frozen=True)
class Entry:
    """A fact of the dictionary with who knows it (`sources`), who needs it (`programmes`), which bodies may see it and why."""

    field: FactField
    programmes: tuple[str, ...]
    bodies: tuple[str, ...]

    @property
    def group(self) -> str:
        """Under which heading it stands."""
        topic = self.field.topic
        return TOPICS[topic] if topic else SECTIONS[self.field.section]

    @property
    def whose(self) -> str:
        """Of the household, or of each member."""
        return "户" if self.field.level == "household" else "成员"

    @property
    def sources(self) -> str:
        """Who may already know it."""
        return "、".join(SOURCES[s] for s in self.field.sources)

    @property
    def how(self) -> str:
        """How it comes to be known."""
        if self.field.topic:
            return HOW[how_of(self.field)]
        if self.field.declared_by_family:
            return HOW["stated"]
        return HOW["source"] if self.field.sources else HOW["officer"]

    @property
    def seen_by(self) -> str:
        """The bodies that may see it."""
        return "、".join(BODIES.get(b, b) for b in self.bodies)

    @property
    def purpose(self) -> str:
        """What it is for."""
        return "、".join(PROGRAMMES[c].short for c in self.programmes) or ALL_OF_THEM


def needed_by(parameters: Parameters, area: str, on: date) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Which programmes in force read each fact, by level and name: found by running their rules, and from their forms."""
    found: dict[tuple[str, str], list[str]] = {}
    for code, programme in PROGRAMMES.items():
        if not programme.in_force(on):
            continue
        if programme.evaluate is not None:
            read = set(told(programme, area, parameters, on).facts)
        else:
            read = {
                (level, name)
                for name in programme.form
                for level in ("household", "member")
                if (level, name) in BY_NAME
            }
        for key in read:
            found.setdefault(key, []).append(code)
    return {key: tuple(codes) for key, codes in found.items()}


@lru_cache(maxsize=8)
def entries(parameters: Parameters, area: str, on: date) -> tuple[Entry, ...]:
    """The whole dictionary on a day, by heading, in its own order."""
    needed = needed_by(parameters, area, on)
    rows = []
    for key, field in BY_NAME.items():
        programmes = needed.get(key, ())
        bodies = tuple(dict.fromkeys(PROGRAMMES[c].bureau(on) for c in programmes))
        rows.append(Entry(field, programmes, bodies))
    order = {group: n for n, group in enumerate((*SECTIONS.values(), *TOPICS.values()))}
    return tuple(sorted(rows, key=lambda e: order[e.group]))
