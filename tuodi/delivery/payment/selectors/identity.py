"""What should be equal every month, worked out from payments, batches, replies and the ledger apart from one another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.delivery.entitlement.models import Entitlement
from tuodi.delivery.entitlement.months import month_of
from tuodi.delivery.payment.models import (
    BankReply,
    Payment,
    PaymentBatch,
    Recovery,
)
from tuodi.delivery.payment.selectors.batch import awaiting_repair
from tuodi.funds.models import Account, Posting
from tuodi.funds.selectors import LedgerFault
from tuodi.kit.together import together


@dataclass(frozen=True, slots=True)
class Identity:
    """One reconciliation identity of a month (ZJ-10): what should be equal, both sides, and whether it holds."""

    area_code: str
    programme: str
    label: str
    left_fen: int
    right_fen: int

    @property
    def holds(self) -> bool:
        return self.left_fen == self.right_fen

    @property
    def apart_fen(self) -> int:
        return self.left_fen - self.right_fen


def identities(month: date, *, areas: Collection[str] | None = None) -> list[Identity]:
    """The identities of ZJ-10 for a month, per county and programme; two questions, however many counties and batches.

    Due = paid + in transit + returned + not yet in a roster; sent to the bank = vouchers of the ledger; answered by
    the bank = outcomes of the payments; the ledger's balances = what the batches' figures leave in each place.
    """
    month = month_of(month)
    due = Entitlement.objects.filter(pay_month=month)
    if areas is not None:
        due = due.filter(county__in=areas)
    placed_rows, booked_rows = _placed(due), _batches_booked(month)
    together(placed_rows, booked_rows)
    placed = {(county, programme): (total, parts) for county, programme, total, parts in placed_rows}
    if not placed:
        return []
    booked, sums = _by_place(booked_rows), _sums(month)
    none: dict[str, int] = {}
    out: list[Identity] = []
    for place, (total, parts) in placed.items():
        batch, found = booked.get(place, none), sums.get(place, none)
        rows = [
            (_("应发 = 到账 + 在途 + 退回 + 未列清册"), total, parts),
            (_("银行文件合计 = 总账送银行凭证"), batch.get("month_fen", 0), found.get("send", 0)),
            (
                _("银行回盘合计 = 有结果的款项"),
                found.get("answered", 0) - found.get("reply", 0),
                batch.get("month_outcomes_fen", 0),
            ),
            *_balances(found, batch),
        ]
        out += [Identity(*place, label, left, right) for label, left, right in rows]
    return out


AT_BANK = ("sent", "replied", "reconciled")
Place = tuple[str, str]  # county and programme


def _placed(due: QuerySet[Entitlement]) -> QuerySet[Any]:
    """Per county and programme what is due, and where it is: with a payment under way or paid, returned, or in no roster."""
    attempts = Payment.objects.filter(entitlement=OuterRef("pk"))
    going = attempts.filter(state__in=("issued", "paid")).order_by().values("entitlement")
    back = attempts.exclude(state="voided").order_by("-attempt").filter(state="failed")
    return (
        due.annotate(
            going=Coalesce(Subquery(going.annotate(fen=Sum("amount_fen")).values("fen")), 0),
            back=Subquery(back.values("amount_fen")[:1]),
        )
        .values_list("county", "programme")
        .annotate(
            total=Sum("amount_fen"),
            parts=Sum(
                Case(
                    When(going__gt=0, then=F("going")),
                    When(back__isnull=False, then=F("back")),
                    default=F("amount_fen"),
                )
            ),
        )
        .order_by("county", "programme")
    )


def _batches_booked(month: date | None = None) -> QuerySet[Any]:
    """What the figures on the batches leave in each place of the ledger, and a month's sent and answered sums."""
    at_bank = Q(state__in=AT_BANK)
    of_month = at_bank & Q(month=month) if month else Q(pk__in=())
    return (
        PaymentBatch.objects.values("area_id", "programme")
        .annotate(
            reserved=Sum("total_fen", filter=Q(state__in=("reserved", "approved"))),
            in_transit=Sum(F("total_fen") - F("paid_fen") - F("failed_fen"), filter=at_bank),
            paid=Sum("paid_fen", filter=at_bank),
            month_fen=Sum("total_fen", filter=of_month),
            month_outcomes_fen=Sum(F("paid_fen") + F("failed_fen"), filter=of_month),
        )
        .order_by()
    )


def _by_place(rows: QuerySet[Any]) -> dict[Place, dict[str, int]]:
    """Grouped figures by county and programme, nothing for what has none."""
    return {(r.pop("area_id"), r.pop("programme")): {k: fen or 0 for k, fen in r.items()} for r in rows}


PLACES = {
    "reserved": _lazy("预占"),
    "in_transit": _lazy("在途"),
    "paid": _lazy("已发放"),
    "returned": _lazy("退回待处理"),
    "claimed": _lazy("应收追回"),
    "written_off": _lazy("已核销"),
}
CLAIMED = ("decided", "waiver_asked", "settled", "written_off")  # a decision stands, and the ledger knows it


