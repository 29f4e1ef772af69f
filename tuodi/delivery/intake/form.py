"""The counter form: one page generated from the field dictionary, kept as flat text values, understood by `entry`.

A value is named h-<field> for the household, m-<n>-<field> for member n and r-<n>-<part> for a near relative. Unticked
boxes are absent; `m-<n>-there` says that a member's block is on the page at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core import facts as dictionary
from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS, Fault
from tuodi.core.fields import FactField
from tuodi.core.identity import check_document
from tuodi.delivery.intake import entry, selectors
from tuodi.delivery.intake.services import Relative

MEMBERS_MAX = 20
RELATIVES_MAX = 3
RELATIVE_PARTS = (
    ("member", "第几名成员"),
    ("official", "与何人"),
    ("relation", "是什么关系"),
    ("post", "其职务"),
)

# What every family is asked stays open; the rest opens when it has something in it or when wanted.
HOUSEHOLD_GROUPS = (
    ("where", gettext_lazy("住在哪里，怎么联系"), ("area_code", "claim_kind", "address", "phone"), True),
    ("account", gettext_lazy("收款账户"), ("payee_name", "payee_bank", "payee_account"), True),
    (
        "home",
        gettext_lazy("户籍与土地"),
        ("contracted_land", "collective_share", "town_residence_months", "residence_permit", "poverty_file"),
        False,
    ),
    ("asset", gettext_lazy("财产"), tuple(f.name for f in HOUSEHOLD_FIELDS if f.section == "asset"), False),
    (
        "need",
        gettext_lazy("困难与需求"),
        tuple(f.name for f in HOUSEHOLD_FIELDS if f.section == "need"),
        True,
    ),
    (
        "pledge",
        gettext_lazy("承诺与近亲属"),
        ("pledge_signed", "pledge_signed_on", "relative_of_staff"),
        True,
    ),
)
_OPEN_MEMBER = (
    "name",
    "relation",
    "number",
    "birth",
    "sex",
    "ethnicity",
    "registered_kind",
    "check_consent",
    "check_consent_on",
)
MEMBER_GROUPS = (
    ("who", "", _OPEN_MEMBER, True),
    (
        "papers",
        gettext_lazy("证件与户籍"),
        (
            "document",
            "no_document_reason",
            "nationality",
            "registered_local",
            "registered_area_code",
            "registered_alone",
            "not_receiving_proof",
            "lives_together",
            "legal_duty",
        ),
        False,
    ),
    (
        "state",
        gettext_lazy("身体、就学、就业"),
        tuple(f.name for f in MEMBER_FIELDS if f.section == "situation" and f.declared_by_family),
        False,
    ),
    ("income", gettext_lazy("收入"), tuple(f.name for f in MEMBER_FIELDS if f.section == "income"), False),
    (
        "exempt",
        gettext_lazy("不计入收入的款项"),
        tuple(f.name for f in MEMBER_FIELDS if f.section == "exempt"),
        False,
    ),
    (
        "expense",
        gettext_lazy("刚性支出"),
        tuple(f.name for f in MEMBER_FIELDS if f.section == "expense"),
        False,
    ),
)
_OPEN_INCOME = frozenset({"head", "spouse"})  # whose income block is open from the start


@dataclass
class Input:
    """One input on the page."""

    name: str
    field: FactField
    value: str
    fault: str = ""
    note: str = ""
    options: Sequence[tuple[str, str, bool]] = ()
    grouped: Sequence[tuple[str, Sequence[tuple[str, str, bool]]]] = ()

    @property
    def id(self) -> str:
        """The element's id."""
        return f"f-{self.name}"

    @property
    def tick(self) -> bool:
        """Whether it is a box to tick."""
        return self.field.kind == "bool"

    @property
    def money(self) -> bool:
        """Whether it takes yuan."""
        return self.field.kind in ("money", "money_year")

    @property
    def mode(self) -> str:
        """The keyboard a phone should show."""
        if self.money:
            return "decimal"
        return "numeric" if self.field.kind == "int" or self.field.name in ("payee_account",) else ""

    @property
    def help(self) -> str:
        """A few words under the label."""
        if self.grouped:
            return ""  # chosen from a list, no code to be known
        return self.field.help or (self.field.unit if self.field.kind == "int" else "")


