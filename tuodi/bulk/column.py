"""A column that answers to the operators a rule uses: a node of a small graph, written out once as narwhals expressions.

Equal sub-expressions are one node, so what a rule uses twice is worked out once. A sum over the members of a household is a node
too, so a rule may rest on sums of terms that rest on sums: each such turn is a round (`round_of`). Unknown is null: comparisons, `&` and `|` follow
three-valued logic in SQL as they do in `core.logic`; `choose`, `at_least` and `at_most` are written so that they do too.
Nodes know whether they can be null and whether they can be negative, which keeps the query as lean as one written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

import narwhals as nw

INTEGER, TRUTH, WORD = "integer", "truth", "word"


class Graph:
    """The nodes of one run. `leaf` makes what is read from the data; every other node comes from an operator."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[Any, ...], Column] = {}

    def node(
        self,
        op: str,
        args: tuple[Any, ...],
        *,
        level: str,
        kind: str,
        nullable: bool = False,
        nonneg: bool = False,
    ) -> Column:
        """The one node for this operation on these arguments."""
        key = (op, level, *((id(a) if isinstance(a, Column) else (type(a), a)) for a in args))
        found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = Column(self, op, args, level, kind, nullable, nonneg, len(self.nodes))
        return found

    def leaf(
        self, name: str, *, level: str, kind: str, nullable: bool, nonneg: bool = False, least: int = -1
    ) -> Column:
        """A column of the data by name; `least` is what the field allows at least, where it says."""
        return self.node(
            "leaf", (name, least), level=level, kind=kind, nullable=nullable, nonneg=nonneg or least >= 0
        )

    def total(self, value: Any) -> Any:
        """The sum of a member's value over the members of each household; truths count as 1. Of a constant, so many times it."""
        if not isinstance(value, Column):
            if not value:
                return 0
            return self.node("sum", (True,), level="household", kind=INTEGER, nonneg=True) * int(value)
        nonneg = value.kind == TRUTH or value.nonneg
        return self.node(
            "sum", (value,), level="household", kind=INTEGER, nullable=value.nullable, nonneg=nonneg
        )

    def constant(self, value: int | bool | str | None, kind: str = "") -> Column:
        """A constant, for where an engine needs an expression; None is the unknown."""
        if value is None:
            return self.node("constant", (None,), level="", kind=kind or INTEGER, nullable=True)
        kind = TRUTH if isinstance(value, bool) else WORD if isinstance(value, str) else INTEGER
        return self.node("constant", (value,), level="", kind=kind, nonneg=kind == INTEGER and value >= 0)  # type: ignore[operator]


def _kind_of(value: Any) -> str:
    if isinstance(value, Column):
        return value.kind
    return TRUTH if isinstance(value, bool) else WORD if isinstance(value, str) else INTEGER


def _nullable(value: Any) -> bool:
    return value.nullable if isinstance(value, Column) else value is None


def _nonneg(value: Any) -> bool:
    return value.nonneg if isinstance(value, Column) else isinstance(value, int) and value >= 0


def _positive(value: Any) -> bool:
    """Whether a value is known to be at least 1."""
    if not isinstance(value, Column):
        return isinstance(value, int) and value >= 1
    if value.op == "leaf":
        return value.args[1] >= 1  # type: ignore[no-any-return]
    if value.op in ("mul", "at_most"):
        return all(_positive(a) for a in value.args)
    return value.op == "at_least" and any(_positive(a) for a in value.args)


def _level(values: Iterable[Any]) -> str:
    """members stand on households: what mixes both is at member level (household facts are joined on)."""
    levels = {v.level for v in values if isinstance(v, Column)}
    return "member" if "member" in levels else "household" if "household" in levels else ""