def _sums(month: date | None = None) -> dict[Place, dict[str, int]]:
    """In one question, per county and programme: the ledger's balances by kind, what waits to be paid again, what was
    claimed back (`recovered`), is still out (`open`) or written off (`gone`), and of a month's batches what the vouchers
    sent (`send`), what the bank answered, and what it gave back later (`reply`)."""
    held = (
        Account.objects.filter(kind__in=tuple(PLACES))
        .values_list("area_id", "programme", F("kind"))
        .annotate(fen=Sum(F("debits_fen") - F("credits_fen")))
    )
    waiting = (
        awaiting_repair()
        .values_list("batch__area_id", "batch__programme", Value("awaiting", CharField()))
        .annotate(fen=Sum("amount_fen"))
    )
    decided = Recovery.objects.filter(state__in=CLAIMED).annotate(county=Substr("area_id", 1, 6)).order_by()
    asked = [waiting] + [
        decided.values_list("county", "programme", Value(what, CharField())).annotate(fen=Sum(fen))
        for what, fen in (
            ("recovered", F("amount_fen")),
            ("open", F("amount_fen") - F("received_fen") - F("written_off_fen")),
            ("gone", F("written_off_fen")),
        )
    ]
    if month is not None:
        batches = PaymentBatch.objects.filter(month=month, state__in=AT_BANK)
        vouchers = (
            Posting.objects.filter(
                Q(entry__kind="send") | Q(entry__kind="reply", credit__kind="paid"),
                entry__record_kind="payment.paymentbatch",
                entry__record_id__in=batches.annotate(named=Cast("pk", CharField(max_length=48))).values(
                    "named"
                ),
            )
            .values_list("debit__area_id", "debit__programme", F("entry__kind"))
            .annotate(fen=Sum("amount_fen"))
        )
        answers = (
            BankReply.objects.filter(accepted=True, batch__in=batches)
            .values_list("batch__area_id", "batch__programme", Value("answered", CharField()))
            .annotate(fen=Sum(F("paid_fen") + F("failed_fen")))
        )
        asked += [vouchers, answers]
    found: dict[Place, dict[str, int]] = {}
    for area, programme, what, fen in held.order_by().union(*(q.order_by() for q in asked), all=True):
        found.setdefault((area, programme), {})[what] = fen
    return found


def _balances(found: dict[str, int], batch: dict[str, int]) -> list[tuple[str, int, int]]:
    """Each balance of the ledger beside what it stands for, as of now."""
    stands = batch | {
        "paid": batch.get("paid", 0) - found.get("recovered", 0),
        "returned": found.get("awaiting", 0),
        "claimed": found.get("open", 0),
        "written_off": found.get("gone", 0),
    }
    return [
        (
            _("总账“{kind}”余额 = 款项合计").format(kind=label),
            found.get(kind, 0),
            stands.get(kind, 0),
        )
        for kind, label in PLACES.items()
    ]


# The figures on a batch against its payments: counted, paid, failed, voided. A batch still drafted has neither.
UNLIKE = """
SELECT b.number FROM payment_paymentbatch b LEFT JOIN (
    SELECT batch_id, count(*) AS n, sum(amount_fen) AS fen,
        sum(CASE WHEN state = 'paid' THEN 1 ELSE 0 END) AS paid,
        sum(CASE WHEN state = 'paid' THEN amount_fen ELSE 0 END) AS paid_fen,
        sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed,
        sum(CASE WHEN state = 'failed' THEN amount_fen ELSE 0 END) AS failed_fen,
        sum(CASE WHEN state = 'voided' THEN 1 ELSE 0 END) AS voided
    FROM payment_payment GROUP BY batch_id) p ON p.batch_id = b.id
WHERE b.state <> 'drafted' AND (coalesce(p.n, 0) <> b.count OR coalesce(p.fen, 0) <> b.total_fen
    OR coalesce(p.paid, 0) <> b.paid_count OR coalesce(p.paid_fen, 0) <> b.paid_fen
    OR coalesce(p.failed, 0) <> b.failed_count OR coalesce(p.failed_fen, 0) <> b.failed_fen
    OR coalesce(p.voided, 0) <> CASE WHEN b.state = 'voided' THEN b.count ELSE 0 END)
"""


UNLIKE_CLAIM = """
SELECT r.number FROM payment_recovery r
LEFT JOIN (SELECT recovery_id, sum(amount_fen) AS fen FROM payment_recoveryitem GROUP BY recovery_id) i ON i.recovery_id = r.id
LEFT JOIN (SELECT recovery_id, sum(amount_fen) AS fen FROM payment_refund GROUP BY recovery_id) f ON f.recovery_id = r.id
WHERE coalesce(i.fen, 0) <> r.amount_fen OR coalesce(f.fen, 0) <> r.received_fen
"""


def payment_faults() -> list[LedgerFault]:
    """Payments against the books, for the check after every test and every night (reliability.md A9)."""
    found = []
    sums, booked = _sums(), _by_place(_batches_booked())
    for place in sorted(booked):
        for label, left, right in _balances(sums.get(place, {}), booked[place]):
            if left != right:
                found.append(
                    LedgerFault("payments and ledger", f"{place[0]} {place[1]} {label}: {left} / {right}")
                )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entitlement_id FROM payment_payment WHERE state IN ('issued', 'paid') GROUP BY entitlement_id HAVING count(*) > 1"
        )
        found += [LedgerFault("entitlement paid twice", str(row[0])) for row in cursor.fetchall()]
        cursor.execute(UNLIKE)
        found += [LedgerFault("batch unlike its payments", row[0]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT p.reference FROM payment_payment p JOIN entitlement_entitlement e ON e.id = p.entitlement_id "
            "WHERE p.amount_fen <> e.amount_fen"
        )
        found += [LedgerFault("payment unlike its entitlement", row[0]) for row in cursor.fetchall()]
        cursor.execute(UNLIKE_CLAIM)
        found += [LedgerFault("claim unlike its items or refunds", row[0]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT p.reference FROM payment_recoveryitem i JOIN payment_payment p ON p.id = i.payment_id "
            "JOIN payment_recovery r ON r.id = i.recovery_id "
            "WHERE i.amount_fen > p.amount_fen OR (i.live AND r.decided_on IS NOT NULL AND p.state <> 'paid')"
        )
        found += [LedgerFault("claimed beyond what was paid", row[0]) for row in cursor.fetchall()]
    return found
