"""Numbers that identify people, cards and organisations: check, normalise, and say in words how to mend a wrong one.

GB 11643-1999 citizen number, residence permits of Hong Kong, Macao and Taiwan residents (国办发〔2018〕81号), foreign
permanent-resident cards, UnionPay cards (Luhn), unified social credit codes (GB 32100-2015).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_AGE_MAX = 130
# What is long enough to be a citizen number, a card or a mobile phone, with nothing of a word around it.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{13,19}|1[3-9]\d{9})(?![0-9A-Za-z])")
_PROVINCES = frozenset(
    f"{region}{n}"
    for region, count in zip("1234678", (5, 3, 7, 6, 5, 1, 2), strict=True)
    for n in range(1, count + 1)
) | frozenset(("46", "50", "51", "52", "53", "54"))
# Dehong through time (GB/T 2260): the place of first registration, so abolished codes stay valid on cards.
_DEHONG = frozenset(
    ["533100", "533101", "533102", "533103", "533121", "533122", "533123", "533124", "533125", "533126"]
)


def without_numbers(text: str) -> str:
    """`text` with long numbers starred but for their last four: for what is kept in plain and read by many."""
    return _LONG_NUMBER.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """`number` normalised; `faults` forbid it, `warnings` ask for a look; `birth` and `sex` as the number says."""

    number: str
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    birth: date | None = None
    sex: str = ""

    @property
    def ok(self) -> bool:
        """Whether the number may be stored."""
        return not self.faults


def age_on(birth: date, on: date, *, leap_day: str = "february") -> int:
    """Whole years reached on a day. Born on 29 February: on 28 February of common years (T1; `leap_day="march"`: 1 March)."""
    month, day = birth.month, birth.day
    if month == 2 and day == 29 and not _leap(on.year) and leap_day == "february":
        day = 28
    return on.year - birth.year - ((on.month, on.day) < (month, day))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def clean(value: Any) -> str:
    """What was typed or pasted, in half-width capitals without spaces; numbers as they print."""
    text = unicodedata.normalize("NFKC", str(value)).strip().strip("'`’‘\"").upper()
    return re.sub(r"[\s\u200b\u200e\u200f\ufeff\-–—·]", "", text)


def _damaged(value: Any) -> str:
    """A fault when a spreadsheet has turned the number into a float, or ''."""
    if isinstance(value, float) or re.fullmatch(r"\s*\d(\.\d+)?[eE]\+?\d+\s*", str(value)):
        return "号码已被表格软件变成小数或科学计数法，末几位已失真：请把单元格设为“文本”后照证件重填"
    if re.fullmatch(r"\d{15,18}\.0+", str(value).strip()):
        return "号码带小数点，说明曾按数字保存，末几位可能失真：请把单元格设为“文本”后照证件重填"
    return ""


def check_digit(body: str) -> str:
    """The 18th character for the first 17 (MOD 11-2)."""
    return _CHECKS[sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def to_18(number: str) -> str:
    """A 15-digit number in its 18-digit form; an 18-digit one unchanged. Only for numbers already checked."""
    if len(number) != 15:
        return number
    body = number[:6] + "19" + number[6:]
    return body + check_digit(body)


def check_citizen(value: Any, *, on: date) -> NumberCheck:
    """A citizen number (公民身份号码). The area code only warns: it is where the person was first registered."""
    damaged = _damaged(value)
    if damaged:
        return NumberCheck(clean(value), (damaged,))
    number = clean(value)
    if re.fullmatch(r"\d{15}", number):
        if number[12:] in ("996", "997", "998", "999"):
            return NumberCheck(
                number, ("15 位号码顺序码 996 至 999 为百岁老人专用，不能自动升位，请照新证件填 18 位",)
            )
        number = to_18(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        odd = "".join(sorted(set(re.sub(r"[\dX]", "", number))))
        reason = f"含有“{odd}”" if odd else f"有 {len(number)} 位"
        return NumberCheck(number, (f"公民身份号码应为 18 位数字（末位可为 X），现{reason}，请照证件重填",))
    if number[:2] in ("81", "82", "83") and number[2:6] == "0000":
        return NumberCheck(number, ("这是港澳台居民居住证号码，请把证件类型改为“港澳台居民居住证”",))
    return _eighteen(number, on, _area_warnings(number))


def _area_warnings(number: str) -> tuple[str, ...]:
    if number[:2] not in _PROVINCES:
        return (f"前两位 {number[:2]} 不是省级代码，请核对证件",)
    if number[:4] == "5331" and number[:6] not in _DEHONG:
        return (f"前六位 {number[:6]} 不在德宏历年区划代码中，请核对证件",)
    return ()


def _eighteen(number: str, on: date, warnings: tuple[str, ...], birth_at: int = 6) -> NumberCheck:
    faults = []
    birth = None
    text = number[birth_at : birth_at + 8]
    try:
        birth = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        faults.append(
            f"出生日期 {text[:4]}-{text[4:6]}-{text[6:]} 不是日历上的日期，请照证件核对第 {birth_at + 1} 至 {birth_at + 8} 位"
        )
    if birth and birth > on:
        faults.append(f"出生日期 {birth} 晚于今天，请照证件核对")
    elif birth and age_on(birth, on) > _AGE_MAX:
        faults.append(f"按号码已 {age_on(birth, on)} 岁，超过 {_AGE_MAX} 岁，请照证件核对")
    if check_digit(number[:17]) != number[17]:
        faults.append("校验位不符，至少有一位写错（常见为相邻两位颠倒），请照证件逐位核对")
    sex = "1" if int(number[16]) % 2 else "2"
    return NumberCheck(number, tuple(faults), warnings, None if faults else birth, "" if faults else sex)


def check_hkmt(value: Any, *, on: date) -> NumberCheck:
    """A residence permit of a Hong Kong (810000), Macao (820000) or Taiwan (830000) resident. Not a hukou."""
    damaged = _damaged(value)
    number = clean(value)
    if damaged:
        return NumberCheck(number, (damaged,))
    if not re.fullmatch(r"8[123]0000\d{11}[\dX]", number):
        return NumberCheck(
            number, ("港澳台居民居住证号码应为 18 位，以 810000、820000 或 830000 开头，请照证件重填",)
        )
    return _eighteen(number, on, ())


def check_foreign(value: Any, *, on: date) -> NumberCheck:
    """A foreign permanent-resident card: 18 digits starting with 9 (since 2023-12) or the older 3 letters and 12 digits."""
    damaged = _damaged(value)
    number = clean(value)
    if damaged:
        return NumberCheck(number, (damaged,))
    if re.fullmatch(r"9\d{16}[\dX]", number):
        warnings = (
            () if number[1:3] in _PROVINCES else (f"第 2、3 位 {number[1:3]} 不是省级代码，请核对证件",)
        )
        return _eighteen(number, on, warnings)
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        month, day = int(number[9:11]), int(number[11:13])
        faults = () if 1 <= month <= 12 and 1 <= day <= 31 else ("第 8 至 13 位应为出生年月日，请照证件核对",)
        total = sum((int(c, 36)) * (7, 3, 1)[i % 3] for i, c in enumerate(number[:14]))
        warnings = () if total % 10 == int(number[14]) else ("旧版证件校验位不符，请照证件核对",)
        return NumberCheck(number, faults, warnings)
    return NumberCheck(
        number, ("外国人永久居留身份证应为 9 开头的 18 位，或旧版 3 个字母加 12 位数字，请照证件重填",)
    )


def check_document(kind: str, value: Any, *, on: date) -> NumberCheck:
    """The check that goes with a kind of document (`facts.DOCUMENTS`)."""
    checks: dict[str, Callable[..., NumberCheck]] = {
        "resident": check_citizen,
        "hkmt_permit": check_hkmt,
        "foreign_permit": check_foreign,
    }
    return checks[kind](value, on=on)


def check_card(value: Any) -> NumberCheck:
    """A payee account. Cards must pass Luhn; a passbook or social-security settlement account only warns."""
    damaged = _damaged(value)
    number = clean(value)
    if damaged:
        return NumberCheck(number, (damaged,))
    if not re.fullmatch(r"\d{8,30}", number):
        return NumberCheck(number, ("银行账号应为 8 至 30 位数字，请照卡面或存折重填",))
    digits = [int(c) for c in reversed(number)]
    total = sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits))
    luhn = total % 10 == 0
    if number.startswith("62") and 16 <= len(number) <= 19:
        if luhn:
            return NumberCheck(number)
        if len(number) in (16, 19):
            return NumberCheck(number, ("银联卡号校验不符，至少有一位写错，请照卡面逐位核对",))
        return NumberCheck(
            number, (), ("62 开头但校验不符：若为存折或社保卡结算账号可以使用，请与银行核对户名",)
        )
    return NumberCheck(
        number, (), ("不是银联卡号（62 开头、16 至 19 位）：存折账号可以使用，首次发放前请与银行核对户名",)
    )


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_uscc(value: Any) -> NumberCheck:
    """A unified social credit code (统一社会信用代码), with the organisation code (GB 11714) inside it."""
    damaged = _damaged(value)
    code = clean(value)
    if damaged:
        return NumberCheck(code, (damaged,))
    if len(code) != 18 or any(c not in _USCC for c in code):
        return NumberCheck(
            code, ("统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z），请照证照重填",)
        )
    faults = []
    remainder = 11 - sum(int(c, 36) * w for c, w in zip(code[8:16], _ORG_WEIGHTS, strict=True)) % 11
    if code[16] != {10: "X", 11: "0"}.get(remainder, str(remainder)):
        faults.append("第 9 至 17 位（组织机构代码）校验不符，请照证照逐位核对")
    total = sum(_USCC.index(c) * w for c, w in zip(code[:17], _USCC_WEIGHTS, strict=True))
    if code[17] != _USCC[(31 - total % 31) % 31]:
        faults.append("末位校验不符，至少有一位写错，请照证照逐位核对")
    return NumberCheck(code, tuple(faults))
