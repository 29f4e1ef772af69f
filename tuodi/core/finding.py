"""What a rule answers: findings, each with its sentence, figures and article, and the assessment they make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from string import Formatter
from typing import Any

from tuodi.core.logic import Unknown, Value, all_of, choose, named
from tuodi.core.money import yuan_text


def shown_text(name: str, value: Any) -> str:
    """A figure as a page or letter shows it: `…_fen` as yuan, `…_basis_points` as percent, an unknown as 未知, a truth as 是 or 否."""
    if type(value) is int:
        if name.endswith("_basis_points"):
            return f"{yuan_text(value)}%"
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


PERIODS: Mapping[str, str] = {
    "month": "每月",
    "term": "每学期",
    "year": "每年",
    "once": "一次性",
    "episode": "每次",
    "day": "每天",
    "none": "不发放现金",
}


@dataclass(frozen=True)
class Assessment:
    """What a rule makes of a household, a person, a house or an episode: every finding, the outcome, the money, what it relied on.

    `eligible` is true where something is due (money, a place, a waiver). `amount_fen` is whole fen for one `period` (`PERIODS`).
    `outcome` is granted, none or unknown, and what a programme adds: minimum living has fade_out (渐退), single (单人保) and
    margin (低保边缘, no money). `figures` holds the intermediate figures.
    """

    programme: str
    findings: tuple[Finding, ...]
    eligible: Value
    outcome: Value
    amount_fen: Value
    figures: Mapping[str, Value] = field(default_factory=dict)
    relied_on: tuple[Mapping[str, Any], ...] = ()
    period: str = "month"

    @property
    def monthly_fen(self) -> Value:
        """The amount of a programme that pays by the month; asking another is our fault."""
        assert self.period == "month", f"{self.programme} is paid {self.period}"
        return self.amount_fen

    def relying_on(self, rows: tuple[Mapping[str, Any], ...]) -> Assessment:
        """The same with the parameter rows it read."""
        return replace(self, relied_on=rows)

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
        for value in (self.eligible, self.amount_fen):
            if isinstance(value, Unknown):
                names.update(value.names)
        return tuple(sorted(names))

    def unknown(self) -> tuple[Finding, ...]:
        """The required findings that wait for a fact."""
        return tuple(f for f in self.findings if f.required and isinstance(f.holds, Unknown))

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
            "amount_fen": plain(self.amount_fen),
            "period": self.period,
            **({"monthly_fen": plain(self.amount_fen)} if self.period == "month" else {}),
            "figures": {k: plain(v) for k, v in self.figures.items()},
            "findings": [f.to_dict() for f in self.findings],
            "missing": list(self.missing),
            "relied_on": [dict(r) for r in self.relied_on],
        }


def granted(programme: str, findings: tuple[Finding, ...], amount_fen: Value, **more: Any) -> Assessment:
    """The usual assessment: due where every required finding holds, the amount where it is due and 0 otherwise."""
    eligible = named("符合全部条件", all_of(f.holds for f in findings if f.required))
    in_kind = type(amount_fen) is int and amount_fen == 0  # an identity, a place: no money whatever holds
    return Assessment(
        programme=programme,
        findings=findings,
        eligible=eligible,
        outcome=choose(eligible, "granted", "none"),
        amount_fen=0 if in_kind else choose(eligible, amount_fen, 0),
        **more,
    )
