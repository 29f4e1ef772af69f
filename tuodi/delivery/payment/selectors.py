"""Questions about payments: batches and their figures, what was returned, the monthly identities, one payment's chain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.delivery.entitlement.models import Enrolment, Entitlement, MonthRun
from tuodi.delivery.entitlement.months import month_of, months_after
from tuodi.delivery.entitlement.selectors import amount_behind, cause_label
from tuodi.delivery.payment.models import (
    BankReply,
    Payment,
    PaymentBatch,
    PublishedTotals,
    Recovery,
    RecoveryItem,
    ReturnExplanation,
)
from tuodi.delivery.payment.process import BATCH, REPAIR
from tuodi.funds.models import Account, Entry, Posting
from tuodi.funds.selectors import Check, LedgerFault
from tuodi.funds.services import yuan as _yuan
from tuodi.kit.together import Parts, gathered, together
from tuodi.kit.worklist import WorkItem
from tuodi.policy.procedures import PROCEDURES
from tuodi.records.org.rights import may, visible
from tuodi.records.org.templatetags.org import officer_name
from tuodi.records.people.models import PayeeAccount
from tuodi.records.standards.selectors import calendar


def batches(officer: Any) -> QuerySet[PaymentBatch]:
    """The batches the officer reaches, newest first."""
    return visible(PaymentBatch.objects.select_related("area"), officer).order_by("-month", "-pk")


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """How a batch stands: payments by outcome, counts and fen."""

    counts: dict[str, int]
    fen: dict[str, int]

    @property
    def unanswered(self) -> int:
        return self.counts.get("issued", 0)

    @property
    def paid(self) -> int:
        return self.counts.get("paid", 0)

    @property
    def failed(self) -> int:
        return self.counts.get("failed", 0)


def figures_of(batch: PaymentBatch) -> BatchFigures:
    """The figures that stand on the batch."""
    voided = batch.state == "voided"
    return BatchFigures(
        {"issued": batch.unanswered_count, "paid": batch.paid_count, "failed": batch.failed_count,
         "voided": batch.count if voided else 0},
        {"issued": batch.unanswered_fen, "paid": batch.paid_fen, "failed": batch.failed_fen,
         "voided": batch.total_fen if voided else 0},
    )  # fmt: skip


def figures(batch: PaymentBatch) -> BatchFigures:
    """The same counted from the payments themselves: what the figures on the batch are held against."""
    rows = {state: (0, 0) for state, _label in Payment.STATES} | {
        state: (n, fen)
        for state, n, fen in Payment.objects.filter(batch=batch)
        .values_list("state")
        .annotate(n=Count("pk"), fen=Sum("amount_fen"))
    }
    return BatchFigures(
        {state: n for state, (n, _fen) in rows.items()}, {state: fen for state, (_n, fen) in rows.items()}
    )


def without_account(batch: PaymentBatch) -> int:
    """How many households due in this batch's month are not in any roster because they have no account."""
    due = Entitlement.objects.filter(programme=batch.programme, county=batch.area_id, pay_month=batch.month)
    return due.filter(
        ~Exists(PayeeAccount.objects.filter(household=OuterRef("household"), until=None))
    ).count()


def awaiting_repair() -> QuerySet[Payment]:
    """Payments the bank returned that have not been paid again nor given back: the newest attempt not voided."""
    newer = Payment.objects.filter(
        entitlement=OuterRef("entitlement"), attempt__gt=OuterRef("attempt")
    ).exclude(state="voided")
    restored = Entry.objects.filter(
        kind="restore", record_kind="payment.payment", record_id=OuterRef("reference")
    )
    return Payment.objects.filter(state="failed").filter(~Exists(newer), ~Exists(restored))


def returned(officer: Any) -> QuerySet[Payment]:
    """The worklist of returned payments the officer reaches, oldest first."""
    newest = ReturnExplanation.objects.filter(payment=OuterRef("pk")).order_by("-pk")
    return (
        visible(awaiting_repair(), officer, "batch__area_id")
        .annotate(explained=Subquery(newest.values("note")[:1]))
        .select_related(
            "batch__area",
            "entitlement__household__head",
            "entitlement__area",
            "entitlement__enrolment__decision__review__application",
        )
        .order_by("state_since", "pk")
    )


