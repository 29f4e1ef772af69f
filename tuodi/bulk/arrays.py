"""A plan over NumPy arrays, block by block: the graph evaluated without a database, for one machine and a rule that is wanted fast.

Households come in order of their number and their members in the same order, so a sum over members is a difference of running sums and nothing is
hashed or joined. A block is small enough for the processor's cache; what is needed no more is dropped, so memory stays flat however many
households there are. Unknown is a mask beside the values (None: all known), with the same three-valued logic as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tuodi.bulk.column import INTEGER, TRUTH, WORD, Column
from tuodi.bulk.snapshot import ID, MEMBER, nullable_in, opened

Array: TypeAlias = Any  # np.ndarray, or a plain value that stands for all rows
Known: TypeAlias = Any  # np.ndarray of truths, or None where everything is known
BLOCK = 32_768  # households evaluated at a time: smaller, and two threads wait for one another more than they work


@dataclass
class Words:
    """Every word of a run as a number: one table for all columns and constants, so that any two can be compared."""

    numbers: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock, repr=False)

    def number(self, word: str) -> int:
        """The number of a word."""
        found = self.numbers.get(word)
        if found is None:
            with self.lock:  # blocks are worked out by several threads
                found = self.numbers.setdefault(word, len(self.words))
                if found == len(self.words):
                    self.words.append(word)
        return found

    def coded(self, column: pa.ChunkedArray) -> tuple[Array, Known]:
        """A column of words as numbers."""
        encoded = column.combine_chunks()
        if not isinstance(encoded, pa.DictionaryArray):
            encoded = encoded.dictionary_encode()
        table = np.array([self.number(w) for w in encoded.dictionary.to_pylist()] or [0], dtype=np.int32)
        known = None if encoded.null_count == 0 else ~np.asarray(encoded.is_null())
        return table[encoded.indices.fill_null(0).to_numpy()], known

    def spelled(self, codes: Array, known: Known) -> pa.Array:
        """Numbers as words again."""
        indices = pa.array(codes, pa.int32(), mask=None if known is None else ~known)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.words, pa.string())).cast(pa.string())


@dataclass
class Rows:
    """The rows of a part in memory: columns by level and name, and where each household's members begin."""

    columns: dict[tuple[str, str | int], tuple[Array, Known]]  # of nodes already worked out by number
    ids: Array
    starts: Array  # of each household's members; one more at the end
    numbers: Array  # of members
    areas: pa.ChunkedArray | None = None

    def __len__(self) -> int:
        return len(self.ids)


def _places(areas: pa.ChunkedArray, codes: list[str]) -> Array:
    """For each household the place of its area in the table of local values."""
    encoded = areas.combine_chunks().dictionary_encode()
    known = {code: i for i, code in enumerate(codes)}
    table = np.array([known[c] for c in encoded.dictionary.to_pylist()], dtype=np.int32)
    return table[encoded.indices.to_numpy()]


def values_of(column: pa.ChunkedArray, kind: str, words: Words) -> tuple[Array, Known]:
    """A column as an array, with what is known of it."""
    if kind == WORD:
        return words.coded(column)
    known = (
        None if column.null_count == 0 else ~column.is_null().combine_chunks().to_numpy(zero_copy_only=False)
    )
    blank = False if kind == TRUTH else 0
    filled = column if known is None else column.fill_null(blank)
    return filled.combine_chunks().to_numpy(zero_copy_only=False), known


