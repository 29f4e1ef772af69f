"""Division codes (GB/T 2260, GB/T 10114): levels, and how far an office's or a value's reach goes."""

from __future__ import annotations

from functools import lru_cache

LEVELS = {
    "nation": "全国",
    "province": "省级",
    "prefecture": "州（市）级",
    "county": "县级",
    "township": "乡镇级",
    "village": "村级",
}


def level_of(code: str) -> str:
    """The level of a code: '' nation, 530000 province, 533100 prefecture, 533102 county, 9 digits township, 12 village."""
    if code == "":
        return "nation"
    if len(code) == 6:
        if code.endswith("0000"):
            return "province"
        return "prefecture" if code.endswith("00") else "county"
    assert len(code) in (9, 12), f"not a division code: {code}"
    if len(code) == 12 and code.endswith("000"):
        return level_of(code[:9])
    return "township" if len(code) == 9 else "village"


def reach(code: str) -> str:
    """The prefix all codes below share: 530000 → 53, 533100 → 5331, others themselves, nation ''."""
    level = level_of(code)
    if level == "province":
        return code[:2]
    return code[:4] if level == "prefecture" else code[:9] if level == "township" else code


def covers(code: str, other: str) -> bool:
    """Whether `other` lies in (or is) the area `code`."""
    return other.startswith(reach(code))


@lru_cache(maxsize=4096)
def chain(code: str) -> tuple[str, ...]:
    """The code and all above it, nearest first, ending with the nation: village, township, county, …, ''."""
    codes = [code] if code else []
    if len(code) >= 12:
        codes.append(code[:9])
    if len(code) >= 9:
        codes.append(code[:6])
    if len(code) >= 6:
        codes += [code[:4] + "00", code[:2] + "0000"]
    codes.append("")
    return tuple(dict.fromkeys(codes))


def county_of(code: str) -> str:
    """The county a township, village or county code belongs to."""
    return code[:6]


TOWNSHIP_KINDS = {
    "street": "街道",
    "town": "镇",
    "township": "乡",
    "ethnic_township": "民族乡",
    "farm": "农场等",
    "unknown": "未细分",
}


def township_kind(code: str, name: str) -> str:
    """What a township unit is, by its code (GB/T 10114: 0 street, 1 town, 2 township, 4 and on what is treated as one) and its name."""
    if len(code) < 9:
        return "unknown"
    if code[6] == "2":
        return "ethnic_township" if "族乡" in name else "township"
    return {"0": "street", "1": "town"}.get(code[6], "farm")