class Column:
    """A value for every row. Behaves like the number, truth or word it stands for, as far as a rule may go."""

    __slots__ = ("args", "graph", "kind", "level", "nonneg", "nullable", "number", "op")

    def __init__(
        self,
        graph: Graph,
        op: str,
        args: tuple[Any, ...],
        level: str,
        kind: str,
        nullable: bool,
        nonneg: bool,
        number: int,
    ) -> None:
        self.graph, self.op, self.args, self.level = graph, op, args, level
        self.kind, self.nullable, self.nonneg, self.number = kind, nullable, nonneg, number

    def _make(
        self, op: str, *args: Any, kind: str, nonneg: bool = False, nullable: bool | None = None
    ) -> Column:
        if nullable is None:
            nullable = any(_nullable(a) for a in args)
        return self.graph.node(op, args, level=_level(args), kind=kind, nullable=nullable, nonneg=nonneg)

    # ── arithmetic on whole numbers ──

    def __add__(self, other: Any) -> Column:
        if type(other) is int and other == 0:
            return self
        return self._make("add", self, other, kind=INTEGER, nonneg=self.nonneg and _nonneg(other))

    def __radd__(self, other: Any) -> Column:
        return self.__add__(other)

    def __sub__(self, other: Any) -> Column:
        if type(other) is int and other == 0:
            return self
        return self._make(
            "sub", self, other, kind=INTEGER, nonneg=type(other) is int and other == 1 and _positive(self)
        )

    def __rsub__(self, other: Any) -> Column:
        return self._make("sub", other, self, kind=INTEGER)

    def __mul__(self, other: Any) -> Column:
        if type(other) is int and other == 1:
            return self
        return self._make("mul", self, other, kind=INTEGER, nonneg=self.nonneg and _nonneg(other))

    def __rmul__(self, other: Any) -> Column:
        return self.__mul__(other)

    def __floordiv__(self, other: Any) -> Column:
        if type(other) is int and other == 1:
            return self
        # A column as divisor may be 0 where nothing says otherwise: the engine gives null there, so the result may be unknown.
        nullable = self.nullable or (isinstance(other, Column) and (other.nullable or not _positive(other)))
        return self._make(
            "floordiv", self, other, kind=INTEGER, nonneg=self.nonneg and _nonneg(other), nullable=nullable
        )

    def __rfloordiv__(self, other: Any) -> Column:
        return self._make(
            "floordiv", other, self, kind=INTEGER, nonneg=self.nonneg and _nonneg(other), nullable=True
        )

    def __mod__(self, other: int) -> Column:
        if self.nonneg and other > 0:
            return self._make("mod", self, other, kind=INTEGER, nonneg=True)
        # x - x // n * n: Python's meaning on every engine.
        return self - self // other * other

    def __neg__(self) -> Column:
        return 0 - self

    # ── comparisons ──

    def __lt__(self, other: Any) -> Column:
        return self._make("lt", self, other, kind=TRUTH)

    def __le__(self, other: Any) -> Column:
        return self._make("le", self, other, kind=TRUTH)

    def __gt__(self, other: Any) -> Column:
        return self._make("gt", self, other, kind=TRUTH)

    def __ge__(self, other: Any) -> Column:
        return self._make("ge", self, other, kind=TRUTH)

    def __eq__(self, other: object) -> Any:
        return self._make("eq", self, other, kind=TRUTH)

    def __ne__(self, other: object) -> Any:
        return self._make("ne", self, other, kind=TRUTH)

    __hash__ = object.__hash__

    def is_one_of(self, options: tuple[Any, ...]) -> Column:
        """Whether the value equals one of a few constants."""
        return self._make("is_one_of", self, tuple(options), kind=TRUTH, nullable=self.nullable)

    # ── truths ──

    def __and__(self, other: Any) -> Any:
        if other is True:
            return self
        if other is False:
            return False
        return self._make("and", self, other, kind=TRUTH)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        if other is True:
            return True
        if other is False:
            return self
        return self._make("or", self, other, kind=TRUTH)

    __ror__ = __or__

    def __invert__(self) -> Column:
        if self.op == "not":
            return self.args[0]  # type: ignore[no-any-return]
        return self._make("not", self, kind=TRUTH)

    def surely(self) -> Column:
        """Known to hold: unknown is no."""
        return self._make("surely", self, kind=TRUTH, nullable=False) if self.nullable else self

    def named(self, label: str) -> Column:
        """The same: names are for the rule book."""
        return self

    def choose(self, a: Any, b: Any) -> Any:
        """`a` where this holds, `b` where it does not, unknown where it is unknown and the two differ."""
        if type(a) is type(b) and not isinstance(a, Column) and a == b:
            return a
        if a is b:
            return a
        kind = _kind_of(a) if a is not None else _kind_of(b)
        return self._make("choose", self, a, b, kind=kind, nonneg=_nonneg(a) and _nonneg(b))

    def at_least(self, floor: Any) -> Column:
        """The larger of two; unknown when either is."""
        if self.nonneg and type(floor) is int and floor <= 0:
            return self
        return self._make("at_least", self, floor, kind=INTEGER, nonneg=self.nonneg or _nonneg(floor))

    def at_most(self, ceiling: Any) -> Column:
        """The smaller of two; unknown when either is."""
        return self._make("at_most", self, ceiling, kind=INTEGER, nonneg=self.nonneg and _nonneg(ceiling))

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a column is neither true nor false: a rule says choose(condition, a, b), & and |, never if or not"
        )

    def __repr__(self) -> str:
        return f"Column({self.op}, {self.kind}, {self.level})"


