"""What is still to be asked: only what a programme needs, nobody knows, and could change an answer; each once; nothing a platform has."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from tests.policy.families import families
from tuodi.core.facts import Household
from tuodi.core.logic import is_unknown
from tuodi.policy import needs as need_table
from tuodi.policy.answers import answers
from tuodi.policy.asking import BY_NEED, Asked, how_of, papers_of, standings, to_ask
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import every
from tuodi.policy.parameters import shipped

ON = date(2026, 11, 23)


def person(name: str, birth: str, relation: str = "child", **facts: Any) -> dict[str, Any]:
    return {"name": name, "birth": birth, "relation": relation, **facts}


def of(*members: dict[str, Any], **household: Any) -> dict[str, Any]:
    return {
        "household": {"area_code": "533103205203", "claim_kind": "rural", **household},
        "members": list(members),
    }


COUPLE = of(
    person("岩温", "1980-05-01", "head", employment="farming", wage_year_fen=500_000),
    person("玉罕", "1982-05-01", "spouse", employment="farming"),
)
PUPIL = person("岩依", "2013-06-01", student="junior", boarding=True)


def asked(facts: dict[str, Any], *needs: str, how: str = "family") -> set[str]:
    return {a.field.name for a in to_ask(facts, needs, shipped(), ON) if a.how == how}


def topics(facts: dict[str, Any], *needs: str) -> set[str]:
    return {a.field.topic for a in to_ask(facts, needs, shipped(), ON)}


def test_a_family_without_a_child_at_school_is_asked_nothing_about_school():
    assert "school" not in topics(COUPLE, *need_table.table())
    with_pupil = {**COUPLE, "members": [*COUPLE["members"], PUPIL]}
    assert "school" in topics(with_pupil)
    assert {a.member for a in to_ask(with_pupil, (), shipped(), ON) if a.field.topic == "school"} == {3}


def test_a_poor_couple_that_speaks_of_nothing_else_is_asked_nothing_more():
    assert asked(COUPLE) == set()


def test_a_need_opens_its_own_questions_and_no_others():
    assert "hardship_cause" in asked(COUPLE, "sudden")
    assert not any(name.startswith("disaster_") for name in asked(COUPLE, "sudden"))
    assert "disaster_house" in asked(COUPLE, "disaster") and "hardship_cause" not in asked(COUPLE, "disaster")
    assert "dwelling_place" in asked(COUPLE, "house")


def test_what_is_certain_not_to_hold_asks_nothing():
    """Of a settled condition: a house in a village is asked nothing that only a town's programmes need."""
    before = asked(COUPLE, "house")
    village = {**COUPLE, "household": {**COUPLE["household"], "dwelling_place": "village"}}
    after = to_ask(village, ("house",), shipped(), ON)
    assert "rents_on_market" in before and "rents_on_market" not in {a.field.name for a in after}
    assert not any(c in a.programmes for a in after for c in ("public_rental", "rent_subsidy"))


def test_details_are_asked_only_once_the_gate_is_answered():
    assert "hardship_persons" not in asked(of(*COUPLE["members"], hardship_cause="none"), "sudden")
    assert asked(of(*COUPLE["members"], hardship_cause="none"), "sudden") & {"no_income_months"} == set()


def test_what_a_platform_has_is_not_asked_and_says_who_has_it():
    pupil = {**COUPLE, "members": [*COUPLE["members"], PUPIL]}
    assert "school_roll" not in asked(pupil) and "school_roll" in asked(pupil, how="source")
    one = next(a for a in to_ask(pupil, (), shipped(), ON) if a.field.name == "school_roll")
    assert one.sources == "教育学籍" and "boarder_subsidy" in one.programmes
    assert all("boards" not in text for text in one.why.values())


def test_an_answer_is_never_asked_for_again():
    facts = of(*COUPLE["members"], hardship_cause="fire", hardship_persons=2, no_income_months=0)
    again = asked(facts, "sudden")
    assert again.isdisjoint({"hardship_cause", "hardship_persons", "no_income_months"})