def batch_faults(batch: PaymentBatch) -> list[str]:
    """What keeps a batch from being reconciled: bank, payments and ledger that do not say the same."""
    found = figures(batch)
    wrong = []
    live = {state: fen for state, fen in found.fen.items() if state != "voided"}
    if sum(live.values()) != batch.total_fen or found != figures_of(batch):
        wrong.append(_("清册合计与批次合计不符"))
    if found.unanswered:
        wrong.append(_("还有 {n} 笔没有回盘").format(n=found.unanswered))
    told = batch.replies.filter(accepted=True).aggregate(paid=Sum("paid_fen"), failed=Sum("failed_fen"))
    booked = dict(
        Posting.objects.filter(
            entry__kind="reply", entry__record_kind="payment.paymentbatch", entry__record_id=str(batch.pk)
        )
        .values_list("debit__kind")
        .annotate(fen=Sum("amount_fen"))
    )
    late = (
        Posting.objects.filter(
            entry__kind="reply",
            entry__record_kind="payment.paymentbatch",
            entry__record_id=str(batch.pk),
            credit__kind="paid",
        ).aggregate(fen=Sum("amount_fen"))["fen"]
        or 0
    )
    if found.fen.get("paid", 0) != (told["paid"] or 0) - late:
        wrong.append(_("到账合计与银行回盘不符"))
    if booked.get("paid", 0) - late != found.fen.get("paid", 0):
        wrong.append(_("到账合计与总账不符"))
    if booked.get("returned", 0) != found.fen.get("failed", 0):
        wrong.append(_("退回合计与总账不符"))
    return wrong


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


def month_totals(programme: str, county: str, month: date) -> dict[str, int]:
    """What was due in a county's month and what of it has arrived, in households and fen."""
    due = Entitlement.objects.filter(programme=programme, county=county, pay_month=month)
    arrived = Q(payments__state="paid")
    figures = due.aggregate(
        due_count=Count("household", distinct=True),
        paid_count=Count("household", filter=arrived, distinct=True),
        paid_fen=Sum("payments__amount_fen", filter=arrived),
    )
    figures["due_fen"] = due.aggregate(fen=Sum("amount_fen"))["fen"]
    return {name: figure or 0 for name, figure in figures.items()}


def published(month: date | None = None) -> QuerySet[PublishedTotals]:
    """The sums as last published, newest month first."""
    later = PublishedTotals.objects.filter(
        area=OuterRef("area"), programme=OuterRef("programme"), month=OuterRef("month"), sequence__gt=OuterRef("sequence")
    )  # fmt: skip
    rows = PublishedTotals.objects.filter(~Exists(later)).select_related("area")
    return (rows.filter(month=month) if month else rows).order_by("-month", "area_id", "programme")


def closing_checks(month: date) -> list[Check]:
    """What of a month is still open in payments: batches, returned money nobody has explained, sums not made public,
    identities that do not hold. Three questions."""
    month = month_of(month)
    batches = PaymentBatch.objects.filter(month__lte=month).exclude(state__in=BATCH.ends)
    back = awaiting_repair().filter(state_since__lt=months_after(month), explanations=None)
    told = PublishedTotals.objects.filter(
        area=OuterRef("area"), programme=OuterRef("programme"), month=OuterRef("month")
    )
    untold = MonthRun.objects.filter(~Exists(told), month=month)
    counted = [
        rows.order_by().values_list(Value(name, CharField())).annotate(n=Count("pk"))
        for name, rows in (("batches", batches), ("back", back), ("untold", untold))
    ]
    open_ = dict(counted[0].union(*counted[1:], all=True))
    wrong = [i for i in identities(month) if not i.holds]
    at = f"?month={month:%Y-%m}"
    return [
        Check(_("发放批次都已对账"), open_.get("batches", 0), url=reverse("payment:list")),
        Check(_("退回款项都已补发、收回或说明"), open_.get("back", 0), url=reverse("payment:returned"), right="payment.repair"),
        Check(_("各县（市）合计都已公布"), open_.get("untold", 0), url=reverse("payment:publish") + at, right="payment.publish"),
        Check(
            _("对账等式都成立"), len(wrong), "；".join(f"{i.area_code} {i.label}" for i in wrong[:5]),
            reverse("payment:identities") + at,
        ),
    ]  # fmt: skip


# --- recovery -----------------------------------------------------------------------------------------------


def recoveries(officer: Any) -> QuerySet[Recovery]:
    """The claims the officer reaches, newest first."""
    return visible(Recovery.objects.select_related("area", "enrolment__household__head"), officer).order_by(
        "-pk"
    )