AT_HAND = ("leaf", "sum")
"""What a household's expression finds ready: columns of the data, and sums worked out in an earlier round."""


def nodes_below(outputs: Iterable[Any], stored: Mapping[int, str] | None = None) -> list[Column]:
    """Every node below the outputs, arguments before what is made of them; not below what is at hand or stored already."""
    stored = stored or {}
    seen: dict[int, Column] = {}

    def visit(node: Column) -> None:
        if node.number in seen:
            return
        if node.op not in AT_HAND and node.number not in stored:
            for a in node.args:
                if isinstance(a, Column):
                    visit(a)
        seen[node.number] = node

    for o in outputs:
        if isinstance(o, Column):
            visit(o)
    return list(seen.values())


def leaves(outputs: Iterable[Any], level: str | None = None, op: str = "leaf") -> list[Column]:
    """The columns of the data (or, with `op`, the sums) that a set of values rests on directly, in a stable order."""
    found = (n for n in nodes_below(outputs) if n.op == op and (level is None or n.level == level))
    return sorted(found, key=lambda n: n.number)


def rounds_of(outputs: Iterable[Any]) -> list[list[Column]]:
    """Every sum below the outputs, by round: those of the first rest on no other sum, those of the next on them."""
    found: dict[int, tuple[int, Column]] = {}

    def round_of(value: Any) -> int:
        last = 0
        for total in leaves([value], op="sum"):
            if total.number not in found:
                found[total.number] = (round_of(total.args[0]) + 1, total)
            last = max(last, found[total.number][0])
        return last

    for o in outputs:
        round_of(o)
    last = max((r for r, _ in found.values()), default=0)
    return [
        sorted((n for r, n in found.values() if r == k), key=lambda n: n.number) for k in range(1, last + 1)
    ]


def frontier(values: Iterable[Any]) -> list[Column]:
    """The household nodes that members' values rest on: they are worked out first and joined to the members."""
    seen: set[int] = set()
    found: dict[int, Column] = {}
    stack = [v for v in values if isinstance(v, Column)]
    while stack:
        node = stack.pop()
        if node.number in seen:
            continue
        seen.add(node.number)
        if node.level == "household":
            found[node.number] = node
        elif node.op != "leaf":
            stack.extend(a for a in node.args if isinstance(a, Column))
    return [found[n] for n in sorted(found)]


Divide = Callable[[Any, dict[str, tuple[str, "str | int"]]], Any]


def schedule(
    outputs: Iterable[Any], stored: Mapping[int, str], *, inline: bool = False
) -> list[list[Column]]:
    """The nodes worth a column of their own, in stages: each stage rests on what is `stored` and on the stages before it.

    A node is kept when it is used more than once, or divides (or is divided) so that its text is not repeated. `inline`: the text is
    SQL, which names both sides of a quotient of nothing negative once, and works out what is said twice in one select once; each
    stage saved is a millisecond or two of planning.
    """
    outputs = [o for o in outputs if isinstance(o, Column)]
    nodes = nodes_below(outputs, stored)
    uses: dict[int, int] = {}
    made = [n for n in nodes if n.number not in stored]
    for user in (*(a for n in made for a in n.args), *outputs):
        if isinstance(user, Column):
            uses[user.number] = uses.get(user.number, 0) + 1
    # Quotients, the larger and smaller of two, and the careful forms of unknown values name their arguments more than once.
    divided = {
        a.number
        for n in made
        if (n.op == "floordiv" and not (inline and n.nonneg))
        or n.op in ("at_least", "at_most")
        or (n.op == "choose" and _nullable(n.args[0]))
        for a in n.args
        if isinstance(a, Column) and a.op != "constant" and not (inline and _short(a, stored))
    }
    ready: dict[int, int] = {}  # the stage after which a node can be written down
    stages: dict[int, list[Column]] = {}
    kept: set[int] = set()
    for node in nodes:
        if node.number in stored:
            ready[node.number] = 0
            continue
        after = max((ready[a.number] for a in node.args if isinstance(a, Column)), default=0)
        if (
            (node.op == "floordiv" and not (inline and node.nonneg))
            or node.number in divided
            or (uses[node.number] > 1 and _worth_keeping(node, kept))
        ):
            stages.setdefault(after, []).append(node)
            kept.add(node.number)
            after += 1
        ready[node.number] = after
    return [stages[n] for n in sorted(stages)]


