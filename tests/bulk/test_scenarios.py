"""Several sets of values over one snapshot: each the same as a run of its own, sums kept, counts those of the rows."""

import random
from collections import Counter
from datetime import date

import pyarrow as pa

from tests.policy.families import families
from tuodi.bulk.assess import assess_all
from tuodi.bulk.scenarios import CLASSES, Scenarios, totals
from tuodi.bulk.snapshot import of_households, write
from tuodi.core.facts import Household
from tuodi.core.parameters import ParameterRow
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped

ON = date(2026, 11, 1)
RURAL, URBAN = "dibao.standard.rural_year_fen", "dibao.standard.urban_month_fen"
PLACES = {"533103205": 0, "533103": 1, "533102001": 2, "533124201": 3}


def raised(key=RURAL, value=720_000, area="533100"):
    return shipped().with_rows([ParameterRow(key, area, date(2026, 1, 1), value, "草案", "test")])


SETS = [
    shipped(),
    raised(),
    raised(value=600_000),
    raised(URBAN, 80_000),
    raised(URBAN, 81_200, "533102"),
    raised("dibao.workcost.basis_points", 3_000),
    raised("dibao.supplement.elderly_age", 60),
]


def ready(facts, **more):
    return Scenarios(of_households(enumerate(facts)), on=ON, as_of=ON, places=PLACES, **more)


def test_each_set_comes_out_as_in_a_run_of_its_own():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    facts = list(families(seed, 300, ON))
    table = ready(facts).amounts("minimum_living", SETS).to_pylist()
    for n, parameters in enumerate(SETS):
        alone = assess_all(of_households(enumerate(facts)), on=ON, parameters=parameters).to_pylist()
        wanted = {r["household_id"]: (r["eligible"], r["amount_fen"]) for r in alone}
        assert {r["household_id"]: (r[f"e{n}"], r[f"a{n}"]) for r in table} == wanted, n


def test_what_no_set_touches_is_worked_out_once():
    facts = list(families(7, 50, ON))
    one, alone = ready(facts), ready(facts)
    one.run("minimum_living", SETS[:2])
    assert one.passes == 1
    for value in (700_000, 710_000, 720_000):
        sets = [SETS[0], raised(value=value), raised(value=value + 5_000)]
        assert one.amounts("minimum_living", sets) == alone.amounts("minimum_living", sets)
    assert one.passes == 1, "another standard reads nothing of the data again"
    assert one.held.starts[-1] < one.starts[-1], (
        "a raised standard is read by the single-person terms of a few members alone"
    )
    one.run("minimum_living", [SETS[0], SETS[5]])
    assert one.passes == 2, "another value is read by other sums"


def test_several_programmes_together_are_what_each_is_alone_in_one_pass():
    facts = list(families(13, 150, ON))
    codes = [
        c
        for c in ("minimum_living", "near_threshold", "extreme_hardship", "rigid_expense")
        if PROGRAMMES[c].in_force(ON)
    ]
    one = ready(facts)
    together = one.count([one.ask(code, SETS) for code in codes])
    assert one.passes == 1
    for code, counted in zip(codes, together, strict=True):
        for mine, its in zip(counted, ready(facts).run(code, SETS), strict=True):
            assert mine.places == its.places and mine.persons == its.persons, code


def test_a_value_for_a_single_county_is_read_there_alone_after_others():
    facts = list(families(17, 200, ON))
    one = ready(facts)
    one.run("minimum_living", SETS[:2])
    only = [SETS[0], raised(URBAN, 99_000, "533102")]
    assert one.amounts("minimum_living", only) == ready(facts).amounts("minimum_living", only)
    rows = one.amounts("minimum_living", only).to_pylist()
    moved = {facts[r["household_id"]]["household"]["area_code"][:6] for r in rows if r["a0"] != r["a1"]}
    assert moved == {"533102"}


