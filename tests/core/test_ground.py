"""What every rule stands on, at its borders: bounds and choices, values by place and day, spans and limits, faults of single facts."""

from datetime import date

import pytest

from tuodi.core.areas import chain, county_of, level_of, reach, township_kind
from tuodi.core.calendar import WorkCalendar
from tuodi.core.facts import AsOf, Household, age_between, fault_of, field_of, months_over, validate
from tuodi.core.finding import Assessment, Finding, granted, shown_text
from tuodi.core.logic import (
    Unknown,
    all_hold,
    all_of,
    any_holds,
    any_of,
    at_least,
    at_most,
    choose,
    is_one_of,
    is_unknown,
    named,
    negate,
    surely,
)
from tuodi.core.money import FEN_MAX, parse_yuan, whole_yuan_nearest, whole_yuan_up, yuan_plain, yuan_text
from tuodi.core.parameters import MissingParameter, ParameterInfo, ParameterRow, Parameters
from tuodi.core.process import Limit, Process, Step

U, V = Unknown("工资"), Unknown("存款")
ON = date(2026, 11, 24)
# 2026-10-01 is a holiday (a Thursday), 2026-10-10 a Saturday worked for it.
CALENDAR = WorkCalendar(
    frozenset({date(2026, 10, 1), date(2026, 10, 2)}), frozenset({date(2026, 10, 10)}), frozenset({2026})
)


class Columnlike:
    """Answers as a column does: with what it was asked."""

    def at_least(self, other):
        return ("at_least", other)

    def at_most(self, other):
        return ("at_most", other)

    def is_one_of(self, options):
        return ("is_one_of", options)

    def choose(self, a, b):
        return ("choose", a, b)

    def surely(self):
        return "surely"

    def named(self, label):
        return ("named", label)

    def __and__(self, other):
        return ("and", other)

    def __or__(self, other):
        return ("or", other)

    def __invert__(self):
        return "not"


C = Columnlike()


def test_choices_and_bounds_on_plain_values():
    assert (choose(True, 1, 2), choose(False, 1, 2)) == (1, 2)
    assert choose(U, True, True) is True
    assert choose(U, "a", "a") == "a"
    assert is_unknown(choose(U, 1, True))
    assert is_unknown(choose(U, V, V))
    assert (negate(True), negate(False)) == (False, True)
    assert (surely(True), surely(False), surely(U)) == (True, False, False)
    assert (at_least(3, 5), at_least(5, 3), at_most(3, 5), at_most(5, 3)) == (5, 5, 3, 3)
    assert (named("甲", 4), named("甲", True), named("甲", U)) == (4, True, U)
    assert is_one_of("a", ("a", "b"))
    assert not is_one_of(3, (1, 2))
    assert is_one_of(U, (1,)) is U


@pytest.mark.parametrize("bound", [at_least, at_most])
def test_a_bound_is_unknown_when_either_side_is_and_names_both(bound):
    assert bound(U, 3).names == bound(3, U).names == {"工资"}
    assert bound(U, V).names == {"工资", "存款"}
    assert bound(C, U) is U


def test_columns_are_asked_whichever_side_they_stand_on():
    assert at_least(C, 3) == at_least(3, C) == ("at_least", 3)
    assert at_most(C, 3) == at_most(3, C) == ("at_most", 3)
    assert is_one_of(C, (1,)) == ("is_one_of", (1,))
    assert choose(C, 1, 2) == ("choose", 1, 2)
    assert (surely(C), negate(C), named("甲", C)) == ("surely", "not", ("named", "甲"))
    assert all_of((True, C, True)) is any_of((False, C, False)) is C
    assert all_of((C, 7)) == ("and", 7)
    assert any_of((C, 7)) == ("or", 7)
    assert (all_of(()), any_of(())) == (True, False)
    assert all_of((C, False)) is False
    assert any_of((C, True)) is True


def finding(holds, rule="a", **more):
    return Finding(rule, holds, "收入 {income_fen} 元", {"income_fen": 123_450}, "办法 第九条", **more)


