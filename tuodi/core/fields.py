"""What a fact is: the row of the field dictionary, and a maker for each kind. The dictionary itself: `facts.FIELDS`, `topics`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class FactField:
    """One fact: what it is called, of whom, of what kind, what an empty cell means and which source may know it.

    `topic` is empty for what every application asks; a topic's facts are asked only where a programme needs them, and are
    unknown (named, never zero or no) until somebody was asked.

    `kind`: money_year | money (whole fen), day, bool, choice, int, text. `declared_by_family` is False for what only
    departments or officers establish: it is not on the family's form.
    """

    name: str
    label: str
    level: str
    kind: str
    section: str
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    sensitive: bool = False
    help: str = ""
    declared_by_family: bool = True
    sources: tuple[str, ...] = ()
    required: bool = False
    blank: Any = None
    least: int | None = None
    most: int | None = None
    topic: str = ""

    def choice_of(self, text: str) -> str | None:
        """The code of a choice from its code or its Chinese label; None when it is neither."""
        text = text.strip()
        if text in self.choices:
            return text
        return next((code for code, label in self.choices.items() if label == text), None)


def text_field(name: str, label: str, level: str, section: str, **more: Any) -> FactField:
    """A free text; blank when left empty."""
    return FactField(name, label, level, "text", section, **({"blank": ""} | more))


def choice_field(
    name: str, label: str, level: str, section: str, choices: Mapping[str, str], **more: Any
) -> FactField:
    """One of a few codes, each with its label."""
    return FactField(name, label, level, "choice", section, choices=choices, **more)


def bool_field(name: str, label: str, level: str, section: str, **more: Any) -> FactField:
    """Yes or no; no when left empty."""
    return FactField(name, label, level, "bool", section, **({"blank": False} | more))


def int_field(name: str, label: str, level: str, section: str, **more: Any) -> FactField:
    """A whole number that counts something; 0 when left empty."""
    return FactField(name, label, level, "int", section, **({"blank": 0, "least": 0} | more))


def day_field(name: str, label: str, level: str, section: str, **more: Any) -> FactField:
    """A day (ISO text), named `…_on`; a rule reads it as a number, 20261123 or 0 for none, under the name `…_day`."""
    return FactField(name, label, level, "day", section, **({"blank": ""} | more))


def year_field(
    name: str, label: str, section: str, *sources: str, level: str = "member", **more: Any
) -> FactField:
    """Money of the last twelve months, whole fen."""
    options: dict[str, Any] = {"blank": 0, "unit": "元/年", "sources": sources, "least": 0, **more}
    return FactField(name, label, level, "money_year", section, **options)


def money_field(
    name: str, label: str, section: str, *sources: str, level: str = "household", **more: Any
) -> FactField:
    """Money, whole fen."""
    options: dict[str, Any] = {"blank": 0, "unit": "元", "sources": sources, "least": 0, **more}
    return FactField(name, label, level, "money", section, **options)


def of_topic(topic: str, *fields: FactField) -> tuple[FactField, ...]:
    """The fields of one topic: they stand in a section of that name and are unknown until asked."""
    assert all(f.kind != "day" or f.name.endswith("_on") for f in fields), "a topic's day is named …_on"
    return tuple(replace(f, topic=topic, section=topic) for f in fields)
