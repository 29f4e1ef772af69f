"""Several sets of values over one snapshot: who gains, who loses, what it costs, counted block by block where the data lies.

All sets, and all programmes asked together, share one graph. What does not read a value that differs is worked out once, in one pass over
the data (sums over members, and everything that rests on nothing else), and held; what does read it is worked out from there, for every
set and in blocks small enough for the processor's cache, and counted at once. What comes back has a row a place or group, never one a
household.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuodi.bulk.arrays import Array, Known, Program, Rows, Words, aligned, column_of, cuts_of, full, values_of
from tuodi.bulk.assess import AllHouseholds, ColumnParameters
from tuodi.bulk.column import INTEGER, TRUTH, WORD, Column, Graph
from tuodi.bulk.snapshot import COLUMNS, ID, MEMBER, Piece, Snapshot, columns_in, nullable_in
from tuodi.core.areas import chain
from tuodi.core.parameters import Parameters
from tuodi.policy.catalogue import PROGRAMMES

# What became of a household (or person) between the first set and another, as small numbers in the tables.
NOTHING, GAINED, LOST, MORE, LESS, SAME, UNKNOWN = range(7)
KINDS = 7
CLASSES: Mapping[int, str] = {
    GAINED: "gained",
    LOST: "lost",
    MORE: "more",
    LESS: "less",
    SAME: "same",
    UNKNOWN: "unknown",
}
# By entitled before (6), entitled after (3), and the amount less (0), the same (1) or more (2).
BECAME = np.array([NOTHING] * 3 + [GAINED] * 3 + [LOST] * 3 + [LESS, SAME, MORE])
AGE_BANDS = (18, 60, 70, 80)  # the first age of each band after the first
DISABILITY = ("none", "other", "severe", "expired", "unknown")
DIMENSIONS = ("sex", "age", "disability", "people")
OF_PERSONS = ("sex", "birth_day", "disability", "disability_grade", "valid_until_day", "ethnicity")
Progress = Callable[[int, int], None]
ValueOf = Callable[[Any, bool], tuple[Array, Known]]  # of a value, for members or for households


@dataclass(frozen=True)
class Counted:
    """What became of one set against the first: rows of plain values.

    `places`: place, class, rows, before_fen, after_fen. `persons`: sex, age, disability, people, class, rows.
    `roll`: place, households, paid_fen, after_fen, more, less (households on the roll; less is handed to officers and paid on).
    """

    places: pa.Table
    persons: pa.Table
    roll: pa.Table | None = None


@dataclass(frozen=True)
class Asked:
    """One programme under every set: entitled and with how much, as values to be worked out."""

    programme: str
    sets: tuple[tuple[Any, Any], ...]

    @property
    def of_members(self) -> bool:
        """Whether the answers are persons'."""
        return PROGRAMMES[self.programme].of_members

    def values(self) -> Iterator[Any]:
        """Every value wanted."""
        return (value for pair in self.sets for value in pair)


@dataclass
class _Held:
    """What was worked out in a pass over the data, by node: of every household, and of the members some sums rest on."""

    guard: int = -1  # the condition under which members were taken; -1: all
    columns: dict[tuple[str, str | int], tuple[Array, Known]] = field(default_factory=dict)
    starts: Array = None  # where each household's members begin among those taken

    def numbers(self) -> frozenset[Any]:
        """The nodes."""
        return frozenset(number for _level, number in self.columns)


