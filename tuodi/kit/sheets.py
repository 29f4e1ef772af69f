"""Spreadsheets in and out: what people's files really hold, read without guessing; big lists written in flat memory.

Reading (python-calamine behind a look at the raw parts): size and cell limits before anything is unpacked into memory,
hidden rows and sheets, merged cells, formulas without a result, the 1904 calendar; text files in UTF-8, UTF-16 and
GB18030. A file that cannot be read is `Unreadable`, in one sentence that says how to mend it.
Writing (rustpy-xlsxwriter from a generator): every text is a text cell, so nothing typed by a person becomes a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from xml.etree import ElementTree

import python_calamine
import rustpy_xlsxwriter
from django.utils.translation import gettext as _

from tuodi.core.identity import check_citizen


class Unreadable(Exception):
    """A file that is not, or not safely, a table; the message tells the person what to do about it."""


@dataclass(frozen=True)
class Limits:
    """How much is read at most. A sheet of 196 kB can unpack to 200 MB (reliability.md): measured, not trusted."""

    packed: int = 12 * 1024 * 1024
    unpacked: int = 64 * 1024 * 1024
    cells: int = 2_000_000
    sheets: int = 40


FORM = Limits()
ROSTER = Limits(packed=64 * 1024 * 1024, unpacked=512 * 1024 * 1024, cells=12_000_000)


@dataclass
class Sheet:
    """One sheet's values by row from the first row and column on; positions in the sets count from 1."""

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncached: frozenset[tuple[int, int]] = frozenset()


@dataclass
class Book:
    """A file as read: its sheets, and in `notes` what the reader had to decide (encoding, hidden sheets)."""

    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)
    from_text: bool = False


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']\$?([A-Za-z]{1,7})\$?(\d{1,12})[\"']")
# In a long plain list nearly every cell is one letter and up to five digits; only the others are looked at.
_ODD_CELL = re.compile(rb"<c(?! r=\"[A-Z][0-9]{1,5}\")")
_PREFIXED = re.compile(rb":(?:c|f|row)[\s>/]")
_PLAIN_ROW = re.compile(rb"<row\b([^>]*)>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_AT = re.compile(rb"\br\s*=\s*[\"'](\d{1,12})[\"']")
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*?)/?>")
_SPAN = re.compile(rb"\b(min|max)\s*=\s*[\"'](\d{1,12})[\"']")
_ERROR = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bt\s*=\s*[\"']e[\"'])([^>]*)>")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>.*?</(?:\w+:)?f>)\s*(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)",
    re.S,
)


def letters(column: int) -> str:
    """The letters of a column counted from 1: 1 A, 27 AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    """The number of a column from its letters: A 1, AA 27."""
    total = 0
    for c in text.upper():
        total = total * 26 + ord(c) - 64
    return total


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheets name it, counted from 1: (5, 2) is B5."""
    return f"{letters(column)}{row}"


# --- reading -------------------------------------------------------------------------------------------


def read_book(content: bytes, filename: str = "", *, limits: Limits = FORM) -> Book:
    """Every sheet of an .xlsx, or the one table of a .csv or .txt, as values. Raises Unreadable."""
    if not content:
        raise Unreadable(_("文件是空的，请确认保存后再上传"))
    if len(content) > limits.packed:
        raise Unreadable(
            _("文件有 {size} MB，超过 {limit} MB：请拆成几个文件，或去掉图片后再上传").format(
                size=len(content) // 1024 // 1024 + 1, limit=limits.packed // 1024 // 1024
            )
        )
    if content[:8] == OLE:
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(_("文件有打开密码，读不了：请去掉密码后另存再上传"))
        raise Unreadable(_("这是旧版 .xls（或 Word）文件：请在 WPS 或 Excel 中“另存为” .xlsx 后再上传"))
    if content[:2] == b"PK":
        return _read_xlsx(content, limits)
    return _read_text(content, filename, limits)


