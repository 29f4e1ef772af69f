"""一站式结算: one bill through basic insurance, major-illness insurance, medical aid and the tilt (国办发〔2021〕42号; policy memo 5.3).

Pure arithmetic, on numbers and on columns: what the year has paid before goes in, what each payer pays comes out, all in whole fen. Year
totals work by difference, so a year's bills come to the same however its care is divided, but for deductibles that fall on each admission
and ceilings. A payer's part is rounded down to the fen; what is left over stays with the next in line, so the parts always sum to the bill.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuodi.core.logic import Value, at_least, at_most, choose, named

X = 10_000  # basis points in one whole


@dataclass(frozen=True)
class Bill:
    """One settlement: the total, of it outside the catalogue and advance self-pay (class B, above price limits), and what others have paid."""

    total: Value
    outside: Value = 0
    advance: Value = 0
    other_paid: Value = 0


@dataclass(frozen=True)
class YearSoFar:
    """What the same calendar year, by day of settlement, has come to before this bill; all 0 on 1 January."""

    basic: Value = 0
    residual: Value = 0
    major: Value = 0
    base: Value = 0
    aid: Value = 0
    self_paid: Value = 0
    tilt: Value = 0


@dataclass(frozen=True)
class Bands:
    """Rates by bands above the deductible: the first up to `first`, the second up to `second`, the third beyond."""

    first: Value
    second: Value
    rates: tuple[Value, Value, Value]

    def of(self, amount: Value) -> Value:
        """What the bands give on an amount."""
        one, two, three = self.rates
        lowest = at_most(amount, self.first)
        width = named("大病保险第二段的宽度", self.second - self.first)
        middle = at_most(at_least(amount - self.first, 0), width)
        return (lowest * one + middle * two + at_least(amount - self.second, 0) * three) // X


@dataclass(frozen=True)
class Terms:
    """The terms for one person and provider: deductibles, rates in basis points, ceilings of the year. `aided`: whether aid may be paid at all."""

    insured: Value
    basic_deductible: Value  # of each admission
    basic_rate: Value
    basic_cap: Value
    major_deductible: Value
    major_bands: Bands
    major_capped: Value
    major_cap: Value
    aided: Value
    aid_deductible: Value
    aid_rate: Value
    aid_cap: Value
    tilted: Value
    tilt_threshold: Value
    tilt_rate: Value
    tilt_cap: Value


@dataclass(frozen=True)
class Settlement:
    """Who pays what: basic, major, aid, tilt, others and the patient sum to the bill. `base` is what aid is reckoned on."""

    covered: Value
    basic: Value
    residual: Value
    major: Value
    base: Value
    aid: Value
    self_paid: Value
    tilt: Value
    other: Value
    patient: Value

    def after(self, so_far: YearSoFar) -> YearSoFar:
        """What the year has come to with this bill."""
        return YearSoFar(
            basic=so_far.basic + self.basic,
            residual=so_far.residual + self.residual,
            major=so_far.major + self.major,
            base=so_far.base + self.base,
            aid=so_far.aid + self.aid,
            self_paid=so_far.self_paid + self.self_paid,
            tilt=so_far.tilt + self.tilt,
        )


def settle(bill: Bill, so_far: YearSoFar, terms: Terms) -> Settlement:
    """One bill, in the order of payers."""
    covered = named("政策范围内费用", at_least(bill.total - bill.outside - bill.advance, 0))
    basic = named("基本医保支付", by_basic_insurance(covered, so_far, terms))
    residual = named("基本医保支付后的合规自付", covered - basic)
    major = named("大病保险支付", by_major_illness(residual, so_far, terms))
    base = named("大病保险支付后的合规自付", residual - major)
    aid = named("医疗救助支付", by_aid(base, so_far, terms))
    self_paid = named("医疗救助后的合规自付", base - aid)
    tilt = named("倾斜救助支付", by_tilt(self_paid, so_far, terms))
    rest = bill.total - basic - major - aid - tilt
    other = at_most(bill.other_paid, at_least(rest, 0))
    return Settlement(covered, basic, residual, major, base, aid, self_paid, tilt, other, rest - other)


def by_basic_insurance(covered: Value, so_far: YearSoFar, terms: Terms) -> Value:
    """基本医保: above the deductible of the admission, up to the year's ceiling."""
    due = at_rate(over(covered, terms.basic_deductible), terms.basic_rate)
    remaining = named("基本医保本年还可支付", left(terms.basic_cap, so_far.basic))
    return choose(terms.insured, at_most(due, remaining), 0)


def by_major_illness(residual: Value, so_far: YearSoFar, terms: Terms) -> Value:
    """大病保险: the year's covered self-pay above the deductible, by bands."""

    with_this = named("年度累计超过大病保险起付线", over(so_far.residual + residual, terms.major_deductible))
    without = named("本年此前超过大病保险起付线", over(so_far.residual, terms.major_deductible))
    due = named("分段累计应付大病保险", terms.major_bands.of(with_this))
    due = due - named("此前分段应付大病保险", terms.major_bands.of(without))
    capped = choose(terms.major_capped, at_most(due, left(terms.major_cap, so_far.major)), due)
    return choose(terms.insured, capped, 0)


def by_aid(base: Value, so_far: YearSoFar, terms: Terms) -> Value:
    """医疗救助: what both insurances leave of the year, above the deductible, up to the year's ceiling."""
    with_this = named("年度累计超过医疗救助起付线", over(so_far.base + base, terms.aid_deductible))
    without = named("本年此前超过医疗救助起付线", over(so_far.base, terms.aid_deductible))
    due = at_rate(with_this, terms.aid_rate) - at_rate(without, terms.aid_rate)
    return choose(terms.aided, at_most(due, left(terms.aid_cap, so_far.aid)), 0)


def by_tilt(self_paid: Value, so_far: YearSoFar, terms: Terms) -> Value:
    """倾斜救助: what aid leaves of the year, above the threshold, for those who kept to the order of referral."""
    with_this = named("年度累计超过倾斜救助起点", over(so_far.self_paid + self_paid, terms.tilt_threshold))
    without = named("本年此前超过倾斜救助起点", over(so_far.self_paid, terms.tilt_threshold))
    due = at_rate(with_this, terms.tilt_rate) - at_rate(without, terms.tilt_rate)
    return choose(terms.aided & terms.tilted, at_most(due, left(terms.tilt_cap, so_far.tilt)), 0)


def over(year: Value, threshold: Value) -> Value:
    """What of a year's sum lies above a threshold."""
    return at_least(year - threshold, 0)


def at_rate(amount: Value, rate: Value) -> Value:
    """A rate in basis points on an amount, rounded down to the fen; only then subtracted, so that a year adds up."""
    return amount * rate // X


def left(cap: Value, paid: Value) -> Value:
    """What is left of a year's ceiling."""
    return at_least(cap - paid, 0)
