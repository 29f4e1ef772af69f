"""The workbook as it comes back: families in order, every fault with its cell, nothing written to the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.fields import FactField
from tuodi.delivery.intake import entry, selectors
from tuodi.delivery.intake.workbook.form import (
    ALL_LABELS,
    FAMILIES_MAX,
    KEY,
    MEMBERS_MAX,
    NAME,
    NOTE_MARK,
    ORDER,
    PAGES,
    RELATIVE,
    RELATIVES,
)
from tuodi.kit.sheets import (
    Book,
    RowFault,
    Sheet,
    Unreadable,
    cell_name,
    letters,
    read_book,
)
from tuodi.kit.wording import in_chinese
from tuodi.records.org import rights


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


def heading_text(value: Any) -> str:
    """A heading as it is compared: half width, without blanks, line breaks and the star of a required one."""
    return _plain_label(value) if isinstance(value, str) else str(value)


@lru_cache(maxsize=4096)
def _plain_label(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).replace("\n", "").replace(" ", "").strip()
    return text.rstrip("*").strip()


_BY_LABEL = {heading_text(k): v for k, v in ALL_LABELS.items()}


def _table(sheet: Sheet, reading: Reading) -> _Table | None:
    """The table on a sheet, found by its header 户编号 in the first rows; None where there is none."""
    head = next(
        (i for i, row in enumerate(sheet.rows[:12]) if any(heading_text(v) == KEY for v in row[:60])), None
    )
    if head is None:
        return None
    table = _Table(sheet, head + 1, 0, None, None, {}, {})
    seen: set[str] = set()
    for c, value in enumerate(sheet.rows[head], 1):
        label = heading_text(value)
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