def claimable(enrolment: Enrolment) -> list[Payment]:
    """What a household was paid in three years and is in no claim, newest first."""
    live = RecoveryItem.objects.filter(payment=OuterRef("pk"), live=True)
    rows = Payment.objects.filter(
        ~Exists(live),
        state="paid",
        entitlement__household=enrolment.household_id,
        entitlement__programme=enrolment.programme,
    )
    return list(rows.select_related("entitlement").order_by("-entitlement__month", "-pk")[:36])


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """An agreed part of a claim, and how much of it has come back."""

    sequence: int
    due_on: date
    amount_fen: int
    covered_fen: int

    @property
    def done(self) -> bool:
        return self.covered_fen == self.amount_fen


def instalment_rows(recovery: Recovery) -> list[InstalmentRow]:
    """The newest agreement, each part with what of it has come back since."""
    rows = list(recovery.instalments.order_by("agreement", "sequence"))
    newest = [r for r in rows if r.agreement == rows[-1].agreement] if rows else []
    back = max(0, sum(r.amount_fen for r in newest) - recovery.open_fen)
    told = []
    for r in newest:
        covered = min(back, r.amount_fen)
        back -= covered
        told.append(InstalmentRow(r.sequence, r.due_on, r.amount_fen, covered))
    return told


# --- from a yuan to its clause ------------------------------------------------------------------------------


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def traceable() -> QuerySet[Payment]:
    """Payments with all that `trace` walks through, read in one query."""
    return Payment.objects.select_related(
        "batch__area",
        "entitlement__area",
        "entitlement__enrolment__decision__review__application",
        "entitlement__enrolment__decision__assessment__snapshot",
        "entitlement__enrolment__decision__assessment__report",
        "entitlement__enrolment__decision__assessment__survey__first_surveyor",
        "entitlement__enrolment__decision__decided_by",
    )


def trace(payment: Payment) -> list[dict[str, Any]]:
    """The chain behind one payment, each link with what it copied and where it can be opened; nothing is recomputed.

    payment → entitlement → enrolment amount → decision → assessment → snapshot, report, survey → parameters → articles.
    """
    due, batch = payment.entitlement, payment.batch
    enrolment = due.enrolment
    decision = enrolment.decision
    assessment = decision.assessment
    application = decision.review.application
    notices = decision.review.notices.order_by("round", "sequence")
    case = _url("portal:case", application.number)
    entries = Entry.objects.filter(
        Q(pk__in=Posting.objects.filter(payment_reference=payment.reference).values("entry"))
        | Q(record_kind="payment.paymentbatch", record_id=str(batch.pk), kind__in=("send", "void"))
    ).order_by("pk")
    together(notices, entries)
    links: list[dict[str, Any]] = [
        {
            "title": _("款项"),
            "facts": [
                (_("参考号"), payment.reference),
                (_("金额"), _yuan(payment.amount_fen)),
                (_("第几次发放"), payment.attempt),
                (_("结果"), f"{payment.get_state_display()} {payment.state_since} {payment.failure}".strip()),
                (_("批次"), f"{batch.number}（{BATCH.states[batch.state]}）"),
                (
                    _("生成、复核、送银行"),
                    "、".join(
                        officer_name(who)
                        for who in (batch.prepared_by, batch.approved_by, batch.sent_by)
                        if who
                    ),
                ),
                (_("银行文件摘要"), batch.file_digest[:16]),
            ],
            "articles": [_("确认次月起按月发放，10 日前到账")],
            "url": _url("payment:batch", batch.pk),
        },
        {
            "title": _("总账凭证"),
            "facts": [
                (entry.kind_label, f"{entry.entered_on} {officer_name(entry.by)} {_('凭证')} {entry.pk}")
                for entry in entries
            ],
            "articles": [_("专账核算，按月对账")],
            "url": _url("funds:entry", entries[0].pk) if entries else "",
        },
        {
            "title": _("当月待遇"),
            "facts": [
                (_("待遇月份"), f"{due.month:%Y-%m}"),
                (_("类别"), due.get_kind_display()),
                (_("应发"), _yuan(due.amount_fen)),
                (_("只发一次的凭据"), due.obligation.removeprefix(f"{due.programme}:")),
            ],
            "articles": [],
            "url": _url("entitlement:enrolment", enrolment.pk),
        },
    ]
    amount = amount_behind(due)
    if amount is not None:
        links.append(
            {
                "title": _("保障金额"),
                "facts": [
                    (_("自何月起"), f"{amount.from_month:%Y-%m}"),
                    (_("每月"), _yuan(amount.monthly_fen)),
                    (
                        _("原因"),
                        f"{cause_label(amount.cause)} {amount.note.open() if amount.note else ''}".strip(),
                    ),
                    (_("经办"), f"{officer_name(amount.set_by)} {amount.set_on}"),
                ],
                "articles": [],
                "url": _url("entitlement:enrolment", enrolment.pk),
            }
        )
        links += _priced(amount)
    links.append(
        {
            "title": _("审核确认决定"),
            "facts": [
                (_("申请编号"), application.number),
                (_("受理日"), str(application.accepted_on or "")),
                (_("乡镇审核"), officer_name(decision.review.proposed_by)),
                (_("公示"), "；".join(f"{n.number} {n.posted_on} — {n.notice_until}" for n in notices)),
                (_("文号"), decision.number),
                (_("决定日"), str(decision.decided_on)),
                (_("决定人"), str(decision.decided_by)),
                (_("每月"), _yuan(decision.monthly_fen)),
                (_("起发月"), f"{decision.from_month:%Y-%m}" if decision.from_month else ""),
            ],
            "articles": [],
            "url": case,
        }
    )
    links.append(
        {
            "title": _("资格评估"),
            "facts": [
                (_("程序"), _procedure(decision.review.procedure)),
                (_("评估日"), str(assessment.assessed_on)),
                (_("摘要"), assessment.digest[:16]),
                (_("金额"), _yuan(assessment.monthly_fen)),
            ],
            "articles": _articles(assessment),
            "assessment": assessment.pk,
            "url": case,
        }
    )
    relied = [
        (
            _("家庭快照"),
            f"{assessment.snapshot.as_of}（{assessment.snapshot.get_cause_display()}）{assessment.snapshot.digest[:16]}",
        )
    ]
    if assessment.report_id:
        report = assessment.report
        relied.append(
            (
                _("核对报告"),
                _("第 {n} 次，{day}，{result}").format(
                    n=report.sequence, day=report.reported_on, result=report.get_result_display()
                ),
            )
        )
    if assessment.survey_id:
        survey = assessment.survey
        relied.append(
            (_("入户调查"), f"{survey.surveyed_on} {survey.first_surveyor.name}、{survey.second_surveyor}")
        )
    links.append({"title": _("所依据的事实"), "facts": relied, "articles": [], "url": case})
    links.append(
        {
            "title": _("参数与文件"),
            "facts": [(row["key"], f"{row['value']}（{row['basis']}）") for row in _parameters(assessment)],
            "parameters": assessment.parameters if isinstance(assessment.parameters, list) else [],
            "articles": [],
            "url": _url("standards:parameters"),
        }
    )
    return links


