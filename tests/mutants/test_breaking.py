"""What is broken, what is left alone, and that a broken function stands where the right one stood."""

import types

from tests.mutants.breaking import mutants
from tests.mutants.run import listed, modules, put_in_place

SOURCE = '''
"""Words of the module."""
LIMIT = 3
LABELS = {"a": "甲"}

def due(amount: int, share: int = 2) -> int:
    """Words."""
    assert amount >= 0, "ours"
    if amount < LIMIT:
        return 0
    return amount // share
'''


def texts():
    return [m.text for m in mutants(SOURCE, "of.test")]


def test_limits_operators_constants_and_branches_are_broken():
    assert {
        "3 → 4",
        "2 → 3",
        "2 → 1",
        "amount < LIMIT → amount <= LIMIT",
        "amount < LIMIT → amount >= LIMIT",
        "if amount < LIMIT: → if not amount < LIMIT:",
        "amount // share → amount * share",
        "0 → 1",
    } <= set(texts())


def test_what_only_says_something_is_left_alone():
    assert not [
        t for t in texts() if "Words" in t or "甲" in t or "ours" in t or "assert" in t or ">= 0" in t
    ]


def test_a_mutant_is_in_place_for_whoever_holds_the_function():
    from tuodi.core import months
    from tuodi.core.months import months_after

    path = modules()["core.months"]
    one = next(
        m for m in mutants(path.read_text(), "core.months") if m.text == "1 → 2" and m.of == "months_after"
    )
    assert one.defaults() == {"count": "2"}
    kept, defaults = months_after.__code__, months_after.__defaults__
    put_in_place(one, path)
    try:
        assert isinstance(months.months_after, types.FunctionType)
        assert str(months_after(months.parse_month("2026-11"))) == "2027-01-01"
    finally:
        months_after.__code__, months_after.__defaults__ = kept, defaults


def test_every_survivor_listed_is_a_mutant_of_today_and_has_a_reason():
    today = {
        (m.module, m.of, m.text) for name, path in modules().items() for m in mutants(path.read_text(), name)
    }
    assert set(listed()) <= today, sorted(set(listed()) - today)[:5]
    assert all(len(why) > 10 for why in listed().values())