def test_findings_together():
    yes, no = finding(True), finding(False)
    assert all_hold((yes, yes)) is True
    assert all_hold((yes, no)) is False
    assert any_holds((yes, no)) is True
    assert any_holds((no, no)) is False


def test_how_a_figure_is_shown():
    assert shown_text("income_fen", 123_450) == "1,234.50"
    assert shown_text("share_basis_points", 2_050) == "20.50%"
    assert shown_text("size", 3) == "3"
    assert (shown_text("x", True), shown_text("x", False)) == ("是", "否")
    assert shown_text("x", U) == "（未知）"
    assert shown_text("kind", "rural") == "rural"


def test_a_finding_as_it_is_stored():
    assert finding(U).to_dict() == {
        "rule": "a", "holds": None, "sentence": "收入 1,234.50 元", "shown": {"income_fen": 123_450}, "basis": "办法 第九条", "required": True,
        "missing": ["工资"],
    }  # fmt: skip
    assert finding(True, required=False).to_dict()["required"] is False
    assert finding(True).to_dict()["holds"] is True
    assert Finding("a", True, "{x}", {"x": U}, "b").to_dict()["shown"] == {"x": None}
    assert finding(True).missing == ()


def test_an_assessment_as_it_is_stored_and_what_it_waits_for():
    a = granted("甲", (finding(U), finding(V, "b", required=False)), 500, period="year", figures={"size": U})
    assert a.missing == ("工资",)
    assert [f.rule for f in a.unknown()] == ["a"]
    stored = a.relying_on(({"key": "k"},)).to_dict()
    assert {k: v for k, v in stored.items() if k != "findings"} == {
        "programme": "甲", "eligible": None, "outcome": "unknown", "amount_fen": None, "period": "year", "figures": {"size": None},
        "missing": ["工资"], "relied_on": [{"key": "k"}],
    }  # fmt: skip
    assert len(stored["findings"]) == 2
    with pytest.raises(AssertionError, match="year"):
        _ = a.monthly_fen
    monthly = granted("甲", (finding(True),), 500)
    assert (monthly.monthly_fen, monthly.outcome, monthly.to_dict()["monthly_fen"]) == (500, "granted", 500)
    refused = granted("甲", (finding(True), finding(False, "b"), finding(False, "c", required=False)), 500)
    assert (refused.amount_fen, refused.outcome, [f.rule for f in refused.fails]) == (0, "none", ["b"])
    assert refused.finding("c").required is False
    assert granted("甲", (finding(U),), 0).amount_fen == 0
    assert Assessment("甲", (), U, "x", V).missing == ("存款", "工资")


def parameters(*rows, floor=False):
    return Parameters(rows, {"k": ParameterInfo("k", "标准", "fen", floor=floor)})


def row(value, area="", since=date(2020, 1, 1), **more):
    return ParameterRow(
        "k", area, since, value, more.pop("basis", "文件"), more.pop("mark", "verified"), **more
    )


def test_a_row_as_it_is_stored():
    assert row(1, "533100", checked=date(2026, 1, 2), note="注").to_dict() == {
        "key": "k", "area": "533100", "since": "2020-01-01", "value": 1, "basis": "文件", "mark": "verified", "checked": "2026-01-02", "note": "注",
    }  # fmt: skip
    assert row(1).to_dict()["checked"] is None


def test_a_value_begins_on_its_day_and_what_is_missing_says_where_and_why():
    p = parameters(row(1), row(2, since=date(2021, 1, 1)), row(None, "533102", note="到期"))
    assert p.row("k", "", date(2020, 12, 31)).value == 1
    assert p.row("k", "", date(2021, 1, 1)).value == 2
    with pytest.raises(MissingParameter, match=r"533102 在 2026-11-24.*（到期）"):
        p.row("k", "533102", ON)
    with pytest.raises(MissingParameter, match=r"：全国 在") as told:
        p.row("x", "", ON)
    assert "（" not in str(told.value)
    assert p.unset("k") == "标准（尚未设定）"
    assert p.unset("x") == "x（尚未设定）"
    assert p.next_after("k", "533103", date(2020, 6, 1)).since == date(2021, 1, 1)
    assert p.next_after("k", "533103", date(2021, 1, 1)) is None


