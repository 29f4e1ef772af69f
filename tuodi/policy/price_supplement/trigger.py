"""联动机制是否启动: the test of a prefecture's month, by itself, for the rule and for the monthly run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuodi.core.logic import Value, choose, named


@dataclass(frozen=True)
class Indices:
    """What the statistics office publishes for a prefecture and a month: rises over the year before, in basis points (3.5 %: 350).

    `low_income` is the index of low-income residents' living cost (SCPI) where it is compiled; amounts then go by it.
    """

    cpi: Value
    food: Value
    low_income: Value
    low_income_compiled: Value = False

    @property
    def rise(self) -> Value:
        """The rise by which amounts are worked out."""
        return choose(self.low_income_compiled, self.low_income, self.cpi)


def triggered(indices: Indices, p: Any) -> Value:
    """Either one at its threshold or above starts it; both below stop it, month by month. A place may set a lower threshold."""
    return (indices.cpi >= p["price.trigger.cpi_basis_points"]) | (
        indices.food >= p["price.trigger.food_basis_points"]
    )


def month_number(h: Any) -> int:
    """The month a household is seen in, as indices name theirs: 201905."""
    return int(h.on.year * 100 + h.on.month)


def indices_in_force(h: Any, p: Any) -> Indices:
    """The indices of the month in which the household is seen; unknown where what is recorded is another month's."""
    this_month = p["price.index.month"] == month_number(h)
    pending = p.unknown("本月价格指数")
    return Indices(
        cpi=named("本月居民消费价格涨幅", choose(this_month, p["price.index.cpi_basis_points"], pending)),
        food=named("本月食品价格涨幅", choose(this_month, p["price.index.food_basis_points"], pending)),
        low_income=choose(this_month, p.optional("price.index.low_income_basis_points"), pending),
        low_income_compiled=p["price.index.low_income_compiled"],
    )
