"""Programmes side by side on columns: the matrix's cases with amounts as columns, and random families through all the rules."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from tests.policy.families import families
from tests.policy.stacked_cases import plain, stacked, stacked_cases
from tuodi.bulk.assess import Plan, _seen
from tuodi.bulk.column import INTEGER, TRUTH
from tuodi.bulk.engines import engine_of
from tuodi.bulk.snapshot import of_households
from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import Unknown
from tuodi.policy.answers import answer, answers, wanted
from tuodi.policy.cases import facts_of
from tuodi.policy.parameters import shipped
from tuodi.policy.stacking.rule import stack

ON = date(2025, 10, 15)


def with_amounts(table, rows):
    """The table with what each programme gives by itself beside the facts: eligible, amount, persons counted."""
    for code in sorted({code for row in rows for code in row}):
        given = [plain(row.get(code, {"amount": 0, "eligible": False})) for row in rows]
        for name, kind, values in zip(
            ("eligible", "amount", "size"),
            (pa.bool_(), pa.int64(), pa.int64()),
            zip(*given, strict=True),
            strict=True,
        ):
            table = table.append_column(f"{name}_{code}", pa.array(list(values), kind))
    return table


def from_columns(graph, level, code):
    """An assessment whose values are those columns."""
    eligible = graph.leaf(f"eligible_{code}", level=level, kind=TRUTH, nullable=True)
    amount = graph.leaf(f"amount_{code}", level=level, kind=INTEGER, nullable=True, nonneg=True)
    size = graph.leaf(f"size_{code}", level=level, kind=INTEGER, nullable=False, nonneg=True)
    return Assessment(code, (), eligible, "granted", amount, {"size": size})


def outputs(dues):
    """What is compared: what is payable, and each reduction."""
    made = {}
    for code, due in dues.items():
        made[f"{code}.payable_fen"] = due.payable_fen
        made |= {f"{code}.{f.rule}": f.holds for f in due.reductions}
    return made


def known(dues):
    return {k: None if isinstance(v, Unknown) else v for k, v in outputs(dues).items()}


def ran(snapshot, everyone, p, done):
    plan = Plan(snapshot, outputs(done.household), outputs(done.members[0]), p.table(), (0, 1), {})
    engine = engine_of("duckdb")
    return {level: engine.arrow(frame).to_pylist() for level, frame in engine.run(plan).items()}


def test_every_case_of_the_matrix_comes_out_on_columns_as_on_numbers():
    cases = stacked_cases()
    snapshot = of_households(enumerate(facts_of(case) for case in cases))
    of_household = [case.get("assessed", {}) for case in cases]
    of_members = [
        found
        for case in cases
        for found in [*case.get("of_members", []), *[{}] * len(case["members"])][: len(case["members"])]
    ]
    snapshot = replace(
        snapshot,
        households=with_amounts(snapshot.households, of_household),
        members=with_amounts(snapshot.members, of_members),
    )
    everyone, p = _seen(snapshot, ON, shipped(), engine_of("duckdb"), None, None)
    graph = p.graph
    home = {c: from_columns(graph, "household", c) for c in sorted({c for row in of_household for c in row})}
    person = {c: from_columns(graph, "member", c) for c in sorted({c for row in of_members for c in row})}
    rows = ran(snapshot, everyone, p, stack(everyone, p, home, [person]))
    alone = [stacked(case) for case in cases]
    compared = 0
    for level, of_whom in (
        ("household", lambda d, n: d.household),
        ("member", lambda d, n: d.members[n - 1]),
    ):
        for row in rows[level]:
            number, member = row.pop("household_id"), row.pop("member_number", 0)
            expected = known(of_whom(alone[number], member))
            compared += len(expected)
            assert {k: row[k] for k in expected} == expected, (cases[number]["name"], member)
            # What a family does not have is nothing, and nothing bites there.
            assert not any(v for k, v in row.items() if k not in expected), (cases[number]["name"], row)
    assert compared > 150


@pytest.mark.parametrize(
    ("on", "holes"), [(ON, 0.0), (ON, 0.1), (date(2018, 10, 15), 0.02), (date(2026, 11, 24), 0.02)]
)
def test_random_families_through_all_rules_and_then_side_by_side_agree(on, holes):
    facts = list(families(20261124, 60, on, holes))
    snapshot = of_households(enumerate(facts))
    everyone, p = _seen(snapshot, on, shipped(), engine_of("duckdb"), None, None)
    made = answer(everyone, lambda code: p, wanted(on))
    rows = ran(snapshot, everyone, p, stack(made.seen, p, made.household, made.members))
    alone = []
    for one in facts:
        household = Household.from_dict(one)
        found = answers(household, shipped(), on=on)
        values = shipped().at(household.area_code, on, "stacking")
        alone.append(stack(found.seen, values, found.household, found.members))
    for level, of_whom in (
        ("household", lambda d, n: d.household),
        ("member", lambda d, n: d.members[n - 1]),
    ):
        for row in rows[level]:
            number, member = row.pop("household_id"), row.pop("member_number", 0)
            expected = known(of_whom(alone[number], member))
            assert {k: row[k] for k in expected} == expected, facts[number]
            assert not any(v for k, v in row.items() if k not in expected), facts[number]