def test_what_was_relied_on_grows_with_what_is_read():
    p = Parameters((row(1), ParameterRow("b", "", date(2020, 1, 1), 2, "文件", "likely")), {})
    mine = p.at("533103", ON, "甲")
    _ = mine["k"]
    assert [r["key"] for r in mine.relied_on()] == ["k"]
    _ = mine["b"]
    assert [r["key"] for r in mine.relied_on()] == ["b", "k"]


def test_every_fault_of_a_table_is_named_with_its_place():
    assert parameters(row(1)).faults() == []
    assert any("全国" in f and "没有文件依据" in f for f in parameters(row(1, basis=" ")).faults())
    assert any("533103" in f and "标记" in f for f in parameters(row(1, "533103", mark="x")).faults())
    assert any(
        "没有名称" in f for f in Parameters([ParameterRow("x", "", ON, 1, "文件", "test")], {}).faults()
    )
    above = (row(500, "530000"), row(600, "530000", since=date(2022, 1, 1)))
    assert parameters(*above, row(500, "533103"), floor=True).faults() == []
    assert parameters(*above, row(499, "533103"), floor=False).faults() == []
    assert parameters(*above, row(600, "533103", since=date(2022, 1, 1)), floor=True).faults() == []
    (fault,) = parameters(*above, row(599, "533103", since=date(2022, 1, 1)), floor=True).faults()
    assert fault.endswith("低于province标准 600")
    (nearest,) = parameters(row(500, "533100"), row(499, "533103"), floor=True).faults()
    assert nearest.endswith("低于prefecture标准 500")
    assert parameters(row(600, "533103"), row(550, "533103", since=ON), floor=True).faults() == []
    set_later = (row(None, "530000"), row(500, "530000", since=date(2022, 1, 1)))
    assert len(parameters(*set_later, row(499, "533103", since=ON), floor=True).faults()) == 1


def test_codes_of_places():
    assert [level_of(c) for c in ("533103205000", "533103000000")] == ["township", "township"]
    assert (reach("533103205"), reach("533103205203"), reach("530000"), reach("")) == (
        "533103205",
        "533103205203",
        "53",
        "",
    )
    assert reach("533103205000") == "533103205"
    assert chain("533103") == ("533103", "533100", "530000", "")
    assert chain("") == ("",)
    assert county_of("533103205203") == "533103"
    with pytest.raises(AssertionError):
        level_of("5331")
    kinds = {"533103001": "street", "533103101": "town", "533103205": "township", "533103400": "farm", "533103": "unknown"}  # fmt: skip
    assert {c: township_kind(c, "某乡") for c in kinds} == kinds
    assert township_kind("533103205", "某德昂族乡") == "ethnic_township"
    assert township_kind("533103101", "某族乡") == "town"


def test_working_days():
    assert [d for d in range(1, 13) if CALENDAR.is_working_day(date(2026, 10, d))] == [5, 6, 7, 8, 9, 10, 12]
    assert CALENDAR.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 5)
    assert CALENDAR.add_working_days(date(2026, 9, 30), 0) == date(2026, 9, 30)
    assert CALENDAR.working_days_between(date(2026, 9, 30), date(2026, 10, 5)) == 1
    assert CALENDAR.working_days_between(date(2026, 10, 5), date(2026, 9, 30)) == -1
    assert CALENDAR.working_days_between(date(2026, 10, 5), date(2026, 10, 5)) == 0
    assert CALENDAR.add_working_days(date(2026, 10, 7), 1) == date(2026, 10, 8)
    assert CALENDAR.working_days_between(date(2026, 10, 7), date(2026, 10, 8)) == 1
    assert CALENDAR.last_working_day_before(date(2026, 10, 12)) == date(2026, 10, 10)
    assert CALENDAR.roll_forward(date(2026, 10, 3)) == date(2026, 10, 5)
    assert CALENDAR.roll_forward(date(2026, 10, 10)) == date(2026, 10, 10)
    assert CALENDAR.last_working_day_before(date(2026, 10, 5)) == date(2026, 9, 30)
    assert CALENDAR.last_working_day_before(date(2026, 10, 7)) == date(2026, 10, 6)
    assert CALENDAR.provisional((2028, 2026, 2027)) == (2027, 2028)