class Program:
    """The nodes below some outputs in order, each with how it is worked out and what may be dropped after it.

    Nodes `held` were worked out before and are read from the rows as columns are.
    """

    def __init__(self, values: Iterable[Any], words: Words, held: Container[int] = ()) -> None:
        self.words, self.held = words, held
        outputs = [v for v in values if isinstance(v, Column)]
        self.nodes = in_order(outputs, held)
        kept = {n.number for n in outputs}
        last: dict[int, int] = {}
        for place, node in enumerate(self.nodes):
            for a in node.args:
                if isinstance(a, Column):
                    last[a.number] = place
        self.dropped: list[list[int]] = [[] for _ in self.nodes]
        for number, place in last.items():
            if number not in kept:
                self.dropped[place].append(number)

    def leaves(self) -> Iterator[Column]:
        """The columns of the data it reads."""
        return (n for n in self.nodes if n.op == "leaf" and n.number not in self.held)

    def block(
        self, rows: Rows, begin: int, end: int, local: Mapping[str, tuple[Array, Known]], areas: Array
    ) -> dict[int, Any]:
        """Every output node worked out for the households from `begin` to `end`; `areas`: each one's place in `local`."""
        first, last = int(rows.starts[begin]), int(rows.starts[end])
        lasts = rows.starts[begin + 1 : end + 1] - first - 1
        counts = np.diff(rows.starts[begin : end + 1])
        at: dict[int, tuple[Array, Known]] = {}
        lifted: dict[int, tuple[Array, Known]] = {}
        area = areas[begin:end]

        def of(value: Any, level: str) -> tuple[Array, Known]:
            if not isinstance(value, Column):
                return self.constant(value)
            found = at[value.number]
            if level != "member" or value.level != "household":
                return found
            again = lifted.get(value.number)
            if again is None:
                again = lifted[value.number] = (_repeated(found[0], counts), _repeated(found[1], counts))
            return again

        for node, dropped in zip(self.nodes, self.dropped, strict=True):
            if node.op == "leaf" or node.number in self.held:
                name: Any = node.number if node.number in self.held else node.args[0]
                if name in local:
                    values, known = local[name]
                    at[node.number] = values[area], None if known is None else known[area]
                else:
                    cut = slice(first, last) if node.level == "member" else slice(begin, end)
                    values, known = rows.columns[node.level, name]
                    at[node.number] = values[cut], None if known is None else known[cut]
            elif node.op == "sum":
                at[node.number] = _summed(of(node.args[0], "member"), lasts, counts)
            elif node.op == "constant":
                at[node.number] = self.constant(node.args[0])
            elif node.op == "is_one_of":
                values, known = of(node.args[0], node.level)
                at[node.number] = self.among(values, node.args[1]), known
            else:
                at[node.number] = OPERATIONS[node.op](*(of(a, node.level) for a in node.args))
            for number in dropped:
                at.pop(number, None)
                lifted.pop(number, None)
        return at

    def constant(self, value: Any) -> tuple[Array, Known]:
        """A constant; None is the unknown."""
        if value is None:
            return 0, False
        return (self.words.number(value) if isinstance(value, str) else value), None

    def among(self, values: Array, options: tuple[Any, ...]) -> Array:
        """Whether values are among a few constants."""
        found: Array = False
        for option in options:
            here = values == self.constant(option)[0]
            found = here if found is False else found | here
        return found


def in_order(outputs: Iterable[Column], held: Container[int] = ()) -> list[Column]:
    """Every node below the outputs, through sums, arguments before what is made of them; not below what is held."""
    seen: dict[int, Column] = {}

    def visit(node: Column) -> None:
        if node.number in seen:
            return
        for a in node.args if node.op != "leaf" and node.number not in held else ():
            if isinstance(a, Column):
                visit(a)
        seen[node.number] = node

    for o in outputs:
        visit(o)
    return list(seen.values())


def _repeated(part: Any, counts: Array) -> Any:
    return np.repeat(part, counts) if isinstance(part, np.ndarray) else part


def _summed(value: tuple[Array, Known], lasts: Array, counts: Array) -> tuple[Array, Known]:
    """The sum over each household's members, the last of which stand at `lasts`; unknown where any member's term is."""
    values, known = value
    total = _totals(values, lasts) if isinstance(values, np.ndarray) else counts * int(values)
    if known is None:
        return total, None
    if not isinstance(known, np.ndarray):
        return total, np.full(len(counts), known) | (counts == 0)
    return total, _totals(~known, lasts) == 0