def _priced(amount: Any) -> list[dict[str, Any]]:
    """Where an amount was worked out for its month (T18): what changed, from which facts, with which values."""
    pricing = getattr(amount, "pricing", None)
    if pricing is None:
        return []
    url = _url("entitlement:pricing", pricing.pk)
    changed = [
        (row["label"], f"{row.get('before') or '—'} → {row['text']}（{row['basis']}，{row['since']} 起）")
        for row in pricing.changed
    ]
    return [
        {
            "title": _("按待遇月核定"),
            "facts": [
                (_("待遇月份"), f"{pricing.month:%Y-%m}"),
                (_("年龄、证件核到"), str(pricing.as_of)),
                (
                    _("所依据的事实"),
                    f"{pricing.snapshot.as_of}（{pricing.snapshot.get_cause_display()}）{pricing.snapshot.digest[:16]}",
                ),
                *changed,
            ],
            "articles": [_("程序按受理日，金额按待遇月")],
            "url": url,
        },
        {
            "title": _("待遇月的参数与文件"),
            "facts": [],
            "parameters": pricing.basis.rows,
            "articles": [],
            "url": url,
        },
    ]


def _procedure(code: str) -> str:
    """The procedure a case went by, in words."""
    return next((str(_(p.label)) for p in PROCEDURES if p.code == code), code)


def _parameters(assessment: Any) -> list[dict[str, str]]:
    """The parameters an assessment kept: a list of rows, or a mapping by key."""
    kept = assessment.parameters
    rows = (
        kept
        if isinstance(kept, list)
        else [{"key": key, **(row if isinstance(row, dict) else {"value": row})} for key, row in kept.items()]
    )
    return [
        {"key": str(r.get("key", "")), "value": str(r.get("value", "")), "basis": str(r.get("basis", ""))}
        for r in rows
        if isinstance(r, dict)
    ]


def _articles(assessment: Any) -> list[str]:
    """The articles an assessment's findings name, each once, in their order. Figures of the family stay sealed."""
    kept = assessment.findings.open()
    rows = kept if isinstance(kept, list) else kept.get("findings", []) if isinstance(kept, dict) else []
    return list(dict.fromkeys(str(r["basis"]) for r in rows if isinstance(r, dict) and r.get("basis")))


