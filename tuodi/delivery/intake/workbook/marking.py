"""The workbook handed back with its faults in it: wrong cells red and commented, a 问题 column, a sheet that lists all."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import xlsxwriter

from tuodi.delivery.intake.workbook.form import KEY, PAGES, columns_of
from tuodi.delivery.intake.workbook.reading import Reading, heading_text
from tuodi.delivery.intake.workbook.writing import Formats, set_paper, width_of
from tuodi.kit.sheets import (
    RowFault,
    cell_text,
    letters,
    sheet_name,
)
from tuodi.kit.wording import in_chinese


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
    form = Formats(book)
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
    set_paper(listing)
    for source in reading.book.sheets:
        if not source.rows or source.name in ("问题清单", "选项"):
            continue
        sheet = book.add_worksheet(names[source.name])
        page = next((p for p in PAGES if p.name == source.name), None)
        if page is not None:
            for c, (_heading, f) in enumerate(columns_of(page)):
                sheet.set_column(c, c, width_of(f) if f else 12, form.of(f) if f else form.text)
        header = next(
            (i for i, row in enumerate(source.rows[:12]) if any(heading_text(v) == KEY for v in row[:60])),
            None,
        )
        old = (
            next((c for c, v in enumerate(source.rows[header], 1) if heading_text(v) == "问题"), None)
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
        set_paper(sheet)
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
