"""Questions to the ledger: balances, statements, the monthly identities of ZJ-10, and whether the books hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import Cast, TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.core.months import month_of, months_after, span
from tuodi.funds.models import ACCOUNT_KINDS, SOURCES, Account, Budget, ClosedMonth, Closing, Entry, Posting
from tuodi.funds.process import CLOSING
from tuodi.records.org.clocked import Clocked
from tuodi.records.org.rights import visible
from tuodi.records.standards.selectors import parameters


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One line of the balances page: a county's money for a programme, of one source and year, by kind."""

    area_code: str
    area_name: str
    programme: str
    source: str
    source_label: str
    year: int
    released_fen: int
    available_fen: int
    carried_fen: int
    reserved_fen: int
    in_transit_fen: int
    paid_fen: int
    returned_fen: int
    claimed_fen: int
    written_off_fen: int
    taken_back_fen: int
    accounts: dict[str, int]

    def fen(self, kind: str) -> int:
        """The sum of an account kind; of the `source` account what has been released."""
        found: int = getattr(self, "released_fen" if kind == "source" else f"{kind}_fen")
        return found


def balances(
    officer: Any = None, *, year: int | None = None, programme: str = "", area: str = ""
) -> list[BalanceRow]:
    """Balances per area, programme, source and year; within the officer's reach when one is given."""
    accounts = Account.objects.select_related("area")
    if officer is not None:
        accounts = visible(accounts, officer)
    if year:
        accounts = accounts.filter(year=year)
    if programme:
        accounts = accounts.filter(programme=programme)
    if area:
        accounts = accounts.filter(area_id=area)
    labels = {code: str(label) for code, label in SOURCES}
    rank = {code: n for n, (code, _label) in enumerate(SOURCES)}
    pots: dict[tuple[str, str, int, int], dict[str, Account]] = {}
    for account in accounts:
        pots.setdefault((account.area_id, account.programme, -account.year, rank[account.source]), {})[
            account.kind
        ] = account
    rows = []
    for _key, kinds in sorted(pots.items()):
        one = next(iter(kinds.values()))
        fen = {kind: account.balance_fen for kind, account in kinds.items()}
        rows.append(
            BalanceRow(
                one.area_id, one.area.name, one.programme, one.source, labels[one.source], one.year,
                -fen.get("source", 0), *(fen.get(kind, 0) for kind in ACCOUNT_KINDS if kind != "source"),
                {kind: account.pk for kind, account in kinds.items()},
            )
        )  # fmt: skip
    return rows


# The share of a year's outlay that may be left over, by programme; a programme without one has no such limit.
SURPLUS = {
    "minimum_living": "funds.surplus.minimum_living.max_basis_points",
    "medical": "funds.surplus.medical.max_basis_points",
}


def years_max(area: str, on: date) -> int:
    """How many years money may be carried over before it is taken back."""
    return int(parameters().at(area, on)["funds.carry_over.years_max"])


def surplus_limit(area: str, programme: str, on: date) -> int | None:
    """The share of the year's outlay that may be left over, in basis points."""
    key = SURPLUS.get(programme)
    return int(parameters().at(area, on)[key]) if key else None


def outlay(area: str, programme: str, year: int) -> int:
    """What an area paid out for a programme in a calendar year, less what came back to it."""
    paid = Posting.objects.filter(
        entry__entered_on__gte=date(year, 1, 1),
        entry__entered_on__lt=date(year + 1, 1, 1),
        debit__area_id=area,
        debit__programme=programme,
    ).aggregate(
        out=Sum("amount_fen", filter=Q(debit__kind="paid", credit__kind="in_transit")),
        back=Sum("amount_fen", filter=Q(debit__kind="returned", credit__kind="paid")),
    )
    return (paid["out"] or 0) - (paid["back"] or 0)


@dataclass(frozen=True, slots=True)
class YearRow:
    """A pot of a year: what was planned, what came, where it is, and what its end asks for."""

    balance: BalanceRow
    budget_fen: int | None
    came_fen: int  # released to it, and passed down to it, less what it passed on
    must_go_back: bool

    @property
    def unspent_fen(self) -> int:
        return self.balance.available_fen + self.balance.carried_fen

    @property
    def spent_percent(self) -> int | None:
        """How much of what came has been paid out, in whole percent."""
        return self.balance.paid_fen * 100 // self.came_fen if self.came_fen > 0 else None

    @property
    def over_budget(self) -> bool:
        return self.budget_fen is not None and self.balance.released_fen > self.budget_fen

    @property
    def pot_account(self) -> int:
        """An account of the pot, by which its pages know it."""
        return self.balance.accounts.get("available") or next(iter(self.balance.accounts.values()))


