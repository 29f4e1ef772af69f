"""What each family on the roll is due in a benefit month, by the values in force in that month (policy.md T18, T11, T2).

The procedure of a case goes by its day of acceptance; the amount by the month it is for. Before a month is made due, the
families it touches are found: those last priced with other values than the month's, those whose frozen facts change by time
alone (a birthday), and, where a document came later, those of the months it reaches back to. Only these are worked out anew,
from the facts frozen with their decision. More is paid from its month on, with what it relied on beside it; less never is:
it is handed to an officer (promise 4), and the money stays as it was. An amount an officer set is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuodi.core.facts import Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import is_unknown
from tuodi.core.money import yuan_text
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, MonthRun, PriceBasis, Pricing
from tuodi.delivery.entitlement.months import month_of, months_after, span
from tuodi.delivery.entitlement.services.enrolment import amount_of, next_to_run, settle_many
from tuodi.delivery.entitlement.services.values import STANDARDS, Book, Values, change_text, changes
from tuodi.delivery.intake.models import Snapshot
from tuodi.kit.copying import insert
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.minimum_living.claims import part_of
from tuodi.policy.programme import Programme
from tuodi.policy.turns import STUDENT, Turn
from tuodi.records.journal import services as journal
from tuodi.records.org.rights import area_condition
from tuodi.records.standards import selectors as standards

CHUNK = 500
LOOK_BACK = 36  # months already made due that a later document may still reach (T11)
STATES = ("pending", "active")  # a suspension, a fade-out and an exit are an officer's acts
AUTOMATIC = frozenset({"decision", "standard", "turned"})  # amounts the rule gave, not an officer


# --- which families a month touches -------------------------------------------------------------------


@dataclass
class Priced:
    """What pricing a month found."""

    raised: int = 0
    kept: int = 0
    unpriced: int = 0
    remark: str = ""
    digests: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Less:
    """A family for whom the rule gives less than is paid, or nothing, whose amount an officer had set, or whose student is asked
    about."""

    row: Enrolment
    cause: str  # standard | turned | set_by_hand | asked
    month: date
    price_fen: int | None
    reasons: tuple[str, ...]


def roll_of(programme: str, county: str, month: date) -> QuerySet[Enrolment]:
    """Who on the roll is priced by rule for a month."""
    return (
        Enrolment.objects.filter(
            area_condition(county),
            programme=programme,
            state__in=STATES,
            from_month__lte=month,
            basis__isnull=False,
        )
        .exclude(until_month__lte=month)
        .order_by("pk")
    )


def touched(book: Book, programme: str, month: date) -> tuple[set[int], dict[str, date], dict[str, str], str]:
    """The enrolments to be looked at, for each place the first month to look at, the month's digests, and what is missing."""
    roll = roll_of(programme, book.county, month)
    places: dict[str, list[str]] = {}
    for area in roll.order_by().values_list("area_id", flat=True).distinct():
        places.setdefault(book.place(area), []).append(area)
    since = _reaching_back(book, programme, month, places)
    found: set[int] = set()
    digests: dict[str, str] = {}
    missing = ""
    for place, areas in places.items():
        values = book.at(place, month)
        if values.missing:
            missing = values.missing
            continue
        digests[place] = values.digest
        here = roll if len(places) == 1 else roll.filter(area_id__in=areas)
        if since.get(place, month) < month:
            found.update(here.values_list("pk", flat=True))
            continue
        same = list(PriceBasis.objects.filter(values_digest=values.digest).values_list("pk", flat=True))
        stale = ~Q(basis__in=same)
        turned = Q(next_turn__lte=values.as_of)
        late = Q(state="pending", from_month__lt=month)
        found.update(here.filter(stale).values_list("pk", flat=True))
        found.update(here.filter(turned | late).values_list("pk", flat=True))
    return found, since, digests, missing


def _reaching_back(book: Book, programme: str, month: date, places: Mapping[str, Any]) -> dict[str, date]:
    """For each place the first month already made due whose values are others today: a document came later (T11)."""
    runs = MonthRun.objects.filter(
        programme=programme, area_id=book.county, month__gte=months_after(month, -LOOK_BACK), month__lte=month
    ).order_by("month")
    since: dict[str, date] = {}
    for run in runs:
        for place in places:
            was = run.digests.get(place) or run.digests.get(book.county)
            now = book.at(place, run.month)
            if was and place not in since and now.digest and now.digest != was:
                since[place] = run.month
    return since


