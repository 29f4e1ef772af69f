"""Three-valued logic, the field dictionary, parameters that fail loudly."""

from datetime import date
from itertools import product

import pytest

from tuodi.core.areas import chain, covers, level_of, reach
from tuodi.core.facts import FIELDS, SECTIONS, SOURCES, Household, validate
from tuodi.core.logic import Unknown, all_of, any_of, choose, is_unknown, negate
from tuodi.core.parameters import MissingParameter, ParameterInfo, ParameterRow, Parameters
from tuodi.core.refusal import Refused

U = Unknown("工资")


def kleene_and(a, b):
    if a is False or b is False:
        return False
    return True if a is True and b is True else None


@pytest.mark.parametrize(("a", "b"), list(product((True, False, U), repeat=2)))
def test_and_or_not_are_kleenes(a, b):
    def plain(x):
        return None if is_unknown(x) else x

    assert plain(a & b) == plain(all_of((a, b))) == kleene_and(plain(a), plain(b))
    flipped = kleene_and(plain(negate(a)), plain(negate(b)))
    assert plain(a | b) == plain(any_of((a, b))) == (None if flipped is None else not flipped)


def test_an_unknown_names_what_is_missing_and_is_no_truth():
    assert (Unknown("存款") > U + 1).names == {"工资", "存款"}
    assert choose(U, 1, 1) == 1
    assert is_unknown(choose(U, 1, 2))
    with pytest.raises(TypeError, match="工资"):
        bool(U)


def test_every_field_is_whole():
    assert len({(f.level, f.name) for f in FIELDS}) == len(FIELDS)
    for f in FIELDS:
        assert f.label
        assert f.section in SECTIONS
        assert set(f.sources) <= set(SOURCES)
        assert (f.kind == "choice") == bool(f.choices)
        assert not f.kind.startswith("money") or f.name.endswith("_fen")
        assert f.kind != "choice" or f.blank is None or f.blank in f.choices


def test_a_household_gives_back_what_it_was_made_from():
    facts = {
        "household": {"area_code": "533103", "claim_kind": "rural"},
        "members": [{"name": "甲", "relation": "head", "birth": None}],
    }
    household = Household.from_dict(facts)
    assert household.to_dict() == facts
    assert is_unknown(household.members[0].birth)
    assert household.changed(member={0: {"birth": "1980-01-01"}}).members[0].birth == "1980-01-01"
    assert household.members[0].wage_year_fen == 0


def test_all_faults_are_told_at_once():
    facts = {
        "household": {
            "area_code": "533103205203",
            "claim_kind": "rual",
            "deposits_fen": 1.5,
            "vehicles": 0,
            "vehicles_low_value": 1,
        },
        "members": [
            {"name": "甲", "relation": "head", "birth": "1981-02-29", "number": "533103198002290012"},
            {
                "name": "乙",
                "relation": "head",
                "birth": "1980-02-29",
                "number": "533103198002290011",
                "sex": "2",
            },
            {
                "name": "丙",
                "relation": "child",
                "birth": "2030-01-01",
                "document": "none",
                "disability_grade": 2,
                "hobby": "x",
            },
        ],
    }
    found = {(f.member, f.field) for f in validate(facts, on=date(2026, 11, 23))}
    assert found == {
        (0, "claim_kind"), (0, "deposits_fen"), (0, "vehicles"), (1, "birth"), (1, "number"), (2, "relation"), (2, "sex"),
        (3, "birth"), (3, "no_document_reason"), (3, "disability_grade"), (3, "hobby"),
    }  # fmt: skip


def test_areas():
    assert [level_of(c) for c in ("", "530000", "533100", "533103", "533103205", "533103205203")] == [
        "nation", "province", "prefecture", "county", "township", "village",
    ]  # fmt: skip
    assert reach("533100") == "5331"
    assert covers("533103", "533103205203")
    assert not covers("533102", "533103205")
    assert chain("533103205203") == ("533103205203", "533103205", "533103", "533100", "530000", "")


def test_the_nearest_level_in_force_answers_and_a_gap_stops():
    info = {"k": ParameterInfo("k", "标准", "fen", floor=True)}
    rows = [
        ParameterRow("k", "530000", date(2020, 1, 1), 500, "省文件", "verified"),
        ParameterRow("k", "533103", date(2021, 1, 1), 600, "市文件", "verified"),
        ParameterRow("k", "530000", date(2025, 1, 1), None, "到期", "unverified"),
    ]
    p = Parameters(rows, info)
    assert p.at("533103205", date(2020, 6, 1))["k"] == 500
    assert p.at("533103205", date(2021, 6, 1))["k"] == 600
    assert p.at("533102", date(2021, 6, 1))["k"] == 500
    for area, on in (("533102", date(2019, 12, 31)), ("533102", date(2025, 1, 1))):
        with pytest.raises(MissingParameter, match="k"):
            p.at(area, on)["k"]
    assert is_unknown(p.at("533102", date(2019, 1, 1)).optional("k"))
    assert p.faults() == []
    low = p.with_rows([ParameterRow("k", "533102", date(2021, 1, 1), 400, "市文件", "verified")])
    assert any("低于" in fault for fault in low.faults())
    assert p.next_after("k", "533103", date(2020, 6, 1)).value == 600


def test_a_missing_value_is_refused_in_a_sentence_the_officer_can_act_on():
    with pytest.raises(Refused, match="标准与参数"):
        Parameters((), {}).at("533103", date(2026, 1, 1))["dibao.standard.urban_month_fen"]


def test_what_a_rule_relied_on_holds_nobody_elses_look_ups():
    rows = [ParameterRow(k, "", date(2020, 1, 1), 1, "文件", "verified") for k in ("of.rule", "of.other")]
    p, on = Parameters(rows, {}), date(2026, 1, 1)
    mine = p.at("533103", on, "rule")
    assert mine["of.rule"] == 1
    assert p.at("533103", on)["of.other"] == p.at("533103", on, "other")["of.other"] == 1
    assert p.at("533103", on, "rule") is mine
    assert [r["key"] for r in mine.relied_on()] == ["of.rule"]
    alone = p.read_by_one("533103", on)
    assert alone["of.other"] == 1
    assert [r["key"] for r in alone.relied_on()] == ["of.other"]
    assert p.read_by_one("533103", on).relied_on() == ()
