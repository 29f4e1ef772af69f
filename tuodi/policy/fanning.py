"""Which programmes to open for a family that has told its story once, at which body, why, and which not and why (一门受理、协同办理).

One pure function from facts, needs and values to planned referrals (社会救助暂行办法 Art 60; policy memo 15): opened where the rules
find something due, where the sign of a programme's own group is there and only what its body itself can find out is missing
(`LEADS`), or where the family asks and nothing speaks against it (`ASKED`). What the rules exclude is not opened, and the clause is
said. The application's own programme is determined by its own room and never referred to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuodi.core.calendar import WorkCalendar
from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.parameters import MissingParameter, Parameters
from tuodi.policy.answers import Answers, answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import Watched, every
from tuodi.policy.handling import latest_end
from tuodi.policy.programme import Programme
from tuodi.policy.report import PRESUMED

NEEDS: Mapping[str, str] = {
    "living": "基本生活",
    "care": "照料护理",
    "medical": "看病",
    "school": "上学",
    "house": "住房",
    "job": "就业",
    "disaster": "受灾",
    "disability": "残疾康复",
    "legal": "法律援助",
}
WHY: Mapping[str, str] = {
    "entitled": "按申报情况符合条件",
    "likely": "很可能符合，待部门查明",
    "asked": "家庭提出需要，待部门查明",
    "by_hand": "经办人转办",
}
WHY_NOT: Mapping[str, str] = {
    "own": "由本申请自行认定",
    "fails": "不符合条件",
    "excluded": "与另一项不能同时享受",
    "unknown": "情况不明，家庭没有提出",
    "not_asked": "由部门决定的项目，家庭没有提出",
    "without_asking": "不用申请",
    "not_set": "标准没有设定",
}

# What comes by itself: a roll is paid, a school gives to every pupil, a bureau checks of its own accord.
WITHOUT_ASKING: Mapping[str, str] = {
    "price_supplement": "价格临时补贴按名册发放，不用申请",
    "unemployment_link": "由人社部门与名册比对，不用申请",
    "work_refusal": "由人社部门处理，不由家庭申请",
    "compulsory_tuition": "在校学生都享受，由学校落实",
    "nutrition": "农村学校学生都享受，由学校落实",
    "tekun_funeral": "特困人员去世后办理",
    "disaster_winter_spring": "由县级统一调查登记",
    "disaster_drought": "由县级统一调查登记",
}

# The findings that say a family belongs to the group a programme is for. With these the body finds out the rest itself: the school
# roll, the medical scheme, what was paid before.
LEADS: Mapping[str, tuple[str, ...]] = {
    "disability_living": ("certificate_valid", "in_dibao_family"),
    "disability_nursing": ("certificate_valid", "severely_disabled"),
    "severe_without_income": ("severely_disabled", "of_age"),
    "special_living": ("in_hardship", "severe_member"),
    "child_rehabilitation": ("within_age", "in_categories"),
    "disabled_training": ("in_hardship", "of_labour_age", "able"),
    "pension_premium": ("in_group", "of_age", "not_at_school"),
    "premium_support": ("in_group",),
    "job_training": ("target_group", "able_to_work", "jobless"),
    "kindergarten_aid": ("at_stage", "hard_up"),
    "boarder_subsidy": ("at_stage", "boards"),
    "non_boarder_subsidy": ("at_stage", "hard_up"),
    "senior_grant": ("at_stage", "hard_up"),
    "senior_tuition_waiver": ("at_stage", "in_a_group"),
    "senior_living_aid": ("at_stage", "filed"),
    "vocational_tuition": ("at_stage", "rural_or_farming_or_hard_up"),
    "vocational_grant": ("at_stage", "farming_or_hard_up_or_poor_area"),
    "university_grant": ("at_stage", "hard_up"),
    "credit_loan": ("at_stage", "hard_up"),
    "entry_aid": ("at_stage", "hard_up", "first_year"),
    "tuition_award": ("at_stage", "filed"),
    "dilapidated_house": ("in_village", "dangerous", "in_a_group"),
    "quake_safe_house": ("in_village", "on_the_list"),
    "public_rental": ("in_town", "short_of_room", "in_a_group"),
    "rent_subsidy": ("in_town", "rents_on_market", "in_a_group"),
}

Sign = Callable[[Any, Any], bool]


def _yes(value: Any) -> bool:
    """Whether a fact is known and says so."""
    return not is_unknown(value) and bool(value)


def _anybody(h: Any, m: Any) -> bool:
    return True


def _disabled(h: Any, m: Any) -> bool:
    return not is_unknown(m.disability) and m.disability != "none"


def _severe(h: Any, m: Any) -> bool:
    return _disabled(h, m) and not is_unknown(m.disability_grade) and int(m.disability_grade) in (1, 2)


def _ill(h: Any, m: Any) -> bool:
    return _yes(m.serious_illness) or _yes(m.medical_self_pay_year_fen)


def _at_home(h: Any, m: Any) -> bool:
    """A disabled child of school age who is at no school."""
    return _disabled(h, m) and not is_unknown(m.age) and 6 <= m.age < 18 and m.student == "none"


def _needs_care(h: Any, m: Any) -> bool:
    return _severe(h, m) or (not is_unknown(m.age) and m.age >= 60)


def _rural(h: Any, m: Any) -> bool:
    return bool(h.claim_kind == "rural")


def _urban(h: Any, m: Any) -> bool:
    return bool(h.claim_kind == "urban")


def _listed(h: Any, m: Any) -> bool:
    return not is_unknown(h.poverty_status) and h.poverty_status not in ("none", "stable")


def _house_of_disabled(h: Any, m: Any) -> bool:
    return any(_severe(h, one) for one in h.members)


# need -> the programmes it asks for, each with the sign by which it is known for whom of the family (of the whole one: whether at all).
ASKED: Mapping[str, tuple[tuple[str, Sign], ...]] = {
    "living": (
        ("temporary_emergency", _anybody),
        ("temporary_expense", _anybody),
        ("poverty_social_security", _listed),
    ),
    "care": (
        ("extreme_hardship", _needs_care),
        ("disability_nursing", _severe),
        ("day_care", _severe),
    ),
    "medical": (
        ("medical_aid", _ill),
        ("premium_support", _ill),
        ("fee_reduction", _ill),
        ("temporary_expense", _anybody),
        ("poverty_health", _listed),
    ),
    "school": (
        ("kindergarten_aid", _anybody),
        ("boarder_subsidy", _anybody),
        ("non_boarder_subsidy", _anybody),
        ("home_teaching", _at_home),
        ("senior_grant", _anybody),
        ("senior_tuition_waiver", _anybody),
        ("senior_living_aid", _anybody),
        ("vocational_tuition", _anybody),
        ("vocational_grant", _anybody),
        ("university_grant", _anybody),
        ("credit_loan", _anybody),
        ("entry_aid", _anybody),
        ("tuition_award", _anybody),
        ("poverty_education", _listed),
    ),
    "house": (
        ("dilapidated_house", _rural),
        ("public_rental", _urban),
        ("rent_subsidy", _urban),
        ("home_adaptation", _house_of_disabled),
    ),
    "job": (
        ("zero_employment", _anybody),
        ("job_training", _anybody),
        ("public_post", _anybody),
        ("insurance_subsidy", _anybody),
        ("job_seeking_subsidy", _anybody),
        ("disabled_training", _anybody),
        ("poverty_talent", _listed),
        ("poverty_ecology", _listed),
    ),
    "disaster": (
        ("disaster_emergency", _anybody),
        ("disaster_transitional", _anybody),
        ("disaster_house", _anybody),
        ("disaster_bereavement", _anybody),
    ),
    "disability": (
        ("disability_living", _disabled),
        ("disability_nursing", _severe),
        ("child_rehabilitation", _disabled),
        ("disabled_training", _disabled),
        ("special_living", _anybody),
        ("severe_without_income", _severe),
        ("home_adaptation", _house_of_disabled),
    ),
    "legal": (),
}


@dataclass(frozen=True)
class Read:
    """The facts a rule relied on: of the household, of the person it is for, of the other members. A body is told no others."""

    household: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """A referral to make: a programme to the body that has it on the day, for a household (`member` 0) or the member of that number.

    `members` are the numbers of those it is about. `due` is the last day of a smooth case accepted on that day; None where no
    procedure is laid down. `rests_on`: identities it presumes that nobody has recognised yet.
    """

    programme: str
    body: str
    member: int
    members: tuple[int, ...]
    why: str
    amount_fen: int | None
    period: str
    missing: tuple[str, ...]
    papers: tuple[str, ...]
    procedure: str
    due: date | None
    read: Read
    rests_on: tuple[str, ...] = ()
    assessment: Assessment | None = None

    def to_dict(self) -> dict[str, Any]:
        """What is frozen with the referral (JSON-able)."""
        return {
            "why": self.why,
            "amount_fen": self.amount_fen,
            "period": self.period,
            "missing": list(self.missing),
            "papers": list(self.papers),
            "rests_on": list(self.rests_on),
            "findings": [f.to_dict() for f in self.assessment.findings] if self.assessment else [],
            "relied_on": [dict(r) for r in self.assessment.relied_on] if self.assessment else [],
        }


@dataclass(frozen=True)
class NotOpened:
    """A programme not opened for some of the family (member numbers; 0 the household): the reason, and the sentences that say it."""

    programme: str
    members: tuple[int, ...]
    reason: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class FanOut:
    """What came of it: referrals to make, and programmes left alone."""

    planned: tuple[Planned, ...]
    not_opened: tuple[NotOpened, ...]

    def codes(self) -> frozenset[str]:
        """The programmes opened."""
        return frozenset(p.programme for p in self.planned)


def fan_out(
    household: Household,
    parameters: Parameters,
    calendar: WorkCalendar,
    *,
    on: date,
    needs: Iterable[str] = (),
    own: str = "minimum_living",
) -> FanOut:
    """Every referral to make for a family on a day, in the order of the catalogue, and the programmes not opened, with reasons.

    `needs` are codes of `NEEDS`; those the facts themselves name (`need_…`) count too. `own` is the application's own programme.
    """
    asked = frozenset(needs) | {n for n in NEEDS if _yes(getattr(household, f"need_{n}"))}
    unknown = asked - NEEDS.keys()
    assert not unknown, f"no such need: {sorted(unknown)}"
    found = answers(household, parameters, on=on)
    plan = _Plan(found, parameters, calendar, on, _asked_for(found.seen, asked))
    for (code, number), a in every(found):
        plan.look_at(code, number, a, own)
    for programme in PROGRAMMES.values():
        if programme.in_force(on) and programme.evaluate is None:
            plan.look_by_decision(programme)
    for code, why in found.not_set.items():
        plan.leave(code, 0, "not_set", (why,))
    order = {code: n for n, code in enumerate(PROGRAMMES)}
    return FanOut(
        tuple(sorted(plan.planned, key=lambda p: (order[p.programme], p.member))),
        tuple(plan.left()),
    )


def planned_by_hand(
    programme: str,
    household: Household,
    parameters: Parameters,
    calendar: WorkCalendar,
    *,
    on: date,
    member: int = 0,
) -> Planned:
    """One programme opened because an officer, or the family, insists: what the rule says of it goes along, whatever it is."""
    found = answers(household, parameters, on=on)
    plan = _Plan(found, parameters, calendar, on, {})
    a = (found.members[member - 1] if member else found.household).get(programme)
    return plan.make(PROGRAMMES[programme], member, "by_hand", a)


def _asked_for(h: Any, needs: Iterable[str]) -> Mapping[str, tuple[Sign, ...]]:
    """By programme the signs of the needs that ask for it."""
    signs: dict[str, list[Sign]] = {}
    for need in sorted(needs):
        for code, sign in ASKED[need]:
            signs.setdefault(code, []).append(sign)
    return {code: tuple(s) for code, s in signs.items()}


class _Plan:
    """What is being planned for one family."""

    def __init__(
        self,
        found: Answers,
        parameters: Parameters,
        calendar: WorkCalendar,
        on: date,
        asked: Mapping[str, tuple[Sign, ...]],
    ) -> None:
        self.found, self.parameters, self.calendar, self.on, self.asked = (
            found,
            parameters,
            calendar,
            on,
            asked,
        )
        self.planned: list[Planned] = []
        self._left: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}

    def leave(self, code: str, number: int, reason: str, because: tuple[str, ...]) -> None:
        """Not opened; the same reason for several members is said once."""
        self._left.setdefault((code, reason, because), []).append(number)

    def left(self) -> Iterator[NotOpened]:
        """What was left alone."""
        for (code, reason, because), numbers in self._left.items():
            yield NotOpened(code, tuple(numbers), reason, because)

    def look_at(self, code: str, number: int, a: Assessment, own: str) -> None:
        """Open or leave one programme that has a rule, for the household or one member."""
        programme = PROGRAMMES[code]
        if code == own:
            return self.leave(code, number, "own", ())
        if a.eligible is False:
            return self.leave(code, number, "fails", tuple(f.sentence for f in a.fails))
        if code in WITHOUT_ASKING:
            return self.leave(code, number, "without_asking", (WITHOUT_ASKING[code],))
        due = self.found.due(code, number)
        if a.eligible is True:
            if due.because and not due.stays:
                clauses = tuple(f"{f.sentence}（{f.basis}）" for f in due.because)
                return self.leave(code, number, "excluded", clauses)
            return self.open(programme, number, "entitled", a)
        leads = LEADS.get(code)
        if leads and all(a.finding(rule).holds is True for rule in leads):
            return self.open(programme, number, "likely", a)
        if self.is_asked(code, number):
            return self.open(programme, number, "asked", a)
        return self.leave(code, number, "unknown", tuple(f"缺：{name}" for name in a.missing))

    def look_by_decision(self, programme: Programme) -> None:
        """A programme the law gives no formula for is opened for those whom the need and a sign of it point to."""
        numbers = range(1, len(self.found.seen.members) + 1) if programme.of_members else (0,)
        for number in numbers:
            if self.is_asked(programme.code, number):
                self.open(programme, number, "asked", None)
            else:
                self.leave(programme.code, number, "not_asked", ())

    def is_asked(self, code: str, number: int) -> bool:
        """Whether a need asks for the programme for this member, or for the household."""
        h = self.found.seen
        m = h.members[number - 1] if number else None
        return any(sign(h, m) for sign in self.asked.get(code, ()))

    def open(self, programme: Programme, number: int, why: str, a: Assessment | None) -> None:
        """Plan a referral."""
        self.planned.append(self.make(programme, number, why, a))

    def make(self, programme: Programme, number: int, why: str, a: Assessment | None) -> Planned:
        """A referral of the programme for the household or member."""
        payable = self.found.due(programme.code, number).payable_fen if a is not None else 0
        process = programme.process(self.on)
        read = self._read(programme, number)
        everybody = tuple(range(1, len(self.found.seen.members) + 1))
        return Planned(
            programme=programme.code,
            body=programme.bureau(self.on),
            member=number,
            members=(number,) if number else everybody,
            why=why,
            amount_fen=None if is_unknown(payable) or payable == 0 else int(payable),
            period=a.period if a is not None else programme.period,
            missing=a.missing if a is not None else (),
            papers=tuple(p.label for p in programme.papers if not p.known_to),
            procedure=process.key if process else "",
            due=last_day(programme, self.on, self.calendar),
            read=read,
            rests_on=tuple(
                PRESUMED[fact]
                for fact, presumed in self.found.presumed.items()
                if presumed is True and fact in read.household
            ),
            assessment=a,
        )

    def _read(self, programme: Programme, number: int) -> Read:
        """The facts the rule reads, noted while it runs; where there is no rule, those its form asks."""
        if programme.evaluate is None:
            asked = set(programme.form)
            household = asked & self.found.seen.__dict__.keys()
            return Read(tuple(sorted(household)), tuple(sorted(asked - household)), ())
        h: set[tuple[str, str]] = set()
        m: set[tuple[str, str]] = set()
        seen = self.found.seen
        watched = Watched(seen, "household", h)
        try:
            p = self.parameters.at(seen.area_code, self.on, programme.code)
            if number:
                programme.evaluate(Watched(seen.members[number - 1], "member", m), watched, p)
            else:
                programme.evaluate(watched, p)
        except MissingParameter:
            pass  # then it was not answered either; what it read so far is what there is
        return Read(
            tuple(sorted(name for level, name in h if level == "household")),
            tuple(sorted(name for _level, name in m)),
            tuple(sorted(name for level, name in h if level == "member")),
        )


def last_day(programme: Programme, on: date, calendar: WorkCalendar) -> date | None:
    """The last day of the programme's procedure for what is accepted on a day; None where none is laid down."""
    if programme.procedure_on is not None:
        return programme.procedure_on(on).overall_due(on, calendar, urban=False)
    process = programme.process(on)
    return latest_end(process, on, calendar) if process else None
