"""What is payable of each programme once all are put side by side, for one household on a day: the table of `pairs` as a rule.

Each programme's own answer stays as it is; here is what stays payable of it, and for each reduction the sentence and the clause. Only
what is certain pushes out something else: a programme nobody can answer yet stops none that is due. One set of functions for one
family in plain numbers and for all of them as columns (then the members are one, who stands for all).

It is asked on the household as `answers` presumes it, so that minimum living has already left out who has a living of his own; where
somebody is counted in both all the same, his share goes (C5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import Value, at_least, choose, is_one_of, is_unknown, negate, surely
from tuodi.core.money import whole_yuan_up
from tuodi.policy.minimum_living.rule import LAWS, MONTHS, member_terms
from tuodi.policy.stacking.pairs import (
    CHILD,
    CHOICE,
    DIBAO,
    DISASTER,
    HOUSE,
    IDENTITY,
    LIVING,
    NOTICE,
    NURSING,
    ORPHAN,
    PRICE,
    PRICES,
    RELIEF,
    SEVERE,
    SUBSIDIES,
    TEKUN,
    UNATTENDED,
)

HOUSES = ("dilapidated_house", "quake_safe_house")
# The stages of disaster relief that keep a family alive, as temporary relief does; a house or a death is another loss.
SAME_LOSS = ("disaster_emergency", "disaster_transitional")


@dataclass(frozen=True)
class Due:
    """What is payable of one programme: assessed by itself, payable beside the others, and each reduction that may bite.

    The period is that of the assessment. A reduction `holds` where it bites (a column in bulk).
    """

    programme: str
    assessed_fen: Value
    payable_fen: Value
    reductions: tuple[Finding, ...]

    @property
    def because(self) -> tuple[Finding, ...]:
        """The reductions that bite."""
        return tuple(f for f in self.reductions if f.holds is True)

    @property
    def stays(self) -> bool:
        """Whether it is known how much is payable, and the other programmes leave something of it (a place or service is no money)."""
        return not is_unknown(self.payable_fen) and (self.payable_fen > 0 or not self.because)


@dataclass(frozen=True)
class Stacked:
    """What is payable to the household and to each member, by programme."""

    household: Mapping[str, Due]
    members: tuple[Mapping[str, Due], ...]

    @property
    def because(self) -> tuple[Finding, ...]:
        """Every reduction that bites, of the household first."""
        return tuple(
            f for of_whom in (self.household, *self.members) for due in of_whom.values() for f in due.because
        )


class Purse:
    """The programmes of one person or household on the table, being put in order."""

    def __init__(self, found: Mapping[str, Assessment]) -> None:
        self.found = found
        self.fen: dict[str, Value] = {code: a.amount_fen for code, a in found.items()}
        self.reductions: dict[str, list[Finding]] = {code: [] for code in found}

    def due(self, code: str) -> Value:
        """Whether a programme is certainly due by itself."""
        return surely(self.found[code].eligible) if code in self.found else False

    def pays(self, code: str) -> Value:
        """What is payable of a programme so far; nothing where it is not on the table."""
        return self.fen.get(code, 0)

    def cut(
        self,
        code: str,
        where: Value,
        rule: str,
        because: str,
        basis: str,
        shown: Mapping[str, Value] | None = None,
        left: Value = 0,
    ) -> None:
        """Only `left` of a programme stays payable where the condition holds."""
        if code not in self.found or where is False:
            return
        where = self.found[code].eligible & where
        self.fen[code] = choose(where, left, self.fen[code])
        self.reductions[code].append(Finding(rule, where, because, shown or {}, basis, required=False))

    def highest(self, codes: Sequence[str], rule: str, because: str, basis: str) -> None:
        """Of several only the highest stays; the first of equals. Only what is certainly due and certainly higher pushes out."""
        there = [code for code in codes if code in self.found]
        for i, code in enumerate(there):
            own = self.found[code].amount_fen
            beaten: Value = False
            best: Value = 0
            for j, other in enumerate(there):
                if i != j:
                    rival = choose(self.due(other), self.found[other].amount_fen, 0)
                    beaten = beaten | surely(self.due(other) & ((own <= rival) if j < i else (own < rival)))
                    best = at_least(best, rival)
            self.cut(code, beaten, rule, because, basis, {"own_fen": own, "other_fen": best})

    def dues(self) -> dict[str, Due]:
        """What came of it."""
        return {
            code: Due(code, a.amount_fen, self.fen[code], tuple(self.reductions[code]))
            for code, a in self.found.items()
        }


def stack(
    h: Any, p: Any, household: Mapping[str, Assessment], members: Sequence[Mapping[str, Assessment]]
) -> Stacked:
    """What is payable of each programme beside the others.

    `h` is the household seen on the day (or all as columns), `members` the assessments in the order of `h.members`, `p` the values
    in force. A programme that is not given is not there.
    """
    counted = _counted_in_dibao(h, p, household.get(DIBAO))
    purses = tuple(Purse(found) for found in members)
    of = dict(zip(map(id, h.members), purses, strict=True))
    own = {id(m): own_living(m, of[id(m)]) for m in h.members}

    home = Purse(household)
    _dibao_without(h, home, counted, own)
    _one_house_one_grant(home)
    _disaster_first(h, home)
    share = _share_of_dibao(household.get(DIBAO))
    for m in h.members:
        key = id(m)
        in_share = choose(counted(m), share, 0) if CHILD in of[key].found else 0
        _person(m, of[key], own[key], in_share)
    return Stacked(home.dues(), tuple(purse.dues() for purse in purses))


# ── one basic living a person and month ──


@dataclass(frozen=True, slots=True)
class Own:
    """The basic living a person has of his own: which of the two it is."""

    tekun: Value
    orphan: Value

    @property
    def any(self) -> Value:
        """Either of them: then he is nobody's to count for minimum living."""
        return self.tekun | self.orphan


