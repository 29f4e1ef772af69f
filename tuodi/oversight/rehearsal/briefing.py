"""The briefing of a rehearsal as an official paper in .docx: layout after GB/T 9704 (A4, its margins, 三号仿宋, fixed line spacing).

It is a working paper, not an issued document: no head, no number. Everything in it stands in the rehearsal's frozen tables.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tuodi.core.money import yuan_text
from tuodi.kit.pictures import png
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal import words
from tuodi.oversight.rehearsal.models import Rehearsal
from tuodi.records.standards.selectors import parameters
from tuodi.records.standards.templatetags.standards import in_unit

BODY, TITLE, HEAD, NUMBERS = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
THREE, TWO, FOUR, FIVE = Pt(16), Pt(22), Pt(14), Pt(10.5)  # 三号、二号、四号、五号
LINE = Pt(28)
ORDER = "一二三四五六七八九十"
WIDE = Mm(156)


@in_chinese()
def briefing(rehearsal: Rehearsal) -> bytes:
    """One rehearsal as a paper."""
    result, draft = rehearsal.result, rehearsal.draft
    paper = _paper(rehearsal)
    _paragraph(paper, f"关于“{draft.title}”的预演简报", TITLE, TWO, center=True, indent=False)
    _paragraph(paper, "", BODY, THREE)
    day = rehearsal.made_on
    intro = (
        f"以{result['frozen']}冻结的{result['area']}家庭情况（在保和近一年评估过的家庭 {result['households']:,} 户、{result['members']:,} 人，"
        f"不含姓名和证件号码）为样本，按 {result['month']} 生效的参数逐户重算，与现行参数比较如下。"
    )
    _paragraph(paper, intro)
    number = iter(ORDER)
    _heading(paper, next(number), "拟改的内容")
    _table(paper, ("参数", "自", "现行", "草案", "增减", "依据"), [_line(d) for d in result["difference"]])
    for programme in result["programmes"]:
        _heading(paper, next(number), programme["label"])
        _programme(paper, programme)
    for text in result["not_set"].values():
        _paragraph(paper, f"未能测算：{text}")
    _heading(paper, next(number), "说明")
    for note in NOTES:
        _paragraph(paper, note)
    _paragraph(paper, "", BODY, THREE)
    _paragraph(paper, f"{day.year}年{day.month}月{day.day}日", right=True)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


NOTES = (
    "本简报是测算，不是决定。新享受的家庭须本人申请并经审核确认；不再享受或金额降低的，须由经办人核实、告知并听取申辩，系统不自动减发停发。",
    "“次月发放”一表是在保家庭次月实际应发数：规则算出的金额高的按新金额，低的暂按原金额并交经办人核实；草案施行后的月度待遇与之一致。",
    "各级财政分担按测算比例，标记为测试值的比例须由财政部门确定后再用。",
)


def _paper(rehearsal: Rehearsal) -> Any:
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = BODY, THREE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    _page_number(section.footer.paragraphs[0])
    about = paper.core_properties
    about.title = f"关于“{rehearsal.draft.title}”的预演简报"
    about.author, about.comments = "", ""
    moment = datetime.combine(rehearsal.made_on, time())
    about.created = about.modified = moment
    return paper


def _page_number(paragraph: Any) -> None:
    """— 1 — in 四号宋体, as the standard has it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
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


def _paragraph(
    paper: Any,
    text: str,
    font: str = BODY,
    size: Any = THREE,
    *,
    center: bool = False,
    right: bool = False,
    indent: bool = True,
) -> Any:
    made = paper.add_paragraph()
    _font(made.add_run(text), font, size)
    shape = made.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(36) if size == TWO else LINE
    if center:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif right:
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif indent:
        shape.first_line_indent = Pt(32)  # two characters of 三号
    return made


def _heading(paper: Any, number: str, text: str) -> None:
    made = _paragraph(paper, f"{number}、{text}", HEAD)
    made.paragraph_format.keep_with_next = True


def _table(paper: Any, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = paper.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        _cell(cell, text, bold=True)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        cells = table.add_row().cells
        for n, (cell, text) in enumerate(zip(cells, row, strict=True)):
            _cell(cell, text, right=n > 0 and _is_figure(text))
    gap = paper.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)


def _is_figure(text: str) -> bool:
    return bool(text) and text.lstrip("+-").replace(",", "").replace(".", "").replace("%", "").isdigit()


def _cell(cell: Any, text: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    _font(paragraph.add_run(text), NUMBERS, FIVE, bold)
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _line(d: Mapping[str, Any]) -> tuple[str, ...]:
    info = parameters().info[d["key"]]
    since = date.fromisoformat(d["since"])
    return (
        f"{d['label']}（{d['place']}）",
        f"{since.year}年{since.month}月{since.day}日",
        in_unit(d["before"], info) if d["before"] is not None else _("未设"),
        in_unit(d["after"], info),
        d["percent"],
        d["basis"],
    )


def _programme(paper: Any, programme: Mapping[str, Any]) -> None:
    total, unit = programme["total"], "人" if programme["persons"] else "户"
    delta = total["after_fen"] - total["before_fen"]
    text = (
        f"样本中符合条件的由 {total['before']:,} {unit}变为 {total['after']:,} {unit}：新享受 {total['gained']:,} {unit}，不再享受 {total['lost']:,} {unit}，"
        f"提高 {total['more']:,} {unit}，降低 {total['less']:,} {unit}，不变 {total['same']:,} {unit}。"
        f"{words.period_of(programme)}金额由 {yuan_text(total['before_fen'])} 元变为 {yuan_text(total['after_fen'])} 元，"
        f"{'增加' if delta >= 0 else '减少'} {yuan_text(abs(delta))} 元。"
    )
    if total["unknown"]:
        text += f"另有 {total['unknown']:,} {unit}缺少事实，不能判断。"
    _paragraph(paper, text)
    for chart in words.drawn(programme):
        paper.add_picture(io.BytesIO(png(chart)), width=WIDE)
    for breakdown in words.breakdowns(programme):
        if not breakdown.rows:
            continue
        heads = (breakdown.label, *(str(v) for v in words.CLASSES.values()))
        rows = [(r["label"], *(f"{r.get(c, 0):,}" for c in words.CLASSES)) for r in breakdown.rows]
        _table(paper, heads, rows)
    if programme["roll"]:
        _roll(paper, programme["roll"])
    else:
        _funds(paper, programme["funds"])


def _roll(paper: Any, roll: Mapping[str, Any]) -> None:
    total = roll["total"]
    more = total["after_fen"] - total["paid_fen"]
    _paragraph(
        paper,
        f"次月发放：在保 {total['households']:,} 户，由 {yuan_text(total['paid_fen'])} 元变为 {yuan_text(total['after_fen'])} 元，增加 {yuan_text(more)} 元，"
        f"全年增加 {yuan_text(more * 12)} 元；提高 {total['more']:,} 户，规则算出更低、须经办人核实 {total['less']:,} 户。",
    )
    _funds(paper, roll["funds"])


def _funds(paper: Any, funds: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            str(words.LEVELS[f["level"]]),
            yuan_text(f["month_fen"]) if f["month_fen"] is not None else "—",
            yuan_text(f["year_fen"]) if f["year_fen"] is not None else yuan_text(f["fen"]),
        )
        for f in funds
    ]
    _table(paper, ("资金来源", "每月增减（元）", "全年增减（元）"), rows)
