"""申请登记表.xlsx: generated from the field dictionary, read back with every fault named, written back with the faults in it.

Sheets 家庭, 成员, 收入, 财产, 支出, 需求, 授权, 近亲属备案; a family is held together by its 户编号, a person by 户编号 and 姓名
(and 成员序号 where two share a name). One flat table (CSV) with the same headings is read as well. Reading never writes
to the database; `imports` does, all families or none.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS, FactField
from tuodi.delivery.intake import entry, selectors
from tuodi.kit.sheets import (
    Book,
    RowFault,
    Sheet,
    Unreadable,
    cell_name,
    cell_text,
    letters,
    read_book,
    sheet_name,
)
from tuodi.kit.wording import in_chinese
from tuodi.records.org import rights

KEY, NAME, ORDER = "户编号", "姓名", "成员序号"
NOTE_MARK = "填写说明"
RELATIVE = ("与何人有近亲属关系", "关系", "其职务")
FAMILIES_MAX = 2000
MEMBERS_MAX = 30


@dataclass(frozen=True)
class Page:
    """One sheet of the form: its name, whose facts it asks, and which."""

    name: str
    level: str
    fields: tuple[FactField, ...]
    note: str


def _fields(level: str, *sections: str) -> tuple[FactField, ...]:
    source = HOUSEHOLD_FIELDS if level == "household" else MEMBER_FIELDS
    return tuple(f for f in source if f.section in sections and f.declared_by_family)


PAGES = (
    Page(
        "家庭",
        "household",
        _fields("household", "basic", "contact", "situation", "consent"),
        "一户一行。户编号自编，如 1、2、3，各表用同一编号。居住地代码填 12 位村（社区）或 9 位乡镇代码。",
    ),
    Page(
        "成员",
        "member",
        _fields("member", "basic", "situation"),
        "一人一行，户主也要填。证件号码列已设为文本，请照证件填写，不要从数字格粘贴。",
    ),
    Page(
        "收入",
        "member",
        _fields("member", "income", "exempt"),
        "近 12 个月，单位元。没有收入的人不用填。种养业、经营填毛收入和成本两栏，亏损不填负数。",
    ),
    Page(
        "财产",
        "household",
        _fields("household", "asset"),
        "一户一行，申请日的数额，单位元。只有一处自住房的可以不填。",
    ),
    Page(
        "支出",
        "member",
        _fields("member", "expense"),
        "近 12 个月凭票自付的刚性支出，单位元；报销、救助过的部分不填。",
    ),
    Page("需求", "household", _fields("household", "need"), "一户一行，在有困难的栏填“是”。"),
    Page("授权", "member", _fields("member", "consent"), "共同生活的成年成员逐人签核对授权书后，在此登记。"),
)
RELATIVES = "近亲属备案"
ALL_LABELS: dict[str, list[FactField]] = {}
for _page in PAGES:
    for _f in _page.fields:
        ALL_LABELS.setdefault(_f.label, []).append(_f)


# --- the template --------------------------------------------------------------------------------------

ROWS_READY = 400  # rows that come formatted and with drop-downs


@in_chinese()
def template(title: str = "申请登记表") -> bytes:
    """The empty workbook: text columns for numbers, drop-downs, frozen headings, a note on each sheet, A4 landscape."""
    return _write([], title=title)


def _width(f: FactField) -> int:
    return {"number": 22, "payee_account": 24, "address": 30, "need_note": 30, "area_code": 18}.get(
        f.name, 12 if f.kind != "bool" else 9
    )


class _Formats:
    def __init__(self, book: Any) -> None:
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.text = book.add_format({**base, "num_format": "@"})
        self.money = book.add_format({**base, "num_format": "#,##0.00"})
        self.whole = book.add_format({**base, "num_format": "0"})
        self.day = book.add_format({**base, "num_format": "yyyy-mm-dd"})
        self.head = book.add_format(
            {**base, "bold": True, "bg_color": "#E8EEF5", "border": 1, "text_wrap": True, "align": "center"}
        )
        self.must = book.add_format(
            {
                **base,
                "bold": True,
                "bg_color": "#DCE6F1",
                "border": 1,
                "text_wrap": True,
                "align": "center",
                "font_color": "#9C0006",
            }
        )
        self.note = book.add_format({**base, "text_wrap": True, "font_color": "#44546A", "valign": "top"})
        self.hint = book.add_format(
            {**base, "font_size": 9, "font_color": "#7F7F7F", "text_wrap": True, "valign": "top"}
        )
        self.wrong = book.add_format(
            {**base, "num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 1}
        )
        self.why = book.add_format({**base, "font_color": "#9C0006", "text_wrap": True})
        self.title = book.add_format({**base, "bold": True, "font_size": 16})

    def of(self, f: FactField) -> Any:
        return {"money": self.money, "money_year": self.money, "int": self.whole, "day": self.text}.get(
            f.kind, self.text
        )


def hint(f: FactField) -> str:
    """What a column asks, in a few words."""
    kinds = {
        "money": _("元"),
        "money_year": _("元，12 个月合计"),
        "bool": _("是／否"),
        "int": _("整数") + (f"，{f.unit}" if f.unit else ""),
        "day": _("如 1980-02-29"),
        "choice": _("下拉选择"),
        "text": _("文本"),
    }
    return "；".join(filter(None, (kinds[f.kind], f.help)))


HEAD_ROW, HINT_ROW, FIRST_ROW = 2, 3, 4  # counted from 1; row 1 is the sheet's note


def columns_of(page: Page) -> list[tuple[str, FactField | None]]:
    """The columns of a sheet in order: keys first; the name itself is a field on 成员."""
    keys: list[tuple[str, FactField | None]] = [(KEY, None)]
    if page.level == "member":
        if page.name != "成员":
            keys.append((NAME, None))
        keys.append((ORDER, None))
    return keys + [(f.label, f) for f in page.fields]


@dataclass
class FamilyRows:
    """A family to be written into the workbook (examples, exports): its key, facts and near relatives."""

    key: str
    facts: dict[str, Any]
    relatives: Sequence[tuple[int, str, str, str]] = ()


@in_chinese()
def filled(families: Iterable[FamilyRows], title: str = "申请登记表") -> bytes:
    """A workbook with families in it, as a village would hand it in."""
    return _write(list(families), title=title)


def _write(families: Sequence[FamilyRows], *, title: str) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": title, "comments": "Tuodi 托底"})
    form = _Formats(book)
    guide = book.add_worksheet("填写说明")
    guide.set_column(0, 0, 100)
    guide.write_string(0, 0, title, form.title)
    for n, line in enumerate(GUIDE, 2):
        guide.write_string(n, 0, line, form.note)
    _paper(guide, portrait=True)
    lists = book.add_worksheet("选项")
    lists.hide()
    choices: dict[str, str] = {}
    for page in PAGES:
        sheet = book.add_worksheet(page.name)
        columns = columns_of(page)
        _dress(book, sheet, page.note, columns, form)
        for c, (label, f) in enumerate(columns):
            if f is None:
                continue
            options = (
                list(f.choices.values()) if f.kind == "choice" else (["是", "否"] if f.kind == "bool" else [])
            )
            if options:
                if label not in choices:
                    at = len(choices)
                    for r, option in enumerate(options):
                        lists.write_string(r, at, option)
                    name = letters(at + 1)
                    choices[label] = f"=选项!${name}$1:${name}${len(options)}"
                sheet.data_validation(
                    FIRST_ROW - 1,
                    c,
                    FIRST_ROW - 1 + ROWS_READY,
                    c,
                    {
                        "validate": "list",
                        "source": choices[label],
                        "error_title": f.label[:32],
                        "error_message": _("请从下拉列表中选择"),
                    },
                )
            elif f.kind in ("money", "money_year"):
                sheet.data_validation(
                    FIRST_ROW - 1,
                    c,
                    FIRST_ROW - 1 + ROWS_READY,
                    c,
                    {
                        "validate": "decimal",
                        "criteria": ">=",
                        "value": 0,
                        "error_title": f.label[:32],
                        "error_message": _("请填数字，单位元；不填负数"),
                    },
                )
        _fill(sheet, page, columns, families, form)
    sheet = book.add_worksheet(RELATIVES)
    _dress(
        book, sheet, RELATIVES_NOTE, [(KEY, None), (NAME, None), *((label, None) for label in RELATIVE)], form
    )
    r = FIRST_ROW - 1
    for family in families:
        for member, official, relation, post in family.relatives:
            for c, text in enumerate(
                (family.key, family.facts["members"][member - 1]["name"], official, relation, post)
            ):
                sheet.write_string(r, c, text, form.text)
            r += 1
    book.worksheets_objs[2].activate()
    book.worksheets_objs[2].set_first_sheet()
    book.close()
    return stream.getvalue()


GUIDE = (
    "一、在“家庭”表每户填一行，户编号自己编；其他各表用同一户编号。",
    "二、在“成员”表每人填一行，包括户主。表头红字的列必填。",
    "三、证件号码、银行账号、电话、代码各列已设为文本格式。从别处复制时请用“选择性粘贴—数值”，不要粘成数字。",
    "四、金额单位为元，可以带两位小数。没有的不填；确实不知道的填“不详”。",
    "五、生僻字照证件填写。无证件的（如缅籍配偶），证件类型选“无有效证件”并写明原因。",
    "六、不要改动表头，不要合并单元格，不要加宏。填好后在“受理—导入”页先试导入，改完再正式导入。",
)
RELATIVES_NOTE = "申报与低保经办人员、村（社区）干部有近亲属关系的，在此写明；没有的留空。"


def _paper(sheet: Any, *, portrait: bool = False) -> None:
    sheet.set_paper(9)
    if not portrait:
        sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _dress(
    book: Any, sheet: Any, note: str, columns: Sequence[tuple[str, FactField | None]], form: _Formats
) -> None:
    sheet.write_string(0, 0, note, form.note)
    sheet.set_row(0, 22)
    sheet.set_row(HEAD_ROW - 1, 46)
    sheet.set_row(HINT_ROW - 1, 40)
    for c, (label, f) in enumerate(columns):
        must = label in (KEY, NAME) or (f is not None and f.required)
        sheet.set_column(
            c, c, _width(f) if f else (8 if label == KEY else 12), form.of(f) if f else form.text
        )
        sheet.write_string(HEAD_ROW - 1, c, label + ("*" if must else ""), form.must if must else form.head)
        text = NOTE_MARK if c == 0 else (hint(f) if f else (_("同名时填") if label == ORDER else ""))
        sheet.write_string(HINT_ROW - 1, c, text, form.hint)
    sheet.freeze_panes(FIRST_ROW - 1, 2)
    sheet.repeat_rows(HEAD_ROW - 1)
    _paper(sheet)


def _fill(
    sheet: Any,
    page: Page,
    columns: Sequence[tuple[str, FactField | None]],
    families: Sequence[FamilyRows],
    form: _Formats,
) -> None:
    r = FIRST_ROW - 1
    for family in families:
        if page.level == "household":
            if page.name == "家庭" or any(
                family.facts["household"].get(f.name, f.blank) != f.blank for f in page.fields
            ):
                _fill_row(sheet, r, columns, family.key, "", "", family.facts["household"], form)
                r += 1
            continue
        names = [m.get("name") for m in family.facts["members"]]
        for i, member in enumerate(family.facts["members"], 1):
            if page.name != "成员" and all(member.get(f.name, f.blank) == f.blank for f in page.fields):
                continue
            order = str(i) if names.count(member.get("name")) > 1 else ""
            _fill_row(sheet, r, columns, family.key, str(member.get("name", "")), order, member, form)
            r += 1


def _fill_row(
    sheet: Any,
    r: int,
    columns: Sequence[tuple[str, FactField | None]],
    key: str,
    name: str,
    order: str,
    given: Any,
    form: _Formats,
) -> None:
    for c, (label, f) in enumerate(columns):
        if f is None:
            text = {KEY: key, NAME: name, ORDER: order}[label]
            if text:
                sheet.write_string(r, c, text, form.text)
            continue
        if f.name not in given or (given[f.name] == f.blank and f.kind != "bool" and not f.required):
            continue
        value = given[f.name]
        if f.kind in ("money", "money_year") and value is not None:
            sheet.write_number(r, c, value / 100, form.money)
        elif f.kind == "int" and value is not None:
            sheet.write_number(r, c, value, form.whole)
        else:
            sheet.write_string(r, c, cell_text(entry.shown(f, value)), form.of(f))


# --- reading -------------------------------------------------------------------------------------------


@dataclass
class Family:
    """One family as read: its key, facts (core.facts document), near relatives, and where each fact stood."""

    key: str
    facts: dict[str, Any] = field(default_factory=lambda: {"household": {}, "members": []})
    relatives: list[tuple[int, str, str, str]] = field(default_factory=list)
    places: dict[tuple[int, str], tuple[str, int, int]] = field(default_factory=dict)
    empty: dict[tuple[int, str], tuple[str, int, int]] = field(default_factory=dict)
    rows: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    at: tuple[str, int, int] = ("", 1, 1)

    def place(self, member: int, name: str) -> tuple[str, int, int]:
        """The sheet, row and column of a fact, or where it should stand, or the nearest: the member's row, the family's."""
        return (
            self.places.get((member, name))
            or self.empty.get((member, name))
            or self.rows.get(member)
            or self.at
        )


@dataclass
class Reading:
    """A workbook as read: families in order, every fault by cell, and notes on what was tidied."""

    book: Book
    families: list[Family] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def members(self) -> int:
        """How many people are in it."""
        return sum(len(f.facts["members"]) for f in self.families)


@in_chinese()
def read(
    content: bytes,
    filename: str,
    *,
    on: date,
    programme: str = "minimum_living",
    register: bool = True,
    by: Any = None,
) -> Reading:
    """Read and check a workbook, all of it. Raises kit.sheets.Unreadable only where there is no table to speak of.

    With `register` the persons register is asked too (open applications, other names); without, nothing but the file.
    `by` is who would import it: a family outside that officer's reach is a fault of its row.
    """
    book = read_book(content, filename)
    reading = Reading(book, remarks=[n for n in book.notes if "“选项”" not in n])
    epoch = any("1904" in n for n in book.notes)
    tables = [t for s in book.sheets if (t := _table(s, reading)) is not None]
    if not tables:
        raise Unreadable(_("找不到带“户编号”表头的表：请用下载的申请登记表模板填写"))
    families: dict[str, Family] = {}
    # 家庭 and 成员 first, in whatever order the sheets stand: the others refer to them.
    tables.sort(key=lambda t: 0 if t.has_people else 1)
    for table in tables:
        _take(table, families, reading, epoch)
    reading.families = [f for f in families.values() if f.facts["members"] or f.facts["household"]]
    if not reading.families and not reading.faults:
        raise Unreadable(_("表里还没有填任何一户"))
    if len(reading.families) > FAMILIES_MAX:
        raise Unreadable(_("一次最多导入 {n} 户，请拆成几个文件").format(n=FAMILIES_MAX))
    _check(reading, on, programme, register, by)
    order = {s.name: i for i, s in enumerate(book.sheets)}
    reading.faults.sort(key=lambda f: (order.get(f.sheet, 99), f.row, len(f.column), f.column))
    return reading


@dataclass
class _Table:
    sheet: Sheet
    header: int  # counted from 1
    key: int  # column from 1
    name: int | None
    order: int | None
    fields: dict[int, FactField]
    relatives: dict[str, int]

    @property
    def has_people(self) -> bool:
        """Whether persons are introduced here, rather than referred to."""
        return any(f.level == "member" and f.name == "relation" for f in self.fields.values())


def _label(value: Any) -> str:
    """A heading as it is compared: half width, without blanks, line breaks and the star of a required one."""
    return _plain_label(value) if isinstance(value, str) else str(value)


@lru_cache(maxsize=4096)
def _plain_label(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).replace("\n", "").replace(" ", "").strip()
    return text.rstrip("*").strip()


_BY_LABEL = {_label(k): v for k, v in ALL_LABELS.items()}


def _table(sheet: Sheet, reading: Reading) -> _Table | None:
    """The table on a sheet, found by its header 户编号 in the first rows; None where there is none."""
    head = next((i for i, row in enumerate(sheet.rows[:12]) if any(_label(v) == KEY for v in row[:60])), None)
    if head is None:
        return None
    table = _Table(sheet, head + 1, 0, None, None, {}, {})
    seen: set[str] = set()
    for c, value in enumerate(sheet.rows[head], 1):
        label = _label(value)
        if not label:
            continue
        if label in seen:
            _fault(reading, sheet, head + 1, c, label, _("表头重复，请删去其中一列"))
            continue
        seen.add(label)
        if label == KEY:
            table.key = c
        elif label == ORDER:
            table.order = c
        elif sheet.name == RELATIVES and label in RELATIVE:
            table.relatives[label] = c
        elif label == NAME:
            table.name = c
        elif label in _BY_LABEL:
            table.fields[c] = _one(_BY_LABEL[label], sheet.name)
        elif label == "问题":
            continue  # our own column, from a workbook handed back
        elif any(_filled(row, c) for row in sheet.rows[head + 1 :]):
            _fault(
                reading, sheet, head + 1, c, label, _("模板里没有这一列，请改正表头或删去该列，以免内容漏读")
            )
    for r1, c1, r2, c2 in sheet.merged:
        if r2 > head + 1 and (r1, c1) != (r2, c2) and r2 > r1 - 1 and r1 > head + 1:
            _fault(
                reading,
                sheet,
                r1,
                c1,
                "",
                _("{range} 是合并单元格，请取消合并后逐行填写").format(
                    range=f"{cell_name(r1, c1)}:{cell_name(r2, c2)}"
                ),
            )
        elif r1 == head + 1 and c2 > c1:
            _fault(reading, sheet, r1, c1, "", _("表头有合并单元格，请取消合并，或重新下载模板"))
    if table.name and table.has_people:
        table.fields[table.name] = dictionary.field_of("member", "name")
    return table


def _one(found: list[FactField], sheet: str) -> FactField:
    """The field of a heading; where a household's and a member's share one, the sheet says which."""
    if len(found) > 1:
        level = next((p.level for p in PAGES if p.name == sheet), "member")
        return next((f for f in found if f.level == level), found[0])
    return found[0]


def _filled(row: Sequence[Any], column: int) -> bool:
    return len(row) >= column and row[column - 1] not in ("", None) and str(row[column - 1]).strip() != ""


def _fault(reading: Reading, sheet: Sheet, row: int, column: int, label: str, message: str) -> None:
    reading.faults.append(RowFault(sheet.name, row, letters(column), label, message))


def _note(reading: Reading, sheet: Sheet, row: int, column: int, label: str, message: str) -> None:
    reading.notes.append(RowFault(sheet.name, row, letters(column), label, message))


def _key_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text, _n = entry.tidy(str(value))
    return unicodedata.normalize("NFKC", text)[:40]


def _take(table: _Table, families: dict[str, Family], reading: Reading, epoch: bool) -> None:
    """Read one table's rows into the families."""
    sheet = table.sheet
    for r, row in enumerate(sheet.rows[table.header :], table.header + 1):
        used = [
            c
            for c in (table.key, table.name, table.order, *table.fields, *table.relatives.values())
            if c and _filled(row, c)
        ]
        if not used:
            continue
        first = _key_text(row[table.key - 1]) if _filled(row, table.key) else ""
        if first.startswith(NOTE_MARK):
            continue
        if r in sheet.hidden_rows:
            _note(reading, sheet, r, 1, "", _("这是隐藏行，已一并读入，请确认"))
        if not first:
            _fault(reading, sheet, r, table.key, KEY, _("户编号为空，不知道这一行属于哪一户，请填写"))
            continue
        family = families.get(first)
        if family is None:
            family = families[first] = Family(first, at=(sheet.name, r, table.key))
            if not table.has_people and sheet.name != "家庭":
                _fault(
                    reading,
                    sheet,
                    r,
                    table.key,
                    KEY,
                    _("“成员”表里没有户编号 {key}，请核对编号").format(key=first),
                )
        if table.relatives:
            _take_relative(table, row, r, family, reading)
            continue
        member = (
            _member_of(table, row, r, family, reading)
            if any(f.level == "member" for f in table.fields.values())
            else 0
        )
        if member is None:
            continue
        for c, f in table.fields.items():
            number = member if f.level == "member" else 0
            if not _filled(row, c):
                family.empty.setdefault((number, f.name), (sheet.name, r, c))
                if (r, c) in sheet.uncached:
                    family.places[number, f.name] = (sheet.name, r, c)
                    _fault(
                        reading,
                        sheet,
                        r,
                        c,
                        f.label,
                        _("公式没有计算结果或出错（如 #N/A）：请在 WPS 或 Excel 中打开保存一次，或改填数值"),
                    )
                continue
            result = entry.read(f, row[c - 1], epoch_1904=epoch)
            place = (sheet.name, r, c)
            if result.fault:
                _fault(reading, sheet, r, c, f.label, result.fault)
                family.places[number, f.name] = place
                continue
            if result.note:
                _note(reading, sheet, r, c, f.label, result.note)
            if result.blank:
                continue
            given = family.facts["members"][number - 1] if number else family.facts["household"]
            if f.name in given and (number, f.name) in family.places:
                if given[f.name] != result.value:
                    before = family.places[number, f.name]
                    _fault(
                        reading,
                        sheet,
                        r,
                        c,
                        f.label,
                        _("同一户（人）在 {sheet} {cell} 已填过不同的内容，请只留一处").format(
                            sheet=before[0], cell=cell_name(before[1], before[2])
                        ),
                    )
                continue
            given[f.name] = result.value
            family.places[number, f.name] = place