def test_the_counts_are_those_of_the_rows():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    facts = list(families(seed, 400, ON))
    one = ready(facts)
    rows = {r["household_id"]: r for r in one.amounts("minimum_living", SETS).to_pylist()}
    counted = one.run("minimum_living", SETS)
    for n, answer in enumerate(counted, 1):
        classes = {h: became(r["e0"], r["a0"], r[f"e{n}"], r[f"a{n}"]) for h, r in rows.items()}
        places, money = Counter(), Counter()
        persons = Counter()
        for h, c in classes.items():
            if not c:
                continue
            code = facts[h]["household"]["area_code"]
            places[PLACES.get(code[:9], PLACES.get(code[:6])), c] += 1
            money["before"] += (rows[h]["a0"] or 0) if rows[h]["e0"] else 0
            money["after"] += (rows[h][f"a{n}"] or 0) if rows[h][f"e{n}"] else 0
            for m in Household.from_dict(facts[h]).members:
                persons[sex(m), c] += 1
        assert {(r["place"], CLASSES[r["class"]]): r["rows"] for r in answer.places.to_pylist()} == _summed(
            places
        )
        assert sum(r["before_fen"] for r in answer.places.to_pylist()) == money["before"]
        assert sum(r["after_fen"] for r in answer.places.to_pylist()) == money["after"]
        told = totals(answer.persons, "sex")
        assert {(s, c): k for s, by in told.items() for c, k in by.items()} == persons


def _summed(places):
    return dict(places)


def sex(m):
    return m.sex if isinstance(m.sex, str) else "9"


def became(e0, a0, e1, a1):
    if e0 is None or e1 is None or (e0 and a0 is None) or (e1 and a1 is None):
        return "unknown"
    if not e0 and not e1:
        return ""
    if not e0:
        return "gained"
    if not e1:
        return "lost"
    return "more" if a1 > a0 else "less" if a1 < a0 else "same"


def test_the_roll_is_paid_more_where_the_rule_gives_more_and_never_less_by_itself():
    facts = [
        {"household": {"area_code": "533103205203", "claim_kind": "rural"}, "members": [{"relation": "head", "birth": "1980-05-01"}]}
        for _ in range(4)
    ]  # fmt: skip
    roll = pa.table(
        {
            "household_id": [0, 1, 2, 3],
            "on_roll": [True, True, True, False],
            "paid_fen": [56_000, 70_000, 40_000, 0],
            "by_rule": [True, True, False, False],
        }
    )
    one = ready(facts, roll=roll)
    (up,) = one.run("minimum_living", [shipped(), raised()])
    assert up.roll.to_pylist() == [
        {
            "place": 0,
            "households": 3,
            "paid_fen": 166_000,
            "after_fen": 60_000 + 70_000 + 40_000,
            "more": 1,
            "less": 1,
        }
    ]


def test_a_place_limits_the_run_and_files_are_as_good_as_memory(tmp_path):
    facts = list(families(11, 200, ON))
    files = write(of_households(enumerate(facts)), tmp_path)
    one = Scenarios(files, on=ON, as_of=ON, places=PLACES, reach="533103")
    table = one.amounts("minimum_living", SETS[:2]).to_pylist()
    inside = {n for n, f in enumerate(facts) if f["household"]["area_code"].startswith("533103")}
    assert {r["household_id"] for r in table} == inside and inside
    (answer,) = one.run("minimum_living", SETS[:2])
    assert {r["place"] for r in answer.places.to_pylist()} <= {0, 1}


def test_a_persons_programme_is_counted_by_person():
    facts = list(families(5, 200, ON))
    for code in (c for c, p in PROGRAMMES.items() if p.of_members and p.evaluate and p.in_force(ON)):
        one = ready(facts)
        (answer,) = one.run(code, [shipped(), shipped()])
        assert {r["class"] for r in answer.places.to_pylist()} <= {5, 6}, (
            "nothing changes under the same values"
        )
        assert sum(r["rows"] for r in answer.places.to_pylist()) == sum(
            r["rows"] for r in answer.persons.to_pylist()
        )
