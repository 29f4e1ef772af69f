"""The stacking matrix as a table: for two programmes, whether both may be had by one person (family, house, event) at a time.

Policy memo 0.7 and 9.2. What the table says is done by `rule` here, or by a condition of the programme itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOW: Mapping[str, str] = {
    "both": "同享",
    "none": "只享受一种",
    "difference": "补差",
    "highest": "就高不重复",
}
IDENTITY = "《社会救助暂行办法》第二、三章：同一人同一月只享受一种基本生活保障"
CHOICE = "《特困人员认定办法》第九条"
UNATTENDED = "民发〔2019〕62号"
SUBSIDIES = "国发〔2015〕52号"
TEMPORARY = "《社会救助暂行办法》第九章"
PRICES = "发改价格〔2016〕1835号、〔2021〕1553号"
HOUSE = "建村〔2016〕251号"
DISASTER = "国办发〔2017〕15号；民发〔2022〕83号：同一损失不重复救助"
NOTICE = "2017 年通知 三（九）"
RENTAL = "《社会救助暂行办法》第三十八条：实物配租和租赁补贴只享受一种"
MARGIN = "《最低生活保障审核确认办法》第八条"
RIGID = "《刚性支出困难家庭认定办法》"
PENSION = "pension"  # a fact, no programme: old-age pensions and allowances


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programmes (codes; `pension` is a fact) and how they go together; `decided` by `stack` or by the `rule` of one of them.

    `which`, where only one is had: the code that stays, or `choice`.
    """

    one: str
    other: str
    how: str
    basis: str
    which: str = ""
    decided: str = "stack"
    mark: str = "verified"


def _both(one: str, *others: str, basis: str) -> tuple[Pair, ...]:
    return tuple(Pair(one, other, "both", basis) for other in others)


DIBAO, TEKUN, ORPHAN, CHILD = "minimum_living", "extreme_hardship", "orphan", "unattended_child"
LIVING, NURSING, RELIEF = "disability_living", "disability_nursing", "temporary_emergency"
PRICE, SPECIAL, SEVERE = "price_supplement", "special_living", "severe_without_income"

PAIRS: tuple[Pair, ...] = (
    Pair(DIBAO, TEKUN, "none", IDENTITY, TEKUN),
    Pair(DIBAO, ORPHAN, "none", IDENTITY, ORPHAN, mark="likely"),
    Pair(DIBAO, CHILD, "difference", UNATTENDED, DIBAO),
    *_both(DIBAO, LIVING, NURSING, basis=SUBSIDIES),
    *_both(DIBAO, RELIEF, basis=TEMPORARY),
    *_both(DIBAO, PRICE, basis=PRICES),
    Pair(DIBAO, PENSION, "both", "《最低生活保障审核确认办法》第十三条：计入收入核算", decided="rule"),
    Pair(TEKUN, ORPHAN, "none", CHOICE, "choice"),
    Pair(TEKUN, CHILD, "none", "《特困人员认定办法》第九条；民发〔2019〕62号：已享受特困的补差", "choice"),
    Pair(TEKUN, LIVING, "none", SUBSIDIES, TEKUN),
    Pair(TEKUN, NURSING, "none", SUBSIDIES, TEKUN),
    *_both(TEKUN, RELIEF, basis=TEMPORARY),
    *_both(TEKUN, PRICE, basis=PRICES),
    Pair(TEKUN, PENSION, "both", "《特困人员认定办法》第六条：中央基础养老金不计收入", decided="rule"),
    Pair(TEKUN, SEVERE, "none", NOTICE, TEKUN, mark="test"),
    Pair(ORPHAN, CHILD, "none", UNATTENDED, ORPHAN),
    Pair(ORPHAN, LIVING, "none", SUBSIDIES, ORPHAN),
    *_both(ORPHAN, NURSING, basis=SUBSIDIES),
    *_both(ORPHAN, RELIEF, basis=TEMPORARY),
    *_both(ORPHAN, PRICE, basis="发改价格〔2021〕1553号"),
    Pair(CHILD, LIVING, "difference", "民发〔2019〕62号：补差；全额领取的不享受生活补贴", LIVING),
    *_both(CHILD, NURSING, basis=SUBSIDIES),
    *_both(CHILD, RELIEF, basis=TEMPORARY),
    *_both(CHILD, PRICE, basis="发改价格〔2021〕1553号"),
    *_both(LIVING, NURSING, PRICE, basis=SUBSIDIES),
    *_both(LIVING, RELIEF, basis=TEMPORARY),
    Pair(LIVING, PENSION, "both", SUBSIDIES, decided="rule"),
    *_both(NURSING, PRICE, basis=SUBSIDIES),
    *_both(NURSING, RELIEF, basis=TEMPORARY),
    Pair(NURSING, PENSION, "highest", "国发〔2015〕52号：同类护理津贴择高，工伤护理费不享受", decided="rule"),
    *_both(SPECIAL, DIBAO, LIVING, NURSING, RELIEF, basis=NOTICE),
    Pair(SPECIAL, PENSION, "both", NOTICE, decided="rule"),
    Pair(SPECIAL, TEKUN, "none", NOTICE, TEKUN, decided="rule", mark="likely"),
    Pair(SPECIAL, ORPHAN, "both", "2017 年通知 三（九）没有写明，不减", mark="unverified"),
    Pair(SPECIAL, CHILD, "both", "2017 年通知 三（九）没有写明，不减", mark="unverified"),
    Pair(RELIEF, "disaster_emergency", "difference", DISASTER, "disaster_emergency"),
    Pair(RELIEF, "disaster_transitional", "difference", DISASTER, "disaster_transitional"),
    Pair("dilapidated_house", "quake_safe_house", "highest", HOUSE, mark="likely"),
    # A home or money for rent, as the family chooses when a home falls free; the waiting family draws the subsidy.
    Pair("public_rental", "rent_subsidy", "none", RENTAL, "choice", decided="rule", mark="likely"),
    Pair(DIBAO, "near_threshold", "none", MARGIN, DIBAO, decided="rule"),
    Pair(DIBAO, "rigid_expense", "none", RIGID, DIBAO, decided="rule"),
    Pair(TEKUN, "rigid_expense", "none", RIGID, TEKUN, decided="rule"),
    Pair("near_threshold", "rigid_expense", "none", RIGID, "near_threshold", decided="rule"),
)


def between(one: str, other: str) -> Pair | None:
    """What the table says of two programmes, in either order."""
    return next((p for p in PAIRS if {p.one, p.other} == {one, other}), None)
