"""What the 申请登记表 asks: its sheets and their columns, from the field dictionary."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from tuodi.core.fields import FactField

KEY, NAME, ORDER = "户编号", "姓名", "成员序号"


NOTE_MARK = "填写说明"


RELATIVE = ("与何人有近亲属关系", "关系", "其职务")


FAMILIES_MAX = 2000


MEMBERS_MAX = 30


@dataclass(frozen=True)
class Page:
    """One sheet of the form: its name, whose facts it asks, and which."""

    name: str
    level: str
    fields: tuple[FactField, ...]
    note: str


def _fields(level: str, *sections: str) -> tuple[FactField, ...]:
    source = HOUSEHOLD_FIELDS if level == "household" else MEMBER_FIELDS
    return tuple(f for f in source if f.section in sections and f.declared_by_family)


PAGES = (
    Page(
        "家庭",
        "household",
        _fields("household", "basic", "contact", "situation", "consent"),
        "一户一行。户编号自编，如 1、2、3，各表用同一编号。居住地代码填 12 位村（社区）或 9 位乡镇代码。",
    ),
    Page(
        "成员",
        "member",
        _fields("member", "basic", "situation"),
        "一人一行，户主也要填。证件号码列已设为文本，请照证件填写，不要从数字格粘贴。",
    ),
    Page(
        "收入",
        "member",
        _fields("member", "income", "exempt"),
        "近 12 个月，单位元。没有收入的人不用填。种养业、经营填毛收入和成本两栏，亏损不填负数。",
    ),
    Page(
        "财产",
        "household",
        _fields("household", "asset"),
        "一户一行，申请日的数额，单位元。只有一处自住房的可以不填。",
    ),
    Page(
        "支出",
        "member",
        _fields("member", "expense"),
        "近 12 个月凭票自付的刚性支出，单位元；报销、救助过的部分不填。",
    ),
    Page("需求", "household", _fields("household", "need"), "一户一行，在有困难的栏填“是”。"),
    Page("授权", "member", _fields("member", "consent"), "共同生活的成年成员逐人签核对授权书后，在此登记。"),
)


RELATIVES = "近亲属备案"


ALL_LABELS: dict[str, list[FactField]] = {}


for _page in PAGES:
    for _f in _page.fields:
        ALL_LABELS.setdefault(_f.label, []).append(_f)


def hint(f: FactField) -> str:
    """What a column asks, in a few words."""
    kinds = {
        "money": _("元"),
        "money_year": _("元，12 个月合计"),
        "bool": _("是／否"),
        "int": _("整数") + (f"，{f.unit}" if f.unit else ""),
        "day": _("如 1980-02-29"),
        "choice": _("下拉选择"),
        "text": _("文本"),
    }
    return "；".join(filter(None, (kinds[f.kind], f.help)))


HEAD_ROW, HINT_ROW, FIRST_ROW = 2, 3, 4  # counted from 1; row 1 is the sheet's note


def columns_of(page: Page) -> list[tuple[str, FactField | None]]:
    """The columns of a sheet in order: keys first; the name itself is a field on 成员."""
    keys: list[tuple[str, FactField | None]] = [(KEY, None)]
    if page.level == "member":
        if page.name != "成员":
            keys.append((NAME, None))
        keys.append((ORDER, None))
    return keys + [(f.label, f) for f in page.fields]


GUIDE = (
    "一、在“家庭”表每户填一行，户编号自己编；其他各表用同一户编号。",
    "二、在“成员”表每人填一行，包括户主。表头红字的列必填。",
    "三、证件号码、银行账号、电话、代码各列已设为文本格式。从别处复制时请用“选择性粘贴—数值”，不要粘成数字。",
    "四、金额单位为元，可以带两位小数。没有的不填；确实不知道的填“不详”。",
    "五、生僻字照证件填写。无证件的（如缅籍配偶），证件类型选“无有效证件”并写明原因。",
    "六、不要改动表头，不要合并单元格，不要加宏。填好后在“受理—导入”页先试导入，改完再正式导入。",
)


RELATIVES_NOTE = "申报与低保经办人员、村（社区）干部有近亲属关系的，在此写明；没有的留空。"