def _totals(values: Array, lasts: Array) -> Array:
    """Running sums, and what each household adds to them: three times as fast as `reduceat` over a few rows each."""
    if not len(values):
        return np.zeros(len(lasts), dtype=np.int64)
    running: Array = np.cumsum(values, dtype=np.int64).take(lasts)
    if lasts[0] < 0:
        running[lasts < 0] = 0  # households before the first member
    return np.diff(running, prepend=0)


def _both(a: Known, b: Known) -> Known:
    """What is known of two values together."""
    if a is None:
        return b
    return a if b is None else a & b


def _plain(work: Callable[[Array, Array], Array]) -> Callable[..., tuple[Array, Known]]:
    return lambda a, b: (work(a[0], b[0]), _both(a[1], b[1]))


def _and(a: tuple[Array, Known], b: tuple[Array, Known]) -> tuple[Array, Known]:
    if a[1] is None and b[1] is None:
        return a[0] & b[0], None
    known_a, known_b = (True if k is None else k for k in (a[1], b[1]))
    # Known where both are, or where one is known to be false.
    known = (known_a & known_b) | (known_a & ~_truth(a[0])) | (known_b & ~_truth(b[0]))
    return a[0] & b[0] & known, known


def _or(a: tuple[Array, Known], b: tuple[Array, Known]) -> tuple[Array, Known]:
    if a[1] is None and b[1] is None:
        return a[0] | b[0], None
    known_a, known_b = (True if k is None else k for k in (a[1], b[1]))
    yes = (_truth(a[0]) & known_a) | (_truth(b[0]) & known_b)
    return yes, (known_a & known_b) | yes


def _truth(value: Array) -> Array:
    return value if isinstance(value, np.ndarray) else np.bool_(value)


def _not(a: tuple[Array, Known]) -> tuple[Array, Known]:
    return ~_truth(a[0]), a[1]


def _surely(a: tuple[Array, Known]) -> tuple[Array, Known]:
    return (a[0] if a[1] is None else _truth(a[0]) & a[1]), None


def _choose(c: tuple[Array, Known], a: tuple[Array, Known], b: tuple[Array, Known]) -> tuple[Array, Known]:
    chosen = _picked(c[0], a[0], b[0])
    if c[1] is None and a[1] is None and b[1] is None:
        return chosen, None
    known_a: Any = True if a[1] is None else a[1]
    known_b: Any = True if b[1] is None else b[1]
    known: Known = np.where(c[0], known_a, known_b)
    if c[1] is not None:
        # Unknown which: still known where both would be the same.
        same = (a[0] == b[0]) & known_a & known_b
        known = np.where(c[1], known, same)
        chosen = np.where(c[1] | ~known, chosen, a[0])
    return chosen, known


def _picked(condition: Array, a: Array, b: Array) -> Array:
    whole = type(a) is int or (isinstance(a, np.ndarray) and a.dtype == np.int64)
    if whole and type(b) is int and b == 0 and isinstance(condition, np.ndarray):
        return condition * a  # the commonest choice of all, in half the time
    return np.where(condition, a, b)


def _divided(a: tuple[Array, Known], b: tuple[Array, Known]) -> tuple[Array, Known]:
    known = _both(a[1], b[1])
    if isinstance(b[0], np.ndarray):
        zero = b[0] == 0
        if zero.any():
            # A quotient by 0 is unknown, as in the other engines.
            return a[0] // np.where(zero, 1, b[0]), _both(known, ~zero)
    return a[0] // b[0], known


OPERATIONS: Mapping[str, Callable[..., tuple[Array, Known]]] = {
    "add": _plain(lambda a, b: a + b),
    "sub": _plain(lambda a, b: a - b),
    "mul": _plain(lambda a, b: a * b),
    "mod": _plain(lambda a, b: a % b),
    "floordiv": _divided,
    "lt": _plain(lambda a, b: a < b),
    "le": _plain(lambda a, b: a <= b),
    "gt": _plain(lambda a, b: a > b),
    "ge": _plain(lambda a, b: a >= b),
    "eq": _plain(lambda a, b: a == b),
    "ne": _plain(lambda a, b: a != b),
    "and": _and,
    "or": _or,
    "not": _not,
    "surely": _surely,
    "choose": _choose,
    "at_least": _plain(np.maximum),
    "at_most": _plain(np.minimum),
}