def recorded(m: Any) -> Value:
    """The identity the person has on record, where `answers` has put the one he will have in its place."""
    return getattr(m, "recorded_identity", m.identity)


def identity_beside(m: Any, found: Mapping[str, Assessment]) -> Value:
    """The identity a person will have by what the programmes say (C5: one), or `none` where they are sure of none."""
    purse = Purse(found)
    own = own_living(m, purse)
    return choose(
        own.tekun,
        "tekun",
        choose(own.orphan, "orphan", choose(purse.due(CHILD), "unattended", "none")),
    )


def own_living(m: Any, purse: Purse) -> Own:
    """Tekun or the orphan's allowance (T7): as the child chooses, else as it has now, so that nothing breaks off, else the higher."""
    tekun, orphan, unattended = purse.due(TEKUN), purse.due(ORPHAN), purse.due(CHILD)
    child = orphan | unattended
    if tekun is False:
        return Own(False, orphan)
    if child is False:
        return Own(tekun, False)
    allowance = choose(orphan, purse.pays(ORPHAN), purse.pays(CHILD))
    chose_tekun = surely(m.chosen_identity == "tekun")
    chose_child = surely(is_one_of(m.chosen_identity, ("orphan", "unattended")))
    as_now = choose(
        recorded(m) == "tekun",
        True,
        choose(
            is_one_of(recorded(m), ("orphan", "unattended")), False, surely(purse.pays(TEKUN) > allowance)
        ),
    )
    stays = choose(chose_tekun, True, choose(chose_child, False, as_now))
    stays = tekun & choose(child, stays, True)
    return Own(stays, orphan & negate(stays))


def _person(m: Any, purse: Purse, own: Own, share: Value) -> None:
    """Everything of one person: the basic living first, then what stands beside it."""
    tekun, orphan = own.tekun, own.orphan
    unattended = purse.due(CHILD)
    purse.cut(
        TEKUN,
        (purse.due(ORPHAN) | unattended) & negate(tekun),
        "tekun_gives_way",
        "已选择（或较高的是）孤儿、事实无人抚养儿童的保障，特困供养不同时享受",
        CHOICE,
    )
    purse.cut(
        ORPHAN,
        tekun,
        "orphan_gives_way",
        "已选择（或现在享受、较高的是）特困供养，孤儿基本生活费不同时享受",
        CHOICE,
    )
    purse.cut(
        CHILD,
        purse.due(ORPHAN),
        "unattended_not_with_orphan",
        "按孤儿保障的，不再按事实无人抚养儿童保障",
        UNATTENDED,
    )
    full = unattended & negate(tekun) & negate(purse.due(ORPHAN)) & (share == 0)
    purse.cut(
        LIVING,
        tekun,
        "living_not_with_tekun",
        "特困供养人员不享受残疾人生活补贴",
        SUBSIDIES,
    )
    purse.cut(
        LIVING,
        orphan,
        "living_not_with_orphan",
        "领取孤儿基本生活费的不享受残疾人生活补贴",
        SUBSIDIES,
    )
    purse.cut(
        LIVING,
        full,
        "living_not_with_full_unattended",
        "全额领取事实无人抚养儿童补贴的不享受残疾人生活补贴",
        UNATTENDED,
    )
    purse.cut(
        NURSING,
        tekun,
        "nursing_not_with_tekun",
        "特困供养人员不享受残疾人护理补贴",
        SUBSIDIES,
    )
    purse.cut(
        SEVERE,
        tekun,
        "severe_relief_not_with_tekun",
        "特困供养人员不享受无固定收入重残人员生活救助",
        NOTICE,
    )
    _topped_up(m, purse, tekun, share)
    purse.highest(
        sorted(c for c in purse.found if c.startswith(PRICE)),
        "one_price_supplement",
        "一人一份价格临时补贴，本项 {own_fen} 元，另一项 {other_fen} 元，发高的一份",
        PRICES,
    )