def _member_of(table: _Table, row: Sequence[Any], r: int, family: Family, reading: Reading) -> int | None:
    """Which member of the family a row is about: a new one where persons are introduced, else the one it names."""
    sheet, members = table.sheet, family.facts["members"]
    if table.has_people:
        if len(members) >= MEMBERS_MAX:
            _fault(
                reading,
                sheet,
                r,
                table.key,
                KEY,
                _("一户超过 {n} 人，请核对户编号是否写串").format(n=MEMBERS_MAX),
            )
            return None
        members.append({})
        family.rows[len(members)] = (sheet.name, r, table.name or table.key)
        return len(members)
    column = table.name or next((c for c, f in table.fields.items() if f.name == "name"), table.key)
    name, _n = entry.tidy(str(row[column - 1])) if _filled(row, column) else ("", "")
    order = _key_text(row[table.order - 1]) if table.order and _filled(row, table.order) else ""
    found = [i for i, m in enumerate(members, 1) if m.get("name") == name]
    if order.isdigit() and 1 <= int(order) <= len(members) and (not name or int(order) in found):
        return int(order)
    if len(found) == 1:
        return found[0]
    if not name:
        message = _("姓名为空，不知道这一行是谁的，请填写")
    elif found:
        message = _("本户有 {n} 个“{name}”，请在“成员序号”列注明是第几个成员").format(n=len(found), name=name)
    else:
        message = _("“成员”表里户编号 {key} 没有“{name}”，请核对姓名写法或户编号").format(
            key=family.key, name=name
        )
    _fault(reading, sheet, r, column, NAME, message)
    return None


