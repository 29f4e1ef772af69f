"""Letters and lists on paper, set by typst: the same data gives the same bytes, kept for years (PDF/A-2b).

    pdf = render_letter("acceptance", {...})

Data travels as one JSON through `sys_inputs` and is only ever inserted as text, so no `*`, `#` or `$` in a name can
become markup (ecosystem.md 3). In `data`, days are `date`s and amounts whole fen under names that end in `_fen`; a
letter finds `…_yuan` and `…_capital` beside them. Type: Noto Serif and Sans SC from the package, one weight of each, titles
and heads thickened by a stroke; a bureau may put its licensed 仿宋_GB2312, 黑体 and 方正小标宋 into TUODI_FONT_DIR, and they
are used first and as they are.
"""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst

from tuodi.core.money import capital, yuan_text
from tuodi.kit.wording import in_chinese

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Letter:
    """A kind of letter: its title, the fields it cannot do without, tagged for screen readers or not, edited by offices or not."""

    title: str
    needs: frozenset[str]
    tagged: bool = True
    edited: bool = True


def _needs(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Every letter also needs: issuer (the body that issues it), issued_on (date). May carry: serial (文号), phone, place.
LETTERS: dict[str, Letter] = {
    "acceptance": Letter("受理通知书", _needs("number applicant programme applied_on accepted_on due")),
    "correction": Letter("一次性告知书", _needs("applicant programme applied_on missing")),
    "notice": Letter("公示", _needs("programme since until rows objections_to phone")),
    "confirmation": Letter(
        "审核确认通知书", _needs("number applicant programme size monthly_fen since basis remedies_to")
    ),
    "refusal": Letter("不予确认通知书", _needs("number applicant programme findings remedies_to")),
    "change": Letter(
        "保障待遇变更告知书", _needs("number applicant programme what since reason basis remedies_to")
    ),
    "termination": Letter(
        "终止审核确认告知书", _needs("number applicant programme reason basis remedies_to")
    ),
    "recovery_notice": Letter(
        "追回事先告知书",
        _needs("number applicant programme reason facts basis amount_fen rows objection_until"),
    ),
    "recovery_decision": Letter(
        "追回决定书",
        _needs("number applicant programme reason facts basis amount_fen rows pay_by remedies_to"),
    ),
    "supervision": Letter(
        "督办单", _needs("serial number body what step place since due days answer_due"), edited=False
    ),
    "roster": Letter(
        "资金发放花名册", _needs("programme month area rows total_fen count"), tagged=False, edited=False
    ),
    "receipt": Letter(
        "申请登记表（回执）", _needs("number applicant programme applied_on members"), edited=False
    ),
    "file_index": Letter(
        "一户一档目录", _needs("household place members rows count made_by"), tagged=False, edited=False
    ),
    "file_sheet": Letter("档案记录", _needs("heading on facts heads rows"), tagged=False, edited=False),
    "referral": Letter(
        "转办单",
        _needs(
            "number application programme to applicant whose place sent_on accept_by why findings missing papers facts"
        ),
        edited=False,
    ),
}


@in_chinese()
def render_letter(template: str, data: Mapping[str, Any]) -> bytes:
    """The letter as PDF/A-2b bytes. Same data, same bytes; missing fields are our fault and stop here."""
    letter = LETTERS[template]
    contents = contents_of(template, data)
    issued = data["issued_on"]
    return _compiler().compile(
        input=str(HERE / f"{template}.typ"),
        format="pdf",
        pdf_standards="a-2b",
        pdf_tags=letter.tagged,
        sys_inputs={
            "data": json.dumps(contents, ensure_ascii=False, sort_keys=True),
            "own_faces": "1" if os.environ.get("TUODI_FONT_DIR") else "",
        },
        timestamp=datetime(issued.year, issued.month, issued.day, tzinfo=UTC),
    )


def contents_of(template: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What goes to the source of a letter, complete: the prepared data, its title and day, its code as a picture."""
    letter = LETTERS[template]
    missing = (letter.needs | {"issuer", "issued_on"}) - data.keys()
    assert not missing, f"{template}: missing {sorted(missing)}"
    issued = data["issued_on"]
    assert isinstance(issued, date), "issued_on is a date: it dates the document itself"
    contents = {**prepared(data), "title": letter.title, "issued": [issued.year, issued.month, issued.day]}
    if data.get("qr"):
        contents["qr_svg"] = qr_svg(str(data["qr"]))
    return contents


@in_chinese()
def prepared(value: Any) -> Any:
    """`data` as it goes to the page: days written out, amounts in yuan and capitals, everything else as text."""
    if isinstance(value, Mapping):
        made: dict[str, Any] = {}
        for key, item in value.items():
            if key.endswith("_fen"):
                stem = key.removesuffix("_fen")
                made[stem + "_yuan"] = "" if item is None else yuan_text(item, cents=True)
                made[stem + "_capital"] = "" if item is None or item < 0 else capital(item)
            else:
                made[key] = prepared(item)
        return made
    if isinstance(value, list | tuple):
        return [prepared(item) for item in value]
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if value is None or isinstance(value, bool):
        return value
    return str(value)


def qr_svg(text: str) -> str:
    """A QR code as SVG. Only public references go in: a number or an address, never a name or a document number."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, scale=4, border=2)
    return out.getvalue().decode()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folders = [os.environ["TUODI_FONT_DIR"]] if os.environ.get("TUODI_FONT_DIR") else []
    folders.append(str(pylopdf_fonts_zh_cn.serif_path().parent))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


_local = threading.local()


def _compiler() -> typst.Compiler:
    """One compiler a thread; fonts are read once for all."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True)
    return _local.compiler