class Scenarios:
    """A snapshot ready for one set of values after another.

    `on` is the day whose values are in force, `as_of` the day ages and papers are looked at. `places` maps township codes to a place
    (a number in the answers); `reach` limits the run to areas beginning so. `roll` has household_id, on_roll, paid_fen and by_rule.
    """

    def __init__(
        self,
        snapshot: Snapshot | Sequence[Piece],
        *,
        on: date,
        as_of: date,
        places: Mapping[str, int],
        reach: str = "",
        roll: pa.Table | None = None,
        threads: int = 2,
    ) -> None:
        self.on, self.as_of, self.reach, self.threads = on, as_of, reach, threads
        self.pieces = snapshot.pieces() if isinstance(snapshot, Snapshot) else list(snapshot)
        self.nullable = {
            level: nullable_in([p[n] for p in self.pieces], tuple(COLUMNS[level]))
            for n, level in enumerate(("household", "member"))
        }
        self.words = Words()
        self.passes = 0  # over the data; what is held needs none
        self._read_everybody(places)
        self._begin(())
        self.rolled = self._on_roll(roll) if roll is not None else None

    # --- the data -------------------------------------------------------------------------------------

    def _tables(
        self, households: Iterable[str], members: Iterable[str]
    ) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Some columns of every piece within reach, in order."""
        for of_households, of_members in self.pieces:
            some = columns_in(of_households, (ID, "area_code", *households))
            if self.reach:
                inside = pc.starts_with(some.column("area_code"), self.reach)
                some = some if pc.all(inside).as_py() else some.filter(inside)
            yield aligned(some, columns_in(of_members, (ID, MEMBER, *members)))

    def _read_everybody(self, places: Mapping[str, int]) -> None:
        """Who there is, where, and of what kind: what every count needs."""
        ids, areas, sizes, numbers, kinds = [], [], [], [], []
        codes: dict[str, int] = {}
        day = self.as_of.year * 10000 + self.as_of.month * 100 + self.as_of.day
        sexes, peoples = Words(), Words()
        for households, members in self._tables((), OF_PERSONS):
            own = households.column(ID).to_numpy()
            encoded = households.column("area_code").fill_null("").combine_chunks().dictionary_encode()
            table = [codes.setdefault(c, len(codes)) for c in encoded.dictionary.to_pylist()]
            areas.append(np.array(table or [0], dtype=np.int32)[encoded.indices.to_numpy()])
            ids.append(own)
            owners = members.column(ID).to_numpy()
            sizes.append(np.diff(np.append(np.searchsorted(owners, own), len(owners))))
            numbers.append(members.column(MEMBER).to_numpy())
            kinds.append(_persons(members, day, sexes, peoples))
        self.codes = tuple(codes)
        self.ids, self.areas = np.concatenate(ids), np.concatenate(areas)
        self.numbers = np.concatenate(numbers)
        self.starts = np.append(0, np.cumsum(np.concatenate(sizes)))
        # A place is known by its township, else by its county; -1 stands first.
        found = [places.get(c[:9], places.get(c[:6], -1)) + 1 for c in self.codes]
        self.many_places = max(found, default=0) + 1
        self.place = np.array(found or [0])[self.areas] * KINDS
        sex, age, disability, people = (np.concatenate(column) for column in zip(*kinds, strict=True))
        widths = (len(sexes.words) or 1, len(AGE_BANDS) + 2, len(DISABILITY), len(peoples.words) or 1)
        mix = np.ravel_multi_index((sex, age + 1, disability, people), widths)
        present = np.flatnonzero(np.bincount(mix))
        dense = np.zeros(np.prod(widths) + 1, dtype=np.int64)
        dense[present] = np.arange(len(present))
        self.mix = dense[mix] * KINDS
        self.mixes = [
            {
                "sex": sexes.words[s],
                "age": int(a) - 1,
                "disability": DISABILITY[d],
                "people": peoples.words[p],
            }
            for s, a, d, p in zip(*np.unravel_index(present, widths), strict=True)
        ]

    def _on_roll(self, roll: pa.Table) -> tuple[Array, Array, Array, Array]:
        """Which households are on the roll (by where they stand here, in order), their places, what they are paid, whether by the rule."""
        roll = roll.filter(roll.column("on_roll"))
        order = np.argsort(self.ids)
        ids = roll.column(ID).to_numpy()
        at = np.searchsorted(self.ids, ids, sorter=order)
        here = at < len(order)
        at[here] = order[at[here]]
        here[here] = self.ids[at[here]] == ids[here]
        sort = np.argsort(at[here])
        paid, by_rule = (
            roll.column(c).to_numpy(zero_copy_only=False)[here][sort] for c in ("paid_fen", "by_rule")
        )
        at = at[here][sort]
        return at, self.place[at] // KINDS, paid, by_rule

    # --- programmes under several sets ----------------------------------------------------------------

    def _begin(self, places: Iterable[str]) -> None:
        """A fresh graph, over the areas as these places' values tell them apart."""
        self.own_rows = frozenset(places)
        nearest = [next((c for c in chain(code) if c in self.own_rows), "") for code in self.codes]
        self.told_apart = tuple(dict.fromkeys(nearest)) or ("",)
        number = {code: n for n, code in enumerate(self.told_apart)}
        self.apart = np.array([number[c] for c in nearest] or [0], dtype=np.int32)[self.areas]
        self.graph = Graph()
        self.varying: dict[str, tuple[Any, ...]] = {}
        self.first: dict[str, tuple[Any, Any]] = {}  # what each programme came to under the first set
        self.held = _Held()

    def ask(self, programme: str, sets: Sequence[Parameters]) -> Asked:
        """A programme under every set, not yet worked out. Raises `MissingParameter` as for one family."""
        known = PROGRAMMES[programme]
        assert known.evaluate is not None, f"{programme} has no rule"
        places = frozenset[str]().union(*(p.places() for p in sets))
        if not places <= self.own_rows:
            self._begin(places | self.own_rows)
        everyone = AllHouseholds(self.graph, self.nullable, self.as_of)
        pairs = []
        for parameters in sets:
            p = ColumnParameters(self.graph, parameters, self.told_apart, self.on, self.varying)
            a = (
                known.evaluate(everyone.members[0], everyone, p)
                if known.of_members
                else known.evaluate(everyone, p)
            )
            pairs.append((a.eligible, a.amount_fen))
        self.first.setdefault(programme, pairs[0])
        return Asked(programme, tuple(pairs))

    def run(self, programme: str, sets: Sequence[Parameters]) -> list[Counted]:
        """The first set is what is in force; each of the others is counted against it. One answer for each of the others."""
        return self.count([self.ask(programme, sets)])[0]

    def count(
        self, asked: Sequence[Asked], progress: Progress = lambda done, total: None
    ) -> list[list[Counted]]:
        """The same for several programmes at once."""
        block = self._ready(asked)

        def work(cut: tuple[int, int]) -> list[_Tally]:
            tallies = [_Tally(self, one) for one in asked]
            of = block(cut)
            for tally in tallies:
                tally.add(*cut, of)
            return tallies

        whole = [_Tally(self, one) for one in asked]
        cuts = cuts_of(len(self.ids))
        with ThreadPoolExecutor(self.threads) as pool:
            for done, parts in enumerate(pool.map(work, cuts), 1):
                for tally, part in zip(whole, parts, strict=True):
                    tally.join(part)
                progress(done, len(cuts))
        return [tally.counted() for tally in whole]

    def amounts(self, programme: str, sets: Sequence[Parameters]) -> pa.Table:
        """For tests and for one family: household_id (member_number), e0, a0, e1, a1, …"""
        asked = self.ask(programme, sets)
        values = {f"{'ea'[k]}{n}": v for n, pair in enumerate(asked.sets) for k, v in enumerate(pair)}
        pieces: dict[str, list[tuple[Array, Known]]] = {name: [] for name in values}
        block = self._ready([asked])
        for cut in cuts_of(len(self.ids)):
            of = block(cut)
            for name, value in values.items():
                pieces[name].append(of(value, asked.of_members))
        keys = {ID: self.ids}
        if asked.of_members:
            keys = {ID: np.repeat(self.ids, np.diff(self.starts)), MEMBER: self.numbers}
        kinds = {name: TRUTH if name[0] == "e" else INTEGER for name in values}
        return pa.table(keys | {n: column_of(p, kinds[n], self.words) for n, p in pieces.items()})

    # --- working out ----------------------------------------------------------------------------------

    def _ready(self, asked: Sequence[Asked]) -> Callable[[tuple[int, int]], ValueOf]:
        """A function that works out a block and gives a function that gives a value there."""
        values = [v for one in asked for v in one.values()]
        self._hold(values, any(one.of_members for one in asked))
        program = Program(values, self.words, self.held.numbers())
        rows = Rows(self.held.columns, self.ids, self.held.starts, self.numbers)
        local = self._local(program)

        def block(cut: tuple[int, int]) -> ValueOf:
            at = program.block(rows, *cut, local, self.apart)
            begin, end = cut
            counts = np.diff(self.starts[begin : end + 1])

            def of(value: Any, of_members: bool) -> tuple[Array, Known]:
                found, known = at[value.number] if isinstance(value, Column) else program.constant(value)
                length = end - begin
                if of_members:
                    length = int(counts.sum())
                    if not isinstance(value, Column) or value.level != "member":
                        found, known = (
                            np.repeat(x, counts) if isinstance(x, np.ndarray) and x.ndim else x
                            for x in (found, known)
                        )
                return full(found, length), None if known is None else full(known, length)

            return of

        return block

    def _local(self, program: Program) -> dict[str, tuple[Array, Known]]:
        """The values that differ between areas, by the numbers of the areas."""
        kinds = {leaf.args[0]: leaf.kind for leaf in program.leaves()}
        types = {INTEGER: pa.int64(), TRUTH: pa.bool_(), WORD: pa.string()}
        return {
            name: values_of(
                pa.chunked_array([pa.array(list(values), types[kinds[name]])]), kinds[name], self.words
            )
            for name, values in self.varying.items()
            if name in kinds
        }

    def _hold(self, values: Sequence[Any], of_members: bool) -> None:
        """Work out, in one pass over the data, what these values rest on and no set changes; nothing where it is held."""
        assert all(v.graph is self.graph for v in values if isinstance(v, Column)), (
            "asked before the areas changed"
        )
        first = [v for pair in self.first.values() for v in pair]
        settled = {n.number for n in Program(first, self.words).nodes}
        settled |= {
            n.number for n in self.graph.nodes.values() if n.op == "leaf" and n.args[0] not in self.varying
        }
        wanted = {
            n.number: n
            for n in Program(values, self.words, settled).nodes
            if n.number in settled and n.level in COLUMNS and n.op != "constant"
        }
        guard = None if of_members else self._guard(Program(values, self.words, wanted), settled)
        number = -1 if guard is None else guard.number
        if (
            self.held.starts is not None
            and self.held.guard in (number, -1)
            and wanted.keys() <= self.held.numbers()
        ):
            return
        if number == self.held.guard:
            wanted |= {n.number: n for n in self.graph.nodes.values() if n.number in self.held.numbers()}
        self.held = self._worked_out(list(wanted.values()), guard)

    @staticmethod
    def _guard(program: Program, settled: set[int]) -> Column | None:
        """The condition outside which every sum yet to be made is 0; None where all members count.

        `choose(a & b, value, 0)` is 0 wherever `a` is false, whatever `b` and `value` become: where no set changes `a`, only the members
        for whom it is not false are looked at again and again.
        """
        holds: dict[int, Any] = {}
        for node in program.nodes:
            if node.op != "sum" or node.number in program.held:
                continue
            guards = [g for g in _guards(node.args[0]) if g.number in settled and g.level == "member"]
            if not guards:
                return None
            hold: Any = guards[0]
            for g in guards[1:]:
                hold = hold & g
            holds[hold.number] = hold
        either: Any = None
        for number in sorted(holds):  # the same for one set as for twenty
            either = holds[number] if either is None else either | holds[number]
        return either if isinstance(either, Column) else None

    def _worked_out(self, nodes: list[Column], guard: Column | None) -> _Held:
        """The nodes over all the data; of members only those for whom the guard is not false."""
        self.passes += 1
        program = Program([*nodes, guard], self.words)
        names: dict[str, list[str]] = {"household": [], "member": []}
        kinds = {}
        for leaf in program.leaves():
            if leaf.args[0] not in self.varying:
                names[leaf.level].append(leaf.args[0])
                kinds[leaf.level, leaf.args[0]] = leaf.kind
        local = self._local(program)
        parts: dict[int, list[tuple[Array, Known]]] = {n.number: [] for n in nodes}
        taken: list[Array] = []
        before = 0
        with ThreadPoolExecutor(self.threads) as pool:
            for households, members in self._tables(names["household"], names["member"]):
                tables = {"household": households, "member": members}
                columns = {
                    (level, name): values_of(tables[level].column(name), kind, self.words)
                    for (level, name), kind in kinds.items()
                }
                here = households.num_rows
                starts = self.starts[before : before + here + 1] - self.starts[before]
                rows = Rows(
                    columns, households.column(ID).to_numpy(), starts, members.column(MEMBER).to_numpy()
                )
                apart = self.apart[before : before + here]

                def work(cut: tuple[int, int], rows: Rows = rows, apart: Array = apart) -> Any:
                    return self._some(
                        program.block(rows, *cut, local, apart), nodes, guard, rows.starts, *cut
                    )

                for made, sizes in pool.map(work, cuts_of(here)):
                    taken.append(sizes)
                    for number, found in made.items():
                        parts[number].append(found)
                before += here
        held = _Held(-1 if guard is None else guard.number)
        held.starts = np.append(0, np.cumsum(np.concatenate(taken))) if taken else np.zeros(1, dtype=np.int64)
        for node in nodes:
            held.columns[node.level, node.number] = _joined(parts.pop(node.number))
        return held

    @staticmethod
    def _some(
        at: dict[int, tuple[Array, Known]],
        nodes: list[Column],
        guard: Column | None,
        starts: Array,
        begin: int,
        end: int,
    ) -> tuple[dict[int, tuple[Array, Known]], Array]:
        """Of a block's values those to be held, and how many members of each household were taken."""
        sizes = counts = np.diff(starts[begin : end + 1])
        which: Any = slice(None)
        if guard is not None:
            members = int(counts.sum())
            values, known = at[guard.number]
            taken = full(values, members)
            taken = taken if known is None else taken | ~full(known, members)
            which = np.flatnonzero(taken)
            sizes = np.diff(np.append(0, np.cumsum(taken))[starts[begin : end + 1] - starts[begin]])
        found = {}
        for node in nodes:
            values, known = at[node.number]
            length = end - begin if node.level == "household" else int(counts.sum())
            cut = which if node.level == "member" else slice(None)
            found[node.number] = (
                full(values, length)[cut],
                None if known is None else full(known, length)[cut],
            )
        return found, sizes


