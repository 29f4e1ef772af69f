"""Synthetic families of Dehong: who lives together, what they earn, own, suffer and spend. Deterministic from a seed.

Shapes and shares follow the macro figures of the policy notes (section 19); every person, number and name is invented.
Family `index` of a seed is always the same family, whatever the number asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tuodi.demo import names

YUAN = 100
# County shares of the population (policy notes, section 19).
COUNTY_SHARES = {"533103": 31.5, "533102": 16.5, "533122": 12.3, "533123": 24.6, "533124": 15.1}
# Codes of first registration: today's and those that have expired but are still on people's cards.
NUMBER_CODES = {
    "533103": (("533103", 70), ("533121", 30)),
    "533102": (("533102", 75), ("533125", 15), ("533101", 10)),
    "533122": (("533122", 100),),
    "533123": (("533123", 100),),
    "533124": (("533124", 100),),
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass
class Human:
    """A member of a family as they really are; money is whole fen a year."""

    relation: str
    sex: str
    birth: date
    ethnicity: str
    name: str
    number: str
    registered: str  # urban | rural | none
    stage: str = ""  # primary, junior, senior, vocational, university
    boards: bool = False
    disability: tuple[str, int] | None = None
    serious_illness: bool = False
    medical_self_paid: int = 0
    wage: int = 0
    farm_gross: int = 0
    farm_cost: int = 0
    property_income: int = 0
    transfer_income: int = 0
    resident_pension: int = 0
    abroad_spouse: bool = False
    in_prison: bool = False
    dead_on: date | None = None
    can_work: bool = True
    deposits: int = 0

    def age(self, on: date) -> int:
        """Whole years on a day."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


@dataclass
class Family:
    """A household as it really is, and the points in which what it declares differs (`hides`)."""

    index: int
    shape: str
    village: str
    kind: str  # urban | rural
    humans: list[Human]
    cars: int = 0
    houses: int = 1
    company: bool = False
    phone: str = ""
    account: str = ""
    hides: frozenset[str] = field(default_factory=frozenset)

    @property
    def county(self) -> str:
        return self.village[:6]

    @property
    def township(self) -> str:
        return self.village[:9]


# Share of each shape among families that come to the counter; rural recipients skew old and hill.
SHAPES = (
    ("elder_alone", 16),
    ("elder_couple", 10),
    ("ill_breadwinner", 15),
    ("disabled_member", 16),
    ("single_parent", 10),
    ("low_wage", 15),
    ("three_generations", 12),
    ("single_adult", 4),
    ("fair_income", 2),
)
# What some families leave out, and how often among all: mostly agreeing data, some contradiction.
HIDDEN = (
    ("car", 3),
    ("wage", 4),
    ("pension", 3),
    ("second_house", 2),
    ("deposit", 2),
    ("death", 1),
    ("company", 1),
)


def families(
    seed: int, count: int, villages: Sequence[str], on: date, taken: set[str] | None = None
) -> Iterator[Family]:
    """The first `count` families of `seed`, living in `villages` (12-digit codes), as they are on `on`.

    No identity number of `taken` is given again; those given are added to it.
    """
    by_county: dict[str, list[str]] = {}
    for code in sorted(villages):
        by_county.setdefault(code[:6], []).append(code)
    taken = set() if taken is None else taken
    for index in range(count):
        yield _family(Random(f"{seed}:{index}"), index, by_county, on, taken)


def _family(random: Random, index: int, by_county: dict[str, list[str]], on: date, taken: set[str]) -> Family:
    here = {code: share for code, share in COUNTY_SHARES.items() if code in by_county}
    county = random.choices(list(here), list(here.values()))[0]
    village = random.choice(by_county[county])
    urban = village[9] == "0" and random.random() < 0.7
    shape = random.choices([s for s, _ in SHAPES], [w for _, w in SHAPES])[0]
    ethnicity = names.ethnicity(random, village[:9])
    maker = _Maker(random, on, county, ethnicity, "urban" if urban else "rural", taken)
    humans = getattr(maker, shape)()
    family = Family(
        index=index,
        shape=shape,
        village=village,
        kind="urban" if urban else "rural",
        humans=humans,
        phone=f"1{random.choice('35789')}{random.randrange(10**9):09d}",
        account=_luhn(f"621700{random.randrange(10**12):012d}"),
    )
    _deposits(random, family, on)
    _hide(random, family, on)
    return family