# --- pricing ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Price:
    """What the rule gives for a month."""

    values: Values
    found: Assessment
    fen: int | None  # None: a fact is missing

    @property
    def document(self) -> dict[str, Any]:
        """The figures, and the conditions that bear on the amount."""
        told = [
            f.to_dict()
            for f in self.found.findings
            if (f.holds is not True and f.required) or f.rule in ("income_below_standard", "supplement")
        ]
        outcome = self.found.outcome if isinstance(self.found.outcome, str) else "unknown"
        figures = {k: None if is_unknown(v) else v for k, v in self.found.figures.items()}
        return {"outcome": outcome, "monthly_fen": self.fen, "figures": figures, "findings": told}

    @property
    def whole(self) -> dict[str, Any]:
        """The same with every condition, for an officer who decides on it."""
        return {**self.document, "findings": [f.to_dict() for f in self.found.findings]}


def family_of(row: Enrolment, facts: Mapping[str, Any]) -> Household:
    """The family an enrolment pays for: of one that claimed apart (T3) that half alone, whatever law a later month is priced by."""
    return Household.from_dict(part_of(facts, row.kind))


def price(programme: Programme, facts: Household, book: Book, area: str, month: date) -> Price:
    """The rule on frozen facts, with the values of the month and the ages of its last (or first) day."""
    values = book.at(area, month)
    found = programme.assess(facts, book.parameters, on=month, as_of=values.as_of)
    if is_unknown(found.eligible) or is_unknown(found.monthly_fen):
        return Price(values, found, None)
    return Price(values, found, int(found.monthly_fen) if found.eligible else 0)


def set_by_rule(rows: Sequence[EnrolmentAmount], row: EnrolmentAmount) -> bool:
    """Whether the rule gave this amount; what was resumed is what it was before it was suspended."""
    while row.cause in ("resumed", "suspended"):
        before = [r for r in rows if r.sequence < row.sequence and r.monthly_fen > 0]
        if not before:
            return False
        row = max(before, key=lambda r: r.sequence)
    return row.cause in AUTOMATIC or _pricing_of(row) is not None


@dataclass
class _Work:
    """One family being priced: its rows, what is to be added, what is handed on."""

    row: Enrolment
    facts: Household
    snapshot_id: int
    amounts: list[EnrolmentAmount]
    made: list[tuple[EnrolmentAmount, Pricing]] = field(default_factory=list)
    less: list[Less] = field(default_factory=list)
    basis: PriceBasis | None = None
    stood: tuple[EnrolmentAmount, ...] = ()  # the amounts before this pricing

    def __post_init__(self) -> None:
        self.stood = tuple(self.amounts)

    def hand_on(self, one: Less) -> None:
        """One question a family: the first month says it."""
        if not self.less:
            self.less.append(one)


def reprice(
    *,
    programme: str,
    county: str,
    month: date,
    by: Any,
    on: date,
    tell: Callable[[int, int], None] | None = None,
) -> tuple[Priced, list[Less]]:
    """Price a month for the families it touches, before it is made due. Done again it finds nothing left to do."""
    book = Book(PROGRAMMES[programme], county, standards.parameters())
    found, since, digests, missing = touched(book, programme, month)
    done, less = Priced(remark=missing[:300], digests=digests), []
    pks = sorted(found)
    for start in range(0, len(pks), CHUNK):
        part = pks[start : start + CHUNK]
        rows = list(
            Enrolment.objects.select_for_update(of=("self",))
            .filter(pk__in=part, state__in=STATES)
            .select_related("decision__assessment__snapshot")
            .defer("decision__reasons", "decision__assessment__findings", "decision__assessment__parameters")
            .order_by("pk")
        )
        works = price_rows(book, rows, month=month, since=since, by=by, on=on)
        done.raised += sum(bool(w.made) for w in works)
        for work in works:
            less += work.less
        if tell is not None:
            tell(min(start + CHUNK, len(pks)), len(pks))
    done.unpriced = sum(one.cause == "set_by_hand" for one in less)
    done.kept = len(less) - done.unpriced
    _agree(programme, county, month, book)
    return done, less


def to_price(programme: str, county: str, month: date) -> int:
    """How many families a month touches."""
    book = Book(PROGRAMMES[programme], county, standards.parameters())
    return len(touched(book, programme, month)[0])


def _agree(programme: str, county: str, month: date, book: Book) -> None:
    """The months that were reached back to have now been priced with what is in force for them today."""
    for run in MonthRun.objects.filter(
        programme=programme, area_id=county, month__gte=months_after(month, -LOOK_BACK), month__lt=month
    ):
        now = {
            place: values.digest for place in run.digests if not (values := book.at(place, run.month)).missing
        }
        if now and now != run.digests:
            MonthRun.objects.filter(pk=run.pk).update(digests=now)