class Arrays:
    """The engine: NumPy over Arrow tables or Parquet files, on `threads` of this machine."""

    name = "arrays"

    def __init__(self, *, threads: int = 2, block: int = BLOCK) -> None:
        self.threads, self.block = threads, block
        self._kept: tuple[Any, Words, Rows] | None = None  # the snapshot and part last read, with its columns

    def nullable(self, source: Any, columns: tuple[str, ...]) -> frozenset[str]:
        """Which columns hold a null."""
        return nullable_in(opened(source), columns)

    def distinct(self, source: Any, column: str) -> tuple[Any, ...]:
        """The values of a column, sorted."""
        table = self._table(source, [column])
        return tuple(sorted(v for v in table.column(column).unique().to_pylist() if v is not None))

    def arrow(self, result: pa.Table) -> pa.Table:
        """The result in memory."""
        return result

    def write(self, result: pa.Table, path: Path) -> None:
        """The result as one Parquet file."""
        pq.write_table(result, path, compression="zstd")

    def _table(self, source: Any, columns: list[str]) -> pa.Table:
        if isinstance(source, Path):
            return pq.read_table(source, columns=columns)
        assert isinstance(source, pa.Table), "arrays are read from Arrow or Parquet, not from a database"
        return source.select(columns)

    def load(self, plan: Any, program: Program) -> Rows:
        """The columns a plan reads, as arrays; members in the order of their households.

        What was read of the same snapshot before is kept, so a second scenario reads nothing again.
        """
        local = set(plan.local.column_names) - {"area_code"} if plan.local is not None else set()
        wanted = {(n.level, n.args[0]): n.kind for n in program.leaves() if n.args[0] not in local}
        if (
            self._kept is not None
            and self._kept[0] == (plan.snapshot, plan.part)
            and self._kept[1] is program.words
        ):
            rows = self._kept[2]
            wanted = {key: kind for key, kind in wanted.items() if key not in rows.columns}
            if not wanted and (plan.local is None or rows.areas is not None):
                return rows
        else:
            rows = Rows({}, np.array([]), np.array([]), np.array([]))
        tables = self._tables(plan, wanted)
        ids = tables["household"].column(ID).to_numpy()
        owners = tables["member"].column(ID).to_numpy()
        rows.ids = ids
        rows.starts = np.append(np.searchsorted(owners, ids), len(owners))
        rows.numbers = tables["member"].column(MEMBER).to_numpy()
        rows.areas = tables["household"].column("area_code")
        for (level, name), kind in wanted.items():
            rows.columns[level, name] = values_of(tables[level].column(name), kind, program.words)
        self._kept = ((plan.snapshot, plan.part), program.words, rows)
        return rows

    def _tables(self, plan: Any, wanted: Mapping[tuple[str, str], str]) -> dict[str, pa.Table]:
        """The columns as Arrow tables in order; households without members, and members without a household, have no answer."""
        keys = {"household": [ID, "area_code"], "member": [ID, MEMBER]}
        tables = {}
        for level, source in (("household", plan.snapshot.households), ("member", plan.snapshot.members)):
            names = [*keys[level], *(name for of, name in wanted if of == level)]
            tables[level] = _part(self._table(source, list(dict.fromkeys(names))), *plan.part)
        return dict(zip(tables, aligned(*tables.values()), strict=True))

    def run(self, plan: Any) -> dict[str, pa.Table]:
        """The results by level."""
        words = self._kept[1] if self._kept is not None else Words()
        program = Program((*plan.households.values(), *plan.members.values()), words)
        rows = self.load(plan, program)
        local: dict[str, tuple[Array, Known]] = {}
        area = np.zeros(len(rows), dtype=np.int32)
        if plan.local is not None:
            area = _places(rows.areas, plan.local.column("area_code").to_pylist())
            kinds = {leaf.args[0]: leaf.kind for leaf in program.leaves()}
            local = {
                name: values_of(plan.local.column(name), kinds[name], words)
                for name in plan.local.column_names
                if name in kinds and name != "area_code"
            }
        cuts = cuts_of(len(rows), self.block)
        with ThreadPoolExecutor(self.threads) as pool:
            made = list(pool.map(lambda cut: program.block(rows, cut[0], cut[1], local, area), cuts))
        results = {}
        if plan.households:
            results["household"] = self._result(
                plan.households, made, {ID: rows.ids}, cuts, rows, "household", program
            )
        if plan.members:
            keys = {ID: np.repeat(rows.ids, np.diff(rows.starts)), MEMBER: rows.numbers}
            results["member"] = self._result(plan.members, made, keys, cuts, rows, "member", program)
        return results

    def _result(
        self,
        outputs: Mapping[str, Any],
        made: list[dict[int, Any]],
        keys: Mapping[str, Array],
        cuts: list[tuple[int, int]],
        rows: Rows,
        level: str,
        program: Program,
    ) -> pa.Table:
        lengths = [(e - b) if level == "household" else int(rows.starts[e] - rows.starts[b]) for b, e in cuts]
        counts = [np.diff(rows.starts[b : e + 1]) for b, e in cuts]
        columns: dict[str, pa.Array] = {name: pa.array(values) for name, values in keys.items()}
        for name, node in outputs.items():
            kind = (
                node.kind
                if isinstance(node, Column)
                else WORD
                if isinstance(node, str)
                else TRUTH
                if isinstance(node, bool)
                else INTEGER
            )
            pieces = []
            for block, length, count in zip(made, lengths, counts, strict=True):
                values, known = block[node.number] if isinstance(node, Column) else program.constant(node)
                if level == "member" and isinstance(node, Column) and node.level == "household":
                    values, known = _repeated(values, count), _repeated(known, count)
                pieces.append((full(values, length), None if known is None else full(known, length)))
            columns[name] = column_of(pieces, kind, program.words)
        return pa.table(columns)


