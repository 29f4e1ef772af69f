"""Papers an office goes on editing (.docx), in the layout of GB/T 9704-2012: one helper for letters and briefings.

A4 with the standard's margins (37 mm above, 28 mm at the binding edge, a type area of 156 mm × 225 mm), 22 lines of 28
characters a page, 三号仿宋 text, 二号小标宋 title, 黑体 heads, page numbers in 四号 between dashes, outside on both sides of a sheet.
The standard's faces are named and not carried; each names the face to use where it is not installed (fontTable, altName).
The same calls give the same bytes: days come from the caller, and nothing in the package carries the hour it was made.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, HEAD, NUMBERS = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
# What stands in for a face that is not installed: the first is what WPS and Word carry themselves.
INSTEAD = {BODY: "仿宋", TITLE: "华文中宋", HEAD: "SimHei", NUMBERS: "SimSun"}
TWO, THREE, FOUR, SMALL_FOUR, FIVE = Pt(22), Pt(16), Pt(14), Pt(12), Pt(10.5)  # 二号、三号、四号、小四、五号
ABOVE, BELOW, INNER, OUTER = Mm(37), Mm(35), Mm(28), Mm(26)
WIDE, HIGH = Mm(156), Mm(225)
LINES, CHARACTERS = 22, 28
LINE = Length(HIGH // LINES // 635 * 635)  # whole twips, never more than a 22nd of the type area
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_FIXED = (1980, 1, 1, 0, 0, 0)  # the date of every part: the zip format has no earlier one


class Paper:
    """A paper as it is written: add its parts from top to bottom, then take `content()`."""

    def __init__(self, title: str, on: date, *, author: str = "", subject: str = "", note: str = "") -> None:
        self._paper = Document()
        section = self._paper.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = ABOVE, BELOW
        section.left_margin, section.right_margin = INNER, OUTER
        section.footer_distance = Mm(25)  # the dashes then stand 7 mm below the type area
        _grid(section)
        normal = self._paper.styles["Normal"]
        normal.font.name, normal.font.size = BODY, THREE
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
        _language(normal)
        self._paper.settings.odd_and_even_pages_header_footer = True
        _page_number(section.footer.paragraphs[0], "right")
        _page_number(section.even_page_footer.paragraphs[0], "left")
        about = self._paper.core_properties
        about.title, about.author, about.subject, about.comments = title, author, subject, note
        about.language, about.last_modified_by = "zh-CN", author
        about.created = about.modified = datetime.combine(on, time())

    def title(self, text: str) -> None:
        """The title, 二号小标宋, centred; a line break in `text` is kept."""
        for line in text.split("\n"):
            self.text(line, TITLE, TWO, align="center", indent=False, line=Pt(36))

    def text(
        self,
        text: str,
        font: str = BODY,
        size: Length = THREE,
        *,
        align: str = "",
        indent: bool = True,
        right: float = 0,
        line: Length = LINE,
        stay: bool = False,
    ) -> Any:
        """A paragraph: two characters in unless it is aligned; `right` characters free at its end; `stay` with the next."""
        made = self._paper.add_paragraph()
        _font(made.add_run(text), font, size)
        shape = made.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
        shape.keep_with_next = stay or None
        if align:
            made.alignment = _ALIGN[align]
        elif indent:
            shape.first_line_indent = Length(2 * size)
        if right:
            shape.right_indent = Length(int(right * size))
        return made

    def head(self, text: str) -> None:
        """A head of the first order, 黑体, never left alone at the foot of a page."""
        self.text(text, HEAD, stay=True)

    def gap(self) -> None:
        """An empty line."""
        self.text("", indent=False)

    def signed(self, issuer: str, day: str) -> None:
        """Who issues it and when, centred on each other, the day four characters from the edge (7.3.5); with the words before."""
        if self._paper.paragraphs:
            self._paper.paragraphs[-1].paragraph_format.keep_with_next = True
        wider = (_width(issuer) - _width(day)) / 2
        of_issuer = max(4 - wider, 2)
        self.text("", indent=False, stay=True)
        self.text(issuer, align="right", right=of_issuer, stay=True)
        self.text(day, align="right", right=of_issuer + wider)

    def picture(self, png: bytes, width: Length = WIDE) -> None:
        """A picture in the width of the text."""
        self._paper.add_picture(io.BytesIO(png), width=width)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[Length] = (),
        align: Sequence[str] = (),
        font: str = NUMBERS,
        size: Length = FIVE,
    ) -> None:
        """A ruled table, its head repeated on each page; figures stand to the right unless `align` says otherwise."""
        table = self._paper.add_table(rows=0, cols=len(heads) or len(rows[0]))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        if heads:
            head = table.add_row()
            for cell, text in zip(head.cells, heads, strict=True):
                _cell(cell, text, font, size, bold=True, align="center" if align else "")
            mark = OxmlElement("w:tblHeader")
            mark.set(qn("w:val"), "true")
            head._tr.get_or_add_trPr().append(mark)
        for row in rows:
            for n, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
                side = align[n] if align else "right" if n and _is_figure(text) else ""
                _cell(cell, text, font, size, align=side)
        if widths:
            table.autofit = False
            for row_ in table.rows:
                whole = OxmlElement("w:cantSplit")
                row_._tr.get_or_add_trPr().append(whole)
                for cell, wide in zip(row_.cells, widths, strict=True):
                    cell.width = wide
        self._paper.add_paragraph().paragraph_format.space_after = Pt(0)

    def content(self) -> bytes:
        """The file; the same parts give the same bytes."""
        _name_faces(self._paper)
        out = io.BytesIO()
        self._paper.save(out)
        return stilled(out.getvalue())


def stilled(package: bytes) -> bytes:
    """A zip package without the hour it was made: parts in the order of their names' first writing, one fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as made, zipfile.ZipFile(out, "w") as still:
        for entry in made.infolist():
            part = zipfile.ZipInfo(entry.filename, _FIXED)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            still.writestr(part, made.read(entry), zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


def _width(text: str) -> float:
    """How many characters wide a line is: a digit or letter is half a character."""
    return sum(0.5 if ord(c) < 0x2E80 else 1 for c in text)


def _grid(section: Any) -> None:
    """22 lines of 28 characters: the pitch in twips, the narrowing of each character in 1/4096 point (ECMA-376 17.6.5)."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(LINE // 635))
    grid.set(qn("w:charSpace"), str(round((WIDE.pt / CHARACTERS - THREE.pt) * 4096)))


def _language(style: Any) -> None:
    said = style.element.rPr.find(qn("w:lang"))
    if said is None:
        said = OxmlElement("w:lang")
        style.element.rPr.append(said)
    said.set(qn("w:val"), "zh-CN")
    said.set(qn("w:eastAsia"), "zh-CN")


def _name_faces(paper: Any) -> None:
    """Say in the font table which face stands in where a named one is not installed."""
    part = next(
        r.target_part for r in paper.part.rels.values() if r.reltype.endswith("/relationships/fontTable")
    )
    faces = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in INSTEAD.items()
    )
    text = re.sub(r'<w:font w:name="(?:宋体|黑体)">.*?</w:font>', "", part.blob.decode(), flags=re.DOTALL)
    part._blob = text.replace("</w:fonts>", faces + "</w:fonts>").encode()


def _page_number(paragraph: Any, side: str) -> None:
    """— 1 — in 四号宋体, one character from the outer edge (7.5)."""
    paragraph.alignment = _ALIGN[side]
    if side == "right":
        paragraph.paragraph_format.right_indent = FOUR
    else:
        paragraph.paragraph_format.left_indent = FOUR
    for kind, text in (("text", "— "), ("field", "PAGE"), ("text", " —")):
        run = paragraph.add_run(text if kind == "text" else "")
        _font(run, NUMBERS, FOUR)
        if kind == "field":
            for of, content in (("begin", ""), ("instr", text), ("end", "")):
                part = OxmlElement("w:instrText" if of == "instr" else "w:fldChar")
                if of == "instr":
                    part.set(qn("xml:space"), "preserve")
                    part.text = content
                else:
                    part.set(qn("w:fldCharType"), of)
                run._r.append(part)


def _font(run: Any, name: str, size: Any, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = name, size, bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), name)


def _is_figure(text: str) -> bool:
    return bool(text) and text.lstrip("+-").replace(",", "").replace(".", "").replace("%", "").isdigit()


def _cell(cell: Any, text: str, font: str, size: Any, *, bold: bool = False, align: str = "") -> None:
    for n, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        _font(paragraph.add_run(line), font, size, bold)
        paragraph.paragraph_format.space_after = Pt(0)
        if align:
            paragraph.alignment = _ALIGN[align]


def shared_out(columns: Sequence[str], wide: Length = WIDE) -> list[Length]:
    """Widths from a typst `columns` list ("3.2em", "1fr", "auto"): fixed ones by 四号, the rest shared out."""
    fixed = [float(c.removesuffix("em")) * FOUR if c.endswith("em") else 0 for c in columns]
    parts = [float(c.removesuffix("fr")) if c.endswith("fr") else 1.0 if c == "auto" else 0 for c in columns]
    rest = wide - sum(fixed)
    ends = [0.0]
    for f, p in zip(fixed, parts, strict=True):
        ends.append(ends[-1] + f + (rest * p / sum(parts) if p else 0))
    return [Length(int(b) - int(a)) for a, b in pairwise(ends)]
