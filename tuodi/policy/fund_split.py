"""Dividing a sum of relief money between places by factors, so that the shares add up to it exactly (policy memo ZJ-03, E16).

Product form: the weight of a place is its workload times its coefficients. Shares are whole units (10,000 yuan as published); what
whole units leave over goes to the largest remainders, at a tie to the smaller code, so the order of the rows never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

WHOLE = 10_000  # basis points
TEN_THOUSAND_YUAN = 1_000_000  # fen


@dataclass(frozen=True)
class Factors:
    """What a place is weighed by: its workload (persons, person-times) and its coefficients in basis points (9,500: 0.95)."""

    workload: int
    difficulty_basis_points: int
    performance_basis_points: int

    @property
    def weight(self) -> Fraction:
        """Workload × difficulty × performance, exactly."""
        return Fraction(
            self.workload * self.difficulty_basis_points * self.performance_basis_points, WHOLE * WHOLE
        )


def split_by_factors(
    total_fen: int, factors: Mapping[str, Factors], *, unit_fen: int = TEN_THOUSAND_YUAN
) -> dict[str, int]:
    """The share of each place (by code) in fen."""
    return split(total_fen, {code: f.weight for code, f in factors.items()}, unit_fen=unit_fen)


def split(
    total_fen: int, weights: Mapping[str, int | Fraction], *, unit_fen: int = TEN_THOUSAND_YUAN
) -> dict[str, int]:
    """The shares of a total by weight, in whole units and in code order; they sum to the total exactly.

    A total that is no multiple of the unit leaves one broken unit, which goes to the place next in line. A place without weight
    gets nothing; without any weight there is nothing to divide by, which is our caller's fault.
    """
    assert total_fen >= 0, "a total is not negative"
    assert unit_fen > 0, "a unit is positive"
    assert all(w >= 0 for w in weights.values()), "a weight is not negative"
    of_all = Fraction(sum(weights.values()))
    assert of_all > 0, "some place has a weight"

    units, broken = divmod(total_fen, unit_fen)
    exact = {code: units * Fraction(weights[code]) / of_all for code in sorted(weights)}
    shares = {code: int(share) * unit_fen for code, share in exact.items()}
    line = _in_line(exact, (code for code in exact if weights[code] > 0))
    left = units - sum(int(share) for share in exact.values())
    for code in line[:left]:
        shares[code] += unit_fen
    shares[line[left % len(line)]] += broken
    return shares


def _in_line(exact: Mapping[str, Fraction], codes: Iterable[str]) -> list[str]:
    """Those codes by the size of their remainder, the largest first; of equal ones the smaller code."""
    return sorted(codes, key=lambda code: (int(exact[code]) - exact[code], code))
