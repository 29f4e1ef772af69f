"""What is still to be asked of a family: only what some programme needs, nobody knows yet, and could change its answer.

One pure function, for the counter form, the machine interface and the one-time notice. Every programme is answered on what is known
(`answers`); one that is certain not to hold asks nothing more; the others name the facts they wait for. What a government platform
has is not asked of the family (最低生活保障审核确认办法: nothing obtainable from a platform may be asked for); what only an officer
establishes is not asked either. Topics that nothing in the facts points to (a broken house, an accident) are opened by a need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tuodi.core.facts import BY_NAME, SOURCES, TOPIC_FIELDS, Household
from tuodi.core.fields import FactField
from tuodi.core.finding import Assessment
from tuodi.core.identity import age_on
from tuodi.core.logic import Unknown, is_unknown
from tuodi.core.parameters import Parameters
from tuodi.policy import needs as need_table
from tuodi.policy.answers import Answers, answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import every
from tuodi.policy.programme import Paper, Programme

# Where the facts of the first page say nothing of a topic, only a need opens it; the others follow from facts alone.
BY_NEED = frozenset({"charity", "hardship", "health", "home", "poverty", "work"})
HOW: Mapping[str, str] = {
    "family": "问家庭",
    "source": "由部门核对取得，不用提供",
    "officer": "由经办人员查明",
}
Key = tuple[str, str, int]
"""Level, name and member (0: the household) of a fact."""

_MARK = "#"


@dataclass(frozen=True)
class Asked:
    """A fact still unknown: of the household (`member` 0) or of a member, for which programmes, why, and who is to say it.

    `how`: family, source (a platform has it) or officer. `why` is, by programme, the condition that waits for it.
    """

    field: FactField
    member: int
    how: str
    why: Mapping[str, str]

    @property
    def key(self) -> Key:
        """What makes it one question."""
        return self.field.level, self.field.name, self.member

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that need it."""
        return tuple(self.why)

    @property
    def sources(self) -> str:
        """Which platforms have it, in words."""
        return "、".join(SOURCES[s] for s in self.field.sources)

    def to_dict(self) -> dict[str, Any]:
        """For the machine interface (JSON-able)."""
        return {
            "level": self.field.level,
            "field": self.field.name,
            "label": self.field.label,
            "member": self.member,
            "how": self.how,
            "sources": list(self.field.sources),
            "programmes": list(self.why),
            "why": dict(self.why),
        }


def how_of(field: FactField) -> str:
    """Who is to say a fact of a topic: a platform that has it, an officer who establishes it, or the family."""
    if field.sources:
        return "source"
    return "family" if field.declared_by_family else "officer"


def to_ask(
    facts: Mapping[str, Any], needs: Iterable[str], parameters: Parameters, on: date
) -> tuple[Asked, ...]:
    """The facts still needed of a family, each once, in the order of the dictionary: the household's, then each member's.

    `needs` are categories of `policy.needs`; those the facts speak of count too. Facts of the first page left out have their blank
    value, as on a signed form. What is asked changes what is asked next: an answer may settle a programme or open its details.
    """
    wanted = _wanted(facts, needs, on)
    found = answers(_numbered(facts), parameters, on=on)
    why: dict[Key, dict[str, str]] = {}
    for (code, number), a in every(found):
        if a.eligible is False:
            continue
        due = found.due(code, number)
        if due.because and not due.stays:
            continue
        for name, reason in _waits(a).items():
            field, member = _field_of(name)
            if field is None or (field.topic in BY_NEED and code not in wanted):
                continue
            why.setdefault((field.level, field.name, member), {}).setdefault(code, reason)
    for code in sorted(wanted):
        programme = PROGRAMMES[code]
        if programme.evaluate is None and programme.in_force(on):
            for key in _of_form(programme, facts):
                why.setdefault(key, {}).setdefault(code, "由部门决定，先问清")
    why = {key: told for key, told in why.items() if _concerns(facts, key)}
    order = {(f.level, f.name): n for n, f in enumerate(TOPIC_FIELDS)}
    rows = sorted(why, key=lambda k: (k[2], order.get((k[0], k[1]), -1)))
    return tuple(
        Asked(BY_NAME[level, name], member, how_of(BY_NAME[level, name]), why[level, name, member])
        for level, name, member in rows
    )