def full(values: Array, length: int) -> Array:
    """A value for every row, where a plain one stands for all."""
    return values if isinstance(values, np.ndarray) and values.ndim else np.full(length, values)


def column_of(pieces: list[tuple[Array, Known]], kind: str, words: Words) -> pa.Array:
    """A result column from the blocks' pieces."""
    if not pieces:
        return pa.array([], {INTEGER: pa.int64(), TRUTH: pa.bool_(), WORD: pa.string()}[kind])
    values = np.concatenate([v for v, _ in pieces])
    known = None
    if any(k is not None for _, k in pieces):
        known = np.concatenate([np.ones(len(v), dtype=bool) if k is None else k for v, k in pieces])
    if kind == WORD:
        return words.spelled(values, known)
    kinds = {INTEGER: pa.int64(), TRUTH: pa.bool_()}
    return pa.array(values, kinds[kind], mask=None if known is None else ~known)


def _part(table: pa.Table, number: int, parts: int) -> pa.Table:
    if parts == 1:
        return table
    return table.filter(pa.array(table.column(ID).to_numpy() % parts == number))


def cuts_of(rows: int, block: int = BLOCK) -> list[tuple[int, int]]:
    """From where to where each block goes."""
    return [(b, min(b + block, rows)) for b in range(0, rows, block)]


def aligned(households: pa.Table, members: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Both in order; households without members, and members without a household, have no answer."""
    households, members = _ordered(households, "household"), _ordered(members, "member")
    ids, owners = households.column(ID).to_numpy(), members.column(ID).to_numpy()
    here = np.unique(owners)
    if not np.array_equal(ids, here):
        households = households.filter(pa.array(np.isin(ids, here)))
        members = members.filter(pa.array(np.isin(owners, ids)))
    return households, members


def _ordered(table: pa.Table, level: str) -> pa.Table:
    """By household, and members by their number within it; a table that is so already is left alone."""
    ids = table.column(ID).to_numpy()
    if (np.diff(ids) >= 0).all():
        return table
    keys = [(ID, "ascending")] + ([(MEMBER, "ascending")] if level == "member" else [])
    return table.sort_by(keys)
