"""A rule told in words: the same functions run on values that write themselves down, so the rule book cannot differ from the rule.

`told(programme, area, parameters, on)` runs a programme's rule on `Words` instead of numbers and gives back what it said: each
condition, the amount as a formula, and a line for each figure the rule named (`core.logic.named`). Parameters stand with their
label and the value in force; facts with the label of the field dictionary. Rates in basis points, and amounts multiplied up by them,
are told as percentages: a value carries the scale it was multiplied by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from tuodi.core.facts import BY_NAME
from tuodi.core.fields import FactField
from tuodi.core.finding import Assessment
from tuodi.core.logic import Unknown
from tuodi.core.money import yuan_text
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.programme import Programme

X = 10_000  # basis points in one whole
# How tightly a word binds: what is looser than its surroundings stands in brackets.
ATOM, PRODUCT, SUM, COMPARISON, AND, OR, CHOICE = range(7)

DERIVED = {
    "age": "年龄",
    "on_day": "评估日",
    "month_start": "当月一日",
    "birth_day": "出生日期",
    "died_day": "死亡日期",
    "presence_day": "人员状态起始日",
    "valid_until_day": "残疾证有效期止",
    "disability_valid": "残疾证在有效期内",
    "over_standard_day": "收入超过标准的起始日",
    "over_standard_months": "收入超过标准的月数",
}

# Which fact of the dictionary a derived one is worked out from.
RESTS_ON = {
    "age": "birth",
    "birth_day": "birth",
    "presence_day": "presence_since",
    "valid_until_day": "disability_valid_until",
    "disability_valid": "disability_valid_until",
    "over_standard_day": "over_standard_since",
    "over_standard_months": "over_standard_since",
}


# What is longer than this is written one thing below the other.
LINE = 60

ALL = "符合全部条件"  # what `granted` calls all required conditions together: they stand above, once

HEADS = {
    "all": "同时符合：",
    "any": "符合其中一项：",
    "sum": "下面各项相加减：",
    "highest": "下面各项中最高的一项：",
    "cases": "分情形：",
}

# The opposite of a truth by how it is called; the first that fits.
BEGINS = {
    "已": "未",
    "有": "没有",
    "是": "不是",
    "在": "不在",
    "能": "不能",
    "持": "未持",
    "住": "不住",
    "同意": "不同意",
    "属于": "不属于",
    "参加": "未参加",
    "领取": "未领取",
    "单独": "未单独",
    "就读": "未就读",
    "长期": "没有长期",
    "宣告": "没有宣告",
    "经": "未经",
    "按": "未按",
    "患": "未患",
}
HOLDS = {
    "符合": "不符合",
    "已经": "还没有",
    "已": "未",
    "在保": "不在保",
    "在世": "不在世",
    "户籍在": "户籍不在",
    "发生在": "不发生在",
    "出具": "没有出具",
    "属于": "不属于",
    "受损的是": "受损的不是",
}


def opposite_of(label: str) -> str:
    """What people call the opposite: 未享受 of 已享受, 不住校 of 住校, 财产不符合规定 of 财产符合规定."""
    for begin, instead in BEGINS.items():
        if label.startswith(begin):
            return instead + label.removeprefix(begin)
    for word, instead in HOLDS.items():
        if word in label:
            return label.replace(word, instead, 1)
    return f"不是{label}"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a value is put together from, so that it can be turned round or written one thing below the other."""

    how: str  # all | any | sum | highest | cases | options
    items: tuple[Any, ...]  # Words; of a sum (sign, text), of cases (when, value), of options text
    head: str = ""
    tail: str = ""