def _short(node: Column, stored: Mapping[int, str]) -> bool:
    """Whether a node is one sum, difference or product of what is at hand."""
    return node.op in ("add", "sub", "mul") and all(
        not isinstance(a, Column) or a.op in AT_HAND or a.number in stored for a in node.args
    )


def write(
    frame: Any,
    outputs: Mapping[str, Any],
    *,
    stored: Mapping[int, str],
    keep: Iterable[str] = (),
    divide: Divide | None = None,
) -> Any:
    """`frame` (a narwhals lazy frame) with the outputs as columns beside `keep`: shared nodes first, stage by stage.

    `stored` names the columns of the frame that hold nodes already.

    `divide` adds whole-number quotients of non-negative columns in the engine's own tongue; without it narwhals' general floor
    division is used, which asks about signs in every row.
    """
    stored = dict(stored)
    for stage in schedule(outputs.values(), stored):
        plain: dict[str, Any] = {}
        quotients: dict[str, tuple[str, str | int]] = {}
        memo: dict[int, nw.Expr] = {}
        made: dict[int, str] = {}
        for node in stage:
            name = f"_{node.number}"
            if (
                node.op == "floordiv"
                and divide is not None
                and node.nonneg
                and isinstance(node.args[0], Column)
            ):
                top, bottom = node.args
                quotients[name] = (
                    stored[top.number],
                    stored[bottom.number] if isinstance(bottom, Column) else bottom,
                )
            else:
                plain[name] = _expression(node, stored, memo)
            made[node.number] = name
        if plain:
            frame = frame.with_columns(**plain)
        if quotients and divide is not None:
            frame = divide(frame, quotients)
        stored |= made
    memo = {}
    exprs = [_expression(v, stored, memo).alias(name) for name, v in outputs.items()]
    return frame.select(*(nw.col(k) for k in keep), *exprs)


def _worth_keeping(node: Column, kept: set[int]) -> bool:
    """A comparison of something at hand with a constant, or its opposite, is cheaper done again than carried along."""
    if node.op == "constant":
        return False
    cheap = node.op in ("lt", "le", "gt", "ge", "not") or (
        node.op in ("eq", "ne") and _kind_of(node.args[0]) != WORD
    )
    return not (
        cheap and all(not isinstance(a, Column) or a.op in AT_HAND or a.number in kept for a in node.args)
    )


_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
}


def _expression(value: Any, stored: Mapping[int, str], memo: dict[int, nw.Expr]) -> nw.Expr:
    """The narwhals expression of a value, resting on the columns already stored."""
    if not isinstance(value, Column):
        # A bare whole number would be 32 bits wide, and products of fen are not.
        return nw.lit(value, nw.Int64()) if type(value) is int else nw.lit(value)
    name = stored.get(value.number)
    if name is not None:
        return nw.col(name)
    made = memo.get(value.number)
    if made is None:
        made = memo[value.number] = _write_node(value, stored, memo)
    return made


def _write_node(node: Column, stored: Mapping[int, str], memo: dict[int, nw.Expr]) -> nw.Expr:
    op, args = node.op, node.args
    if op == "constant":
        types = {INTEGER: nw.Int64(), TRUTH: nw.Boolean(), WORD: nw.String()}
        return nw.lit(args[0], types[node.kind])
    if op == "is_one_of":
        return _expression(args[0], stored, memo).is_in(list(args[1]))
    exprs = [_expression(a, stored, memo) for a in args]
    binary = _BINARY.get(op)
    if binary is not None:
        # A plain number on the right is spelled as such: some engines read lit(…) as a wider type.
        right = args[1] if not isinstance(args[1], Column) else exprs[1]
        return binary(exprs[0], right)  # type: ignore[no-any-return]
    if op == "not":
        return ~exprs[0]
    if op == "surely":
        return exprs[0].fill_null(False)
    if op == "choose":
        condition, a, b = exprs
        if not _nullable(args[0]):
            return nw.when(condition).then(a).otherwise(b)
        same = nw.when(a == b).then(a)
        return nw.when(condition).then(a).otherwise(nw.when(~condition).then(b).otherwise(same))
    if op in ("at_least", "at_most"):
        a, b = exprs
        if not node.nullable:
            return nw.max_horizontal(a, b) if op == "at_least" else nw.min_horizontal(a, b)
        better, other = (a >= b, a < b) if op == "at_least" else (a <= b, a > b)
        return nw.when(better).then(a).otherwise(nw.when(other).then(b))
    raise AssertionError(f"unknown operation {op}")