def _read_xlsx(content: bytes, limits: Limits) -> Book:
    parts = _unpack(content, limits)
    layout = _layout(parts)
    if len(layout.sheets) > limits.sheets:
        raise Unreadable(_("工作簿有 {n} 张表，太多了，请只留登记表").format(n=len(layout.sheets)))
    traits = {name: _traits(parts[path], limits) for name, path in layout.sheets.items() if path in parts}
    total = sum(t.cells for t in traits.values())
    if total > limits.cells:
        raise Unreadable(
            _(
                "表格范围约 {n} 个单元格，过大：多半是表尾或右侧有空格、格式，请删除多余的空行空列后另存再上传"
            ).format(n=total)
        )
    del parts
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        # A merge over a whole column is a million cells on paper: the range only is kept.
        sheets = [_sheet(book, meta, traits) for meta in book.sheets_metadata]
    except python_calamine.PasswordError:
        raise Unreadable(_("文件有打开密码，读不了：请去掉密码后另存再上传")) from None
    except (
        python_calamine.CalamineError,
        ValueError,
        OSError,
        OverflowError,
        IndexError,
        KeyError,
        TypeError,
    ):
        raise Unreadable(_("文件已损坏，读不全：请在 WPS 或 Excel 中打开，另存为 .xlsx 后再上传")) from None
    except BaseException as stopped:
        # The Rust reader panics on some damaged files; that is a finding about the file, not the end of us.
        if type(stopped).__name__ != "PanicException":
            raise
        raise Unreadable(_("文件已损坏，读不全：请在 WPS 或 Excel 中打开，另存为 .xlsx 后再上传")) from None
    notes = [_("“{name}”是隐藏的表，已一并读入").format(name=s.name) for s in sheets if s.hidden and s.rows]
    if layout.epoch_1904:
        notes.append(_("这个工作簿使用 1904 日期系统，日期已按它换算，请核对一两处"))
    return Book(sheets, notes)


def _unpack(content: bytes, limits: Limits) -> dict[str, bytes]:
    """The XML parts of the archive, unpacked piece by piece against the limit (headers may lie)."""
    parts: dict[str, bytes] = {}
    left = limits.unpacked
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.infolist()
            if len(names) > 4000:
                raise Unreadable(
                    _("这不是正常的表格文件（内含 {n} 个部件），请重新下载模板填写").format(n=len(names))
                )
            if any(i.filename.lower().endswith("vbaproject.bin") for i in names):
                raise Unreadable(_("文件带有宏，为安全不予读取：请“另存为” .xlsx（不带宏）后再上传"))
            for info in names:
                path = info.filename.replace("\\", "/").lstrip("/")
                if ".." in PurePosixPath(path).parts:
                    raise Unreadable(_("这不是正常的表格文件，请重新下载模板填写"))
                if info.flag_bits & 1:
                    raise Unreadable(_("文件有打开密码，读不了：请去掉密码后另存再上传"))
                wanted = path.endswith((".xml", ".rels"))
                kept = []
                with archive.open(info) as stream:
                    while piece := stream.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise Unreadable(
                                _(
                                    "文件解开后超过 {limit} MB，过大：请删除多余的空行、图片后另存再上传"
                                ).format(limit=limits.unpacked // 1024 // 1024)
                            )
                        if wanted:
                            kept.append(piece)
                if wanted:
                    parts[path] = b"".join(kept)
                    head = parts[path][:4096]
                    if _ENTITY.search(head.replace(b"\x00", b"")):
                        raise Unreadable(
                            _("文件内含外部实体定义，为安全不予读取：请在 WPS 或 Excel 中另存后再上传")
                        )
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
    ):
        raise Unreadable(_("文件不完整或已损坏，可能没有传完：请重新保存后再上传")) from None
    except Exception as odd:  # zlib.error, struct.error and their kin: the archive's own bytes are bad
        if type(odd).__module__ in ("zlib", "struct", "lzma", "_lzma", "bz2"):
            raise Unreadable(_("文件不完整或已损坏，可能没有传完：请重新保存后再上传")) from None
        raise
    return parts


@dataclass(frozen=True)
class _Layout:
    sheets: Mapping[str, str]  # sheet name -> part
    epoch_1904: bool


