"""What would change the answer on minimum living: counterfactuals, each confirmed by running the rule again."""

from __future__ import annotations

from datetime import date

from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.money import yuan_text
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.minimum_living.rule import assess

PROPERTY_CHANGES = {
    "vehicles_within": (
        "vehicles",
        "vehicles_low_value",
        "机动车、船、大型机具已处置，或属残疾人代步、低值、谋生必需",
    ),
    "houses_within": ("houses", "houses_excepted", "多出的住房已处置，或属搬迁待拆、危房待拆"),
    "shops_within": ("shops", "", "商铺、办公用房已处置"),
    "companies_within": ("companies", "", "企业已注销或没有实缴出资和经营"),
}
NEXT = ("dibao.standard.urban_month_fen", "dibao.standard.rural_year_fen")


def sentences(
    household: Household, parameters: Parameters, *, on: date, found: Assessment | None = None
) -> tuple[str, ...]:
    """The sentences, most useful first; empty only when nothing a family or an office could change matters."""
    now = found or assess(household, parameters, on=on)
    said: list[str] = [f"补齐“{name}”后才能得出结论。" for name in now.missing]
    if now.missing:
        return tuple(said)
    said += _income(household, parameters, on, now)
    said += _property(household, parameters, on, now)
    said += _next_standard(household, parameters, on, now)
    said += _birthdays(household, parameters, on, now)
    return tuple(said)


def _result(a: Assessment) -> str:
    names = {
        "granted": "符合低保",
        "fade_out": "按渐退期续发",
        "single": "符合单人保",
        "margin": "属低保边缘家庭",
        "none": "不符合",
    }
    text = names.get(a.outcome, "结论未知") if isinstance(a.outcome, str) else "结论未知"
    if a.eligible is not True:
        return text
    return (
        f"{text}，金额待查明" if is_unknown(a.monthly_fen) else f"{text}，每月 {yuan_text(a.monthly_fen)} 元"
    )


def same_outcome(one: Assessment, other: Assessment) -> bool:
    """Whether two answers come to the same; an unknown is the same as an unknown."""
    pairs = ((one.outcome, other.outcome), (one.amount_fen, other.amount_fen))
    return all(
        is_unknown(a) and is_unknown(b) if is_unknown(a) or is_unknown(b) else a == b for a, b in pairs
    )


def _with_other_income(household: Household, change_fen: int) -> Household | None:
    """The family with its yearly counted income moved by that much, through the sources it has; None where they do not reach."""
    if change_fen >= 0:
        head = next((i for i, m in enumerate(household.members) if m.relation == "head"), 0)
        had = household.given_members[head].get("farm_gross_year_fen", 0)
        return household.changed(member={head: {"farm_gross_year_fen": had + change_fen}})
    left = -change_fen
    members: dict[int, dict[str, int]] = {}
    for i, m in enumerate(household.given_members):
        for name in (
            "other_transfer_year_fen",
            "property_year_fen",
            "farm_gross_year_fen",
            "business_gross_year_fen",
            "wage_year_fen",
        ):
            had = m.get(name, 0)
            if left > 0 and had > 0:
                cut = min(had, left if name != "wage_year_fen" else left * 2)
                members.setdefault(i, {})[name] = had - cut
                left -= cut
    return household.changed(member=members) if left <= 0 else None


def _income(household: Household, parameters: Parameters, on: date, now: Assessment) -> list[str]:
    income, limit = now.figures["income_year_fen"], now.figures["limit_year_fen"]
    if now.figures["size"] < 1:
        return []
    if not now.finding("income_below_standard").holds:
        less = income - limit + 1
        said = f"家庭年收入须低于 {yuan_text(limit)} 元，现为 {yuan_text(income)} 元，高出 {yuan_text(income - limit)} 元"
        tried = _with_other_income(household, -less)
        again = assess(tried, parameters, on=on) if tried else None
        if again and again.finding("income_below_standard").holds is True and not same_outcome(again, now):
            said += f"；若低于此数，{_result(again)}"
        return [said + "。"]
    if now.outcome != "granted":
        return []
    more = limit - income
    tried = _with_other_income(household, more)
    again = assess(tried, parameters, on=on) if tried else None
    if (
        again is None or again.finding("income_below_standard").holds is not False
    ):  # a loss in farming can swallow it: say nothing
        return []
    return [f"家庭年收入再增加 {yuan_text(more)} 元（达到 {yuan_text(limit)} 元）起，{_result(again)}。"]


def _property(household: Household, parameters: Parameters, on: date, now: Assessment) -> list[str]:
    said, changes = [], dict[str, int]()
    failing = [f for f in now.fails if f.rule in PROPERTY_CHANGES or f.rule == "financial_assets_within"]
    for f in failing:
        if f.rule == "financial_assets_within":
            names = (
                "deposits_fen",
                "securities_fen",
                "insurance_fen",
                "internet_finance_fen",
                "receivables_fen",
            )
            over = f.shown["assets_fen"] - f.shown["max_fen"]
            said.append(
                f"金融资产须降至 {yuan_text(f.shown['max_fen'])} 元以内，现超出 {yuan_text(over)} 元。"
            )
            changes |= dict.fromkeys(names, 0)
        else:
            held, _, text = PROPERTY_CHANGES[f.rule]
            said.append(f"{text}的，请举证说明，可申请复核。")
            changes[held] = household.given.get(held, 0) - (f.shown["count"] - f.shown["max"])
    if failing:
        again = assess(household.changed(household=changes), parameters, on=on)
        said.append(f"财产各项都在限额之内时：{_result(again)}。")
    return said


def _next_standard(household: Household, parameters: Parameters, on: date, now: Assessment) -> list[str]:
    rows = [parameters.next_after(key, household.area_code, on) for key in NEXT]
    days = sorted({r.since for r in rows if r})
    for day in days[:1]:
        try:
            again = assess(household, parameters, on=day)
        except MissingParameter as missing:
            return [f"{day} 起：{missing}。"]
        if not same_outcome(again, now):
            return [f"{day} 起执行新标准，情况不变时：{_result(again)}。"]
    return []


def _birthdays(household: Household, parameters: Parameters, on: date, now: Assessment) -> list[str]:
    """Birthdays of the coming year that move the result (18, 70 …): tried on the day."""
    said = []
    for m in household.members:
        if is_unknown(m.birth):
            continue
        birth = date.fromisoformat(m.birth)
        for year in (on.year, on.year + 1):
            leap = birth.month == 2 and birth.day == 29 and (year % 4 or (year % 100 == 0 and year % 400))
            day = date(year, 2, 28) if leap else birth.replace(year=year)
            if not on < day <= date(on.year + 1, on.month, min(on.day, 28)):
                continue
            age = year - birth.year
            eve = date.fromordinal(day.toordinal() - 1)
            try:
                before, after = (assess(household, parameters, on=d) for d in (eve, day))
            except MissingParameter:
                continue
            if not same_outcome(before, after):
                said.append(f"{m.name or '成员'} {day} 满 {age} 周岁，届时情况不变时：{_result(after)}。")
    return said
