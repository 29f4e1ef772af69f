"""The counter form: one page generated from the field dictionary, kept as flat text values, understood by `entry`.

A value is named h-<field> for the household, m-<n>-<field> for member n, r-<n>-<part> for a near relative, n-<code> for a
category of need and b-<part> for who applies in the family's place. Facts of a topic (core.topics) are on the page only where a
programme still needs them (policy.asking); left empty they stay unknown. Unticked
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
from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS, SOURCES, TOPIC_FIELDS, Fault
from tuodi.core.fields import FactField
from tuodi.core.identity import check_document
from tuodi.core.months import months_later
from tuodi.core.topics import TOPICS
from tuodi.delivery.intake import entry, selectors
from tuodi.delivery.intake.services import MandateSaid, Relative, needs_in
from tuodi.policy import needs as need_table
from tuodi.policy.asking import Asked
from tuodi.policy.catalogue import PROGRAMMES

MEMBERS_MAX = 20
RELATIVES_MAX = 3
NEED_TAGS = frozenset(f"need_{tag}" for tag in need_table.TAGS)
MANDATE_PARTS = ("kind", "name", "number", "relation", "phone", "signed_on", "until")
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
        ("need_note",),  # the family's own words; the tags follow from the categories ticked below them
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
        """Whether it is a box to tick. A fact of a topic is chosen yes or no: nobody having asked is neither."""
        return self.field.kind == "bool" and not self.field.topic

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
class TopicGroup:
    """What a topic still asks of the household or of one member."""

    topic: str
    member: int  # the number on the page, 0 for the household
    title: str
    inputs: list[Input]

    @property
    def id(self) -> str:
        """The element's id."""
        return f"topic-{self.topic}-{self.member}"


@dataclass
class NeedBox:
    """A category of need with its box: ticked by the officer, or only suggested by the family's words."""

    code: str
    label: str
    ticked: bool
    suggested: bool


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
    needs: list[NeedBox] = field(default_factory=list)
    topics: list[TopicGroup] = field(default_factory=list)
    fetched: list[tuple[str, list[str]]] = field(
        default_factory=list
    )  # source in words, what it is asked for
    mandate: MandateSaid | None = None

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
            + [i.name for t in self.topics for i in t.inputs]
        )

    @property
    def asked(self) -> str:
        """The names of the topics' inputs on the page, for the next save to say what is new."""
        return " ".join(i.name for t in self.topics for i in t.inputs)


_NAME = re.compile(
    r"(?:h-([a-z0-9_]+)|m-(\d{1,2})-([a-z0-9_]+)|r-(\d)-(member|official|relation|post)"
    r"|n-([a-z_]+)|b-(kind|name|number|relation|phone|signed_on|until))"
)
HOUSEHOLD_TOPICS = tuple(f for f in TOPIC_FIELDS if f.level == "household" and f.declared_by_family)
MEMBER_TOPICS = tuple(f for f in TOPIC_FIELDS if f.level == "member" and f.declared_by_family)
_KNOWN = {("h", f.name) for f in (*HOUSEHOLD_FIELDS, *HOUSEHOLD_TOPICS) if f.declared_by_family} | {
    ("m", f.name) for f in (*MEMBER_FIELDS, *MEMBER_TOPICS) if f.declared_by_family
}