def _of_form(programme: Programme, facts: Mapping[str, Any]) -> Iterable[Key]:
    """The questions of a programme without a formula that nobody has answered."""
    for name in programme.form:
        if ("household", name) in BY_NAME:
            if BY_NAME["household", name].topic and name not in facts["household"]:
                yield "household", name, 0
        elif BY_NAME["member", name].topic:
            for number, m in enumerate(facts["members"], 1):
                if name not in m:
                    yield "member", name, number


def _disabled(m: Mapping[str, Any]) -> bool:
    return (m.get("disability") or "none") != "none"


def _registered_poor(h: Mapping[str, Any], m: Mapping[str, Any], on: date) -> bool:
    return (h.get("poverty_status") or "none") not in ("none", "stable")


def _disabled_child(h: Mapping[str, Any], m: Mapping[str, Any], on: date) -> bool:
    return _disabled(m) and bool(m.get("birth")) and age_on(date.fromisoformat(m["birth"]), on) < MAJORITY


MAJORITY = 18  # Civil Code Art 17
# The sign without which a need does not ask for a programme that an officer decides, seen on the household and one member.
SIGNS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], date], bool]] = {
    "home_teaching": _disabled_child,
    "university_scholarship": lambda h, m, on: m.get("student") in ("college", "undergraduate"),
    "day_care": lambda h, m, on: _disabled(m),
    "home_adaptation": lambda h, m, on: _disabled(m),
    "poverty_social_security": _registered_poor,
    "poverty_education": _registered_poor,
    "poverty_health": _registered_poor,
    "poverty_talent": _registered_poor,
    "poverty_ecology": _registered_poor,
}


def _wanted(facts: Mapping[str, Any], needs: Iterable[str], on: date) -> frozenset[str]:
    """The programmes the needs, said or spoken of by the facts, ask for in this family."""
    household = facts["household"]
    return frozenset(
        code
        for code in need_table.programmes_of({*needs, *need_table.implied(facts)})
        if code not in SIGNS or any(SIGNS[code](household, m, on) for m in facts["members"])
    )


# Of whom a topic is asked, where its facts are not of everybody; of all members where nobody in the family is so.
CONCERNS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "health": lambda m: bool(m.get("serious_illness") or m.get("medical_self_pay_year_fen")),
    "care": lambda m: _disabled(m) or m.get("identity") == "tekun",
    "school": lambda m: (m.get("student") or "none") != "none",
}


def _concerns(facts: Mapping[str, Any], key: Key) -> bool:
    level, name, number = key
    concerned = CONCERNS.get(BY_NAME[level, name].topic)
    if level == "household" or concerned is None:
        return True
    members = facts["members"]
    if concerned(members[number - 1]):
        return True
    # A family may not say who is ill; who goes to school it has said.
    return BY_NAME[level, name].topic != "school" and not any(concerned(m) for m in members)


def _numbered(facts: Mapping[str, Any]) -> Household:
    """The family with numbers for names: an unknown fact then says whose it is without a doubt."""
    return Household(
        facts["household"],
        [{**m, "name": f"{_MARK}{n}"} for n, m in enumerate(facts["members"], 1)],
    )


def _waits(a: Assessment) -> dict[str, str]:
    """The facts an answer waits for, each with the condition that waits; what only the amount needs comes when it is due."""
    waits: dict[str, str] = {}
    for f in a.findings:
        for name in f.missing if f.required else ():
            waits.setdefault(name, f.sentence.split("：")[0])
    deciding = a.eligible.names if isinstance(a.eligible, Unknown) else frozenset()
    names = set(deciding)
    if not any(_of_family(name) for name in deciding) and isinstance(a.amount_fen, Unknown):
        names |= a.amount_fen.names
    return {name: waits.get(name, "金额") for name in sorted(names)}


def _of_family(name: str) -> bool:
    field, _member = _field_of(name)
    return field is not None and how_of(field) == "family"


@lru_cache(maxsize=1)
def _by_label() -> Mapping[tuple[str, str], FactField]:
    return {(f.level, f.label): f for f in BY_NAME.values()}


def _field_of(name: str) -> tuple[FactField | None, int]:
    """The field and member an unknown fact's name says; None for what is no fact (an index not out yet)."""
    if name.startswith(_MARK):
        number, _colon, label = name[len(_MARK) :].partition("：")
        return _by_label().get(("member", label)), int(number)
    return _by_label().get(("household", name)), 0


# ── what may be had ──