def price_rows(
    book: Book, rows: Sequence[Enrolment], *, month: date, since: Mapping[str, date], by: Any, on: date
) -> list[_Work]:
    """Price some enrolments up to a month, each from the first month that may have changed, and keep what comes of it."""
    by_row: dict[int, list[EnrolmentAmount]] = {}
    newer: dict[int, int] = {}  # facts an officer settled since the decision
    for amount in (
        EnrolmentAmount.objects.filter(enrolment__in=[r.pk for r in rows])
        .select_related("pricing")
        .order_by("sequence")
    ):
        by_row.setdefault(amount.enrolment_id, []).append(amount)
        if (known := _pricing_of(amount)) is not None:
            newer[amount.enrolment_id] = known.snapshot_id
    later = Snapshot.objects.in_bulk(
        {newer[r.pk] for r in rows if r.pk in newer} - {r.decision.assessment.snapshot_id for r in rows}
    )
    bases = PriceBasis.objects.in_bulk({r.basis_id for r in rows})
    works = []
    for row in rows:
        row.basis = bases[row.basis_id]
        amounts = by_row.get(row.pk, [])
        own = row.decision.assessment.snapshot
        snapshot = later.get(newer.get(row.pk, own.pk), own)
        work = _Work(row, family_of(row, facts_of(snapshot)), snapshot.pk, amounts)
        works.append(work)
        first = since.get(book.place(row.area_id), month)
        if row.state == "pending":
            first = row.from_month
        if row.next_turn:
            first = min(first, month_of(row.next_turn))
        _price_one(book, work, max(first, row.from_month), month, by, on)
    _keep(works, by, on)
    raised = [w.row for w in works if w.made]
    if raised:
        settle_many(raised, by=by, on=on)
    return works


def _price_one(book: Book, work: _Work, first: date, month: date, by: Any, on: date) -> None:
    """Month by month: evaluated where the values or the ages differ from the month before, else as that."""
    row, programme = work.row, book.programme
    turns = programme.turns
    assert row.basis is not None, "who is priced has a basis"
    before: Mapping[str, Mapping[str, Any]] = {r["key"]: r for r in row.basis.rows}
    last: Price | None = None
    for m in span(first, months_after(month)):
        values = book.at(row.area_id, m)
        if values.missing:
            continue
        turned: tuple[Turn, ...] = ()
        if turns is not None and row.next_turn is not None and row.next_turn <= values.as_of:
            seen = row.next_turn - timedelta(days=1)
            turned = tuple(
                t
                for t in turns(work.facts, book.parameters.at(row.area_id, m), after=seen)
                if t.day <= values.as_of
            )
        moved = bool(turned)
        if turns is not None and last is not None and not moved:
            # A month reached back to lies before the next turn: what turned since the month before it was seen when first priced.
            since = turns(work.facts, book.parameters.at(row.area_id, m), after=last.values.as_of)
            moved = any(t.day <= values.as_of for t in since)
        if last and last.values.digest == values.digest and not moved:
            last = replace(last, values=values)
        else:
            last = price(programme, work.facts, book, row.area_id, m)
        changed = changes(before, values, urban=last.found.figures.get("urban") is True)
        _compare(book, work, m, last, changed, turned, by, on)
        before, work.basis = values.by_key, book.basis(values)
        if turns is not None and (turned or any(c["key"] not in STANDARDS for c in changed)):
            later = turns(work.facts, book.parameters.at(row.area_id, m), after=values.as_of)
            row.next_turn = later[0].day if later else None


def _compare(
    book: Book,
    work: _Work,
    month: date,
    now: Price,
    changed: list[dict[str, Any]],
    turned: Sequence[Turn],
    by: Any,
    on: date,
) -> None:
    """More than is paid becomes an amount from this month on; less is handed to an officer; the same is the same."""
    paid = amount_of(work.amounts, month)
    if paid is None:
        return
    cause = "turned" if turned and not changed else "standard"
    reasons = (*(t.text for t in turned), *map(change_text, changed))
    ends = _pricing_of(paid)
    floor = _floor(ends, paid, month)
    stood = amount_of(work.stood, month)
    if stood is not None and stood is not paid:
        # An earlier month was raised just now, and by its facts (a minor then): what stood for this month is what is not taken away.
        floor = min(floor, _floor(_pricing_of(stood), stood, month))
    if not set_by_rule(work.amounts, paid):
        if now.fen != paid.monthly_fen:
            work.hand_on(Less(work.row, "set_by_hand", month, now.fen, reasons))
        return
    if now.fen is None or now.fen < floor:
        work.hand_on(Less(work.row, cause, month, now.fen, reasons))
        now_fen = floor
    else:
        now_fen = now.fen
    for one in _student(book, work, month, now, turned):
        work.hand_on(one)
    if now_fen == paid.monthly_fen:
        return
    amount = EnrolmentAmount(
        enrolment=work.row,
        sequence=max(r.sequence for r in work.amounts) + 1,
        from_month=month,
        monthly_fen=now_fen,
        cause=cause,
        note="；".join(reasons) or None,
        set_on=on,
        set_by=journal.actor_name(by),
    )
    still = ends is not None and ends.until_month is not None and ends.until_month > month
    then = int(ends.then_fen or 0) if still and ends else floor
    passing = _passing(book, work, now, then) if changed and now_fen > paid.monthly_fen else {}
    if not passing and still and ends:
        passing = {"until_month": ends.until_month, "then_fen": then}
    work.amounts.append(amount)
    pricing = Pricing(
        amount=amount,
        basis=book.basis(now.values),
        snapshot_id=work.snapshot_id,
        month=month,
        as_of=now.values.as_of,
        rule=f"{book.programme.code}/{now.values.by_key['dibao.law']['value']}",
        changed=changed,
        document={**now.document, "turned": [t.text for t in turned]},
        **passing,
    )
    work.made.append((amount, pricing))


