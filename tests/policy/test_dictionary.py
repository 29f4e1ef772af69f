"""The field dictionary: what it says of who needs a fact is what the rules read, and its page is what it says."""

from __future__ import annotations

from datetime import date

from tests.policy.families import families
from tuodi.core.facts import BY_NAME, AsOf, Household
from tuodi.core.parameters import MissingParameter
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import Watched
from tuodi.policy.dictionary import BODIES, entries, needed_by
from tuodi.policy.parameters import shipped
from tuodi.portal.fields_page import PAGE, page

ON = date(2026, 11, 23)


def test_every_fact_a_rule_reads_of_a_family_is_in_the_dictionary_as_needed_by_it():
    """Run on random families, no rule reads a fact that the telling did not name."""
    needed = needed_by(shipped(), "533103", ON)
    seen = 0
    for facts in families(7, 30, ON, 0.02):
        h = AsOf(Household.from_dict(facts), ON)
        for code, programme in PROGRAMMES.items():
            if programme.evaluate is None or not programme.in_force(ON):
                continue
            read: set[tuple[str, str]] = set()
            watched = Watched(h, "household", read)
            try:
                p = shipped().at("533103", ON, code)
                if programme.of_members:
                    programme.evaluate(Watched(h.members[0], "member", read), watched, p)
                else:
                    programme.evaluate(watched, p)
            except MissingParameter:
                continue
            for key in read:
                seen += 1
                assert code in needed.get(key, ()), (code, key)
    assert seen > 1000


def test_each_fact_stands_once_and_says_how_it_comes_to_be_known():
    rows = entries(shipped(), "533103", ON)
    assert {(e.field.level, e.field.name) for e in rows} == set(BY_NAME) and len(rows) == len(BY_NAME)
    for e in rows:
        assert e.group and e.how and e.purpose
        assert bool(e.bodies) == bool(e.programmes)
        assert all(PROGRAMMES[c].bureau(ON) in e.bodies for c in e.programmes)


def test_the_body_of_every_programme_has_a_name():
    assert {p.bureau(ON) for p in PROGRAMMES.values()} <= set(BODIES)


def test_a_body_that_owns_no_programme_reading_a_fact_may_not_see_it():
    by_name = {e.field.name: e for e in entries(shipped(), "533103", ON)}
    assert "housing" not in by_name["father_term_months"].bodies
    assert by_name["school_roll"].bodies == ("education",)
    assert by_name["payee_account"].bodies == ()


def test_the_page_is_what_the_dictionary_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run make fields"
