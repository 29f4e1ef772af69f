"""The workbook as it goes out: empty for a village to fill in, or with families in it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from tuodi.core.fields import FactField
from tuodi.delivery.intake import entry
from tuodi.delivery.intake.workbook.form import (
    FIRST_ROW,
    GUIDE,
    HEAD_ROW,
    HINT_ROW,
    KEY,
    NAME,
    NOTE_MARK,
    ORDER,
    PAGES,
    RELATIVE,
    RELATIVES,
    RELATIVES_NOTE,
    Page,
    columns_of,
    hint,
)
from tuodi.kit.sheets import (
    cell_text,
    letters,
)
from tuodi.kit.wording import in_chinese

ROWS_READY = 400  # rows that come formatted and with drop-downs


@in_chinese()
def template(title: str = "申请登记表") -> bytes:
    """The empty workbook: text columns for numbers, drop-downs, frozen headings, a note on each sheet, A4 landscape."""
    return _write([], title=title)


def width_of(f: FactField) -> int:
    return {"number": 22, "payee_account": 24, "address": 30, "need_note": 30, "area_code": 18}.get(
        f.name, 12 if f.kind != "bool" else 9
    )


class Formats:
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
    form = Formats(book)
    guide = book.add_worksheet("填写说明")
    guide.set_column(0, 0, 100)
    guide.write_string(0, 0, title, form.title)
    for n, line in enumerate(GUIDE, 2):
        guide.write_string(n, 0, line, form.note)
    set_paper(guide, portrait=True)
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


def set_paper(sheet: Any, *, portrait: bool = False) -> None:
    sheet.set_paper(9)
    if not portrait:
        sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _dress(
    book: Any, sheet: Any, note: str, columns: Sequence[tuple[str, FactField | None]], form: Formats
) -> None:
    sheet.write_string(0, 0, note, form.note)
    sheet.set_row(0, 22)
    sheet.set_row(HEAD_ROW - 1, 46)
    sheet.set_row(HINT_ROW - 1, 40)
    for c, (label, f) in enumerate(columns):
        must = label in (KEY, NAME) or (f is not None and f.required)
        sheet.set_column(
            c, c, width_of(f) if f else (8 if label == KEY else 12), form.of(f) if f else form.text
        )
        sheet.write_string(HEAD_ROW - 1, c, label + ("*" if must else ""), form.must if must else form.head)
        text = NOTE_MARK if c == 0 else (hint(f) if f else (_("同名时填") if label == ORDER else ""))
        sheet.write_string(HINT_ROW - 1, c, text, form.hint)
    sheet.freeze_panes(FIRST_ROW - 1, 2)
    sheet.repeat_rows(HEAD_ROW - 1)
    set_paper(sheet)


def _fill(
    sheet: Any,
    page: Page,
    columns: Sequence[tuple[str, FactField | None]],
    families: Sequence[FamilyRows],
    form: Formats,
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
    form: Formats,
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