def _topped_up(m: Any, purse: Purse, tekun: Value, share: Value) -> None:
    """The allowance of an unattended child beside dibao, tekun or the living subsidy: only what is missing to it."""
    if CHILD not in purse.found:
        return
    had_before = tekun & (recorded(m) == "tekun")
    purse.cut(
        CHILD,
        tekun & negate(recorded(m) == "tekun"),
        "unattended_not_with_tekun",
        "选择特困供养的，不再享受事实无人抚养儿童补贴",
        CHOICE,
    )
    received = choose(had_before, purse.pays(TEKUN), 0) + share + purse.pays(LIVING)
    allowance = purse.pays(CHILD)
    purse.cut(
        CHILD,
        (received > 0) & (allowance > 0),
        "unattended_topped_up",
        "儿童补贴 {full_fen} 元，已享受低保、特困或残疾人生活补贴 {received_fen} 元，只补差额",
        UNATTENDED,
        {"full_fen": allowance, "received_fen": received},
        left=whole_yuan_up(at_least(allowance - received, 0)),
    )


# ── minimum living beside them ──


def _counted_in_dibao(h: Any, p: Any, dibao: Assessment | None) -> Any:
    """For a member: whether the family's minimum living is paid for him too, as its own rule counts."""
    if dibao is None:
        return lambda m: False
    terms = member_terms(
        h,
        p,
        LAWS[p["dibao.law"]],
        p["dibao.standard.urban_month_fen"] * MONTHS,
        p["dibao.standard.rural_year_fen"],
    )
    single = dibao.outcome == "single"

    def counted(m: Any) -> Value:
        of = terms(m)
        return choose(single, of["single_always"] | of["single_hard_up"], of["counted"])

    return counted


def _persons(dibao: Assessment) -> Value:
    """For how many persons minimum living is paid."""
    entered = next((f.shown["persons"] for f in dibao.findings if f.rule == "single_person_entry"), 0)
    return at_least(choose(dibao.outcome == "single", entered, dibao.figures["size"]), 1)


def _share_of_dibao(dibao: Assessment | None) -> Value:
    """One person's part of the family's minimum living."""
    return 0 if dibao is None else dibao.amount_fen // _persons(dibao)


def _dibao_without(h: Any, home: Purse, counted: Any, own: Mapping[int, Own]) -> None:
    """Minimum living without those who have a basic living of their own."""
    if DIBAO not in home.found or all(o.any is False for o in own.values()):
        return
    leaving = h.totals(lambda m: {"leaving": own[id(m)].any & counted(m)})["leaving"]
    size = _persons(home.found[DIBAO])
    rest = at_least(size - leaving, 0)
    home.cut(
        DIBAO,
        leaving > 0,
        "dibao_without_own_living",
        "{leaving} 人另有特困供养或孤儿保障，低保按其余 {rest} 人发给，下月重新核算",
        IDENTITY,
        {"leaving": leaving, "rest": rest},
        left=whole_yuan_up(home.pays(DIBAO) * rest, size),
    )


# ── one house, one loss ──


def _one_house_one_grant(home: Purse) -> None:
    home.highest(
        HOUSES,
        "one_house_one_grant",
        "一处住房只享受一种补助，本项 {own_fen} 元，另一项 {other_fen} 元，发高的一种",
        HOUSE,
    )


def _disaster_first(h: Any, home: Purse) -> None:
    """Temporary relief for what the same disaster cost: only what disaster relief leaves (E6, T22)."""
    given = [code for code in SAME_LOSS if code in home.found]
    if RELIEF not in home.found or not given:
        return
    paid = _sum(choose(home.due(code), home.pays(code), 0) for code in given)
    home.cut(
        RELIEF,
        (paid > 0) & (h.hardship_cause == "disaster"),
        "disaster_paid_first",
        "同一损失已由受灾救助解决 {paid_fen} 元，临时救助只补没有解决的部分",
        DISASTER,
        {"paid_fen": paid},
        left=at_least(home.pays(RELIEF) - paid, 0),
    )


def _sum(values: Iterable[Value]) -> Value:
    total: Value = 0
    for value in values:
        total = total + value
    return total
