"""价格临时补贴: one person, one payment, in the month of a prefecture's index that starts the linkage.

JG-2016 发改价格〔2016〕1835号; JG-2021 发改价格〔2021〕1553号; overlays of 2020 (doubled) and of 2022 (lower threshold), inside their months
only (T18). Seen on a day of the index month: its roll, its standards. Published amounts of 2019 show rounding to the nearest yuan, then the
least amounts (E10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, any_of, at_least, choose, named, surely
from tuodi.core.money import whole_yuan_nearest
from tuodi.policy.persons import lives
from tuodi.policy.price_supplement.trigger import Indices, indices_in_force, month_number, triggered
from tuodi.policy.standing import by_urban_standard, on_roll

PROGRAMME = "price_supplement"
X = 10_000  # basis points in one whole
MONTHS = 12


@dataclass(frozen=True)
class Version:
    """A text and whom it names."""

    basis: str
    groups: tuple[str, ...]


FIRST = ("tekun", "dibao", "unemployment", "veteran")
CHILDREN = ("orphan", "unattended")
VERSIONS: Mapping[str, Version] = {
    "JG-2016": Version("发改价格〔2016〕1835号", FIRST),
    "JG-2020T": Version(
        "2020 年阶段性加大价格临时补贴力度的通知", (*FIRST, *CHILDREN, "unemployment_subsidy")
    ),
    "JG-2021": Version("发改价格〔2021〕1553号", (*FIRST, *CHILDREN, "hiv_child")),
    "JG-2022T": Version(
        "2022 年阶段性调整价格补贴联动机制的通知",
        (*FIRST, *CHILDREN, "hiv_child", "unemployment_subsidy", "margin"),
    ),
}
# At equal amounts the earlier line pays: relief before unemployment insurance before the veterans' line (test profile).
ORDER = (
    "tekun",
    "dibao",
    "orphan",
    "unattended",
    "hiv_child",
    "margin",
    "unemployment",
    "unemployment_subsidy",
    "veteran",
)


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """What one person gets for the month."""
    version = VERSIONS[p["price.version"]]
    indices = indices_in_force(h, p)
    urban, rural = amounts(indices, p)
    claims = {group: claim for group, claim in claims_of(m, h, p).items() if group in version.groups}
    worth = worth_of(m, h, p, urban, rural)
    # What other lists hold is known to them; a list nobody asked never takes from what is certain.
    certain = {group: choose(surely(claim), worth[group], 0) for group, claim in claims.items()}
    highest = named("就高的一份", highest_of(certain))

    recorded, month = p["price.index.month"], month_number(h)
    findings = (
        Finding(
            "index_released",
            recorded == month,
            "已录入的指数属于 {recorded}，所求月份是 {month}",
            {"recorded": recorded, "month": month},
            version.basis,
            required=False,
        ),
        Finding(
            "triggered",
            triggered(indices, p),
            "居民消费价格同比 {cpi_basis_points}（启动条件 {cpi_trigger_basis_points}），食品同比 {food_basis_points}"
            "（启动条件 {food_trigger_basis_points}），有一项达到即启动",
            {
                "cpi_basis_points": indices.cpi,
                "cpi_trigger_basis_points": p["price.trigger.cpi_basis_points"],
                "food_basis_points": indices.food,
                "food_trigger_basis_points": p["price.trigger.food_basis_points"],
            },
            version.basis,
        ),
        Finding(
            "in_group",
            any_of(claims.values()),
            "是否在本月名册（低保、特困、失业保险金、优抚及文件所列人员）：{listed}",
            {"listed": any_of(claims.values())},
            version.basis,
        ),
        Finding(
            "alive_in_month",
            lives(m, h),
            "指数月月初是否在世：{alive}",
            {"alive": lives(m, h)},
            version.basis,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        highest,
        period="month",
        figures={"urban_fen": urban, "rural_fen": rural, "listed_as": listed_as(certain, highest)},
    )


def amounts(indices: Indices, p: Any) -> tuple[Value, Value]:
    """The month's amount a head by the urban and by the rural standard, whole yuan, not below the least, times the overlay."""
    rise = named("同比涨幅", at_least(indices.rise, 0))
    urban = whole_yuan_nearest(p["dibao.standard.urban_month_fen"] * rise, X)
    rural = whole_yuan_nearest(p["dibao.standard.rural_year_fen"] * rise, MONTHS * X)
    times = p["price.multiplier"]
    return (
        named("城市每人", at_least(urban, p["price.floor.urban_fen"]) * times),
        named("农村每人", at_least(rural, p["price.floor.rural_fen"]) * times),
    )


def claims_of(m: Any, h: Any, p: Any) -> dict[str, Value]:
    """Under which names a person may be on a list of the month. T12: on the roll in fade-out is on the roll."""
    return {
        "tekun": m.identity == "tekun",
        "dibao": on_roll(m, h, p),
        "orphan": m.identity == "orphan",
        "unattended": m.identity == "unattended",
        "hiv_child": m.hiv_child & (m.age < p["age.majority"]),
        "margin": h.margin_family,
        "unemployment": m.unemployment_month_fen > 0,
        "unemployment_subsidy": m.unemployment_subsidy_month_fen > 0,
        "veteran": m.veteran_regular,
    }


def worth_of(m: Any, h: Any, p: Any, urban: Value, rural: Value) -> dict[str, Value]:
    """What each name is worth: tekun as urban, the roll as its household, the insured as urban, others as registered (the last two: test profile)."""
    by_registration = choose(m.registered_kind == "urban", urban, rural)
    return {
        "tekun": urban,
        "dibao": choose(by_urban_standard(h, p), urban, rural),
        "unemployment": urban,
        "unemployment_subsidy": urban,
        **dict.fromkeys((*CHILDREN, "hiv_child", "margin", "veteran"), by_registration),
    }


def highest_of(worth: Mapping[str, Value]) -> Value:
    """T23: one person, one payment, the highest."""
    return reduce(at_least, worth.values())


def listed_as(worth: Mapping[str, Value], highest: Value) -> Value:
    """The list on which the person counts, which says from which line it is paid."""
    name: Value = "none"
    for group in reversed(ORDER):
        if group in worth:
            name = choose((worth[group] == highest) & (highest > 0), group, name)
    return name