class Words:
    """A value that answers to the operators of a rule by writing down what was asked of it."""

    __slots__ = ("binds", "choices", "day", "fen", "opposite", "parts", "scale", "teller", "text", "truth")

    def __init__(
        self,
        teller: Teller,
        text: str,
        *,
        binds: int = ATOM,
        scale: int = 1,
        fen: bool = False,
        choices: Mapping[str, str] | None = None,
        truth: bool = False,
        day: bool = False,
        opposite: str = "",
        parts: Parts | None = None,
    ) -> None:
        self.teller, self.text, self.binds, self.scale, self.fen = teller, text, binds, scale, fen
        self.choices, self.day, self.opposite, self.parts = choices, day, opposite, parts
        self.truth = truth or binds in (COMPARISON, AND, OR)

    # ── sums and products ──

    def _say(self, other: Any, *, within: int) -> str:
        """The other side of an operator, in the measure of this side, in brackets where it binds more loosely."""
        if isinstance(other, Words):
            return f"（{other.text}）" if other.binds > within else other.text
        return self.teller.constant(other, self)

    def _own(self, within: int) -> str:
        return f"（{self.text}）" if self.binds > within else self.text

    def _with(
        self, text: str, binds: int, other: Any, *, scale: int | None = None, parts: Parts | None = None
    ) -> Words:
        scale = max(self.scale, getattr(other, "scale", 1)) if scale is None else scale
        return Words(
            self.teller,
            text,
            binds=binds,
            scale=scale,
            fen=self.fen or getattr(other, "fen", False),
            day=self.day or getattr(other, "day", False),
            parts=parts,
        )

    def _terms(self) -> tuple[tuple[str, str], ...]:
        """The terms of a sum, each with its sign."""
        if self.parts and self.parts.how == "sum" and not self.parts.tail:
            return self.parts.items
        return (("＋", self._own(SUM)),)

    def _summed(self, sign: str, other: Any) -> Words:
        said = self._say(other, within=SUM if sign == "＋" else PRODUCT)
        added = (
            other._terms()
            if sign == "＋" and isinstance(other, Words) and other.binds <= SUM
            else ((sign, said),)
        )
        return self._with(
            f"{self._own(SUM)} {sign} {said}", SUM, other, parts=Parts("sum", (*self._terms(), *added))
        )

    def __add__(self, other: Any) -> Words:
        return self if type(other) is int and other == 0 else self._summed("＋", other)

    def __radd__(self, other: Any) -> Words:
        if type(other) is int and other == 0:
            return self
        return self._with(f"{self._say(other, within=SUM)} ＋ {self._own(SUM)}", SUM, other)

    def __sub__(self, other: Any) -> Words:
        return self if type(other) is int and other == 0 else self._summed("－", other)

    def __rsub__(self, other: Any) -> Words:
        return self._with(f"{self._say(other, within=SUM)} － {self._own(PRODUCT)}", SUM, other)

    def __mul__(self, other: Any) -> Words:
        if type(other) is int:
            if other == 1:
                return self
            if other % X == 0:  # multiplied up, so that rates in basis points never round
                up = self._scaled(self.scale * X)
                return up if other == X else up.__mul__(other // X)
            return self._with(f"{self._own(PRODUCT)} × {other}", PRODUCT, other)
        scale = self.scale * (other.scale if isinstance(other, Words) else 1)
        return self._with(
            f"{self._own(PRODUCT)} × {self._say(other, within=PRODUCT)}", PRODUCT, other, scale=scale
        )

    def _scaled(self, scale: int) -> Words:
        return Words(
            self.teller,
            self.text,
            binds=self.binds,
            scale=scale,
            fen=self.fen,
            day=self.day,
            parts=self.parts,
        )

    def __rmul__(self, other: Any) -> Words:
        return self.__mul__(other)

    def __floordiv__(self, other: Any) -> Words:
        if type(other) is int:
            scale = self.scale
            while other % X == 0 and scale > 1:
                other, scale = other // X, scale // X
            if self.day and other == X:
                return Words(self.teller, f"{self._own(ATOM)}的年份")
            if other == 1:
                return self._scaled(scale)
            return self._with(f"{self._own(PRODUCT)} ÷ {other}", PRODUCT, other, scale=scale)
        scale = max(self.scale // getattr(other, "scale", 1), 1)
        return self._with(
            f"{self._own(PRODUCT)} ÷ {self._say(other, within=ATOM)}", PRODUCT, other, scale=scale
        )

    def __rfloordiv__(self, other: Any) -> Words:
        return self._with(f"{self._say(other, within=PRODUCT)} ÷ {self._own(ATOM)}", PRODUCT, other)

    def __mod__(self, other: Any) -> Words:
        return self._with(f"{self._own(PRODUCT)} 除以 {self._say(other, within=ATOM)} 的余数", PRODUCT, other)

    def __neg__(self) -> Words:
        return self._with(f"－{self._own(ATOM)}", SUM, 0)

    def whole_yuan_up(self, parts: Any) -> Words:
        """`core.money.whole_yuan_up`, as people say it."""
        divided = self if type(parts) is int and parts == 1 else self.__floordiv__(parts)
        return Words(self.teller, f"{divided._own(SUM)}（不足一元进一元）", binds=ATOM, fen=True)

    def whole_yuan_nearest(self, parts: Any) -> Words:
        """`core.money.whole_yuan_nearest`, as people say it."""
        divided = self if type(parts) is int and parts == 1 else self.__floordiv__(parts)
        return Words(self.teller, f"{divided._own(SUM)}（四舍五入到元）", binds=ATOM, fen=True)

    def months_over(self, on: date) -> Words:
        """`core.facts.months_over`, as people say it."""
        return Words(self.teller, f"{self._own(ATOM)}到评估日满几个月", binds=ATOM)

    # ── comparisons ──

    def _compare(self, other: Any, word: str, opposite: str) -> Words:
        own, said = self._own(SUM), self._say(other, within=SUM)
        said = f" {said}" if said[0].isdigit() else said
        return Words(self.teller, f"{own}{word}{said}", binds=COMPARISON, opposite=f"{own}{opposite}{said}")

    def __lt__(self, other: Any) -> Words:
        return self._compare(other, *(("早于", "不早于") if self.day else ("低于", "不低于")))

    def __le__(self, other: Any) -> Words:
        return self._compare(other, *(("不晚于", "晚于") if self.day else ("不高于", "高于")))

    def __gt__(self, other: Any) -> Words:
        if type(other) is int and other == 0 and self.scale == 1 and not self.fen:
            own = self._own(ATOM)
            return Words(self.teller, f"有{own}", binds=COMPARISON, opposite=f"没有{own}")
        return self._compare(other, *(("晚于", "不晚于") if self.day else ("高于", "不高于")))

    def __ge__(self, other: Any) -> Words:
        return self._compare(other, *(("不早于", "早于") if self.day else ("不低于", "低于")))

    def __eq__(self, other: object) -> Any:
        return self._compare(other, "为", "不是")

    def __ne__(self, other: object) -> Any:
        return self._compare(other, "不是", "为")

    __hash__ = object.__hash__

    def is_one_of(self, options: tuple[Any, ...]) -> Words:
        """One of a few, by their labels."""
        said = tuple(self.teller.constant(o, self) for o in options)
        listed = "、".join(said)
        return Words(
            self.teller,
            f"{self.text}为{listed}",
            binds=COMPARISON,
            opposite=f"{self.text}不是{listed}",
            parts=Parts("options", said, head=f"{self.text}为下面之一："),
        )

    # ── truths ──

    def _joined(self, other: Words, how: str) -> Words:
        word, binds = ("，且", AND) if how == "all" else ("，或者", OR)
        items = tuple(
            item
            for side in (self, other)
            for item in (side.parts.items if side.parts and side.parts.how == how else (side,))
        )
        return Words(self.teller, word.join(i._own(AND) for i in items), binds=binds, parts=Parts(how, items))

    def __and__(self, other: Any) -> Any:
        if other is True or other is False:
            return self if other else False
        return self._joined(other, "all")

    def __rand__(self, other: Any) -> Any:
        return self.__and__(other)

    def __or__(self, other: Any) -> Any:
        if other is True or other is False:
            return True if other else self
        return self._joined(other, "any")

    def __ror__(self, other: Any) -> Any:
        return self.__or__(other)

    def __invert__(self) -> Words:
        """The opposite, said as people say it: of several conditions that of each, never 不属于 of a 不."""
        if self.parts and self.parts.how in ("all", "any"):
            turned = [~item for item in self.parts.items]
            made: Words = turned[0]
            for item in turned[1:]:
                made = made._joined(item, "any" if self.parts.how == "all" else "all")
            return made
        opposite = self.opposite or (
            opposite_of(self.text) if self.binds == ATOM else f"不属于{self._own(ATOM)}"
        )
        return Words(
            self.teller, opposite, binds=self.binds if self.binds == ATOM else COMPARISON,
            opposite=self.text, truth=True,
        )  # fmt: skip

    def surely(self) -> Words:
        """Known to hold."""
        return self

    def choose(self, a: Any, b: Any) -> Any:
        """If … then …, otherwise ….."""
        if isinstance(a, Words) and isinstance(b, Words) and a.text == b.text:
            return a
        if type(a) is type(b) and not isinstance(a, Words) and a == b:
            return a
        if a is True and b is False:
            return self
        measure = a if isinstance(a, Words) else b if isinstance(b, Words) else self
        yes, no = (self.teller.constant(v, measure) if not isinstance(v, Words) else v.text for v in (a, b))
        after = b.parts.items if isinstance(b, Words) and b.parts and b.parts.how == "cases" else ((None, b),)
        parts = Parts("cases", ((self, a), *((w, self._value(v, measure)) for w, v in after)))
        within = f"（{yes}）" if getattr(a, "binds", ATOM) > PRODUCT else yes
        nothing = type(b) is int and b == 0
        text = f"{within}（{self.text}时）" if nothing else f"{self._own(AND)}时为{within}，否则为{no}"
        return Words(
            self.teller,
            text,
            binds=ATOM if nothing else CHOICE,
            scale=getattr(measure, "scale", 1),
            fen=getattr(measure, "fen", False),
            choices=getattr(measure, "choices", None),
            truth=bool(getattr(a, "truth", False) or getattr(b, "truth", False)),
            parts=parts,
        )

    def _value(self, value: Any, measure: Words) -> Any:
        return value if isinstance(value, Words) else self.teller.constant(value, measure)

    def at_least(self, floor: Any) -> Words:
        """Not below a floor."""
        if type(floor) is int and floor == 1:
            return self
        if type(floor) is int and floor == 0:
            if self.binds == SUM:
                parts = Parts("sum", self._terms(), tail="结果低于 0 的，按 0 算")
                return self._with(f"（{self.text}，低于 0 按 0）", ATOM, floor, parts=parts)
            return self._with(f"{self._own(SUM)}（低于 0 按 0）", PRODUCT, floor)
        items: list[str] = []
        for side in (self, floor):
            if isinstance(side, Words) and side.parts and side.parts.how == "highest":
                items += side.parts.items
            else:
                items.append(self._say(side, within=SUM))
        return self._with(
            f"{'、'.join(items)}中较高的一项", CHOICE, floor, parts=Parts("highest", tuple(items))
        )

    def at_most(self, ceiling: Any) -> Words:
        """Not above a ceiling."""
        most = self._say(ceiling, within=SUM)
        if self.binds == SUM:
            parts = Parts("sum", self._terms(), tail=f"最多按{most}算")
            return self._with(f"（{self.text}，最多{most}）", ATOM, ceiling, parts=parts)
        return self._with(f"{self._own(SUM)}（最多{most}）", PRODUCT, ceiling)

    def named(self, label: str) -> Words:
        """A figure with a name: its formula becomes a line of its own, and the name stands for it from here on."""
        if self.text != label:
            self.teller.lines.setdefault(label, laid_out(self))
        return Words(
            self.teller, label, scale=self.scale, fen=self.fen, truth=self.truth, day=self.day,
            choices=self.choices,
        )  # fmt: skip

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a rule asks `choose`, never `if`, on a fact: {self.text}")

    def __repr__(self) -> str:
        return self.text


def laid_out(value: Any) -> str:
    """A value as it is printed: what runs on stands one thing below the other, each part a line."""
    if not isinstance(value, Words):
        return text_of(value)
    return "\n".join(_rows(value))


def _rows(value: Any) -> list[str]:
    if not isinstance(value, Words) or value.parts is None or len(value.text) <= LINE:
        return [value.text if isinstance(value, Words) else str(value)]
    parts = value.parts
    rows = [parts.head or HEADS[parts.how]]
    for item in parts.items:
        if parts.how == "sum":
            rows.append(f"{item[0]} {item[1]}")
        elif parts.how == "cases":
            when = f"{item[0].text}的：" if item[0] is not None else "其他情形："
            first, *rest = _rows(item[1] if isinstance(item[1], Words) else text_of(item[1]))
            rows += [f"· {when}{first}", *(f"　{row}" for row in rest)]
        else:
            first, *rest = _rows(item)
            rows += [f"· {first}", *(f"　{row}" for row in rest)]
    return [*rows, *([parts.tail] if parts.tail else [])]


class Teller:
    """Keeps the named lines of one telling, and says constants in the measure of what they stand beside."""

    def __init__(self) -> None:
        self.lines: dict[str, str] = {}
        self.read: set[tuple[str, str]] = set()  # the facts asked for, by level and name

    def constant(self, value: Any, beside: Words) -> str:
        """A constant: a choice by its label, fen as yuan, basis points as a percentage."""
        if value is True or value is False:
            return "是" if value else "否"
        if value is None:
            return "未设定"
        if isinstance(value, Unknown):
            return f"（{'、'.join(sorted(value.names)) or '未知'}）"
        if isinstance(value, str):
            return f"“{(beside.choices or {}).get(value, value) or '空'}”"
        if beside.day:
            return day_text(value)
        if beside.scale > 1 and value % beside.scale == 0:
            value //= beside.scale
            return yuan_text(value) + " 元" if beside.fen else str(value)
        if beside.scale == X:
            return f"{_percent(value)}"
        return f"{yuan_text(value)} 元" if beside.fen else str(value)


def day_text(written: int) -> str:
    """A day held as 20251015, as people write it."""
    return f"{written // 10_000}年{written // 100 % 100}月{written % 100}日"


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}%" if not rest else f"{whole}.{rest:02d}".rstrip("0") + "%"


class ToldFacts:
    """A household or a member of whom nothing is known but what its facts are called."""

    def __init__(self, teller: Teller, level: str, on: date) -> None:
        self._teller, self._level, self.on = teller, level, on
        self._otherwise: dict[str, Any] = {}
        if level == "household":
            self.members: tuple[ToldFacts, ...] = (ToldFacts(teller, "member", on),)

    def __getattr__(self, name: str) -> Words:
        if name.startswith("_") or name == "members":
            raise AttributeError(name)
        field = BY_NAME.get((self._level, name)) or _day_field(self._level, name)
        if field is None and name in RESTS_ON:
            self._teller.read.add((self._level, RESTS_ON[name]))
        if field is not None:
            self._teller.read.add((self._level, field.name))
            money = field.kind in ("money", "money_year")
            return Words(
                self._teller,
                field.label,
                fen=money,
                choices=field.choices,
                truth=field.kind == "bool",
                day=field.kind == "day",
            )
        if name in DERIVED:
            return Words(
                self._teller,
                DERIVED[name],
                day=name.endswith("_day") or name == "month_start",
                truth=name == "disability_valid",
            )
        raise AttributeError(f"no such fact of a {self._level}: {name}")

    def totals(self, of_member: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
        """Sums over members: of truths the number of those persons, of amounts their total."""
        made: dict[str, Any] = {}
        for name, value in of_member(self.members[0]).items():
            if not isinstance(value, Words):
                made[name] = Words(self._teller, "家庭成员数") * int(value) if value else 0
            elif value.truth:
                made[name] = Words(self._teller, f"{value._own(ATOM)}的人数")
            else:
                made[name] = Words(
                    self._teller, f"各人{value._own(ATOM)}之和", scale=value.scale, fen=value.fen
                )
        return made


def _day_field(level: str, name: str) -> FactField | None:
    if not name.endswith("_day"):
        return None
    return BY_NAME.get((level, f"{name[:-4]}_on")) or BY_NAME.get((level, f"{name[:-4]}_since"))


class ToldParameters:
    """The values in force, each told with its label; what decides which law holds stays a plain value."""

    def __init__(self, teller: Teller, parameters: Parameters, area: str, on: date) -> None:
        self._teller, self._parameters, self._area, self._on = teller, parameters, area, on
        self.read: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        row = self._parameters.row(key, self._area, self._on)
        self.read[key] = row
        return self._told(key, row.value)

    def optional(self, key: str) -> Any:
        """A value that matters only to some: its name where none is in force."""
        try:
            return self[key]
        except MissingParameter:
            self.read.setdefault(key, None)
            return Words(self._teller, self._parameters.unset(key))

    def unknown(self, name: str) -> Words:
        """What no row can give yet, by its name."""
        return Words(self._teller, f"未知（{name}）")

    def relied_on(self) -> tuple[Any, ...]:
        """Nothing is kept of a telling."""
        return ()

    def _told(self, key: str, value: Any) -> Any:
        info = self._parameters.info[key]
        if info.unit == "fen":
            return Words(self._teller, f"{info.label}（{yuan_text(value)} 元）", fen=True)
        if info.unit == "basis_points":
            return Words(self._teller, f"{info.label}（{_percent(value)}）", scale=X)
        if info.unit in ("bool", "word"):
            return value
        return Words(self._teller, f"{info.label}（{value}）")


@dataclass(frozen=True)
class Condition:
    """A condition of the regulation as the rule states it."""

    rule: str
    text: str
    sentence: str  # the sentence of a letter, with places for the figures
    basis: str
    required: bool


@dataclass(frozen=True)
class Told:
    """A programme in words: conditions, the amount, the named figures, and the rows of the values it read (None: not in force)."""

    conditions: tuple[Condition, ...]
    amount: str
    period: str
    lines: Mapping[str, str]
    values: Mapping[str, Any]
    not_set: str = ""
    facts: frozenset[tuple[str, str]] = frozenset()  # the facts it reads, by level and name


def told(programme: Programme, area: str, parameters: Parameters, on: date) -> Told:
    """The programme's rule in words as of a day in a place; `not_set` says which value is missing where one is."""
    teller = Teller()
    h, p = ToldFacts(teller, "household", on), ToldParameters(teller, parameters, area, on)
    assert programme.evaluate is not None, f"{programme.code} has no rule to tell"
    try:
        a: Assessment = (
            programme.evaluate(h.members[0], h, p) if programme.of_members else programme.evaluate(h, p)
        )
    except MissingParameter as missing:
        return Told(
            (), "", programme.period, {}, p.read, parameters.unset(missing.key), frozenset(teller.read)
        )
    conditions = tuple(
        Condition(f.rule, laid_out(f.holds), f.because, f.basis, f.required) for f in a.findings
    )
    lines = dict(teller.lines)
    if ALL in lines:
        lines[ALL] = "上面的条件每一条都符合"
    return Told(conditions, laid_out(a.amount_fen), a.period, lines, p.read, facts=frozenset(teller.read))


def text_of(value: Any) -> str:
    """A value of a telling as text."""
    if isinstance(value, Words):
        return value.text
    if value is True or value is False:
        return "总是如此" if value else "不适用"
    return (
        yuan_text(value) + " 元"
        if type(value) is int and value
        else "不发放现金"
        if value == 0
        else str(value)
    )