def _take_relative(table: _Table, row: Sequence[Any], r: int, family: Family, reading: Reading) -> None:
    if table.name is None:
        return
    member = _member_of(table, row, r, family, reading)
    if member is None:
        return
    texts = [
        entry.tidy(str(row[c - 1]))[0][:60] if (c := table.relatives.get(label)) and _filled(row, c) else ""
        for label in RELATIVE
    ]
    if not texts[0] or not texts[1]:
        _fault(
            reading,
            table.sheet,
            r,
            table.relatives.get(RELATIVE[0], 1),
            RELATIVE[0],
            _("请写明与谁、是什么关系"),
        )
        return
    family.relatives.append((member, texts[0][:40], texts[1][:20], texts[2]))


def _check(reading: Reading, on: date, programme: str, register: bool, by: Any) -> None:
    """Faults of the facts themselves and against the register, each put back to the cell it came from."""
    told = {
        (f.sheet, f.row, f.column) for f in reading.faults
    }  # a cell that was unreadable is not also missing

    def put(family: Family, fault: dictionary.Fault) -> None:
        sheet, row, column = family.place(fault.member, fault.field)
        label = dictionary.field_label("member" if fault.member else "household", fault.field)
        exact = (fault.member, fault.field) in family.places or (fault.member, fault.field) in family.empty
        if exact and (sheet, row, letters(column)) in told:
            return  # the cell itself was unreadable, and that has been said
        who = "" if exact or not fault.member else _("第 {n} 名成员").format(n=fault.member)
        reading.faults.append(RowFault(sheet, row, letters(column), label, f"{who}{fault.message}"))

    sound: list[Family] = []
    for family in reading.families:
        faults = dictionary.validate(family.facts, on=on) + selectors.account_faults(family.facts)
        for fault in faults:
            put(family, fault)
        sound.append(family)
    areas = (
        selectors.known_areas({str(f.facts["household"].get("area_code") or "") for f in sound})
        if register
        else None
    )
    for family in sound:
        code = str(family.facts["household"].get("area_code") or "")
        if areas is not None and code and code not in areas:
            put(
                family,
                dictionary.Fault(
                    0,
                    "area_code",
                    _("“{code}”不是本州的乡镇（街道）或村（社区），请核对代码").format(code=code),
                ),
            )
        elif by is not None and code and not rights.may(by, "intake.import", code, on):
            put(family, dictionary.Fault(0, "area_code", _("这一户不在您办理的辖区，请交由当地导入")))
    if register:
        for family, faults in zip(
            sound,
            selectors.against_register([f.facts for f in sound], on=on, programme=programme),
            strict=True,
        ):
            for fault in faults:
                put(family, fault)