def _hide(random: Random, family: Family, on: date) -> None:
    """Give some families a thing the departments know and the declaration will not say."""
    drawn = random.random() * 100
    for what, share in HIDDEN:
        drawn -= share
        if drawn >= 0:
            continue
        adults = [h for h in family.humans if 18 <= h.age(on) < 60 and not h.wage]
        elders = [h for h in family.humans if h.age(on) >= 60]
        if what == "car":
            family.cars = 1
        elif what == "second_house":
            family.houses = 2
        elif what == "company" and adults:
            family.company = True
        elif what == "deposit":
            family.humans[0].deposits += random.randrange(60_000, 200_000) * YUAN
        elif what == "wage" and adults:
            adults[0].wage = random.randrange(1_800, 3_600) * 12 * YUAN
        elif what == "pension" and elders:
            elders[0].transfer_income += random.randrange(900, 2_400) * 12 * YUAN
        elif what == "death" and len(elders) > 1:
            elders[-1].dead_on = on - timedelta(days=random.randrange(40, 300))
        else:
            return
        family.hides = frozenset({what})
        return


def _deposits(random: Random, family: Family, on: date) -> None:
    for human in family.humans:
        if human.age(on) >= 18 and random.random() < 0.5:
            human.deposits += int(random.expovariate(1 / 3_000)) * YUAN


