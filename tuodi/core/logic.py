"""What lets one rule run on a number and on a column: choices, bounds and three-valued logic (Kleene).

A value only has to answer to the operators. Plain integers and booleans do; `Unknown` stands for a fact nobody knows
yet and makes what rests on it unknown, never false; a column (`tuodi.bulk`) answers by asking its engine.
Never write `not`, `and`, `or` or `if` on a value in a rule: use `negate`, `&`, `|` and `choose`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TypeAlias

Value: TypeAlias = Any
"""An int, a bool, a str, an `Unknown` or a column: what a rule works on."""


class Unknown:
    """A fact that is not known; `names` says which. Whatever is worked out from it is unknown for the same reason."""

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names: frozenset[str] = frozenset(names)

    def _join(self, other: object) -> Unknown:
        if isinstance(other, Unknown) and other.names != self.names:
            return Unknown(*(self.names | other.names))
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __floordiv__ = __rfloordiv__ = __mod__ = (
        __rmod__
    ) = _join
    __lt__ = __le__ = __gt__ = __ge__ = _join

    def __eq__(self, other: object) -> Any:
        return self._join(other)

    def __ne__(self, other: object) -> Any:
        return self._join(other)

    def __and__(self, other: object) -> Any:
        return False if other is False else self._join(other)

    def __or__(self, other: object) -> Any:
        return True if other is True else self._join(other)

    __rand__ = __and__
    __ror__ = __or__

    def __neg__(self) -> Unknown:
        return self

    __invert__ = __neg__

    def __hash__(self) -> int:
        return hash(self.names)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"unknown is neither true nor false: {', '.join(sorted(self.names)) or 'no name'}")

    def __repr__(self) -> str:
        return f"Unknown({', '.join(sorted(self.names))})"


UNKNOWN = Unknown()
"""An unknown without a name; `Unknown("收入")` says what is missing."""


def is_unknown(value: object) -> bool:
    """Whether a plain value is unknown (a column is never asked)."""
    return isinstance(value, Unknown)


def choose(condition: Value, a: Value, b: Value) -> Value:
    """`a` where the condition holds, `b` where it does not, unknown where it is unknown."""
    if condition is True:
        return a
    if condition is False:
        return b
    if isinstance(condition, Unknown):
        if type(a) is type(b) and not isinstance(a, Unknown) and type(a) in (int, bool, str) and a == b:
            return a
        return condition
    return condition.choose(a, b)


def negate(condition: Value) -> Value:
    """Not; `~True` is -2 in Python, so rules say this instead."""
    if condition is True:
        return False
    if condition is False:
        return True
    return ~condition


def surely(condition: Value) -> Value:
    """Whether a condition is known to hold: an unknown one does not. For what may only be presumed when it is certain."""
    if condition is True or condition is False:
        return condition
    if isinstance(condition, Unknown):
        return False
    return condition.surely()


def named(label: str, value: Value) -> Value:
    """The value, with the name the rule book gives it: `named("家庭年收入", income)` stands as a line of its own there."""
    if type(value) is int or type(value) is bool or isinstance(value, Unknown):
        return value
    return value.named(label)


def at_least(value: Value, floor: Value) -> Value:
    """The larger of two values."""
    if type(value) is int and type(floor) is int:
        return value if value >= floor else floor
    if isinstance(value, Unknown):
        return value._join(floor)
    if isinstance(floor, Unknown):
        return floor._join(value)
    return value.at_least(floor) if hasattr(value, "at_least") else floor.at_least(value)


def at_most(value: Value, ceiling: Value) -> Value:
    """The smaller of two values."""
    if type(value) is int and type(ceiling) is int:
        return value if value <= ceiling else ceiling
    if isinstance(value, Unknown):
        return value._join(ceiling)
    if isinstance(ceiling, Unknown):
        return ceiling._join(value)
    return value.at_most(ceiling) if hasattr(value, "at_most") else ceiling.at_most(value)


def all_of(conditions: Iterable[Value]) -> Value:
    """Kleene AND of any number of conditions; True of none."""
    result: Value = True
    for condition in conditions:
        if condition is False:
            return False
        if condition is not True:
            result = condition if result is True else result & condition
    return result


def any_of(conditions: Iterable[Value]) -> Value:
    """Kleene OR of any number of conditions; False of none."""
    result: Value = False
    for condition in conditions:
        if condition is True:
            return True
        if condition is not False:
            result = condition if result is False else result | condition
    return result


def all_hold(findings: Iterable[Any]) -> Value:
    """Whether every finding holds; unknown when none fails and one is unknown."""
    return all_of(f.holds for f in findings)


def any_holds(findings: Iterable[Any]) -> Value:
    """Whether at least one finding holds; unknown when none holds and one is unknown."""
    return any_of(f.holds for f in findings)


def is_one_of(value: Value, options: tuple[Any, ...]) -> Value:
    """Whether a value equals one of a few constants."""
    if type(value) is str or type(value) is int:
        return value in options
    if isinstance(value, Unknown):
        return value
    return value.is_one_of(options)