def _joined(parts: list[tuple[Array, Known]]) -> tuple[Array, Known]:
    """One column from its blocks."""
    if not parts:
        return np.zeros(0, dtype=np.int64), None
    values = np.concatenate([v for v, _known in parts])
    if all(known is None for _v, known in parts):
        return values, None
    return values, np.concatenate([np.ones(len(v), dtype=bool) if k is None else k for v, k in parts])


def _persons(members: pa.Table, day: int, sexes: Words, peoples: Words) -> tuple[Array, Array, Array, Array]:
    """How persons are told apart: sex, band of age (-1: unknown), disability and people, as small numbers."""

    def column(name: str, kind: str, blank: Any) -> tuple[Array, Array]:
        found = members.column(name)
        return found.fill_null(blank), np.asarray(found.is_null().combine_chunks())

    sex, _ = sexes.coded(column("sex", WORD, "9")[0])
    people, _ = peoples.coded(column("ethnicity", WORD, "97")[0])
    born = column("birth_day", INTEGER, 0)[0].to_numpy()
    age = np.where(born > 0, np.searchsorted(AGE_BANDS, (day - born) // 10000, side="right"), -1)
    words = Words()
    kind, kind_unknown = column("disability", WORD, "none")
    kind = words.coded(kind)[0]
    grade, grade_unknown = column("disability_grade", INTEGER, 0)
    grade = grade.to_numpy()
    until = column("valid_until_day", INTEGER, 0)[0].to_numpy()
    disability = np.select(
        [
            kind_unknown | grade_unknown,
            kind == words.number("none"),
            (until > 0) & (until < day),
            (grade >= 1) & (grade <= 2),
        ],
        [DISABILITY.index(d) for d in ("unknown", "none", "expired", "severe")],
        DISABILITY.index("other"),
    )
    return sex, age, disability, people


# --- counting ---------------------------------------------------------------------------------------------


class _Tally:
    """One programme's counts, block after block."""

    def __init__(self, of: Scenarios, asked: Asked) -> None:
        self.of, self.asked = of, asked
        others = len(asked.sets) - 1
        self.places = np.zeros((others, 3, of.many_places * KINDS), dtype=np.int64)
        self.persons = np.zeros((others, max(len(of.mixes), 1) * KINDS), dtype=np.int64)
        self.with_roll = of.rolled is not None and asked.programme == "minimum_living"
        self.roll = np.zeros((others, 5, of.many_places), dtype=np.int64)

    def join(self, other: _Tally) -> None:
        """Add another's counts."""
        self.places += other.places
        self.persons += other.persons
        self.roll += other.roll

    def add(self, begin: int, end: int, value_of: ValueOf) -> None:
        """Count a block."""
        of, of_members = self.of, self.asked.of_members
        counts = np.diff(of.starts[begin : end + 1])
        place, mix = of.place[begin:end], of.mix[of.starts[begin] : of.starts[end]]
        if of_members:
            place = np.repeat(place, counts)
        pairs = [tuple(value_of(v, of_members) for v in pair) for pair in self.asked.sets]
        before = _paid(*pairs[0])
        for n, pair in enumerate(pairs[1:]):
            after = _paid(*pair)
            became = _became(pairs[0], pair, before, after)
            self._sum(self.places[n], place + became, before, after)
            key = mix + (became if of_members else np.repeat(became, counts))
            self.persons[n] += np.bincount(key, minlength=self.persons.shape[1])
            if self.with_roll:
                self._on_roll(self.roll[n], begin, end, after)

    @staticmethod
    def _sum(into: Array, key: Array, *amounts: Array) -> None:
        """How many, and what they are paid, by key. A block's sums are whole numbers below 2^53, so floats hold them exactly."""
        into[0] += np.bincount(key, minlength=into.shape[1])
        for line, amount in zip(into[1:], amounts, strict=True):
            line += np.bincount(key, amount, minlength=into.shape[1]).astype(np.int64)

    def _on_roll(self, into: Array, begin: int, end: int, after: Array) -> None:
        """What the month's run will make due: more where the rule gives more, what is paid where it gives less or an officer set it."""
        assert self.of.rolled is not None
        here = slice(*np.searchsorted(self.of.rolled[0], (begin, end)))
        at, place, paid, by_rule = (column[here] for column in self.of.rolled)
        found = after[at - begin]
        due = np.where(by_rule, np.maximum(paid, found), paid)
        self._sum(into, place, paid, due, by_rule & (found > paid), by_rule & (found < paid))

    def counted(self) -> list[Counted]:
        """The counts as tables, one a set after the first."""
        return [
            Counted(
                _table(self._places(n), "place", "class", "rows", "before_fen", "after_fen"),
                _table(self._persons(n), *DIMENSIONS, "class", "rows"),
                _table(self._rolls(n), "place", "households", "paid_fen", "after_fen", "more", "less")
                if self.with_roll
                else None,
            )
            for n in range(len(self.asked.sets) - 1)
        ]

    def _places(self, n: int) -> list[tuple[Any, ...]]:
        rows, before, after = self.places[n]
        return [
            (key // KINDS - 1, key % KINDS, int(rows[key]), int(before[key]), int(after[key]))
            for key in np.flatnonzero(rows).tolist()
            if key % KINDS != NOTHING
        ]

    def _persons(self, n: int) -> list[tuple[Any, ...]]:
        rows = self.persons[n]
        return sorted(
            (*self.of.mixes[key // KINDS].values(), key % KINDS, int(rows[key]))
            for key in np.flatnonzero(rows).tolist()
            if key % KINDS != NOTHING
        )

    def _rolls(self, n: int) -> list[tuple[Any, ...]]:
        lines = self.roll[n]
        return [
            (place - 1, *(int(x) for x in lines[:, place])) for place in np.flatnonzero(lines[0]).tolist()
        ]


def _paid(eligible: tuple[Array, Known], amount: tuple[Array, Known]) -> Array:
    """What is paid; 0 where there is no entitlement or something is not known."""
    entitled, fen = eligible[0], amount[0]
    for _values, known in (eligible, amount):
        if known is not None:
            entitled = entitled & known
    return np.where(entitled, fen, 0)


def _became(
    first: tuple[tuple[Array, Known], ...], then: tuple[tuple[Array, Known], ...], before: Array, after: Array
) -> Array:
    """The class of each household or person."""
    (e0, a0), (e1, a1) = first, then
    more = (after > before).view(np.uint8) + (after >= before).view(np.uint8)
    became = BECAME[e0[0].view(np.uint8) * 6 + e1[0].view(np.uint8) * 3 + more]
    for eligible, amount in ((e0, a0), (e1, a1)):
        if eligible[1] is not None:
            became = np.where(eligible[1], became, UNKNOWN)
        if amount[1] is not None:
            became = np.where(eligible[0] & ~amount[1], UNKNOWN, became)
    return became


def _table(rows: list[tuple[Any, ...]], *names: str) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table({name: pa.array(column) for name, column in zip(names, columns, strict=True)})


def totals(table: pa.Table, dimension: str) -> dict[Any, dict[str, int]]:
    """Persons by one dimension: value -> class -> how many."""
    assert dimension in DIMENSIONS, dimension
    found: dict[Any, dict[int, int]] = {}
    columns = (table.column(name).to_pylist() for name in (dimension, "class", "rows"))
    for value, of_class, rows in zip(*columns, strict=True):
        by_class = found.setdefault(value, {})
        by_class[of_class] = by_class.get(of_class, 0) + rows
    return {
        value: {CLASSES[c]: by_class[c] for c in sorted(by_class)}
        for value, by_class in sorted(found.items())
    }


# --- conditions -------------------------------------------------------------------------------------------


def _guards(term: Any) -> list[Column]:
    """Conditions without which a member's term is 0 for certain."""
    if not isinstance(term, Column):
        return []
    if term.op == "choose" and type(term.args[2]) is int and term.args[2] == 0:
        return _conjuncts(term.args[0])
    return _conjuncts(term) if term.kind == TRUTH else []


def _conjuncts(condition: Any) -> list[Column]:
    if not isinstance(condition, Column):
        return []
    if condition.op == "and":
        return [*_conjuncts(condition.args[0]), *_conjuncts(condition.args[1])]
    return [condition]
