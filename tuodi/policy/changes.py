"""What would change an answer: facts that would turn it if they were otherwise, dates that will, each tried by running the rules again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tuodi.core.facts import BY_NAME, AsOf, Household
from tuodi.core.fields import FactField
from tuodi.core.finding import PERIODS, Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.money import yuan_text
from tuodi.core.months import months_later
from tuodi.core.parameters import Parameters
from tuodi.policy.answers import Answers, answer, wanted
from tuodi.policy.catalogue import PROGRAMMES

# A single fact rarely mends more than two conditions: a grown man is not told what would make him an orphan in school.
TURNED_AT_ONCE = 2
Whose = tuple[str, int]  # programme, member number (0: the household)


# What is worked out before a rule (core.facts) and the fact it comes from: who reads the one reads the other.
DERIVED: Mapping[tuple[str, str], str] = {
    ("member", "age"): "birth",
    ("member", "birth_day"): "birth",
    ("member", "died_day"): "died_on",
    ("member", "disability_valid"): "disability_valid_until",
    ("member", "valid_until_day"): "disability_valid_until",
    ("member", "presence_day"): "presence_since",
    ("household", "over_standard_day"): "over_standard_since",
    ("household", "over_standard_months"): "over_standard_since",
}


class Watched:
    """A household or member that notes which facts a rule reads of it."""

    def __init__(self, seen: Any, level: str, read: set[tuple[str, str]]) -> None:
        self.__dict__.update(_seen=seen, _level=level, _read=read)

    def __getattr__(self, name: str) -> Any:
        fact = (self._level, DERIVED.get((self._level, name), name))
        if fact in BY_NAME:
            self._read.add(fact)
        value = getattr(self._seen, name)
        if name == "members":
            return tuple(Watched(m, "member", self._read) for m in value)
        return value

    def totals(self, of_member: Any) -> Any:
        """The sums over members, what they read noted too."""
        return self._seen.totals(lambda m: of_member(Watched(m, "member", self._read)))


def result_of(a: Assessment) -> str:
    """An answer in a few words: 可以享受，每月 1,084 元."""
    if is_unknown(a.eligible):
        return "还不能得出结论"
    if not a.eligible:
        return "不符合"
    if a.period == "none" or is_unknown(a.amount_fen) or not a.amount_fen:
        return "符合"
    return f"符合，{PERIODS[a.period]} {yuan_text(a.amount_fen)} 元"


def same(one: Assessment | None, other: Assessment | None) -> bool:
    """Whether two answers come to the same."""
    if one is None or other is None:
        return one is other
    return (_plain(one.eligible), _plain(one.amount_fen)) == (
        _plain(other.eligible),
        _plain(other.amount_fen),
    )


def _plain(value: Any) -> Any:
    return None if is_unknown(value) else value


def what_would_change(
    household: Household, parameters: Parameters, found: Answers, *, on: date
) -> dict[Whose, tuple[str, ...]]:
    """For each programme and person the sentences, most useful first; one that nothing at hand would change has none."""
    said: dict[Whose, list[str]] = {whose: [] for whose, _ in every(found)}
    for (code, number), a in every(found):
        own = PROGRAMMES[code].what_would_change
        if own is not None:
            said[code, number] += own(household, parameters, on=on, found=a)
        elif is_unknown(a.eligible) or is_unknown(a.amount_fen):
            said[code, number] += [f"补齐“{name}”后才能得出结论。" for name in a.missing]
        elif not a.eligible and len(a.fails) <= TURNED_AT_ONCE:
            said[code, number] += _facts_that_turn(found, parameters, code, number)
    now = {w: a for w, a in every(found) if PROGRAMMES[w[0]].what_would_change is None}
    for day, why in _days_to_try(household, parameters, found, on):
        after = _on(household, parameters, day)
        turned = [whose for whose, a in now.items() if not same(a, after.get(whose))]
        if not turned:
            continue
        # What is otherwise by then may have become so before that day, for another reason.
        before = _on(household, parameters, date.fromordinal(day.toordinal() - 1))
        for whose in turned:
            if not same(before.get(whose), after.get(whose)):
                then = result_of(after[whose]) if whose in after else "不再适用"
                said[whose].append(f"{day.isoformat()} {why}，情况不变时：{then}。")
    return {whose: tuple(sentences) for whose, sentences in said.items()}


def _on(household: Household, parameters: Parameters, day: date) -> dict[Whose, Assessment]:
    """The answers of a day, without the list of what they relied on."""
    area = household.area_code
    return dict(every(answer(AsOf(household, day), lambda code: parameters.at(area, day, code), wanted(day))))


def every(found: Answers) -> Iterator[tuple[Whose, Assessment]]:
    """Each answer with whose it is."""
    for code, a in found.household.items():
        yield (code, 0), a
    for number, of_member in enumerate(found.members, 1):
        for code, a in of_member.items():
            yield (code, number), a


def _facts_that_turn(found: Answers, parameters: Parameters, code: str, number: int) -> list[str]:
    """The yes-or-no facts the rule reads of this household and person which, if otherwise, make the answer a yes."""
    evaluate, h = PROGRAMMES[code].evaluate, found.seen
    p = parameters.at(h.area_code, h.on, code)

    def run(seen: Any) -> Assessment:
        assert evaluate is not None
        return evaluate(seen.members[number - 1], seen, p) if number else evaluate(seen, p)

    read: set[tuple[str, str]] = set()
    run(Watched(h, "household", read))  # what it answers is known already; what it read is not
    said = []
    for level, name in sorted(read):
        field = BY_NAME[level, name]
        if field.kind != "bool" or (level == "member" and not number):
            continue
        other = _otherwise(h, field, number)
        if other is None:
            continue
        again = run(other)
        if again.eligible is True:
            value = "是" if getattr(_of(other, level, number), name) else "否"
            said.append(f"“{field.label}”如为“{value}”：{result_of(again)}。")
    return said


def _of(h: AsOf, level: str, number: int) -> Any:
    return h.members[number - 1] if level == "member" else h


def _otherwise(h: AsOf, field: FactField, number: int) -> AsOf | None:
    """The family with one yes-or-no fact turned round; None where it is not known."""
    now = getattr(_of(h, field.level, number), field.name)
    if is_unknown(now):
        return None
    if field.level == "household":
        return h.as_if({field.name: not now})
    own = h.members[number - 1]
    changed: Mapping[str, Any] = {field.name: not now}
    return h.as_if({}, lambda m: changed if m is own else {})


def _days_to_try(
    household: Household, parameters: Parameters, found: Answers, on: date
) -> list[tuple[date, str]]:
    """The next day on which a value that was read changes, and the members' birthdays of the coming year."""
    read = {row["key"]: row["value"] for _, a in every(found) for row in a.relied_on}
    rows = [parameters.next_after(key, household.area_code, on) for key in sorted(read)]
    days = {min(r.since for r in rows if r): "起执行新的标准"} if any(rows) else {}
    # Only the birthdays on which some rule asks for the age: 满 70 turns at 70, 至 59 周岁 at 60.
    asked = {
        v + more for k, v in read.items() if type(v) is int and _is_age(parameters, k) for more in (0, 1)
    }
    until = months_later(on, 12)
    for m in household.members:
        if is_unknown(m.birth) or not m.birth:
            continue
        birth = date.fromisoformat(m.birth)
        months = (on.year - birth.year + 1) * 12
        for day in (months_later(birth, months - 12), months_later(birth, months)):
            if on < day <= until and day.year - birth.year in asked:
                days.setdefault(day, f"{m.name or '成员'}满 {day.year - birth.year} 周岁")
    return sorted(days.items())


def _is_age(parameters: Parameters, key: str) -> bool:
    info = parameters.info.get(key)
    return info is not None and info.unit == "years"