def _layout(parts: Mapping[str, bytes]) -> _Layout:
    """Which part holds which sheet, and which calendar counts the days."""
    lower = {p.lower(): p for p in parts}
    main = lower.get("xl/workbook.xml")
    if main is None:
        raise Unreadable(_("这不是 Excel 工作簿（可能是 Word 或压缩包）：请上传 .xlsx 或 .csv"))
    try:
        tree = ElementTree.fromstring(parts[main])  # noqa: S314 - entity definitions were refused above
        links = lower.get("xl/_rels/workbook.xml.rels")
        targets = {}
        if links:
            for link in ElementTree.fromstring(parts[links]):  # noqa: S314
                targets[link.get("Id", "")] = link.get("Target", "")
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unreadable(_("文件已损坏，读不全：请在 WPS 或 Excel 中打开，另存为 .xlsx 后再上传")) from None
    sheets, epoch = {}, False
    for element in tree.iter():
        tag = element.tag.rsplit("}", 1)[-1]
        if tag == "sheet":
            key = next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == "id"), "")
            target = targets.get(key, "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            sheets[element.get("name", "")] = lower.get(path.lower(), path)
        elif tag == "workbookPr":
            epoch = element.get("date1904", "0") in ("1", "true")
    return _Layout(sheets, epoch)


@dataclass(frozen=True)
class _Traits:
    cells: int
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    uncached: frozenset[tuple[int, int]]


_BIG = 24 * 1024 * 1024


def _traits(xml: bytes, limits: Limits) -> _Traits:
    """What the value reader does not tell, and how big a grid it would make of the sheet (it makes a full one)."""
    last_row, last_column, count, hidden = 1, 1, 0, set()
    prefixed = _PREFIXED.search(xml) is not None
    for count, found in enumerate((_ROW if prefixed else _PLAIN_ROW).finditer(xml), 1):
        at = _ROW_AT.search(found[1])
        number = int(at[1]) if at else count
        last_row = max(last_row, number)
        if _HIDDEN.search(found[1]):
            hidden.add(number)
    extent = _extent_of_long(xml) if len(xml) >= _BIG and not prefixed else None
    if extent is None:
        extent = (1, 1)
        for found in _CELL.finditer(xml):
            row, column = int(found[2]), column_number(found[1].decode())
            if row > extent[0] or column > extent[1]:
                extent = (max(row, extent[0]), max(column, extent[1]))
    last_row, last_column = max(last_row, extent[0]), max(last_column, extent[1])
    columns = set()
    for found in _COLUMN.finditer(xml[: 1 << 20]):
        if _HIDDEN.search(found[1]):
            span = dict(_SPAN.findall(found[1]))
            if b"min" in span and b"max" in span:
                columns.update(range(int(span[b"min"]), min(int(span[b"max"]), 702) + 1))
    uncached = set()
    broken = [_FORMULA] if prefixed or b"<f" in xml else []
    if prefixed or b'"e"' in xml or b"'e'" in xml:
        broken.append(_ERROR)  # #N/A and its kin: the value reader gives them as empty cells
    for pattern in broken:
        for found in pattern.finditer(xml):
            at = re.search(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']", found[1])
            if at:
                uncached.add((int(at[2]), column_number(at[1].decode())))
    return _Traits(last_row * last_column, frozenset(hidden), frozenset(columns), frozenset(uncached))


def _extent_of_long(xml: bytes) -> tuple[int, int] | None:
    """A bound on rows and columns of a long plain list (columns A to Z); None when every reference must be read."""
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if start < 0 or end < 0:
        return None
    last_row, last_column = min(99_999, len(xml)), 26
    for odd in _ODD_CELL.finditer(xml, start, end):
        found = _CELL.match(xml, odd.start())
        if found is None:
            return None
        last_row = max(last_row, int(found[2]))
        last_column = max(last_column, column_number(found[1].decode()))
    return last_row, last_column


def _sheet(book: Any, meta: Any, traits: Mapping[str, _Traits]) -> Sheet:
    if "WorkSheet" not in str(meta.typ):
        return Sheet(meta.name, [], hidden=True)
    sheet = book.get_sheet_by_name(meta.name)
    rows = sheet.to_python(skip_empty_area=False)
    own = traits.get(meta.name)
    merged = tuple((a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
    return Sheet(
        meta.name,
        rows,
        hidden="Visible" not in str(meta.visible).rsplit(".", 1)[-1],
        hidden_rows=own.hidden_rows if own else frozenset(),
        hidden_columns=own.hidden_columns if own else frozenset(),
        merged=merged,
        uncached=own.uncached if own else frozenset(),
    )


def _read_text(content: bytes, filename: str, limits: Limits) -> Book:
    text, note = decode(content)
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(
        ("<html", "<!doctype", "<table", "<?xml", "<meta", "<head", "<body", "mime-version", "<div")
    ):
        raise Unreadable(
            _("这其实是网页（或 XML）另存的“表格”：请在 WPS 或 Excel 中打开，另存为 .xlsx 后再上传")
        )
    if "\x00" in text or sum(1 for c in text[:4000] if ord(c) < 32 and c not in "\t\r\n\x0b\x0c") > 8:
        raise Unreadable(_("这不是表格文件：请上传 .xlsx 或 .csv"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count)
    if delimiter == "，":
        raise Unreadable(_("列之间用了中文逗号，请改为英文逗号，或另存为 .xlsx 后再上传"))
    rows: list[list[Any]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if cells > limits.cells:
                raise Unreadable(_("表格过大，请拆成几个文件再上传"))
            rows.append(list(row))
    except csv.Error:
        raise Unreadable(_("文本表格有一格太长或引号不成对：请另存为 .xlsx 后再上传")) from None
    name = PurePosixPath(filename.replace("\\", "/")).stem or _("表")
    return Book([Sheet(name[:31], rows)], [note] if note else [], from_text=True)


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and what had to be decided to read it. GB18030 covers GBK and the rare characters GBK lacks."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding), ""
            except UnicodeDecodeError:
                raise Unreadable(
                    _("文件编码前后不一致：请在 WPS 或 Excel 中打开，另存为 .xlsx 后再上传")
                ) from None
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if b"\x00" in content[:4096]:
        raise Unreadable(_("这不是表格文件：请上传 .xlsx 或 .csv"))
    try:
        return content.decode("gb18030"), _("文件按 GB18030（国标）编码读取，请核对一两处姓名")
    except UnicodeDecodeError:
        raise Unreadable(
            _("文件编码混杂（UTF-8 与国标混用），读出来会有错字：请另存为 .xlsx 后再上传")
        ) from None


# --- a roster: a header and many rows ------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """A column of a roster: its header, and what makes a value right.

    `test` answers '' or what is wrong with one value. Where a whole column passes `pattern` (texts), or is of `kinds`
    and within `least` and `most` (numbers, days), every value is right and `test` is spared. `take` turns a right value
    into what is stored.
    """

    label: str
    test: Callable[[Any], str] | None = None
    pattern: re.Pattern[str] | None = None
    required: bool = False
    text_only: bool = False
    kinds: frozenset[type] = frozenset()
    least: Any = None
    most: Any = None
    take: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one cell of a file: where, and how to mend it."""

    sheet: str
    row: int
    column: str
    label: str
    message: str

    def __str__(self) -> str:
        return _("{sheet} 第 {row} 行 {column} 列“{label}”：{message}").format(
            sheet=self.sheet, row=self.row, column=self.column, label=self.label, message=self.message
        )


def read_roster(
    content: bytes,
    checks: Sequence[Check],
    *,
    filename: str = "",
    limits: Limits = ROSTER,
    faults_max: int = 5000,
) -> tuple[list[list[Any]], list[RowFault], Book]:
    """The rows below the header in the order of `checks`, and everything wrong with them.

    The header is the first row that holds every required label. Columns are checked whole: that is what keeps a
    hundred thousand rows within twice the bare reading (performance.md G10).
    """
    book = read_book(content, filename, limits=limits)
    sheet = next((s for s in book.sheets if s.rows and not s.hidden), None)
    if sheet is None:
        raise Unreadable(_("文件里没有表格，请核对后再上传"))
    wanted = [c.label for c in checks]
    at, places = -1, {}
    for number, row in enumerate(sheet.rows[:20]):
        here = {str(v).strip().rstrip("*＊"): i for i, v in reversed(list(enumerate(row))) if v != ""}
        if all(c.label in here for c in checks if c.required) and any(w in here for w in wanted):
            at, places = number, here
            break
    if at < 0:
        raise Unreadable(
            _("前 20 行里找不到表头（{labels}），请用下载的模板").format(
                labels="、".join(c.label for c in checks if c.required)
            )
        )
    body = sheet.rows[at + 1 :]
    blank = [""] * max(map(len, body), default=0)
    kept = [i for i, row in enumerate(body) if row != blank[: len(row)]]
    whole = len(kept) == len(body)
    columns: list[Sequence[Any]] = []
    faults: list[RowFault] = []
    for check in checks:
        place = places.get(check.label)
        if place is None:
            column = [""] * len(kept)
        elif whole:
            column = list(map(itemgetter(place), body))
        else:
            column = [body[i][place] for i in kept]
        columns.append(_checked(column, check, kept, at + 2, sheet.name, place, faults, faults_max))
    return [list(row) for row in zip(*columns, strict=True)], faults, book


def _all_right(column: list[Any], found: set[type], check: Check) -> bool:
    """Whether the whole column passes at the speed of C; False only means that each value must be asked."""
    if check.pattern is not None:
        return found <= {str} and all(map(check.pattern.fullmatch, column))
    if not check.kinds or not column or not found <= check.kinds:
        return False
    return (check.least is None or min(column) >= check.least) and (
        check.most is None or max(column) <= check.most
    )


def _checked(
    column: list[Any],
    check: Check,
    kept: Sequence[int],
    first: int,
    sheet: str,
    place: int | None,
    faults: list[RowFault],
    most: int,
) -> Sequence[Any]:
    def fault(index: int, message: str) -> None:
        if len(faults) < most:
            faults.append(
                RowFault(sheet, first + kept[index], letters((place or 0) + 1), check.label, message)
            )

    if check.required and "" in column:
        for i, v in enumerate(column):
            if v == "":
                fault(i, _("必填，请填写"))
    found = set(map(type, column))
    if check.text_only and found - {str}:
        for i, v in enumerate(column):
            if not isinstance(v, str):
                fault(i, _("此格被表格软件存成了数字，末几位可能失真：请把单元格设为“文本”后重填"))
                column[i] = ""
        found = {str}
    if check.test is not None and not _all_right(column, found, check):
        test = check.test
        for i, v in enumerate(column):
            if v != "" and (message := test(v)):
                fault(i, message)
    return list(map(check.take, column)) if check.take else column


class _Part(dict[str, int]):
    """The weighted sum of a part of a citizen number, worked out once per distinct text; KeyError where it is none."""

    def __init__(self, weights: Sequence[int], right: Callable[[str], bool] = lambda text: True) -> None:
        super().__init__()
        self.weights, self.right = weights, right

    def __missing__(self, text: str) -> int:
        if not (len(text) == len(self.weights) and text.isascii() and text.isdigit() and self.right(text)):
            raise KeyError(text)
        self[text] = total = sum(int(c) * w for c, w in zip(text, self.weights, strict=True))
        return total


def citizen_test(on: date) -> Callable[[Any], str]:
    """A `Check.test` for a column of citizen numbers: `core.identity.check_citizen`, asked only where a quick look fails.

    A roster has few distinct areas, birthdays and sequences, so their shares of the check digit are looked up.
    """
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

    def born(text: str) -> bool:
        try:
            day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return False
        return day <= on and on.year - day.year < 130

    area, birth, sequence = _Part(weights[:6]), _Part(weights[6:14], born), _Part(weights[14:])
    checks = {c: n for n, c in enumerate("0123456789X")}

    def test(value: Any) -> str:
        try:
            if (
                len(value) == 18
                and (area[value[:6]] + birth[value[6:14]] + sequence[value[14:17]] + checks[value[17]]) % 11
                == 1
            ):
                return ""
        except (KeyError, TypeError):
            pass
        return "；".join(check_citizen(value, on=on).faults)

    return test


# --- writing -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of an export: its heading, where its value comes from and what it is.

    `kind`: text, number, yuan (whole fen in, yuan shown), day, moment.
    """

    label: str
    value: Callable[[Any], Any]
    kind: str = "text"
    width: float = 14


# Characters XML cannot hold; a cell with one makes the file unreadable everywhere.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CELL_MAX = 32_767


def cell_text(value: Any) -> str:
    """A value as a text cell: never a formula, whatever it begins with, because the cell's own type is text."""
    text = _UNWRITABLE.sub("", str(value))
    return text if len(text) <= CELL_MAX else text[: CELL_MAX - 1] + "…"


def _writer(kind: str) -> Callable[[Any], Any]:
    if kind == "number":
        return lambda v: v
    if kind == "yuan":
        return lambda v: None if v is None else v / 100
    if kind in ("day", "moment"):
        return lambda v: v.replace(tzinfo=None) if isinstance(v, datetime) else v
    return lambda v: (
        None if v is None else (v if type(v) is str and len(v) < 256 and v.isalnum() else cell_text(v))
    )


def export_rows(
    title: str, columns: Sequence[Column], rows: Iterable[Any], target: str | Path | BinaryIO
) -> int:
    """Write `rows` to an .xlsx at `target` (a path or a binary stream), one at a time; answers how many.

    Memory stays flat: rows may come from a queryset's `.iterator()`. Header frozen, A4 landscape, header repeated on
    every printed page.
    """
    labels = [c.label for c in columns]
    assert len(set(labels)) == len(labels), "every column of an export has its own heading"
    getters = [(c.label, c.value, _writer(c.kind)) for c in columns]
    written = 0

    def records() -> Iterator[dict[str, Any]]:
        nonlocal written
        for row in rows:
            written += 1
            yield {label: write(value(row)) for label, value, write in getters}
        if not written:
            yield dict.fromkeys(labels)

    formats = {
        c.label: rustpy_xlsxwriter.Format().set_num_format("#,##0.00") for c in columns if c.kind == "yuan"
    }
    rustpy_xlsxwriter.write_worksheet(
        records(),
        str(target) if isinstance(target, Path) else target,
        sheet_name=sheet_name(title),
        freeze_row=1,
        bold_headers=True,
        column_widths={c.label: c.width for c in columns},
        column_formats=formats or None,
        datetime_format="yyyy-mm-dd hh:mm" if any(c.kind == "moment" for c in columns) else "yyyy-mm-dd",
        page_setup={"landscape": True, "paper_size": 9, "repeat_rows": 0, "fit_to_pages": (1, 0)},
    )
    return written


def sheet_name(title: str) -> str:
    """A title as a sheet's name: at most 31 characters, none of those a sheet may not have."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip().strip("'")[:31] or "表"


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_download(title: str, columns: Sequence[Column], rows: Iterable[Any]) -> Any:
    """An export as the answer to a request, for lists a page can wait for (see `tasks.export` for longer ones)."""
    from django.http import FileResponse

    stream = io.BytesIO()
    export_rows(title, columns, rows, stream)
    stream.seek(0)
    answer = FileResponse(stream, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def serial_to_day(serial: float, *, epoch_1904: bool = False) -> date | None:
    """The day a spreadsheet's serial number stands for; None outside 1900-2199 and for 29 February 1900, which never was."""
    if not 1 <= serial < 109_575:
        return None
    whole = int(serial)
    if epoch_1904:
        return date(1904, 1, 1) + timedelta(days=whole)
    if whole == 60:
        return None
    return date(1899, 12, 31 if whole < 60 else 30) + timedelta(days=whole)


Value = str | float | int | bool | date | datetime | time | timedelta