def _case_parts(application: Any) -> Parts:
    return {
        "payments": Payment.objects.filter(entitlement__enrolment__decision__review__application=application)
        .select_related("batch", "entitlement")
        .order_by("-entitlement__pay_month", "-attempt")[:12]
    }


def case_parts(application: Any) -> list[tuple[Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    return [(application, _case_parts(application))]


def case_panel(application: Any, officer: Any) -> dict[str, Any]:
    """What the case page shows of payments: each with its outcome and a way to its clause."""
    if not may(officer, "payment.see", application.area_id):
        return {}
    paid = gathered(application, _case_parts(application))["payments"]
    return (
        {
            "payments": [
                (p, "in_transit" if p.state == "issued" and p.batch.sent_on else p.state) for p in paid
            ]
        }
        if paid
        else {}
    )


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits in payments for this officer: batches to approve, send, answer or reconcile; returned money."""
    wanted = {
        "reserved": ("payment.approve", _("待复核的发放批次"), _("核对人数、金额和变动，通过或退回")),
        "approved": ("payment.send", _("待送银行的发放批次"), _("生成银行文件")),
        "sent": ("payment.reply", _("待回盘的发放批次"), _("上传银行回盘")),
        "replied": ("funds.reconcile", _("待对账的发放批次"), _("三方核对后结束本批")),
    }
    mine = {state: row for state, row in wanted.items() if may(officer, row[0])}
    items = []
    url = reverse("payment:list")
    back = None
    if may(officer, "payment.repair"):
        returned = visible(awaiting_repair(), officer, "batch__area_id", act="payment.repair")
        late = Count("pk", filter=Q(state_since__lt=repair_since(on)))
        back = returned.order_by().values_list("state").annotate(n=Count("pk"), late=late)
    if mine:
        condition = Q(pk__in=())
        for state, (act, _label, _hint) in mine.items():
            condition |= Q(
                state=state, pk__in=visible(PaymentBatch.objects.all(), officer, act=act).values("pk")
            )
        rows = (
            PaymentBatch.objects.filter(condition)
            .values_list("state")
            .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=on)))
        )
        if back is not None:
            together(rows, back)
        for state, n, late in rows:
            items.append(
                WorkItem(mine[state][1], n, f"{url}?state={state}", overdue=late, hint=mine[state][2])
            )
    items += _recovery_work(officer, on)
    if back is not None:
        found = [(n, late) for _state, n, late in back]
        if found:
            items.append(
                WorkItem(
                    _("退回待处理的款项"),
                    sum(n for n, _late in found),
                    reverse("payment:returned"),
                    overdue=sum(late for _n, late in found),
                    hint=_("更正账户后补发"),
                )
            )
    return items


def _recovery_work(officer: Any, on: date) -> list[WorkItem]:
    """Claims that wait for this officer: to be told, decided, written off; those whose day is over."""
    wanted = {
        "proposed": ("recovery.handle", _("待告知的追回"), _("向家庭发出事先告知书")),
        "noticed": ("recovery.decide", _("待决定的追回"), _("陈述申辩期满后决定")),
        "objected": ("recovery.decide", _("待答复的陈述申辩"), _("答复后决定，或不予追回")),
        "decided": ("recovery.handle", _("逾期未还的追回"), _("联系家庭，约定分期或提请核销")),
        "waiver_asked": ("recovery.write_off", _("待审批的核销"), _("由另一人批准或退回")),
    }
    mine = {state: row for state, row in wanted.items() if may(officer, row[0])}
    if not mine:
        return []
    condition = Q(pk__in=())
    for state, (act, _label, _hint) in mine.items():
        waits = Q(state=state) & (Q(due__lt=on) if state in ("decided", "noticed") else Q())
        condition |= waits & Q(pk__in=visible(Recovery.objects.all(), officer, act=act).values("pk"))
    rows = (
        Recovery.objects.filter(condition)
        .values_list("state")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=on) & ~Q(state="noticed")))
    )
    url = reverse("payment:recoveries")
    return [
        WorkItem(mine[state][1], n, f"{url}?state={state}", overdue=late, hint=mine[state][2])
        for state, n, late in rows
    ]


def repair_since(on: date) -> date:
    """The last day on which a payment may have been returned and still be in time today (ZJ-09)."""
    day, working = on, calendar()
    while REPAIR.due(day, working) >= on:
        day -= timedelta(days=1)
    return day + timedelta(days=1)
