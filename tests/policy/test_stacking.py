"""One family's programmes side by side: every cell of the matrix, its exclusions in the catalogue, and what never happens (C5)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.families import families
from tests.policy.stacked_cases import assessment, fen, stacked, stacked_cases
from tuodi.core.facts import AsOf, Household
from tuodi.core.logic import Unknown
from tuodi.policy.answers import answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped
from tuodi.policy.stacking.pairs import HOW, PAIRS, PENSION, between
from tuodi.policy.stacking.rule import stack

CASES = stacked_cases()
ON = date(2025, 10, 15)
BASIC = ("minimum_living", "extreme_hardship", "orphan")


def plain(value):
    return None if isinstance(value, Unknown) else value


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_case(case):
    done, expect = stacked(case), dict(case["expect"])
    assert sorted({f.rule for f in done.because}) == sorted(expect.pop("because"))
    for number, of_member in enumerate(expect.pop("members", ())):
        seen = {
            code: plain(due.payable_fen) for code, due in done.members[number].items() if code in of_member
        }
        assert seen == {code: fen(yuan) for code, yuan in of_member.items()}, number
    for code, yuan in expect.items():
        assert plain(done.household[code].payable_fen) == fen(yuan), code


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_every_reduction_says_why_and_by_which_clause_and_nothing_grows(case):
    done = stacked(case)
    for of_whom in (done.household, *done.members):
        for due in of_whom.values():
            assert all(f.basis and "{" not in f.sentence and f.required is False for f in due.reductions)
            if isinstance(due.payable_fen, int):
                assert 0 <= due.payable_fen <= due.assessed_fen
                assert (due.payable_fen < due.assessed_fen) <= bool(due.because), "less, and no reason"


def test_no_two_cases_have_one_name():
    assert len({c["name"] for c in CASES}) == len(CASES) >= 60


# ── the table ──

ROWS = (
    "minimum_living", "extreme_hardship", "orphan", "unattended_child", "disability_living", "disability_nursing", "special_living",
)  # fmt: skip
COLUMNS = (*ROWS[:-1], "temporary_emergency", "price_supplement", PENSION)
NO_MEANING = {  # the memo leaves these cells empty: a child draws no pension; a yearly sum is no matter of the month's prices
    ("orphan", PENSION), ("unattended_child", PENSION), ("special_living", "price_supplement"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"), [(a, b) for a in ROWS for b in COLUMNS if a != b and (a, b) not in NO_MEANING]
)
def test_every_cell_of_the_memo_has_its_row(one, other):
    pair = between(one, other)
    assert pair is not None and pair.how in HOW and pair.basis
    assert between(other, one) is pair


def test_a_pair_stands_once():
    assert len({frozenset((p.one, p.other)) for p in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize(
    "pair", [p for p in PAIRS if p.decided == "stack"], ids=lambda p: f"{p.one} + {p.other}: {p.how}"
)
def test_the_rule_does_what_the_table_says(pair):
    """A child counted in a family of two: 700 yuan of the one and 900 of the other."""
    facts = {
        "household": {
            "area_code": "533103205203", "claim_kind": "rural", "on_roll": True,
            "hardship_cause": "disaster" if pair.how == "difference" else "fire",
        },
        "members": [
            {"name": "甲", "relation": "head", "birth": "1958-01-01"},
            {"name": "乙", "relation": "grandchild", "birth": "2015-06-01"},
        ],
    }  # fmt: skip
    household, members = {}, [{}, {}]
    low, high = (pair.other, pair.one) if pair.one == "unattended_child" else (pair.one, pair.other)
    for code, amount in ((low, 70_000), (high, 90_000)):
        whole = {c for c in (pair.one, pair.other) if not PROGRAMMES[c].of_members}
        size = 2 if code == "minimum_living" else 0
        written = {"amount": amount // 100 * (size or 1), "size": size}
        (household if code in whole else members[1])[code] = assessment(code, written)
    if pair.how == "difference" and pair.other == "disability_living":
        household["minimum_living"] = assessment("minimum_living", {"amount": 200, "size": 2})
    h = AsOf(Household.from_dict(facts), ON)
    done = stack(h, shipped().at("533103205203", ON, "stacking"), household, members)
    found = {**done.household, **done.members[1]}
    one, other = found[pair.one].payable_fen, found[pair.other].payable_fen
    if pair.one == "minimum_living":  # for the child: its share, until it leaves
        one -= 70_000
    if pair.how == "both":
        assert all(found[code].payable_fen == found[code].assessed_fen for code in (pair.one, pair.other))
        assert done.because == ()
    elif pair.how in ("none", "highest"):
        assert sorted((one, other)) in ([0, 70_000], [0, 90_000])
        assert done.because
        if pair.which in (pair.one, pair.other):
            assert found[pair.other if pair.which == pair.one else pair.one].because
    else:
        share = 10_000 if pair.other == "disability_living" else 0
        assert one + other + share == 90_000
        assert [f.rule for f in done.because] in (["unattended_topped_up"], ["disaster_paid_first"])


def test_exclusions_in_the_catalogue_and_the_table_say_the_same():
    said = {}
    for code, programme in PROGRAMMES.items():
        for e in programme.exclusions:
            pair = between(code, e.programme)
            if pair is not None:
                said[code, e.programme] = (e.how, pair.how, pair.which)
    wrong = {
        k: v for k, v in said.items() if v[0] != v[1] and not (v[2] == "choice" and v[0] in ("none", "difference"))
    }  # fmt: skip
    assert said and not wrong


# ── what never happens ──


def checked(found, h, p):
    """What C5 promises of every person of a family."""
    done = stack(h, p, found.household, found.members)
    counted = {}
    for m, of_member in zip(h.members, done.members, strict=True):
        paid = {code: due.payable_fen for code, due in of_member.items()}
        known = {code: fen for code, fen in paid.items() if isinstance(fen, int) and fen > 0}
        counted[id(m)] = known
        basic = [code for code in known if code in BASIC]
        assert len(basic) <= 1, basic
        if "extreme_hardship" in known:
            assert not {"disability_living", "disability_nursing"} & set(known)
            assert "orphan" not in known
        if "orphan" in known:
            assert not {"disability_living", "unattended_child"} & set(known)
        assert len([c for c in known if c.startswith("price_supplement")]) <= 1
        for due in of_member.values():
            if isinstance(due.payable_fen, int) and isinstance(due.assessed_fen, int):
                assert 0 <= due.payable_fen <= due.assessed_fen
                assert due.payable_fen == due.assessed_fen or due.because
    houses = [
        done.household[c].payable_fen
        for c in ("dilapidated_house", "quake_safe_house")
        if c in done.household
    ]
    assert len([f for f in houses if isinstance(f, int) and f > 0]) <= 1
    return done


@settings(max_examples=60, deadline=None, print_blob=True)
@given(
    st.integers(0, 2**32),
    st.sampled_from([ON, date(2018, 10, 15), date(2026, 11, 24)]),
    st.sampled_from([0.0, 0.1]),
)
def test_c5_one_basic_living_a_person_and_month_on_what_the_rules_find(seed, on, holes):
    household = Household.from_dict(next(families(seed, 1, on, holes)))
    found = answers(household, shipped(), on=on)
    checked(found, found.seen, shipped().at(household.area_code, on, "stacking"))


CODES = (
    "extreme_hardship", "orphan", "unattended_child", "disability_living", "disability_nursing", "severe_without_income",
    "price_supplement", "price_supplement_other",
)  # fmt: skip


@settings(max_examples=200, deadline=None, print_blob=True)
@given(st.data())
def test_c5_whatever_the_programmes_say_by_themselves(data):
    """Any answers at all, right or wrong, for three persons: amounts, nothing, unknown."""
    amounts = st.one_of(st.none(), st.integers(0, 3000))

    def some(codes):
        return {
            code: assessment(code, {"amount": yuan, "size": 3, **({"eligible": False} if yuan == 0 else {})})
            for code, yuan in data.draw(st.dictionaries(st.sampled_from(codes), amounts)).items()
        }

    identities, chosen = (
        st.sampled_from(["none", "tekun", "orphan", "unattended"]),
        st.sampled_from([None, "", "tekun", "orphan", "unattended"]),
    )
    facts = {
        "household": {"area_code": "533103205203", "claim_kind": "rural", "on_roll": data.draw(st.booleans()), "hardship_cause": "disaster"},
        "members": [
            {"name": str(i), "relation": "head" if i == 0 else "child", "birth": "2015-06-01",
             "identity": data.draw(identities), "chosen_identity": data.draw(chosen)}
            for i in range(3)
        ],
    }  # fmt: skip
    h = AsOf(Household.from_dict(facts), ON)

    class Found:
        household = some(
            (
                "minimum_living",
                "dilapidated_house",
                "quake_safe_house",
                "temporary_emergency",
                "disaster_transitional",
            )
        )
        members = tuple(some(CODES) for _ in range(3))

    done = checked(Found, h, shipped().at("533103205203", ON, "stacking"))
    due = done.household.get("minimum_living")
    if due is not None and isinstance(due.payable_fen, int) and due.assessed_fen > 0:
        # Nobody is paid for in minimum living beside a living of his own.
        away = sum(
            1 for m, found in zip(h.members, done.members, strict=True)
            if m.identity not in ("tekun", "orphan")
            and any(c in found and Found.members[int(m.name)][c].eligible is True and not found[c].because for c in BASIC[1:])
        )  # fmt: skip
        if away:
            assert due.payable_fen < due.assessed_fen or due.assessed_fen <= 100 * 3


def test_c5_is_broken_without_stacking():
    """The broken twin: put side by side as they are, a tekun person would draw the care subsidy."""
    case = next(c for c in CASES if "E4" in c["name"])
    done = stacked(case)
    assert all(due.assessed_fen > 0 for due in done.members[0].values())
    assert sum(due.payable_fen > 0 for due in done.members[0].values()) == 1