# What comes by itself: paid by a roll, given by the school to every pupil, compared by a bureau of its own accord.
WITHOUT_APPLYING = frozenset(
    {
        "price_supplement",
        "compulsory_tuition",
        "nutrition",
        "unemployment_link",
        "work_refusal",
        "tekun_funeral",
    }
)


@dataclass(frozen=True)
class Standing:
    """How a family stands with one programme, for the whole of it (`whom` empty) or for some members.

    `verdict`: yes; look (what is missing is for a body or an officer to find); ask (the family can say it); no; decision (no
    formula: an officer decides); not_set (a value is not in force).
    """

    programme: str
    verdict: str
    whom: tuple[int, ...] = ()
    amount_fen: int | None = None
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    needed: bool = False

    @property
    def opens(self) -> bool:
        """Whether an application opens it: it is due, or a need asks for it and nothing speaks against it."""
        if self.programme in WITHOUT_APPLYING:
            return False
        return self.verdict == "yes" or (self.needed and self.verdict in ("look", "ask", "decision"))


def standings(
    facts: Mapping[str, Any], needs: Iterable[str], parameters: Parameters, on: date
) -> tuple[Standing, ...]:
    """Every programme in force on the day, in the order of the catalogue: may it be had, for whom, why or why not."""
    found = answers(Household.from_dict(facts), parameters, on=on)
    wanted = _wanted(facts, needs, on)
    said: dict[str, list[tuple[int, Assessment]]] = {}
    for (code, number), a in every(found):
        said.setdefault(code, []).append((number, a))
    rows = []
    for code, programme in PROGRAMMES.items():
        if not programme.in_force(on):
            continue
        needed = code in wanted
        if code in found.not_set:
            rows.append(Standing(code, "not_set", because=(found.not_set[code],), needed=needed))
        elif programme.evaluate is None:
            rows.append(Standing(code, "decision", needed=needed))
        elif code in said:
            rows.append(_standing(code, said[code], found, needed))
    return tuple(rows)


def _standing(code: str, answered: list[tuple[int, Assessment]], found: Answers, needed: bool) -> Standing:
    yes, open_, no = [], [], []
    excluded: list[str] = []
    for number, a in answered:
        due = found.due(code, number)
        if a.eligible is True and due.because and not due.stays:
            excluded += [f"{f.sentence}（{f.basis}）" for f in due.because]
        elif a.eligible is True:
            yes.append((number, a, due.payable_fen))
        elif is_unknown(a.eligible):
            open_.append((number, a))
        else:
            no.append((number, a))
    if yes:
        amounts = [fen for _n, _a, fen in yes]
        total = None if any(is_unknown(x) for x in amounts) else sum(amounts)
        because = tuple(dict.fromkeys(s for _n, a, _f in yes for s in a.sentences()))
        missing = tuple(dict.fromkeys(name for _n, a, _f in yes for name in a.missing))
        return Standing(code, "yes", _whom(yes), total or None, because, missing, needed)
    if open_:
        missing = tuple(dict.fromkeys(name for _n, a in open_ for name in a.missing))
        fields = (
            _by_label().get((level, name.split("：")[-1]))
            for name in missing
            for level in ("household", "member")
        )
        family = any(f is not None and how_of(f) == "family" for f in fields)
        return Standing(code, "ask" if family else "look", _whom(open_), None, (), missing, needed)
    because = tuple(
        dict.fromkeys([*excluded, *(f"{f.sentence}（{f.basis}）" for _n, a in no for f in a.fails)])
    )
    return Standing(code, "no", because=because, needed=needed)


def _whom(rows: list[Any]) -> tuple[int, ...]:
    return tuple(row[0] for row in rows if row[0])


# ── papers ──


@dataclass(frozen=True)
class Merged:
    """A paper some programmes need, named once; `known_to` where a body has it already, then nobody brings it."""

    paper: Paper
    programmes: tuple[str, ...]


def papers_of(programmes: Iterable[str]) -> tuple[Merged, ...]:
    """The papers of several programmes, each once, those to bring first."""
    by_label: dict[str, tuple[Paper, list[str]]] = {}
    for code in programmes:
        for paper in PROGRAMMES[code].papers:
            by_label.setdefault(paper.label, (paper, []))[1].append(code)
    merged = [Merged(paper, tuple(codes)) for paper, codes in by_label.values()]
    return tuple(sorted(merged, key=lambda m: bool(m.paper.known_to)))