@dataclass
class Group:
    """Inputs that belong together, folded or open."""

    code: str
    title: str | Promise
    inputs: list[Input]
    open: bool
    wrong: int = 0


@dataclass
class MemberBlock:
    """One member's part of the page."""

    number: int
    name: str
    groups: list[Group]


@dataclass
class Form:
    """The whole page worked out from its values: inputs, what is wrong, what is missing, the totals."""

    values: Mapping[str, str]
    facts: dict[str, Any]
    faults: dict[str, str]
    notes: dict[str, str]
    relatives: list[Relative]
    household: list[Group] = field(default_factory=list)
    members: list[MemberBlock] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    unread: bool = False

    @property
    def sound(self) -> bool:
        """Whether it can be handed in."""
        return not self.faults

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Anchor, label and text of each fault in the order of the page, for the summary."""
        order = {name: i for i, name in enumerate(self._names())}
        rows = sorted(self.faults.items(), key=lambda item: order.get(item[0], 9999))
        return [(f"f-{name}", label_of(name), text) for name, text in rows]

    def _names(self) -> list[str]:
        return (
            [i.name for g in self.household[:2] for i in g.inputs]
            + [i.name for m in self.members for g in m.groups for i in g.inputs]
            + [i.name for g in self.household[2:] for i in g.inputs]
        )


_NAME = re.compile(r"(?:h-([a-z0-9_]+)|m-(\d{1,2})-([a-z0-9_]+)|r-(\d)-(member|official|relation|post))")
_KNOWN = {("h", f.name) for f in HOUSEHOLD_FIELDS if f.declared_by_family} | {
    ("m", f.name) for f in MEMBER_FIELDS if f.declared_by_family
}


def values_of(post: Mapping[str, str]) -> dict[str, str]:
    """The values of this form among everything that was posted: known names only, of a bounded length."""
    kept: dict[str, str] = {}
    for name, value in post.items():
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        household, number, member, relative, _part = found.groups()
        known = (
            ("h", household) in _KNOWN
            or (
                number is not None
                and 1 <= int(number) <= MEMBERS_MAX
                and (member == "there" or ("m", member) in _KNOWN)
            )
            or (relative is not None and 1 <= int(relative) <= RELATIVES_MAX)
        )
        if known and value.strip():
            kept[name] = value[:1000]
    return kept


def numbers_in(values: Mapping[str, str]) -> list[int]:
    """The member numbers on the page, in order; at least one."""
    found = {int(n[2]) for name in values if (n := _NAME.fullmatch(name)) and n[2]}
    return sorted(found) or [1]


def fresh_member(values: dict[str, str], number: int, *, relation: str = "") -> None:
    """Put in the values a new member's block starts with: what is usual is ticked."""
    values[f"m-{number}-there"] = "1"
    if relation:
        values[f"m-{number}-relation"] = relation
    for f in MEMBER_FIELDS:
        if f.declared_by_family and f.kind == "bool" and f.blank is True:
            values[f"m-{number}-{f.name}"] = "on"


def start(area_code: str = "") -> dict[str, str]:
    """The values of an empty form: one member, the head."""
    values: dict[str, str] = {}
    if area_code:
        values["h-area_code"] = area_code
    fresh_member(values, 1, relation="head")
    return values


def add_member(values: Mapping[str, str]) -> dict[str, str]:
    """One member more, at the end."""
    grown = dict(values)
    number = numbers_in(values)[-1] + 1
    if number <= MEMBERS_MAX:
        fresh_member(grown, number)
    return grown


def remove_member(values: Mapping[str, str], number: int) -> dict[str, str]:
    """One member less; those after move up, nothing else changes."""
    kept: dict[str, str] = {}
    for name, value in values.items():
        found = _NAME.fullmatch(name)
        if found and found[2]:
            at = int(found[2])
            if at == number:
                continue
            if at > number:
                name = f"m-{at - 1}-{found[3]}"
        kept[name] = value
    if not any(n.startswith("m-") for n in kept):
        fresh_member(kept, 1, relation="head")
    return kept


