"""The workbook out and in: every trap of reliability.md D1 that a spreadsheet can hold, each named by its cell."""

from __future__ import annotations

import copy
import csv
import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.delivery.intake.conftest import DAY, family, member, number
from tuodi.core.facts import FIELDS
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import imports, selectors, services, workbook
from tuodi.delivery.intake.models import Application, ImportRun, Upload
from tuodi.kit.sheets import Unreadable
from tuodi.records.people.models import Person


def filled(*facts, relatives=()):
    return workbook.filled(
        [workbook.FamilyRows(str(i), f, relatives if i == 1 else ()) for i, f in enumerate(facts, 1)]
    )


def change(content: bytes, edit) -> bytes:
    """The workbook after a person (openpyxl) changed it and saved."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes, name: str = "表.xlsx", **more):
    return workbook.read(content, name, on=DAY, register=False, **more)


def column(sheet, label: str) -> int:
    return next(c.column for c in sheet[workbook.HEAD_ROW] if str(c.value or "").rstrip("*") == label)


def put(book, sheet: str, label: str, value, row: int = workbook.FIRST_ROW, **style):
    cell = book[sheet].cell(row=row, column=column(book[sheet], label), value=value)
    for name, setting in style.items():
        setattr(cell, name, setting)
    return cell


def trap(sheet: str, label: str, value, row: int = workbook.FIRST_ROW):
    return change(filled(family()), lambda b: put(b, sheet, label, value, row, number_format="General"))


# --- out -----------------------------------------------------------------------------------------------


def test_the_template_asks_every_fact_the_family_declares_and_nothing_else():
    book = openpyxl.load_workbook(io.BytesIO(workbook.template()))
    asked = {str(c.value).rstrip("*") for s in book for c in s[workbook.HEAD_ROW] if c.value}
    assert {f.label for f in FIELDS if f.declared_by_family} <= asked
    assert not {f.label for f in FIELDS if not f.declared_by_family} & asked
    labels = [f.label for f in FIELDS if f.declared_by_family]
    assert len(labels) == len(set(labels)), "a heading stands for one fact"


def test_the_template_keeps_numbers_as_text_has_lists_frozen_headings_and_prints_on_a4():
    book = openpyxl.load_workbook(io.BytesIO(workbook.template()))
    people = book["成员"]
    assert people.column_dimensions[people.cell(1, column(people, "证件号码")).column_letter].style or True
    letter = people.cell(1, column(people, "证件号码")).column_letter
    assert re.search(
        r'<col min="\d+" max="\d+"[^>]*style="\d+"',
        zipfile.ZipFile(io.BytesIO(workbook.template())).read("xl/worksheets/sheet4.xml").decode(),
    )
    assert people.column_dimensions[letter].width > 18
    assert (
        people.freeze_panes == "C4"
        and people.page_setup.paperSize == 9
        and people.page_setup.orientation == "landscape"
    )
    assert any("选项" in str(v.formula1) for v in people.data_validations.dataValidation)


def test_what_is_written_is_read_back_the_same():
    facts = family(deposits_fen=123_456, need_medical=True, need_note="妻子常年服药")
    facts["members"][0] |= {
        "registered_local": False,
        "disability": "physical",
        "disability_grade": 2,
        "farm_gross_year_fen": 1,
        "document": "resident",
    }
    content = filled(facts, family(201), relatives=[(1, "张三", "兄弟", "村委会委员")])
    reading = read(content)
    assert reading.faults == [] and reading.notes == []
    facts["members"][0].pop("document")  # the usual is left blank on a form
    assert reading.families[0].facts == facts and reading.families[1].facts == family(201)
    assert reading.families[0].relatives == [(1, "张三", "兄弟", "村委会委员")]


# --- the traps -----------------------------------------------------------------------------------------

GOOD = family()["members"][0]["number"]
FULL = GOOD.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
# sheet, heading, value, what the answer must say
WRONG = [
    ("成员", "证件号码", float(GOOD[:17] + "0"), "存成了数字"),
    ("成员", "证件号码", 5.33103e17, "存成了数字"),
    ("成员", "证件号码", "5.33103E+17", "科学计数法"),
    ("成员", "证件号码", GOOD + ".0", "小数点"),
    ("成员", "证件号码", GOOD[:-1], "17 位"),
    ("成员", "证件号码", GOOD[:16] + GOOD[17] + GOOD[16] if GOOD[16] != GOOD[17] else GOOD[:-1] + "9", ""),
    ("成员", "证件号码", "533103198102290011", "不是日历上的日期"),
    ("成员", "证件号码", "533103198000000018", "不是日历上的日期"),
    ("成员", "证件号码", number("533103", "20991231", 11), "晚于今天"),
    ("成员", "证件号码", "810000199001010019", "港澳台"),
    ("成员", "证件号码", "=1+1", ""),
    ("成员", "证件号码", "#N/A", "公式"),
    ("成员", "出生日期", "1980-02-30", "不是日历上的日期"),
    ("成员", "出生日期", "八〇年二月", "看不出是哪一天"),
    ("成员", "出生日期", 60.0, "不是日期"),
    ("成员", "出生日期", "1980-00-10", "不是日历上的日期"),
    ("成员", "出生日期", "1980-02-28", "不符"),
    ("成员", "出生日期", 1e308, "不是日期"),
    ("成员", "性别", "女", "不符"),
    ("成员", "与户主关系", "大爷", "不在可选项中"),
    ("成员", "民族", "火星", "不在可选项中"),
    ("成员", "残疾等级（1 最重，0 无）", 9, "不能大于"),
    ("成员", "残疾等级（1 最重，0 无）", 1.5, "整数"),
    ("收入", "工资性收入", "一万二", "不是金额"),
    ("收入", "工资性收入", -5, "不能为负"),
    ("收入", "工资性收入", "1.2e4", "科学计数法"),
    ("收入", "工资性收入", 1e308, "过大"),
    ("收入", "工资性收入", "1,23,4", "不是金额"),
    ("收入", "工资性收入", 12.345, "两位"),
    ("收入", "工资性收入", date(2020, 1, 1), "日期"),
    ("家庭", "居住地（村、社区）代码", "5331031052010", "不是本州"),
    ("家庭", "居住地（村、社区）代码", "", "必填"),
    ("家庭", "申请类别", "半城", "不在可选项中"),
    ("家庭", "已签承诺书（如实申报）", "大概", "应填“是”或“否”"),
    ("家庭", "户编号", "", "户编号为空"),
    ("收入", "姓名", "岩温二", "没有“岩温二”"),
    ("收入", "户编号", "7", "没有户编号 7"),
    ("授权", "授权日期", "2026-13-01", "不是日历上的日期"),
    ("成员", "姓名", "岩温" * 40, "太长"),
    ("家庭", "银行账号", 6217000000000012.0, "存成了数字"),
    ("家庭", "银行账号", "6217000000000011", "校验不符"),
    ("家庭", "收款人姓名", "张三", "共同生活的家庭成员"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sheet", "label", "value", "says"), WRONG, ids=[f"{s}-{i}" for i, (s, *_r) in enumerate(WRONG)]
)
def test_a_trap_is_refused_naming_its_cell(places, sheet, label, value, says):
    facts = family(payee_account="6217000000000000012") if label in ("收款人姓名", "银行账号") else family()
    content = change(
        filled(facts),
        lambda b: put(
            b, sheet, label, value, number_format="yyyy-mm-dd" if isinstance(value, date) else "General"
        ),
    )
    reading = workbook.read(content, "x.xlsx", on=DAY)
    assert reading.faults, (label, value)
    told = [f for f in reading.faults if f.sheet == sheet and f.row == workbook.FIRST_ROW]
    assert told and any(says in f.message for f in told), [str(f) for f in reading.faults]
    assert all(f.message and f.column for f in reading.faults)
    assert not [f for f in reading.faults if GOOD in f.message], "a fault names no number"


# sheet, heading, value as a person might give it, the fact it must become
READ = [
    ("成员", "证件号码", FULL, GOOD),
    ("成员", "证件号码", f" {GOOD[:6]} {GOOD[6:]}\u200b", GOOD),
    ("成员", "证件号码", f"\ufeff{GOOD}\u00a0", GOOD),
    ("成员", "出生日期", "1980年2月29日", "1980-02-29"),
    ("成员", "出生日期", "19800229", "1980-02-29"),
    ("成员", "出生日期", 19800229.0, "1980-02-29"),
    ("成员", "出生日期", "1980/2/29", "1980-02-29"),
    ("成员", "出生日期", "1980.2.29", "1980-02-29"),
    ("成员", "出生日期", "１９８０－０２－２９", "1980-02-29"),
    ("成员", "出生日期", 29280.0, "1980-02-29"),
    ("成员", "民族", "18", "18"),
    ("成员", "民族", "傣族", "18"),
    ("成员", "民族", 18.0, "18"),
    ("成员", "残疾等级（1 最重，0 无）", "无", 0),
    ("收入", "工资性收入", "￥1.2万", 1_200_000),
    ("收入", "工资性收入", "１２，０００．５０ 元", 1_200_050),
    ("收入", "工资性收入", 0.1 + 0.2, 30),
    ("收入", "工资性收入", "12,000.00", 1_200_000),
    ("收入", "工资性收入", "不详", None),
    ("收入", "工资性收入", -0.0, 0),
    ("授权", "已签核对授权书", "√", True),
    ("授权", "已签核对授权书", True, True),
    ("家庭", "联系电话", 13987650001.0, "13987650001"),
    ("家庭", "居住地（村、社区）代码", 533103105201.0, "533103105201"),
    ("家庭", "居住地（村、社区）代码", "533103105000", "533103105"),
]
NAMES = {f.label: (f.level, f.name) for f in FIELDS}


@pytest.mark.parametrize(
    ("sheet", "label", "value", "fact"), READ, ids=[f"{s}-{i}" for i, (s, *_r) in enumerate(READ)]
)
def test_what_can_be_read_in_one_way_is_read(sheet, label, value, fact):
    reading = read(trap(sheet, label, value))
    level, name = NAMES[label]
    facts = reading.families[0].facts
    given = facts["household"] if level == "household" else facts["members"][0]
    assert [str(f) for f in reading.faults] == []
    if name == "number":
        from tuodi.core.identity import clean

        assert clean(given[name]) == fact
    elif fact in (0, False):
        assert not given.get(name)
    else:
        assert given[name] == fact


@pytest.mark.parametrize("name", ["岩𠮷", "龘㙍", "𬱖娣", "MA THIDA", "艾孜买提·吐尔逊", "刀〇三"])
def test_rare_characters_are_kept(name):
    facts = family()
    facts["members"][1]["name"] = name
    reading = read(change(filled(facts), lambda b: None))
    assert reading.faults == [] and reading.families[0].facts["members"][1]["name"] == name


def test_a_formula_without_a_result_is_told_and_one_with_a_result_is_read():
    without = change(filled(family()), lambda b: put(b, "收入", "工资性收入", "=1000*12"))
    reading = read(without)
    assert any("公式没有计算结果" in f.message and f.sheet == "收入" for f in reading.faults)
    parts = zipfile.ZipFile(io.BytesIO(without))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for i in parts.infolist():
            data = (
                parts.read(i.filename)
                .replace(b"<f>1000*12</f><v></v>", b"<f>1000*12</f><v>12000</v>")
                .replace(b"<f>1000*12</f><v />", b"<f>1000*12</f><v>12000</v>")
            )
            out.writestr(i, data)
    reading = read(stream.getvalue())
    assert reading.faults == [] and reading.families[0].facts["members"][0]["wage_year_fen"] == 1_200_000


def test_hidden_rows_and_sheets_are_read_and_noticed():
    def hide(book):
        book["成员"].row_dimensions[workbook.FIRST_ROW + 1].hidden = True
        book["需求"].sheet_state = "hidden"
        put(book, "需求", "户编号", "1")
        put(book, "需求", "看病", "是")

    reading = read(change(filled(family()), hide))
    assert any("隐藏行" in n.message and n.row == workbook.FIRST_ROW + 1 for n in reading.notes)
    assert any("“需求”是隐藏的表" in r for r in reading.remarks)
    assert reading.families[0].facts["household"]["need_medical"] is True


def test_merged_cells_below_the_heading_are_a_fault():
    reading = read(change(filled(family()), lambda b: b["成员"].merge_cells("A4:A6")))
    assert any("A4:A6 是合并单元格" in f.message for f in reading.faults)


def test_the_1904_calendar_is_reckoned_and_said():
    def old_mac(book):
        book.epoch = CALENDAR_MAC_1904
        put(book, "成员", "出生日期", date(1980, 2, 29), number_format="yyyy-mm-dd")

    reading = read(change(filled(family()), old_mac))
    assert any("1904" in r for r in reading.remarks)
    assert reading.families[0].facts["members"][0]["birth"] == "1980-02-29"


def test_headings_doubled_unknown_or_missing():
    def double(book):
        sheet = book["成员"]
        sheet.cell(row=workbook.HEAD_ROW, column=column(sheet, "民族"), value="姓名")

    assert any("表头重复" in f.message for f in read(change(filled(family()), double)).faults)
    unknown = change(filled(family()), lambda b: (b["成员"].cell(2, 60, "血型"), b["成员"].cell(4, 60, "A")))
    assert any("模板里没有这一列" in f.message and f.label == "血型" for f in read(unknown).faults)
    with pytest.raises(Unreadable, match="户编号"):
        read(change(filled(family()), lambda b: [s.cell(2, 1, "编号") for s in b]))
    gone = change(filled(family()), lambda b: b.remove(b["财产"]))
    assert read(gone).faults == []


def test_the_same_person_twice_in_the_file_and_one_family_in_two_keys(places):
    again = family(101)
    reading = workbook.read(filled(family(), again), "x.xlsx", on=DAY)
    assert sum("另一户" in f.message for f in reading.faults) == 3
    twice = family()
    twice["members"].append({**twice["members"][1], "relation": "other"})
    assert any("重复" in f.message for f in read(filled(twice)).faults)


def test_two_of_one_name_need_their_order():
    facts = family()
    facts["members"][1]["name"] = "岩温"
    reading = read(filled(facts))
    assert reading.faults == [] and reading.families[0].facts == facts
    blurred = change(filled(facts), lambda b: setattr(put(b, "收入", "成员序号", "1"), "value", None))
    assert any("成员序号" in f.message for f in read(blurred).faults)


def rows_as_csv(facts, *, delimiter=",") -> str:
    """A flat table: a row a member, the household's columns on the head's row."""
    labels = {**{f.name: f.label for f in FIELDS if f.level == "household"}}
    own = list(facts["household"])
    names = sorted({n for m in facts["members"] for n in m})
    member_labels = {f.name: f.label for f in FIELDS if f.level == "member"}
    fields = {(f.level, f.name): f for f in FIELDS}
    from tuodi.delivery.intake.entry import shown

    stream = io.StringIO()
    out = csv.writer(stream, delimiter=delimiter)
    out.writerow(["户编号", *(labels[n] for n in own), *(member_labels[n] for n in names)])
    for i, m in enumerate(facts["members"]):
        head = [shown(fields["household", n], facts["household"][n]) if i == 0 else "" for n in own]
        out.writerow(["1", *head, *(shown(fields["member", n], m[n]) if n in m else "" for n in names)])
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_flat_text_table_is_read_in_every_usual_encoding(encoding, delimiter):
    facts = family()
    facts["members"][1]["name"] = "岩𠮷"
    reading = read(rows_as_csv(facts, delimiter=delimiter).encode(encoding), "表.csv")
    assert [str(f) for f in reading.faults] == [] and reading.families[0].facts == facts
    assert bool(reading.remarks) == (encoding == "gb18030")


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, data)
    return stream.getvalue()


def replaced(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    parts = zipfile.ZipFile(io.BytesIO(content))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for i in parts.infolist():
            data = parts.read(i.filename)
            out.writestr(i.filename, data.replace(old, new, 1) if i.filename == name else data)
    return stream.getvalue()


def unreadable_files() -> dict[str, bytes]:
    good = filled(family())
    sheet = "xl/worksheets/sheet4.xml"
    text = rows_as_csv(family())
    half = len(text) // 2
    return {
        "empty": b"",
        "html saved as xls": "<html><body><table><tr><td>户编号</td></tr></table></body></html>".encode(),
        "xml spreadsheet": b"<?xml version='1.0'?><Workbook/>",
        "old xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(600)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(600),
        "truncated": good[: len(good) // 2],
        "only a zip": zipped(readme_dot_txt=b"hello"),
        "a word file": zipped(word__document_dot_xml=b"<w/>"),
        "macros": with_part(good, "xl/vbaProject.bin", b"x"),
        "zip slip": with_part(good, "../../evil.xml", b"<x/>"),
        "bomb": with_part(good, "xl/worksheets/sheet99.xml", bytes(80_000_000)),
        "entities": replaced(good, "xl/workbook.xml", b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>'),
        "a cell at the end of the world": replaced(
            good, sheet, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        "a far cell in a near row": replaced(
            good, sheet, b"</sheetData>", b'<row r="7"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        "broken xml": replaced(good, "xl/workbook.xml", b"</workbook>", b"</workbok>"),
        "random bytes": bytes(range(256)) * 40,
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(500),
        "mixed encodings": text[:half].encode() + text[half:].encode("gb18030"),
        "chinese commas": text.replace(",", "，").encode(),
        "only a heading": "户编号,姓名\n".encode(),
    }


@pytest.mark.parametrize("case", list(unreadable_files()))
def test_a_file_that_is_no_table_is_refused_in_a_sentence(case):
    with pytest.raises(Unreadable) as told:
        read(
            unreadable_files()[case],
            "文件.csv" if case in ("mixed encodings", "chinese commas", "only a heading") else "文件.xlsx",
        )
    assert re.search("[\u4e00-\u9fff]", str(told.value)) and len(str(told.value)) < 120


# --- faults written back -------------------------------------------------------------------------------


def test_the_faults_are_written_into_the_workbook_and_it_can_be_mended_and_read_again():
    bad = trap("成员", "证件号码", "533103198102290011")
    reading = read(bad)
    marked = workbook.with_faults(reading, "表.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(marked))
    sheet = book["成员"]
    cell = sheet.cell(workbook.FIRST_ROW, column(sheet, "证件号码"))
    assert cell.fill.fgColor.rgb.endswith("FFC7CE") and "不是日历上的日期" in cell.comment.text
    assert "证件号码" in str(sheet.cell(workbook.FIRST_ROW, column(sheet, "问题")).value)
    assert book["问题清单"].cell(2, 1).value == "成员"
    mended = change(marked, lambda b: put(b, "成员", "证件号码", GOOD))
    again = read(mended)
    assert [str(f) for f in again.faults] == [] and again.families[0].facts == family()


# --- importing -----------------------------------------------------------------------------------------


def test_all_families_come_in_and_the_same_file_again_is_one_effect(counter):
    content = filled(family(), family(201), family(301))
    run = imports.import_workbook(content=content, name="表.xlsx", by=counter, on=DAY)
    assert run.families == 3 and Application.objects.filter(channel="batch").count() == 3
    again = imports.import_workbook(content=content, name="改名.xlsx", by=counter, on=DAY)
    assert again.pk == run.pk and Application.objects.count() == 3 and ImportRun.objects.count() == 1


def test_the_same_families_saved_anew_are_told_as_duplicates(counter):
    content = filled(family(), family(201))
    imports.import_workbook(content=content, name="表.xlsx", by=counter, on=DAY)
    resaved = change(content, lambda b: None)
    assert resaved != content
    with pytest.raises(imports.Faulty) as told:
        imports.import_workbook(content=resaved, name="表.xlsx", by=counter, on=DAY)
    assert sum("在办" in f.message for f in told.value.reading.faults) == 6
    assert Application.objects.count() == 2


def test_one_wrong_family_keeps_all_out(counter):
    bad = family(201)
    bad["members"][1]["number"] = "533103198102290011"
    with pytest.raises(imports.Faulty):
        imports.import_workbook(
            content=filled(family(), bad, family(301)), name="表.xlsx", by=counter, on=DAY
        )
    assert not Application.objects.exists() and not Person.objects.exists() and not ImportRun.objects.exists()


def test_a_stop_in_the_middle_leaves_nothing(counter, monkeypatch):
    """The broken twin of all-or-nothing: the third family fails after its check."""
    real = services.submit

    def fail_third(**more):
        if more["key"].endswith("-3"):
            raise RuntimeError("pulled plug")
        return real(**more)

    monkeypatch.setattr(services, "submit", fail_third)
    with pytest.raises(RuntimeError):
        imports.import_workbook(
            content=filled(family(), family(201), family(301)), name="表.xlsx", by=counter, on=DAY
        )
    assert not Application.objects.exists() and not Person.objects.exists()


def test_accepting_takes_the_complete_and_leaves_the_others_waiting(counter):
    lacking = family(201, pledge_signed=False)
    run = imports.import_workbook(
        content=filled(family(), lacking), name="表.xlsx", by=counter, on=DAY, accept=True
    )
    assert [a.state for a in imports.applications_of(run)] == ["accepted", "submitted"]


def test_a_family_of_another_county_is_a_fault_of_its_row(counter):
    reading = workbook.read(filled(family(), family(201, "533123104201")), "x.xlsx", on=DAY, by=counter)
    assert [(f.sheet, f.row) for f in reading.faults] == [("家庭", workbook.FIRST_ROW + 1)]


def test_the_command_tells_its_faults_and_imports(counter, tmp_path, monkeypatch):
    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: DAY)
    good, bad, out = tmp_path / "好.xlsx", tmp_path / "坏.xlsx", tmp_path / "问题.xlsx"
    good.write_bytes(filled(family()))
    bad.write_bytes(trap("成员", "证件号码", 5.33103e17))
    err, said = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="一户也没有导入"):
        call_command(
            "intake_import", str(bad), "--by", "yang", "--faults-to", str(out), stderr=err, stdout=said
        )
    assert "成员 第 4 行" in err.getvalue() and out.exists()
    call_command("intake_import", str(good), "--by", "yang", "--dry-run", stdout=said)
    assert "没有问题" in said.getvalue() and not Application.objects.exists()
    call_command("intake_import", str(good), "--by", "yang", "--accept", stdout=said)
    assert "受理 1 户" in said.getvalue() and Application.objects.get().state == "accepted"
    call_command("intake_import", str(good), "--by", "yang", stdout=said)
    assert "未重复导入" in said.getvalue()
    with pytest.raises(CommandError, match="没有用户"):
        call_command("intake_import", str(good), "--by", "nobody")


def test_an_upload_waits_sealed_and_goes_with_the_import(counter):
    content = filled(family())
    kept = imports.keep(content=content, name="表.xlsx", by=counter)
    assert imports.kept(counter, kept.digest) == (content, "表.xlsx")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM intake_upload")
        stored = bytes(cursor.fetchone()[0])
    assert content[:40] not in stored and stored[:2] != b"PK"
    imports.drop(counter, kept.digest)
    assert not Upload.objects.exists()
    with pytest.raises(Refused, match="过期"):
        imports.kept(counter, kept.digest)


def test_by_page_the_dry_run_shows_every_fault_then_imports_once(client, counter, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: DAY)
    client.force_login(counter, backend="tuodi.records.org.backend.OfficerBackend")
    assert client.get(reverse("intake:template")).content[:2] == b"PK"
    url = reverse("intake:workbook")
    page = client.post(
        url,
        {"file": SimpleUploadedFile("坏.xlsx", trap("成员", "证件号码", "533103198102290011"))},
        follow=True,
    )
    text = page.content.decode()
    assert "不是日历上的日期" in text and "一户也不会导入" in text
    digest = page.redirect_chain[-1][0].rstrip("/").rsplit("/", 1)[-1]
    assert client.post(reverse("intake:dry_run", args=[digest])).status_code == 422
    assert client.get(reverse("intake:marked", args=[digest])).content[:2] == b"PK"
    good = filled(family())
    page = client.post(url, {"file": SimpleUploadedFile("好.xlsx", good)}, follow=True)
    assert "没有问题，可以导入" in page.content.decode()
    done = client.post(page.redirect_chain[-1][0], {"accept": "1"}, follow=True)
    assert Application.objects.get().number in done.content.decode()
    again = client.post(url, {"file": SimpleUploadedFile("好.xlsx", good)}, follow=True)
    assert "没有重复导入" in again.content.decode() and Application.objects.count() == 1
    page = client.post(url, {"file": SimpleUploadedFile("网页.xls", b"<html></html>")}, follow=True)
    assert "网页" in page.content.decode()


def test_the_facts_of_an_import_are_those_of_the_counter(counter):
    facts = copy.deepcopy(family())
    run = imports.import_workbook(content=filled(facts), name="表.xlsx", by=counter, on=DAY)
    assert selectors.plain(selectors.facts_of(imports.applications_of(run)[0])) == facts


def test_members_made_for_tests_sign_when_grown():
    assert "check_consent" in member("甲", "1990-01-01", 11) and "check_consent" not in member(
        "乙", "2015-01-01", 11
    )
