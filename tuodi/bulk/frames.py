"""A plan as narwhals frames, for any engine narwhals knows (Spark): the same rounds as `sql.script` writes for DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from tuodi.bulk.column import TRUTH, Column, frontier, nodes_below, rounds_of, write
from tuodi.bulk.snapshot import ID, MEMBER


def through_narwhals(engine: Any, plan: Any) -> dict[str, Any]:
    """The results by level as lazy frames."""
    households, members = engine.frame(plan.snapshot.households), engine.frame(plan.snapshot.members)
    number, parts = plan.part
    if parts > 1:
        households, members = (f.filter(nw.col(ID) % parts == number) for f in (households, members))
    if plan.local is not None:
        households = households.join(engine.frame(plan.local), on="area_code", how="inner")

    known: dict[int, str] = {}  # nodes that are columns of `households` by now
    for sums in rounds_of([*plan.households.values(), *plan.members.values()]):
        terms = {f"_{n.number}": n.args[0] for n in sums}
        beside, lifted = _lifted(engine, households, known, terms.values())
        summed = engine.keep(_summed(_joined(members, beside), terms, lifted, engine))
        households = households.join(summed, on=ID, how="inner")
        known |= {n.number: f"_{n.number}" for n in sums}

    results = {}
    if plan.members:
        beside, lifted = _lifted(engine, households, known, plan.members.values())
        people = _joined(members, beside)
        stored = _stored(plan.members.values(), lifted)
        results["member"] = write(
            people, plan.members, stored=stored, keep=(ID, MEMBER), divide=engine.divide
        )
    if plan.households:
        stored = _stored(plan.households.values(), known)
        results["household"] = write(
            households, plan.households, stored=stored, keep=(ID,), divide=engine.divide
        )
    return results


def _stored(outputs: Iterable[Any], known: Mapping[int, str]) -> dict[int, str]:
    """Where each node that need not be worked out stands: a known one, or a column of the data."""
    below = nodes_below(outputs, known)
    return {n.number: known.get(n.number, n.args[0]) for n in below if n.number in known or n.op == "leaf"}


def _lifted(
    engine: Any, households: Any, known: Mapping[int, str], values: Iterable[Any]
) -> tuple[Any, dict[int, str]]:
    """The household values that members' values rest on, as a frame to join (None: none), and their columns."""
    needed = {f"_{n.number}": n for n in frontier(values)}
    if not needed:
        return None, {}
    stored = _stored(needed.values(), known)
    beside = write(households, needed, stored=stored, keep=(ID,), divide=engine.divide)
    return beside, {n.number: name for name, n in needed.items()}


def _joined(members: Any, beside: Any) -> Any:
    return members if beside is None else members.join(beside, on=ID, how="inner")


def _summed(members: Any, sums: Mapping[str, Any], lifted: Mapping[int, str], engine: Any) -> Any:
    """One group-by: the sum of every term; unknown where any member's term is."""
    unknown = [name for name, value in sums.items() if isinstance(value, Column) and value.nullable]
    terms = write(members, sums, stored=_stored(sums.values(), lifted), keep=(ID,), divide=engine.divide)
    truths = {
        n: nw.col(n).cast(nw.Int32())
        for n, v in sums.items()
        if v is True or (isinstance(v, Column) and v.kind == TRUTH)
    }
    holes = {f"{n}_unknown": nw.col(n).is_null().cast(nw.Int32()) for n in unknown}
    if truths or holes:
        terms = terms.with_columns(**truths, **holes)
    grouped = terms.group_by(ID).agg(*(nw.col(n).sum() for n in [*sums, *holes]))
    done = []
    for name in sums:
        total = nw.col(name).cast(nw.Int64())
        if name in unknown:
            total = nw.when(nw.col(f"{name}_unknown") == 0).then(total)
        done.append(total.alias(name))
    return grouped.select(nw.col(ID), *done)