def budgets(year: int) -> dict[tuple[str, str, str], int]:
    """The year's budgets as last set, per area, programme and source."""
    later = Budget.objects.filter(
        area=OuterRef("area"), programme=OuterRef("programme"), source=OuterRef("source"), year=OuterRef("year"),
        sequence__gt=OuterRef("sequence"),
    )  # fmt: skip
    rows = Budget.objects.filter(~Exists(later), year=year)
    return {(b.area_id, b.programme, b.source): b.amount_fen for b in rows}


def year_rows(officer: Any, year: int, on: date) -> list[YearRow]:
    """A year's money within reach, pot by pot: two questions, and one for the values in force."""
    planned, values = budgets(year), parameters()
    rows = []
    for b in balances(officer, year=year):
        inside = (
            b.available_fen + b.carried_fen + b.reserved_fen + b.in_transit_fen + b.paid_fen + b.returned_fen
            + b.claimed_fen + b.written_off_fen + b.taken_back_fen
        )  # fmt: skip
        late = on.year - year > int(values.at(b.area_code, on)["funds.carry_over.years_max"])
        rows.append(
            YearRow(
                b,
                planned.get((b.area_code, b.programme, b.source)),
                inside,
                late and b.available_fen + b.carried_fen > 0,
            )
        )
    return rows


def year_end_checks(month: date) -> list[Check]:
    """With December a year is closed: nothing of it, or of a year before, may be left undecided."""
    if month.month != 12:
        return []
    left = Account.objects.filter(
        kind="available", year__lte=month.year, debits_fen__gt=F("credits_fen")
    ).count()
    return [
        Check(
            _("当年和以前年度未用完的指标都已结转或收回"),
            left,
            url=f"{reverse('funds:year')}?year={month.year}",
        )
    ]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry as an account sees it: what came in, what went out, the balance after it."""

    entry: Entry
    debit_fen: int
    credit_fen: int
    balance_fen: int


def statement(account: Account) -> list[StatementLine]:
    """Every entry that touched an account, oldest first, with the running balance; postings summed per entry."""
    rows = (
        Posting.objects.filter(Q(debit=account) | Q(credit=account))
        .values_list("entry_id")
        .annotate(
            debit=Sum(Case(When(debit=account, then=F("amount_fen")), default=0)),
            credit=Sum(Case(When(credit=account, then=F("amount_fen")), default=0)),
        )
        .order_by("entry_id")
    )
    found = list(rows)
    entries = Entry.objects.in_bulk([entry for entry, _debit, _credit in found])
    lines, balance = [], 0
    for entry, debit, credit in found:
        balance += debit - credit
        lines.append(StatementLine(entries[entry], debit, credit, balance))
    return lines


def postings_of(entry: Entry) -> QuerySet[Posting]:
    """The lines of an entry with their accounts."""
    return Posting.objects.filter(entry=entry).select_related("debit__area", "credit__area").order_by("pk")


def balance_of(kind: str, *, area: str, programme: str) -> int:
    """The sum of an area's accounts of a kind for a programme, over sources and years."""
    found = Account.objects.filter(kind=kind, area_id=area, programme=programme).aggregate(
        fen=Sum(F("debits_fen") - F("credits_fen"))
    )
    return found["fen"] or 0


def flows(month: date) -> dict[tuple[str, str], dict[str, int]]:
    """What moved in a month per (area, programme): {"available>reserved": fen, …}; the figures behind the identities."""
    rows = (
        Posting.objects.filter(
            entry__entered_on__gte=month_of(month), entry__entered_on__lt=months_after(month_of(month))
        )
        .values_list("debit__area_id", "debit__programme", "credit__kind", "debit__kind")
        .annotate(fen=Sum("amount_fen"))
    )
    out: dict[tuple[str, str], dict[str, int]] = {}
    for area, programme, credit, debit, fen in rows:
        out.setdefault((area, programme), {})[f"{credit}>{debit}"] = fen
    return out


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """One thing in the books that cannot be."""

    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.what}: {self.where}"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist of a month's closing: what must not be open, how much of it still is, where to do it."""

    label: str
    open: int
    told_as: str = ""
    url: str = ""
    right: str = "funds.see"  # who may open `url`

    @property
    def holds(self) -> bool:
        return self.open == 0

    def told(self) -> dict[str, Any]:
        """As kept with the closing."""
        return {"label": self.label, "open": self.open, "told": self.told_as}


# Rooms above say what of a month is still open with them: callables of a month that give Checks.
CLOSING_CHECKS: list[Any] = []