# --- faults written back -------------------------------------------------------------------------------


@in_chinese()
def with_faults(reading: Reading, filename: str) -> bytes:
    """The workbook as it was filled in, with wrong cells red and commented, a 问题 column, and a sheet that lists all."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    form = _Formats(book)
    by_cell: dict[tuple[str, int, str], list[RowFault]] = {}
    by_row: dict[tuple[str, int], list[RowFault]] = {}
    for fault in reading.faults:
        by_cell.setdefault((fault.sheet, fault.row, fault.column), []).append(fault)
        by_row.setdefault((fault.sheet, fault.row), []).append(fault)
    names = _names_for(s.name for s in reading.book.sheets)
    listing = book.add_worksheet("问题清单")
    for c, (label, width) in enumerate((("表", 12), ("行", 8), ("列", 8), ("栏目", 24), ("问题和改法", 90))):
        listing.set_column(c, c, width)
        listing.write_string(0, c, label, form.head)
    for r, fault in enumerate(reading.faults, 1):
        for c, text in enumerate((fault.sheet, str(fault.row), fault.column, fault.label, fault.message)):
            listing.write_string(r, c, cell_text(text), form.text)
        listing.write_url(
            r, 2, f"internal:'{names[fault.sheet]}'!{fault.column}{fault.row}", string=fault.column
        )
    listing.freeze_panes(1, 0)
    _paper(listing)
    for source in reading.book.sheets:
        if not source.rows or source.name in ("问题清单", "选项"):
            continue
        sheet = book.add_worksheet(names[source.name])
        page = next((p for p in PAGES if p.name == source.name), None)
        if page is not None:
            for c, (_heading, f) in enumerate(columns_of(page)):
                sheet.set_column(c, c, _width(f) if f else 12, form.of(f) if f else form.text)
        header = next(
            (i for i, row in enumerate(source.rows[:12]) if any(_label(v) == KEY for v in row[:60])), None
        )
        old = (
            next((c for c, v in enumerate(source.rows[header], 1) if _label(v) == "问题"), None)
            if header is not None
            else None
        )
        width = old or max(len(row) for row in source.rows) + 1
        for r, row in enumerate(source.rows, 1):
            for c, value in enumerate(row, 1):
                if c == old:
                    continue
                faults = by_cell.get((source.name, r, letters(c)))
                _write_back(
                    sheet,
                    r - 1,
                    c - 1,
                    value,
                    form.wrong if faults else (form.head if header == r - 1 else None),
                )
                if faults:
                    sheet.write_comment(
                        r - 1,
                        c - 1,
                        "\n".join(f.message for f in faults)[:2000],
                        {"x_scale": 2, "y_scale": 1.5},
                    )
            told = by_row.get((source.name, r), [])
            if header is not None and r == header + 1:
                sheet.write_string(r - 1, width - 1, "问题", form.head)
                sheet.set_column(width - 1, width - 1, 60)
            if told:
                lines = "\n".join(f"{f.column} {f.label}：{f.message}" for f in told)
                if header is None or r != header + 1:
                    sheet.write_string(r - 1, width - 1, cell_text(lines), form.why)
                for fault in told:  # a fault in an empty cell past the end of the row shows too
                    c = sum((ord(x) - 64) * 26**i for i, x in enumerate(reversed(fault.column)))
                    if c > len(row):
                        sheet.write_blank(r - 1, c - 1, None, form.wrong)
        if header is not None:
            sheet.freeze_panes(header + 1, 2)
        _paper(sheet)
    book.close()
    return stream.getvalue()


def _names_for(given: Iterable[str]) -> dict[str, str]:
    """Sheet names as a workbook may have them: none too long, none forbidden, none twice whatever its case."""
    names: dict[str, str] = {}
    used = {"问题清单", "history"}
    for name in given:
        plain = sheet_name(name)
        n = 1
        while plain.lower() in used:
            n += 1
            plain = f"{sheet_name(name)[:27]}-{n}"
        used.add(plain.lower())
        names[name] = plain
    return names


def _write_back(sheet: Any, r: int, c: int, value: Any, style: Any) -> None:
    from datetime import datetime

    if value == "" or value is None:
        if style is not None:
            sheet.write_blank(r, c, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(r, c, value, style)
    elif isinstance(value, int | float):
        if value != value or value in (float("inf"), float("-inf")):
            sheet.write_string(r, c, str(value), style)
        else:
            sheet.write_number(r, c, value, style)
    elif isinstance(value, datetime):
        sheet.write_string(r, c, value.date().isoformat(), style)
    elif isinstance(value, date):
        sheet.write_string(r, c, value.isoformat(), style)
    else:
        sheet.write_string(r, c, cell_text(value), style)