def test_limits_of_a_procedure():
    since = date(2026, 9, 30)
    assert Limit(working_days=1).due(since, CALENDAR) == date(2026, 10, 5)
    assert Limit(days=2).due(since, CALENDAR) == date(2026, 10, 2)
    assert Limit(days=2, rolls=True).due(since, CALENDAR) == date(2026, 10, 5)
    assert Limit(months=5).due(since, CALENDAR) == date(2027, 2, 28)
    assert Limit(month_end=True).due(date(2026, 11, 3), CALENDAR) == date(2026, 11, 30)
    with pytest.raises(AssertionError):
        Limit().due(since, CALENDAR)


def process(**more):
    given = {
        "key": "p", "label": "", "start": "a", "states": {"a": "", "b": ""}, "steps": (Step("go", "a", "b", "county", ""),),
        "limits": {"a": Limit(days=1)}, "ends": frozenset({"b"}), **more,
    }  # fmt: skip
    return Process(**given)


def test_a_procedure_as_a_table():
    p = process()
    assert p.faults() == []
    assert p.step("go", "a").target == "b"
    assert p.step("go", "b") is p.step("stay", "a") is None
    assert [s.act for s in p.steps_from("a")] == ["go"]
    assert p.due("a", date(2026, 10, 8), CALENDAR) == date(2026, 10, 9)
    assert p.due("b", date(2026, 10, 8), CALENDAR) is None
    assert process(states={"a": "", "b": "", "c": ""}, ends=frozenset({"b", "c"})).faults() == [
        "p: state c cannot be reached"
    ]
    assert process(ends=frozenset()).faults() == ["p: no step leads out of b", "p: b has no time limit"]
    assert process(states={"a": ""}, ends=frozenset()).faults() == ["p: go names unknown state b"]


