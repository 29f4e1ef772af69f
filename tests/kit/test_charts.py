"""Charts carry the numbers they draw, for the eye, for the ear and as a table."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuodi.kit import charts

AREAS = ["芒市", "瑞丽市", "陇川县"]


def parse(chart):
    return ElementTree.fromstring(str(chart.svg))


def test_a_chart_is_named_and_described_and_has_its_table():
    chart = charts.bar("在保户数", AREAS, [5, 3, 1], unit="户")
    svg = parse(chart)
    ids = svg.attrib["aria-labelledby"].split()
    assert [svg.find("title").attrib["id"], svg.find("desc").attrib["id"]] == ids
    assert svg.find("title").text == "在保户数"
    assert "最高 芒市 5" in svg.find("desc").text
    assert re.findall(r'<td class="num">(\d+)</td>', str(chart.table)) == ["5", "3", "1"]


def test_bars_are_as_long_as_their_values():
    bars = [float(r.attrib["width"]) for r in parse(charts.bar("x", AREAS, [400, 200, 100])).findall("rect")]
    assert bars[0] == pytest.approx(2 * bars[1], abs=0.2) and bars[0] == pytest.approx(4 * bars[2], abs=0.2)


def test_what_was_not_reported_is_not_a_zero():
    chart = charts.bar("x", AREAS, [4, None, 0])
    assert len(parse(chart).findall("rect")) == 2
    assert "未报" in str(chart.svg) and "未报" in str(chart.table)
    line = parse(charts.line("x", list("一二三四"), {"a": [1, 2, None, 4]}))
    assert len(line.findall("circle")) == 3
    assert len(line.findall("polyline")) == 1  # the gap is not bridged


def test_a_stack_is_as_high_as_its_sum():
    chart = parse(charts.stacked("x", ["一月", "二月"], {"a": [100, 50], "b": [100, 50]}))
    parts = [
        r for r in chart.findall("rect") if r.attrib["class"] in ("s-0", "s-1") and r.attrib["width"] != "12"
    ]
    heights = [float(r.attrib["height"]) for r in parts]
    assert sum(heights[:2]) == pytest.approx(2 * sum(heights[2:]), abs=0.3)


def test_fen_are_written_as_yuan():
    chart = charts.line("x", ["一月", "二月"], {"低保": [123450, 200000]}, unit="fen")
    assert "1,234.50" in str(chart.table)


def test_names_from_data_are_escaped():
    evil = "<script>alert(1)</script>"
    for chart in (
        charts.bar(evil, [evil], [1]),
        charts.line(evil, [evil], {evil: [1]}),
        charts.stacked(evil, [evil], {evil: [1], "b": [2]}),
    ):
        assert "<script" not in str(chart.svg) + str(chart.table)


def test_a_chart_has_no_inline_style_or_script():
    for chart in (
        charts.bar("x", AREAS, [1, 2, 3]),
        charts.line("x", AREAS, {"a": [1, 2, 3]}),
        charts.stacked("x", AREAS, {"a": [1, 2, 3]}),
    ):
        assert not re.search(r"style=|<script|<style|\son\w+=", str(chart.svg) + str(chart.table))


@given(st.lists(st.one_of(st.none(), st.integers(-(10**13), 10**13)), max_size=40))
def test_any_numbers_can_be_drawn_inside_the_frame(values):
    labels = [f"{n}月" for n in range(len(values))]
    for chart in (charts.bar("x", labels, values), charts.line("x", labels, {"a": values})):
        svg = parse(chart)
        wide, high = map(float, svg.attrib["viewBox"].split()[2:])
        for rect in svg.findall("rect"):
            x, w = float(rect.attrib["x"]), float(rect.attrib["width"])
            assert x >= -0.2 and x + w <= wide + 0.2
        for dot in svg.findall("circle"):
            assert (
                -0.2 <= float(dot.attrib["cx"]) <= wide + 0.2
                and -0.2 <= float(dot.attrib["cy"]) <= high + 0.2
            )


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**12))
def test_ticks_are_round_few_and_cover_the_values(low, span):
    marks = charts.ticks(min(0, low), max(1, low + span))
    assert marks[0] <= min(0, low) and marks[-1] >= max(1, low + span)
    assert 2 <= len(marks) <= 8 and 0 in marks