def _floor(ends: Pricing | None, paid: EnrolmentAmount, month: date) -> int:
    """What is paid whatever the rule says, until an officer decides; an amount granted for some months only ends with them."""
    if ends is not None and ends.until_month is not None and month >= ends.until_month:
        return int(ends.then_fen or 0)
    return paid.monthly_fen


def _pricing_of(amount: EnrolmentAmount) -> Pricing | None:
    return amount.pricing if hasattr(amount, "pricing") else None


def _passing(book: Book, work: _Work, now: Price, then_fen: int) -> dict[str, Any]:
    """Where the values that raise this amount are already known to end: until when, and what it goes back to (T18)."""
    until = book.next_change(now.values)
    if until is None or book.at(work.row.area_id, until).missing:
        return {}
    then = price(book.programme, work.facts, book, work.row.area_id, until)
    if then.fen is None or now.fen is None or then.fen >= now.fen:
        return {}
    return {"until_month": until, "then_fen": then_fen}


def _student(book: Book, work: _Work, month: date, now: Price, turned: Sequence[Turn]) -> list[Less]:
    """A grown student in a new school year: asked about where the money hangs on it; nothing is changed by the question."""
    asked = [t for t in turned if t.what == STUDENT and t.member is not None]
    if not asked or now.fen is None:
        return []
    left = work.facts.changed(member={int(t.member or 0): {"student": "none"} for t in asked})
    without = price(book.programme, left, book, work.row.area_id, month)
    if without.fen is not None and without.fen >= now.fen:
        return []
    told = _("如已不在校，按规则每月 {fen} 元").format(fen=yuan_text(without.fen or 0))
    return [Less(work.row, "asked", month, without.fen, (*(t.text for t in asked), told))]


def _keep(works: Sequence[_Work], by: Any, on: date) -> None:
    """Write down amounts, what they relied on, and a line each."""
    made = [(w, a, p) for w in works for a, p in w.made]
    insert(amount for _work, amount, _pricing in made)
    for _work, amount, pricing in made:
        pricing.amount_id = amount.pk
    insert(pricing for _work, _amount, pricing in made)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE entitlement_enrolment SET basis_id = %s, next_turn = %s, version = version + %s WHERE id = %s",
            [
                (
                    w.basis.pk,
                    w.row.next_turn.isoformat() if w.row.next_turn else None,
                    int(bool(w.made)),
                    w.row.pk,
                )
                for w in works
                if w.basis
            ],
        )
    lines = list(_lines(made, by, on))
    if lines:
        journal.append_many(lines)


def pricing_reasons(pricing: Pricing) -> str:
    """Why, in words: the values that changed, and what time did."""
    document = pricing.document if isinstance(pricing.document, dict) else pricing.document.open()
    return "；".join((*document["turned"], *map(change_text, pricing.changed)))


def _lines(
    made: Sequence[tuple[_Work, EnrolmentAmount, Pricing]], by: Any, on: date
) -> Iterator[dict[str, Any]]:
    for work, amount, pricing in made:
        yield {
            "act": "entitlement.price",
            "actor": journal.actor_name(by),
            "business_day": on,
            "record_kind": "entitlement.enrolment",
            "record_id": str(work.row.pk),
            "area_code": work.row.area_id,
            "note": f"{amount.from_month:%Y-%m} 起 {amount.monthly_fen} 分",
            "remark": pricing_reasons(pricing),
        }


def price_since(row: Enrolment, since: date, *, by: Any, on: date) -> list[Less]:
    """Price one enrolment for months that went by without it (a suspension), up to the last one made due."""
    if row.basis_id is None or row.state not in STATES:
        return []
    month = months_after(next_to_run(row.programme, row.area_id[:6], on), -1)
    if since > month:
        return []
    book = Book(PROGRAMMES[row.programme], row.area_id[:6], standards.parameters())
    works = price_rows(book, [row], month=month, since={book.place(row.area_id): since}, by=by, on=on)
    return [one for work in works for one in work.less]