def values_of(post: Mapping[str, str]) -> dict[str, str]:
    """The values of this form among everything that was posted: known names only, of a bounded length."""
    kept: dict[str, str] = {}
    for name, value in post.items():
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        household, number, member, relative, _part, need, behalf = found.groups()
        known = (
            need in need_table.table()
            or behalf is not None
            or ("h", household) in _KNOWN
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


def values_from(facts: Mapping[str, Any], needs: Sequence[str] | None = None) -> dict[str, str]:
    """The form's values from a facts document, for putting a declaration right; `needs` are the categories confirmed with it."""
    values: dict[str, str] = {f"n-{code}": "on" for code in (needs_in(facts) if needs is None else needs)}

    def put(prefix: str, fields: Sequence[FactField], given: Mapping[str, Any]) -> None:
        for f in fields:
            if not f.declared_by_family or f.name in NEED_TAGS:
                continue
            if f.topic:
                if given.get(f.name) is not None:
                    values[prefix + f.name] = _chosen(f, given[f.name])
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

    put("h-", (*HOUSEHOLD_FIELDS, *HOUSEHOLD_TOPICS), facts["household"])
    for n, member in enumerate(facts["members"], 1):
        values[f"m-{n}-there"] = "1"
        put(f"m-{n}-", (*MEMBER_FIELDS, *MEMBER_TOPICS), member)
    return values


def _chosen(f: FactField, value: Any) -> str:
    """A topic's fact as the value of its input."""
    if f.kind == "bool":
        return "yes" if value else "no"
    return str(value) if f.kind == "choice" else entry.shown(f, value)


def codes_in(values: Mapping[str, str]) -> tuple[str, ...]:
    """The categories of need ticked on the page, in the order of the table."""
    return tuple(code for code in need_table.table() if f"n-{code}" in values)


def mandate_in(values: Mapping[str, str], on: date) -> tuple[MandateSaid | None, dict[str, str]]:
    """Who applies in the family's place, and what is wrong with how it was said."""
    said = {part: values.get(f"b-{part}", "").strip() for part in MANDATE_PARTS}
    if not said["kind"]:
        return None, {}
    faults: dict[str, str] = {}
    days = {}
    for part, blank in (("signed_on", on), ("until", months_later(on, 12))):
        read = entry.read(_DAY, said[part])
        if read.fault:
            faults[f"b-{part}"] = read.fault
        days[part] = date.fromisoformat(read.value) if read.value and not read.fault else blank
    if len(said["name"]) < 2:
        faults["b-name"] = _("请填代办人的姓名")
    if not said["relation"]:
        faults["b-relation"] = _("请选与申请人的关系")
    if said["kind"] == "agent" and not said["number"]:
        faults["b-number"] = _("委托代理须填代理人的身份证号")
    elif said["number"]:
        check = check_document("resident", said["number"], on=on)
        if not check.ok:
            faults["b-number"] = "；".join(check.faults)
        said["number"] = check.number if check.ok else said["number"]
    if days["until"] <= on:
        faults["b-until"] = _("委托书已经过期，请重新签署")
    one = MandateSaid(
        kind=said["kind"],
        name=said["name"][:40],
        relation=said["relation"],
        signed_on=days["signed_on"],
        until=days["until"],
        number=said["number"],
        phone=said["phone"][:20],
    )
    return one, faults


_DAY = FactField("day", "", "household", "day", "", blank="")


def label_of(name: str) -> str:
    """What an input is called in a list: 成员 2 证件号码."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    if found[1]:
        return dictionary.field_label("household", found[1])
    if found[2]:
        return _("成员 {n} {label}").format(n=found[2], label=dictionary.field_label("member", found[3]))
    if found[7]:
        return _("代办人")
    if found[6]:
        return need_table.table()[found[6]].label if found[6] in need_table.table() else name
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
            if f.topic:
                result = entry.read(f, values.get(name, ""))
                if result.fault:
                    faults[name] = result.fault
                elif not result.blank:
                    given[f.name] = result.value
                continue
            if f.name in NEED_TAGS:
                if f.name.removeprefix("need_") in tags or name in values:
                    given[f.name] = True
                continue
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

    tags = need_table.tags_of(codes_in(values))
    household = take("h-", (*HOUSEHOLD_FIELDS, *HOUSEHOLD_TOPICS))
    members = []
    for n in numbers_in(values):
        member = take(f"m-{n}-", (*MEMBER_FIELDS, *MEMBER_TOPICS))
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
    mandate, wrong = mandate_in(values, on)
    if show_required:
        faults.update(wrong)
    form = Form(values, facts, faults, notes, relatives, mandate=mandate)
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
    codes = codes_in(values)
    suggested = need_table.suggested(values.get("h-need_note", ""), on)
    form.needs = [
        NeedBox(n.code, n.label, n.code in codes, n.code in suggested and n.code not in codes)
        for n in need_table.offered(on)
    ]
    asks = selectors.to_ask(_datable(facts, faults, numbers), codes, on)
    form.topics = _topics(asks, values, faults, notes, numbers)
    form.fetched = _fetched(asks, facts)
    return form


def _topics(
    asks: Sequence[Asked],
    values: Mapping[str, str],
    faults: Mapping[str, str],
    notes: Mapping[str, str],
    numbers: Sequence[int],
) -> list[TopicGroup]:
    """What is still to be asked of the family and what of it was answered, by topic and person; each fact stands once."""
    why = {a.key: "、".join(PROGRAMMES[c].short for c in a.programmes) for a in asks if a.how == "family"}
    groups: dict[tuple[int, str], TopicGroup] = {}
    for member, n in ((0, 0), *enumerate(numbers, 1)):
        prefix = f"m-{n}-" if member else "h-"
        for f in MEMBER_TOPICS if member else HOUSEHOLD_TOPICS:
            key = (f.level, f.name, member)
            if key not in why and not values.get(prefix + f.name):
                continue
            one = _input(prefix, f, values, faults, notes, ())
            if key in why:
                one.field = replace(
                    f,
                    help="；".join(filter(None, (f.help, _("{programmes}要用").format(programmes=why[key])))),
                )
            who = values.get(f"m-{n}-name", "") or _("成员 {n}").format(n=member) if member else ""
            title = f"{who}：{TOPICS[f.topic]}" if who else TOPICS[f.topic]
            groups.setdefault((n, f.topic), TopicGroup(f.topic, n, title, [])).inputs.append(one)
    return list(groups.values())


def _fetched(asks: Sequence[Asked], facts: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What platforms supply, by platform: it is not asked."""
    by_source: dict[str, list[str]] = {}
    for a in asks:
        if a.how != "source":
            continue
        who = facts["members"][a.member - 1].get("name") or f"{a.member}" if a.member else ""
        line = f"{who}：{a.field.label}" if who else a.field.label
        by_source.setdefault("、".join(SOURCES[x] for x in a.field.sources), []).append(line)
    return list(by_source.items())


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
    elif f.topic and f.kind == "bool":
        chosen = {"是": "yes", "否": "no"}.get(value, value)
        one.options = [
            (c, label, c == chosen) for c, label in (("", _("请选择")), ("yes", _("是")), ("no", _("否")))
        ]
    elif f.kind == "choice":
        chosen = value or (f.blank if f.blank in f.choices else "")
        one.options = [(c, label, c == chosen) for c, label in f.choices.items()]
        if f.blank not in f.choices:
            one.options = [("", _("请选择"), not chosen), *one.options]
    return one