def test_money_at_its_borders():
    assert (yuan_text(-123_450), yuan_text(100), yuan_text(100, cents=True), yuan_text(5)) == (
        "-1,234.50",
        "1",
        "1.00",
        "0.05",
    )
    assert yuan_text(123_456, cents=False) == "1,234"
    assert (yuan_plain(-5), yuan_plain(1_234_567)) == ("-0.05", "12345.67")
    assert parse_yuan(FEN_MAX // 100).fen == FEN_MAX
    assert parse_yuan(FEN_MAX // 100 + 1).fen is None
    assert [whole_yuan_up(n) for n in (-1, 0, 1, 100, 101)] == [0, 0, 100, 100, 200]
    assert [whole_yuan_up(n, 12) for n in (1_200, 1_201)] == [100, 200]
    assert [whole_yuan_nearest(n) for n in (-1, 49, 50, 149, 150)] == [0, 0, 100, 100, 200]
    assert [whole_yuan_nearest(n, 3) for n in (149, 150, 449, 450)] == [0, 100, 100, 200]


def test_ages_and_spans_turn_on_their_day():
    assert [age_between(20080229, on) for on in (20260227, 20260228, 20280228, 20280229)] == [17, 18, 19, 20]
    assert age_between(20080229, 21000228) == 92
    assert age_between(20000229, 20240228) == 23
    assert age_between(20270101, 20261124) == 0
    assert [months_over(20260415, date(2026, 10, d)) for d in (15, 16)] == [5, 6]
    assert months_over(20251116, date(2026, 11, 24)) == 12


def test_a_household_seen_on_a_day():
    facts = {
        "household": {
            "area_code": "533103205203",
            "claim_kind": "rural",
            "over_standard_since": "2026-04-15",
        },
        "members": [
            {"name": "甲", "relation": "head", "birth": "1980-11-24", "disability_valid_until": "2026-11-24"},
            {
                "name": "乙",
                "relation": "child",
                "birth": "2010-01-01",
                "disability_valid_until": "2026-11-23",
            },
        ],
    }
    h = AsOf(Household.from_dict(facts), ON)
    assert (h.on_day, h.month_start, h.over_standard_day, h.over_standard_months) == (
        20261124,
        20261101,
        20260415,
        7,
    )
    assert [(m.age, m.disability_valid) for m in h.members] == [(46, True), (16, False)]
    assert h.totals(lambda m: {"n": True, "age": m.age}) == {"n": 2, "age": 62}
    seen = h.as_if({"on_roll": True}, lambda m: {"identity": "tekun"})
    assert (seen.on_roll, [m.identity for m in seen.members]) == (True, ["tekun", "tekun"])
    assert (seen.on, seen.on_day, seen.month_start) == (h.on, h.on_day, h.month_start)
    assert [m.identity for m in h.as_if({"on_roll": True}).members] == ["none", "none"]
    assert AsOf(Household.from_dict({**facts, "household": {}}), ON).over_standard_months == 0


def test_a_single_fact_at_its_borders():
    money, grade = field_of("household", "deposits_fen"), field_of("member", "disability_grade")
    assert [bool(fault_of(money, v)) for v in (0, -1, FEN_MAX, FEN_MAX + 1, 1.0, True, None)] == [
        False, True, False, True, True, True, False,
    ]  # fmt: skip
    assert [bool(fault_of(grade, v)) for v in (1, 4, 5)] == [False, False, True]
    assert "（分）" in fault_of(money, "1")
    assert "（分）" not in fault_of(grade, "1")
    birth = field_of("member", "birth")
    in_order = ("1890-01-01", "2200-01-01", "2000-02-29")
    assert [bool(fault_of(birth, v)) for v in in_order] == [False] * 3
    assert all(fault_of(birth, v) for v in ("1889-12-31", "2200-01-02", "2001-02-29", "2026-W48-2", 20260101))
    for f, value in ((birth, "张三"), (birth, "1800-01-01"), (field_of("household", "claim_kind"), "张三")):
        assert str(value) in fault_of(f, value)
        assert str(value) not in fault_of(f, value, quote=False)
    assert fault_of(field_of("household", "on_roll"), 1)
    assert not fault_of(field_of("household", "on_roll"), True)


def family(household=None, *members):
    return {
        "household": {"area_code": "533103205203", "claim_kind": "rural", **(household or {})},
        "members": [
            {"name": f"{n}", "relation": "child" if n else "head", "birth": "1980-02-29", "document": "none", "no_document_reason": "无",
             **m} for n, m in enumerate(members or ({},))
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "faults"),
    [
        (family(), []),
        (family(None, {"birth": "2026-11-24"}), []),
        (family(None, {"birth": "2026-11-25"}), [(1, "birth")]),
        (family(None, {"relation": "child"}), [(1, "relation")]),
        (family(None, {}, {"relation": "head"}), [(2, "relation")]),
        (family(None, {"document": "none", "number": "1"}), [(1, "number")]),
        (family(None, {"document": "resident"}), [(1, "number")]),
        (family(None, {"document": "resident", "number": None}), []),
        (family(None, {"document": "resident", "number": "533103198002290011"}), []),
        (family(None, {"document": "resident", "number": "533103198002290011", "sex": "1"}), []),
        (family(None, {"document": "resident", "number": "533103198002290011", "birth": "1980-02-28"}), [(1, "birth")]),
        (family(None, *[{"document": "resident", "number": "533103198002290011"}] * 2), [(2, "number")]),
        (family(None, {"pension_basic_year_fen": 2, "pension_resident_year_fen": 2}), []),
        (family(None, {"pension_basic_year_fen": 3, "pension_resident_year_fen": 2}), [(1, "pension_basic_year_fen")]),
        (family(None, {"disability": "sight"}), [(1, "disability_grade")]),
        (family(None, {"disability": None, "disability_grade": 1}), []),
        (family({"vehicles": 1, "vehicles_low_value": 1}), []),
        (family({"vehicles": 1, "vehicles_low_value": 1, "vehicles_for_living": 1}), [(0, "vehicles")]),
        (family({"houses": 1, "houses_excepted": 2}), [(0, "houses")]),
        ({"household": {"area_code": "533103", "claim_kind": "rural"}, "members": []}, [(0, "area_code")]),
    ],
)  # fmt: skip
def test_faults_between_facts(facts, faults):
    assert [(f.member, f.field) for f in validate(facts, on=ON)] == faults