def values_from(facts: Mapping[str, Any]) -> dict[str, str]:
    """The form's values from a facts document, for putting a declaration right."""
    values: dict[str, str] = {}

    def put(prefix: str, fields: Sequence[FactField], given: Mapping[str, Any]) -> None:
        for f in fields:
            if not f.declared_by_family:
                continue
            value = given.get(f.name, f.blank)
            if f.kind == "bool":
                if value:
                    values[prefix + f.name] = "on"
            elif f.kind == "choice":
                if value is not None and value != f.blank:
                    values[prefix + f.name] = str(value)
            elif f.name in given and value != f.blank:
                values[prefix + f.name] = entry.shown(f, value)

    put("h-", HOUSEHOLD_FIELDS, facts["household"])
    for n, member in enumerate(facts["members"], 1):
        values[f"m-{n}-there"] = "1"
        put(f"m-{n}-", MEMBER_FIELDS, member)
    return values


def label_of(name: str) -> str:
    """What an input is called in a list: 成员 2 证件号码."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    if found[1]:
        return dictionary.field_label("household", found[1])
    if found[2]:
        return _("成员 {n} {label}").format(n=found[2], label=dictionary.field_label("member", found[3]))
    return dict(RELATIVE_PARTS).get(found[5], name)


def understand(
    values: Mapping[str, str], *, on: date
) -> tuple[dict[str, Any], dict[str, str], dict[str, str], list[Relative]]:
    """The facts in some values, with faults and notes by input name. Position n in the facts is the n-th block."""
    faults: dict[str, str] = {}
    notes: dict[str, str] = {}

    def take(prefix: str, fields: Sequence[FactField]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for f in fields:
            if not f.declared_by_family:
                continue
            name = prefix + f.name
            if f.kind == "bool":
                value = name in values
                if value != f.blank:
                    given[f.name] = value
                continue
            result = entry.read(f, values.get(name, ""))
            if result.fault:
                faults[name] = result.fault
            elif not result.blank:
                if result.note:
                    notes[name] = result.note
                if result.value != f.blank or f.required:
                    given[f.name] = result.value
        return given

    household = take("h-", HOUSEHOLD_FIELDS)
    members = []
    for n in numbers_in(values):
        member = take(f"m-{n}-", MEMBER_FIELDS)
        number, kind = member.get("number"), member.get("document", "resident")
        if isinstance(number, str) and number and kind != "none":
            check = check_document(kind, number, on=on)
            if check.ok:
                # Born when, and man or woman: the number says it, so it is not asked twice.
                member["number"] = check.number
                if check.birth and not member.get("birth") and f"m-{n}-birth" not in faults:
                    member["birth"] = check.birth.isoformat()
                if check.sex and member.get("sex", "9") == "9":
                    member["sex"] = check.sex
                if check.warnings:
                    notes[f"m-{n}-number"] = "；".join(check.warnings)
        members.append(member)
    relatives = []
    for r in range(1, RELATIVES_MAX + 1):
        parts = {part: values.get(f"r-{r}-{part}", "").strip() for part, _label in RELATIVE_PARTS}
        if not any(parts.values()):
            continue
        number = int(parts["member"]) if parts["member"].isdigit() and len(parts["member"]) < 3 else 0
        if not 1 <= number <= len(members):
            faults[f"r-{r}-member"] = _("请选是哪一名成员")
        elif not parts["official"] or not parts["relation"]:
            faults[f"r-{r}-official"] = _("请写明与谁、是什么关系")
        else:
            relatives.append(
                Relative(number, parts["relation"][:20], parts["official"][:40], parts["post"][:60])
            )
    return {"household": household, "members": members}, faults, notes, relatives


def build(
    values: Mapping[str, str],
    *,
    on: date,
    areas: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    show_required: bool = True,
    application: Any = None,
    programme: str = "minimum_living",
) -> Form:
    """The page for some values. With `show_required` an empty required field is a fault; while typing it is not."""
    facts, faults, notes, relatives = understand(values, on=on)
    numbers = numbers_in(values)
    for fault in selectors.faults(facts, on=on, programme=programme, application=application):
        name = input_of(fault, numbers)
        if not show_required and not values.get(name) and "必填" in fault.message:
            continue
        if (
            not show_required
            and fault.field in ("number", "birth", "no_document_reason")
            and not values.get(name)
        ):
            continue
        faults.setdefault(name, fault.message)
    form = Form(values, facts, faults, notes, relatives)
    form.household = [
        _group("h-", g, HOUSEHOLD_FIELDS, values, faults, notes, areas) for g in HOUSEHOLD_GROUPS
    ]
    for position, n in enumerate(numbers, 1):
        groups = [_group(f"m-{n}-", g, MEMBER_FIELDS, values, faults, notes, areas) for g in MEMBER_GROUPS]
        if values.get(f"m-{n}-relation") in _OPEN_INCOME:
            next(g for g in groups if g.code == "income").open = True
        derived = facts["members"][position - 1]
        for i in groups[0].inputs:  # what the number told is shown
            if i.field.name == "birth" and not i.value:
                i.value = str(derived.get("birth") or "")
            if i.field.name == "sex" and values.get(i.name, "") in ("", "9") and derived.get("sex"):
                i.options = [(c, label, c == derived["sex"]) for c, label, _on in i.options]
        form.members.append(MemberBlock(n, values.get(f"m-{n}-name", ""), groups))
    form.missing = selectors.missing_in(_datable(facts, faults, numbers), on)
    form.hints = selectors.hints_in(facts, on)
    form.totals = selectors.declared_totals(facts)
    return form


def _datable(facts: Mapping[str, Any], faults: Mapping[str, str], numbers: Sequence[int]) -> dict[str, Any]:
    """The facts without days that are no days, so that ages can be worked out for the rest."""
    members = []
    for n, member in zip(numbers, facts["members"], strict=True):
        members.append({k: v for k, v in member.items() if not (k == "birth" and f"m-{n}-birth" in faults)})
    return {"household": facts["household"], "members": members}


def input_of(fault: Fault, numbers: Sequence[int]) -> str:
    """The input a fault belongs to."""
    if not fault.member:
        return f"h-{fault.field}"
    return f"m-{numbers[fault.member - 1]}-{fault.field}"


def _group(
    prefix: str,
    spec: tuple[str, str | Promise, Sequence[str], bool],
    fields: Sequence[FactField],
    values: Mapping[str, str],
    faults: Mapping[str, str],
    notes: Mapping[str, str],
    areas: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> Group:
    code, title, names, always = spec
    by_name = {f.name: f for f in fields}
    inputs = [_input(prefix, by_name[n], values, faults, notes, areas) for n in names]
    wrong = sum(1 for i in inputs if i.fault)
    used = any(
        i.value and i.value != str(i.field.blank) and not (i.tick and i.field.blank is True) for i in inputs
    )
    return Group(code, title, inputs, always or bool(wrong) or used, wrong)


def _input(
    prefix: str,
    f: FactField,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    notes: Mapping[str, str],
    areas: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> Input:
    name = prefix + f.name
    value = values.get(name, "")
    one = Input(name, f, value, faults.get(name, ""), notes.get(name, ""))
    if f.name == "area_code":  # chosen by name here; in the workbook it is a code
        one.field = replace(f, label=_("居住地（村、社区）"), help=_("申请在此受理"))
        one.grouped = [(town, [(c, label, c == value) for c, label in villages]) for town, villages in areas]
    elif f.kind == "choice":
        chosen = value or (f.blank if f.blank in f.choices else "")
        one.options = [(c, label, c == chosen) for c, label in f.choices.items()]
        if f.blank not in f.choices:
            one.options = [("", _("请选择"), not chosen), *one.options]
    return one