class _Maker:
    """Builds the members of one family; each method is a shape of SHAPES."""

    def __init__(
        self, random: Random, on: date, county: str, ethnicity: str, kind: str, taken: set[str]
    ) -> None:
        self.random, self.on, self.county, self.ethnicity, self.kind, self.taken = (
            random,
            on,
            county,
            ethnicity,
            kind,
            taken,
        )
        self.family_name = names.surname(random, ethnicity)

    def elder_alone(self) -> list[Human]:
        elder = self._elder("head", self.random.choice("112222"))
        return [elder]

    def elder_couple(self) -> list[Human]:
        return [self._elder("head", "1"), self._elder("spouse", "2")]

    def ill_breadwinner(self) -> list[Human]:
        head, spouse = self._adult("head", "1"), self._adult("spouse", "2")
        head.serious_illness, head.can_work = True, False
        head.medical_self_paid = self.random.randrange(4_000, 38_000) * YUAN
        self._farms(spouse)
        return [head, spouse, *self._children(self.random.choice((1, 2, 2)))]

    def disabled_member(self) -> list[Human]:
        head = self._adult("head", self.random.choice("12"))
        members = [head]
        if self.random.random() < 0.6:
            members.append(self._adult("spouse", "2" if head.sex == "1" else "1"))
        members += self._children(self.random.choice((0, 1, 1, 2)))
        disabled = self.random.choice(members)
        disabled.disability = (
            self.random.choice("1244567"),
            self.random.choices((1, 2, 3, 4), (18, 22, 32, 28))[0],
        )
        disabled.can_work = disabled.disability[1] > 2 and disabled.can_work
        for member in members:
            if member.can_work and member.age(self.on) >= 18 and self.random.random() < 0.6:
                self._farms(member)
        return members

    def single_parent(self) -> list[Human]:
        parent = self._adult("head", self.random.choice("1222"))
        self._works(parent, 900, 1_900) if self.random.random() < 0.5 else self._farms(parent)
        return [parent, *self._children(self.random.choice((1, 2, 2, 3)))]

    def low_wage(self) -> list[Human]:
        head, spouse = self._adult("head", "1"), self._adult("spouse", "2")
        self._works(head, 700, 2_100)
        self._farms(spouse)
        if self.random.random() < 0.02:
            self._from_myanmar(spouse)
        return [head, spouse, *self._children(self.random.choice((1, 2, 2, 3)))]

    def three_generations(self) -> list[Human]:
        head, spouse = self._adult("head", "1"), self._adult("spouse", "2")
        self._works(head, 700, 1_900) if self.random.random() < 0.4 else self._farms(head)
        self._farms(spouse)
        parent = self._elder("parent", "2", surname=None)
        return [head, spouse, parent, *self._children(self.random.choice((1, 2, 2)))]

    def single_adult(self) -> list[Human]:
        adult = self._adult("head", self.random.choice("112"))
        if self.random.random() < 0.5:
            adult.disability, adult.can_work = (self.random.choice("456"), self.random.choice((1, 2))), False
        else:
            self._works(adult, 300, 1_000)
        return [adult]

    def fair_income(self) -> list[Human]:
        head, spouse = self._adult("head", "1"), self._adult("spouse", "2")
        self._works(head, 2_400, 4_800)
        self._works(spouse, 1_800, 3_200)
        return [head, spouse, *self._children(1)]

    def _elder(self, relation: str, sex: str, surname: str | None = "own") -> Human:
        elder = self._human(
            relation,
            sex,
            62,
            88,
            surname=self.family_name if surname == "own" and relation == "head" else None,
        )
        elder.resident_pension = self.random.choice((143, 158, 173, 188, 203)) * 12 * YUAN
        elder.can_work = elder.age(self.on) < 68 and self.random.random() < 0.3
        if elder.can_work:
            self._farms(elder, share=0.4)
        if self.random.random() < 0.35:
            elder.medical_self_paid = self.random.randrange(300, 6_000) * YUAN
        return elder

    def _adult(self, relation: str, sex: str) -> Human:
        return self._human(relation, sex, 28, 56, surname=self.family_name if relation == "head" else None)

    def _children(self, count: int) -> list[Human]:
        made = []
        for _ in range(count):
            child = self._human("child", self.random.choice("12"), 0, 21, surname=self.family_name)
            child.can_work = False
            age = child.age(self.on)
            stages = ((6, 12, "primary"), (12, 15, "junior"), (15, 18, "senior"), (18, 22, "university"))
            child.stage = next((s for low, high, s in stages if low <= age < high), "")
            if child.stage == "senior" and self.random.random() < 0.4:
                child.stage = "vocational"
            if child.stage == "university" and self.random.random() < 0.5:
                child.stage, child.can_work = "", True
                self._works(child, 1_000, 2_400)
            child.boards = child.stage not in ("", "primary") or (
                child.stage == "primary" and self.random.random() < 0.3
            )
            made.append(child)
        return made

    def _works(self, human: Human, low: int, high: int) -> None:
        human.wage = self.random.randrange(low, high) * 12 * YUAN

    def _farms(self, human: Human, share: float = 1.0) -> None:
        human.farm_gross = int(self.random.randrange(3_000, 14_000) * share) * YUAN
        human.farm_cost = int(human.farm_gross * self.random.uniform(0.35, 1.12)) // YUAN * YUAN

    def _from_myanmar(self, human: Human) -> None:
        human.name, human.number, human.registered = self.random.choice(names.MYANMAR), "", "none"
        human.abroad_spouse = True

    def _human(self, relation: str, sex: str, low: int, high: int, *, surname: str | None) -> Human:
        days = self.random.randrange(low * 365, high * 365 + 365)
        birth = self.on - timedelta(days=days)
        if surname is None:
            surname = names.surname(self.random, self.ethnicity)
        return Human(
            relation=relation,
            sex=sex,
            birth=birth,
            ethnicity=self.ethnicity,
            name=surname + names.given(self.random, self.ethnicity, sex),
            number=self._number(birth, sex),
            registered=self.kind,
        )

    def _number(self, birth: date, sex: str) -> str:
        codes = NUMBER_CODES[self.county]
        code = self.random.choices([c for c, _ in codes], [w for _, w in codes])[0]
        sequence = self.random.randrange(500)
        while True:
            body = f"{code}{birth:%Y%m%d}{sequence * 2 % 1000 + (sex == '1'):03d}"
            number = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
            if number not in self.taken:
                self.taken.add(number)
                return number
            sequence += 1


def _luhn(digits: str) -> str:
    """`digits` with the check digit a bank card ends in."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)