def keys(rows: tuple[Asked, ...]) -> list[tuple[str, str, int]]:
    return [a.key for a in rows]


@pytest.mark.parametrize("seed", range(4))
def test_over_random_families_each_fact_is_asked_once_and_only_where_it_is_unknown_and_needed(seed):
    print(f"seed {seed}")
    rng = random.Random(seed)
    for facts in families(seed, 25, ON, 0.02):
        needs = rng.sample(list(need_table.table()), rng.randrange(4))
        rows = to_ask(facts, needs, shipped(), ON)
        assert len(set(keys(rows))) == len(rows)
        found = answers(Household.from_dict(facts), shipped(), on=ON)
        wanted = need_table.programmes_of({*needs, *need_table.implied(facts)})  # at most these
        settled = {(code, number) for (code, number), a in every(found) if a.eligible is False}
        for a in rows:
            given = facts["members"][a.member - 1] if a.member else facts["household"]
            assert given.get(a.field.name) is None, a
            assert a.how == how_of(a.field)
            for code in a.programmes:
                programme = PROGRAMMES[code]
                if programme.evaluate is None:
                    assert a.field.name in programme.form and code in wanted
                    continue
                whose = range(1, len(facts["members"]) + 1) if programme.of_members else (0,)
                assert any((code, n) not in settled for n in whose), (code, a)
                assert a.field.topic not in BY_NEED or code in wanted


def test_answering_everything_the_family_and_platforms_can_say_ends_the_asking():
    """Answered round by round with blanks, the questions come to an end, and none comes twice."""
    facts = {**COUPLE, "members": [{**m} for m in COUPLE["members"]], "household": {**COUPLE["household"]}}
    needs = tuple(need_table.table())
    seen: set[Any] = set()
    for _round in range(12):
        rows = to_ask(facts, needs, shipped(), ON)
        if not rows:
            break
        for a in rows:
            assert a.key not in seen, "asked twice"
            seen.add(a.key)
            given = facts["members"][a.member - 1] if a.member else facts["household"]
            given[a.field.name] = a.field.blank if a.field.blank is not None else next(iter(a.field.choices))
    assert to_ask(facts, needs, shipped(), ON) == ()
    assert len(seen) > 30


def test_every_programme_in_force_has_a_standing_with_a_reason():
    rows = standings(COUPLE, ("house",), shipped(), ON)
    assert [s.programme for s in rows] == [c for c, p in PROGRAMMES.items() if p.in_force(ON)]
    by_code = {s.programme: s for s in rows}
    assert by_code["minimum_living"].verdict == "yes" and by_code["minimum_living"].amount_fen
    assert by_code["orphan"].verdict == "no" and by_code["orphan"].because
    assert by_code["dilapidated_house"].opens and not by_code["quake_safe_house"].opens
    for s in rows:
        assert s.verdict in ("yes", "look", "ask", "no", "decision", "not_set")
        assert s.verdict != "no" or s.because
        assert s.verdict not in ("look", "ask") or s.missing
    found = answers(Household.from_dict(COUPLE), shipped(), on=ON)
    assert not is_unknown(found.household["minimum_living"].eligible)


def test_papers_of_several_programmes_are_named_once_and_what_a_body_has_is_not_to_be_brought():
    codes = ("minimum_living", "disability_living", "boarder_subsidy", "temporary_expense")
    merged = papers_of(codes)
    labels = [m.paper.label for m in merged]
    assert len(labels) == len(set(labels))
    family = next(m for m in merged if m.paper.label == "身份证、户口簿")
    assert family.paper.known_to == "police" and len(family.programmes) == 3
    assert [bool(m.paper.known_to) for m in merged] == sorted(bool(m.paper.known_to) for m in merged)


def test_the_rows_are_json_able():
    import json

    rows = to_ask(COUPLE, ("house", "medical"), shipped(), ON)
    assert json.loads(json.dumps([a.to_dict() for a in rows], ensure_ascii=False))[0]["programmes"]
