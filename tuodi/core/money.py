"""Money is whole fen in integers; this is the border to what people read and type."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tuodi.core.logic import Value, at_least

FEN_MAX = 10**12  # ten billion yuan: beyond it something was mistyped, and rules stay inside 64 bits


class Parsed(NamedTuple):
    """What was understood: `fen`, or None with `fault`, a sentence that says how to mend it."""

    fen: int | None
    fault: str


def yuan_text(fen: int, *, cents: bool | None = None) -> str:
    """Fen as yuan for people: 1,234.50; whole yuan without decimals unless `cents` asks for them."""
    if fen < 0:
        return "-" + yuan_text(-fen, cents=cents)
    rest = fen % 100
    if cents or (cents is None and rest):
        return f"{fen // 100:,}.{rest:02d}"
    return f"{fen // 100:,}"


def yuan_plain(fen: int) -> str:
    """Fen as yuan for files and cells: 1234.50, no separators, always two decimals."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")


def parse_yuan(value: Any) -> Parsed:
    """Yuan as a person or a spreadsheet gives it ('1,234.5', '１２３４．５ 元', 1234.5) in fen, or a fault.

    Negative amounts, a third decimal, odd grouping and scientific notation are faults, not guesses.
    """
    if isinstance(value, bool):
        return Parsed(None, "应填金额（元），不是“是/否”")
    if isinstance(value, (int, Decimal, float)):
        # Fifteen digits is what a spreadsheet shows of a float: 1234.5600000000001 was typed as 1234.56.
        text = format(Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = unicodedata.normalize("NFKC", str(value)).strip()
    shown = str(value).strip()
    for word in ("人民币", "RMB", "CNY", "¥", "￥", "元", "圆", "整"):
        text = text.replace(word, "")
    text = text.replace("，", ",").replace("。", ".").replace(" ", "").replace("\u3000", "")
    if not text:
        return Parsed(None, "金额为空，请填数字，单位元；没有请填 0")
    if text.startswith(("-", "−", "–")):
        return Parsed(None, f"金额不能为负：“{shown}”。亏损请如实填收入和成本两栏")
    ten_thousands = text.endswith("万")
    text = text.removesuffix("万")
    if re.fullmatch(r"[\d.]+[eE][+-]?\d+", text):
        return Parsed(None, f"“{shown}”是科学计数法，数字可能已经失真，请把单元格改为文本后重填")
    if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)) or not text.isascii():
        return Parsed(None, f"“{shown}”不是金额，请只填数字，单位元，如 1234.50")
    try:
        fen = Decimal(text.replace(",", "")) * (1_000_000 if ten_thousands else 100)
    except InvalidOperation:
        return Parsed(None, f"“{shown}”不是金额，请只填数字，单位元，如 1234.50")
    if fen != fen.to_integral_value():
        return Parsed(None, f"“{shown}”小数超过两位，请填到分")
    if fen > FEN_MAX:
        return Parsed(None, f"“{shown}”过大，请核对是否多填了位数")
    return Parsed(int(fen), "")


def whole_yuan_up(fen: Value, parts: int = 1) -> Value:
    """`fen / parts` rounded up to the whole yuan, in fen; works on numbers and columns; below zero counts as zero."""
    if type(fen) is not int and hasattr(fen, "whole_yuan_up"):  # a rule being told in words
        return fen.whole_yuan_up(parts)
    divisor = parts * 100
    return (at_least(fen, 0) + (divisor - 1)) // divisor * 100


def whole_yuan_nearest(fen: Value, parts: int = 1) -> Value:
    """`fen / parts` rounded to the nearest whole yuan, half a yuan up, in fen; works on numbers and columns; below zero counts as zero."""
    if type(fen) is not int and hasattr(fen, "whole_yuan_nearest"):  # a rule being told in words
        return fen.whole_yuan_nearest(parts)
    divisor = parts * 100
    return (at_least(fen, 0) * 2 + divisor) // (divisor * 2) * 100


_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def _four(n: int) -> str:
    """A group below ten thousand in capitals, without leading zeros."""
    text, gap = "", False
    for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = n // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text


def capital(fen: int) -> str:
    """Fen in Chinese capitals for documents and vouchers: 壹仟零捌拾肆元整 (支付结算办法 附一)."""
    assert 0 <= fen < 10**18, "an amount in capitals is never negative"
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    text, gap = "", False
    for unit, name in ((10**12, "万"), (10**8, "亿"), (10**4, "万"), (1, "")):
        group = yuan // unit % 10_000
        if group:
            text += ("零" if text and (gap or group < 1000) else "") + _four(group) + name
            gap = False
        else:
            if name == "亿" and text:  # 万 before it counts 亿: 壹万亿
                text += name
            gap = True
    if text:
        text += "元"
    if not jiao and not rest:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (_DIGITS[rest] + "分" if rest else "")
