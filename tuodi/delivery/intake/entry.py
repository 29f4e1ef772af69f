"""What a clerk types or a cell holds, understood as a fact: one reading for the counter form and the workbook.

Nothing is guessed: what can be read in one way is read, what had to be tidied is noted, the rest is a fault that says
how to mend it. Rare characters are kept as they are; only numbers are brought to half width.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core.fields import FactField
from tuodi.core.money import parse_yuan, yuan_plain
from tuodi.kit.sheets import serial_to_day

# Written where nobody knows: the fact is then unknown (None), never zero.
UNKNOWN_WORDS = frozenset({"不详", "不知道", "未知", "不清楚"})
YES = frozenset({"是", "有", "√", "✓", "✔", "对", "true", "yes", "y", "1", "已签", "真"})
NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "x", "false", "no", "n", "0", "未签", "假", "不是"})
CELL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA"})
# Digits matter more than spelling here: read in half width, and never from a cell that holds a number.
NUMBERS = frozenset({"number", "payee_account", "phone", "area_code", "registered_area_code"})
EXACT = frozenset({"number", "payee_account"})
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?")
TEXT_MAX = {"name": 60, "address": 120, "no_document_reason": 120, "payee_bank": 40, "payee_name": 60}


@dataclass(frozen=True)
class Read:
    """One value as understood: `value` (meaningless when there is a `fault`), and a `note` on what was tidied."""

    value: Any = None
    fault: str = ""
    note: str = ""
    blank: bool = False


BLANK = Read(blank=True)


def tidy(text: str) -> tuple[str, str]:
    """Text without what cannot be seen, composed; and a note when something was taken out."""
    plain = _INVISIBLE.sub("", text)
    note = _("去掉了看不见的字符") if plain != text else ""
    return unicodedata.normalize("NFC", plain).strip(" \t\r\n\u3000\u00a0"), note


def read(field: FactField, value: Any, *, epoch_1904: bool = False) -> Read:
    """The fact in a cell or an input. Blank is no fault here: the dictionary says what is required."""
    note = ""
    if value is None:
        return BLANK
    if isinstance(value, str):
        value, note = tidy(value)
        if not value:
            return BLANK
        if value.upper() in CELL_ERRORS:
            return Read(fault=_("此格是公式错误（{what}），请改填数值").format(what=value))
        if _CONTROL.search(value):
            return Read(fault=_("含有不可打印的字符，请重新手工填写"))
        if value in UNKNOWN_WORDS and not field.required and field.kind != "text":
            return Read(None, note=_("按“不详”登记，核对前不作数"))
    reader = {
        "text": _text,
        "choice": _choice,
        "bool": _bool,
        "int": _int,
        "day": _day,
        "money": _money,
        "money_year": _money,
    }[field.kind]
    result = reader(field, value, epoch_1904)
    if note and not result.fault:
        return Read(result.value, "", "；".join(filter(None, (note, result.note))))
    return result


def _text(field: FactField, value: Any, _epoch: bool) -> Read:
    if isinstance(value, bool):
        return Read(fault=_("应填文字，不是“是/否”"))
    if isinstance(value, datetime | date | time | timedelta):
        return Read(fault=_("此格被表格软件变成了日期，请把单元格设为“文本”后重填"))
    note = ""
    if isinstance(value, int | float):
        if field.name in EXACT:
            return Read(
                fault=_(
                    "此格被表格软件存成了数字（可能显示为科学计数法），末几位已不可靠：请把单元格设为“文本”后照证件或卡面重填"
                )
            )
        if not abs(value) < 10**15 or value != int(value):
            return Read(fault=_("此格是数字且已失真，请把单元格设为“文本”后重填"))
        value, note = str(int(value)), _("此格是数字，按“{text}”读入").format(text=int(value))
    if field.name in NUMBERS:
        half = unicodedata.normalize("NFKC", value).replace(" ", "").replace("\u3000", "")
        if half != value:
            note = note or _("全角或带空格，已按“{text}”读入").format(
                text=half if not field.sensitive else _("半角")
            )
        value = half
        if field.name == "area_code" and value.endswith("000") and len(value) == 12:
            value = value[:9]
    most = TEXT_MAX.get(field.name, 300)
    if len(value) > most:
        return Read(fault=_("太长（{n} 字，最多 {most} 字）").format(n=len(value), most=most))
    return Read(value, note=note)


def _choice(field: FactField, value: Any, _epoch: bool) -> Read:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    code = field.choice_of(text)
    if code is None and text.isdigit() and len(text) == 1:
        code = field.choice_of(text.zfill(2))  # 民族 1 for 01: the leading zero a sheet drops
    if code is None:
        code = next(
            (c for c, label in field.choices.items() if unicodedata.normalize("NFKC", label) == text), None
        )
    if code is None:
        shown = "、".join(field.choices.values())
        return Read(fault=_("“{value}”不在可选项中，请选：{options}").format(value=text[:20], options=shown))
    return Read(code)


def _bool(field: FactField, value: Any, _epoch: bool) -> Read:
    if isinstance(value, bool):
        return Read(value)
    if isinstance(value, float | int) and value in (0, 1):
        return Read(bool(value))
    text = str(value).strip().lower()
    if text in YES:
        return Read(True)
    if text in NO:
        return Read(False)
    return Read(fault=_("“{value}”应填“是”或“否”").format(value=str(value)[:20]))


def _int(field: FactField, value: Any, _epoch: bool) -> Read:
    if isinstance(value, bool | datetime | date | time | timedelta):
        return Read(fault=_("应填整数"))
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        grade = {"无": "0", "一级": "1", "二级": "2", "三级": "3", "四级": "4"}.get(
            text, text.removesuffix("级")
        )
        if not re.fullmatch(r"\d{1,9}", grade):
            return Read(fault=_("“{value}”应填整数").format(value=text[:20]))
        value = int(grade)
    if not abs(value) <= 10**9 or value != int(value):  # nan is in no order
        return Read(fault=_("应填整数"))
    number = int(value)
    if field.least is not None and number < field.least:
        return Read(fault=_("不能小于 {least}").format(least=field.least))
    if field.most is not None and number > field.most:
        return Read(fault=_("不能大于 {most}").format(most=field.most))
    return Read(number)


def _day(field: FactField, value: Any, epoch_1904: bool) -> Read:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Read(value.isoformat())
    if isinstance(value, bool | time | timedelta):
        return Read(fault=_("应填日期，如 1980-02-29"))
    if isinstance(value, int | float):
        if value == value and 18_900_101 <= value <= 22_000_101 and value == int(value):
            value = str(int(value))
        else:
            day = serial_to_day(value, epoch_1904=epoch_1904) if value == value else None
            if day is None:
                return Read(fault=_("此格是数字，不是日期，请填如 1980-02-29"))
            return Read(day.isoformat(), note=_("日期序号，按 {day} 读入").format(day=day))
    text = unicodedata.normalize("NFKC", value).strip()
    if re.fullmatch(r"\d{8}", text):
        parts = (text[:4], text[4:6], text[6:])
    elif found := _DAY.fullmatch(text):
        parts = found.groups()  # type: ignore[assignment]
    else:
        return Read(fault=_("“{value}”看不出是哪一天，请填如 1980-02-29").format(value=text[:20]))
    try:
        return Read(date(*map(int, parts)).isoformat())
    except ValueError:
        return Read(fault=_("“{value}”不是日历上的日期，请核对").format(value=text[:20]))


def _money(field: FactField, value: Any, _epoch: bool) -> Read:
    if isinstance(value, datetime | date | time | timedelta):
        return Read(fault=_("此格被表格软件变成了日期，请改为数字"))
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return Read(fault=_("不是数字，请重填"))
        # 0.1 + 0.2 in a sheet's formula: a hair off whole fen is the sheet's arithmetic, not a third decimal.
        if value == 0:
            return Read(0)
        near = round(value, 2)
        if abs(value) < 10**11 and abs(value - near) < 1e-6:
            value = Decimal(str(near))
    parsed = parse_yuan(value)
    if parsed.fen is None:
        return Read(fault=parsed.fault)
    if field.least is not None and parsed.fen < field.least:
        return Read(fault=_("不能小于 {least}").format(least=yuan_plain(field.least)))
    return Read(parsed.fen)


def shown(field: FactField, value: Any) -> str:
    """A fact as it stands in an input or a cell of the workbook: the opposite of `read`."""
    if value is None:
        return "" if field.kind == "text" else "不详"
    if field.kind in ("money", "money_year"):
        text = yuan_plain(value)
        return text.removesuffix(".00")
    if field.kind == "bool":
        return "是" if value else "否"
    if field.kind == "choice":
        return field.choices.get(value, str(value))
    return str(value)
