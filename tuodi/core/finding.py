"""What a rule answers: findings, each with its sentence, figures and article, and the assessment they make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from string import Formatter
from typing import Any

from tuodi.core.logic import Unknown, Value
from tuodi.core.money import yuan_text


def shown_text(name: str, value: Any) -> str:
    """A figure as a page or letter shows it: `…_fen` as yuan, an unknown as 未知, a truth as 是 or 否."""
    if type(value) is int:
        return yuan_text(value) if name.endswith("_fen") else str(value)
    if isinstance(value, Unknown):
        return "（未知）"
    if value is True or value is False:
        return "是" if value else "否"
    return str(value)


@lru_cache(maxsize=1024)
def _pieces(because: str) -> tuple[tuple[str, str | None], ...]:
    """A sentence taken apart once: each text with the figure that follows it."""
    return tuple((text, name) for text, name, _, _ in Formatter().parse(because))


class Finding:
    """One condition of a regulation, evaluated: whether it holds, the sentence with its figures, the article.

    `holds` is True, False or `Unknown` (a column in bulk). `required` tells a condition of eligibility from what is only
    worked out beside it (margin family, supplements). `missing` names the facts an unknown finding waits for.
    """

    __slots__ = ("basis", "because", "holds", "required", "rule", "shown")

    def __init__(
        self,
        rule: str,
        holds: Value,
        because: str,
        shown: Mapping[str, Value],
        basis: str,
        required: bool = True,
    ) -> None:
        self.rule = rule
        self.holds = holds
        self.because = because
        self.shown = shown
        self.basis = basis
        self.required = required

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that are missing, by name; empty when the finding is settled."""
        return tuple(sorted(self.holds.names)) if isinstance(self.holds, Unknown) else ()

    @property
    def sentence(self) -> str:
        """The reason in one Chinese sentence with its figures in yuan."""
        shown = self.shown
        return "".join(
            [
                text if name is None else text + shown_text(name, shown[name])
                for text, name in _pieces(self.because)
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """What is stored with a decision: JSON-able, with the sentence as it was read (holds: true, false or null)."""
        unknown = isinstance(self.holds, Unknown)
        return {
            "rule": self.rule,
            "holds": None if unknown else self.holds,
            "sentence": self.sentence,
            "shown": {k: None if isinstance(v, Unknown) else v for k, v in self.shown.items()},
            "basis": self.basis,
            "required": self.required,
            "missing": list(self.missing),
        }

    def __repr__(self) -> str:
        return f"Finding({self.rule}, {self.holds}, {self.sentence!r}, {self.basis})"


@dataclass(frozen=True)
class Assessment:
    """What a rule makes of a household: every finding, the outcome and the money, with what it relied on.

    `outcome`: granted (whole household), fade_out (渐退), single (单人保), margin (低保边缘, no money), none, unknown.
    `eligible` is true where money is due. Amounts are whole fen a month; `figures` holds the intermediate figures.
    """

    programme: str
    findings: tuple[Finding, ...]
    eligible: Value
    outcome: Value
    monthly_fen: Value
    figures: Mapping[str, Value] = field(default_factory=dict)
    relied_on: tuple[Mapping[str, Any], ...] = ()

    @property
    def fails(self) -> tuple[Finding, ...]:
        """The required findings that do not hold."""
        return tuple(f for f in self.findings if f.required and f.holds is False)

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts still missing for any required finding, or for the amount."""
        names: set[str] = set()
        for f in self.findings:
            if f.required:
                names.update(f.missing)
        for value in (self.eligible, self.monthly_fen):
            if isinstance(value, Unknown):
                names.update(value.names)
        return tuple(sorted(names))

    def finding(self, rule: str) -> Finding:
        """The finding of that rule."""
        return next(f for f in self.findings if f.rule == rule)

    def sentences(self) -> tuple[str, ...]:
        """Every reason, in the order of the text."""
        return tuple(f.sentence for f in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The frozen form stored with a decision (JSON-able); unknown values are null."""

        def plain(v: Value) -> Any:
            return None if isinstance(v, Unknown) else v

        return {
            "programme": self.programme,
            "eligible": plain(self.eligible),
            "outcome": self.outcome if isinstance(self.outcome, str) else "unknown",
            "monthly_fen": plain(self.monthly_fen),
            "figures": {k: plain(v) for k, v in self.figures.items()},
            "findings": [f.to_dict() for f in self.findings],
            "missing": list(self.missing),
            "relied_on": [dict(r) for r in self.relied_on],
        }