def checks(month: date) -> list[Check]:
    """The checklist of a month's closing, room by room; with December the year's own."""
    return [check for room in (*CLOSING_CHECKS, year_end_checks) for check in room(month)]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the books: its closing, if there is one, and what was entered in it."""

    month: date
    entries: int
    closing: Closing | None
    closed: ClosedMonth | None


def months(on: date, *, back: int = 24) -> list[MonthRow]:
    """The months of the books, newest first, as far back as there are entries (`back` months at most); three questions."""
    first = months_after(month_of(on), -back)
    entered = {
        month_of(month): n
        for month, n in Entry.objects.filter(entered_on__gte=first)
        .annotate(of_month=TruncMonth("entered_on"))
        .values_list("of_month")
        .annotate(n=Count("pk"))
        .order_by()
    }
    closings = {row.month: row for row in Closing.objects.filter(month__gte=first)}
    closed = {row.month: row for row in ClosedMonth.objects.filter(month__gte=first)}
    oldest = min([*entered, *closings, *closed, month_of(on)])
    return [
        MonthRow(month, entered.get(month, 0), closings.get(month), closed.get(month))
        for month in reversed(span(oldest, months_after(month_of(on))))
    ]


def closing_of(month: date) -> tuple[Closing | None, bool]:
    """A month's closing, and whether its books are closed: by it, or with a later month's. One question."""
    rows = list(Closing.objects.filter(Q(month=month) | Q(month__gt=month, state="closed")).order_by("month"))
    return next((row for row in rows if row.month == month), None), any(r.state == "closed" for r in rows)


def closed_through() -> date | None:
    """The newest closed month."""
    return ClosedMonth.objects.order_by("-month").values_list("month", flat=True).first()


# Rooms above that keep a sub-ledger (payments) add their own check of it against these books.
CHECKS: list[Any] = []


def faults() -> list[LedgerFault]:
    """Everything wrong with the books: totals that are not the sum of postings, unsealed or unlike entries, overdrafts,
    money that is not conserved; then what the rooms above find. Empty when all is well (reliability.md A9)."""
    return [*_ledger_faults(), *(fault for check in CHECKS for fault in check())]


def _ledger_faults() -> Iterator[LedgerFault]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.debits_fen, a.credits_fen, coalesce(m.debits, 0), coalesce(m.credits, 0)
            FROM funds_account a LEFT JOIN (
                SELECT account, sum(debit) AS debits, sum(credit) AS credits FROM (
                    SELECT debit_id AS account, amount_fen AS debit, 0 AS credit FROM funds_posting
                    UNION ALL SELECT credit_id, 0, amount_fen FROM funds_posting) sides GROUP BY account
            ) m ON m.account = a.id
            WHERE a.debits_fen <> coalesce(m.debits, 0) OR a.credits_fen <> coalesce(m.credits, 0)
            """
        )
        for account, debits, credits, debits_found, credits_found in cursor.fetchall():
            yield LedgerFault(
                "account totals",
                f"{account}: {debits}/{credits}, postings say {debits_found}/{credits_found}",
            )
        cursor.execute(
            """
            SELECT e.id, s.postings, s.total_fen, count(p.id), coalesce(sum(p.amount_fen), 0)
            FROM funds_entry e LEFT JOIN funds_seal s ON s.key = e.key LEFT JOIN funds_posting p ON p.entry_id = e.id
            GROUP BY e.id, s.postings, s.total_fen
            HAVING s.postings IS NULL OR s.postings <> count(p.id) OR s.total_fen <> coalesce(sum(p.amount_fen), 0)
            """
        )
        for entry, *rest in cursor.fetchall():
            yield LedgerFault("entry unlike its seal", f"{entry}: {rest}")
        cursor.execute(
            """
            SELECT p.id FROM funds_posting p LEFT JOIN funds_account d ON d.id = p.debit_id
            LEFT JOIN funds_account c ON c.id = p.credit_id LEFT JOIN funds_entry e ON e.id = p.entry_id
            WHERE d.id IS NULL OR c.id IS NULL OR e.id IS NULL OR d.id = c.id OR p.amount_fen <= 0
                OR d.programme <> c.programme OR d.source <> c.source OR d.year <> c.year
            """
        )
        for (posting,) in cursor.fetchall():
            yield LedgerFault("posting", str(posting))
        # Every fen released is still somewhere: over all areas of an earmark the accounts add up to nothing.
        cursor.execute(
            """
            SELECT programme, source, year, sum(debits_fen - credits_fen) FROM funds_account
            GROUP BY programme, source, year HAVING sum(debits_fen - credits_fen) <> 0
            """
        )
        for row in cursor.fetchall():
            yield LedgerFault("not conserved", str(row))
        cursor.execute("SELECT id FROM funds_account WHERE kind <> 'source' AND credits_fen > debits_fen")
        for (account,) in cursor.fetchall():
            yield LedgerFault("overdrawn", str(account))


def clocked() -> tuple[Clocked, ...]:
    """Closings asked for and not yet done."""
    standing = ("asked", "returned")
    return (
        Clocked(
            kind="closing",
            label=_lazy("月度结账"),
            right="funds.see",
            rows=lambda: Closing.objects.filter(state__in=standing, due__isnull=False),
            states={s: CLOSING.states[s] for s in standing},
            roles=dict.fromkeys(standing, "finance"),
            url=lambda _key, number: reverse("funds:closings"),
            number=Cast("month", CharField()),
            record="funds.closing",
            limit=lambda state, begun, working: CLOSING.due(state, begun, working),
        ),
    )
