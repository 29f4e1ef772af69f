"""The ledger: double entry in whole fen, added to and never edited (docs/decisions/0002, docs/how/ledger.md).

A posting names the account debited, the account credited and one amount, so no posting can be one-sided and every
entry balances by construction on both databases. Triggers (migration 0002) keep each account's totals, refuse edits
and postings to an entry of an earlier transaction; check constraints on the account say no to an overdraft.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area

SOURCES = (("central", _("中央")), ("province", _("省级")), ("prefecture", _("州级")), ("county", _("县级")))

ACCOUNT_KINDS = (
    "source", "available", "carried", "reserved", "in_transit", "paid", "returned", "claimed", "written_off", "taken_back",
)  # fmt: skip


class Account(models.Model):
    """Money of one kind in one place: whose, for what, from which source, of which year.

    `debits_fen` and `credits_fen` are written by the posting trigger alone; `through` is the last posting counted.
    Only a `source` account may owe: what it owes is what has been released.
    """

    KINDS = (
        ("source", _("上级下达")),
        ("available", _("可用指标")),
        ("carried", _("结转")),
        ("reserved", _("预占")),
        ("in_transit", _("在途")),
        ("paid", _("已发放")),
        ("returned", _("退回待处理")),
        ("claimed", _("应收追回")),
        ("written_off", _("已核销")),
        ("taken_back", _("已收回财政")),
    )
    kind = models.CharField(max_length=16, choices=KINDS)
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    source = models.CharField(max_length=16, choices=SOURCES)
    year = models.PositiveSmallIntegerField()
    debits_fen = models.BigIntegerField(default=0)
    credits_fen = models.BigIntegerField(default=0)
    through = models.BigIntegerField(default=0)
    may_overdraw = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area", "programme", "source", "year"], name="account_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=ACCOUNT_KINDS), name="account_kind_known"),
            models.CheckConstraint(
                condition=Q(debits_fen__gte=0, credits_fen__gte=0), name="account_totals_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(may_overdraw=True, kind="source") | Q(may_overdraw=False) & ~Q(kind="source"),
                name="only_source_accounts_owe",
            ),
            models.CheckConstraint(
                condition=Q(may_overdraw=True, debits_fen__lte=F("credits_fen"))
                | Q(may_overdraw=False, credits_fen__lte=F("debits_fen")),
                name="account_not_overdrawn",
            ),
        ]

    @property
    def balance_fen(self) -> int:
        """What is in it now."""
        return self.debits_fen - self.credits_fen


class Seal(models.Model):
    """The end of an entry: how many postings it has and their total. An entry cannot be committed without its seal,
    and a sealed entry takes no further posting, so no entry grows after the transaction that made it."""

    key = models.CharField(max_length=120, primary_key=True)
    postings = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(postings__gt=0, total_fen__gt=0), name="sealed_entry_moves_money"
            )
        ]


class Entry(models.Model):
    """One event in the books (凭证): a release, a reservation, a payment, a return. `key` makes it one effect.

    The key is at once a deferred reference to the entry's seal: the database itself refuses to commit an open entry.
    """

    seal = models.OneToOneField(Seal, models.PROTECT, db_column="key", related_name="entry")
    kind = models.CharField(max_length=24)
    entered_on = models.DateField()
    entered_at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=64)
    record_kind = models.CharField(max_length=48, blank=True, default="")
    record_id = models.CharField(max_length=48, blank=True, default="")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    note = models.CharField(max_length=200, blank=True, default="")

    KINDS = {
        "release": _("指标下达"),
        "allocate": _("指标分配"),
        "reserve": _("发放预占"),
        "void": _("撤销预占"),
        "send": _("送银行代发"),
        "reply": _("银行回盘"),
        "reissue": _("退回补发"),
        "restore": _("退回收回指标"),
        "recovery": _("追回立账"),
        "refund": _("追回入账"),
        "revoke": _("追回撤销"),
        "write_off": _("追回核销"),
        "carry_over": _("年终结转"),
        "take_back": _("结余收回"),
        "reverse": _("冲销"),
    }

    class Meta:
        indexes = [
            models.Index(fields=["record_kind", "record_id"], name="entry_record"),
            models.Index(fields=["entered_on"], name="entry_day"),
        ]

    @property
    def key(self) -> str:
        """The client-made key under which this event happened once."""
        return self.seal_id

    @property
    def kind_label(self) -> str:
        """What the event is called on a page."""
        return str(self.KINDS.get(self.kind, self.kind))


class Posting(models.Model):
    """A line of an entry: `amount_fen` leaves `credit` and arrives at `debit`; `payment_reference` ties it to a payment.

    The trigger looks entry and both accounts up once a statement, so the three references need no check per row.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", db_constraint=False)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debited", db_constraint=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credited", db_constraint=False)
    amount_fen = models.BigIntegerField()
    payment_reference = models.CharField(max_length=40, null=True, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["payment_reference"], name="posting_of_payment")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="posting_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_two_accounts"),
        ]


class Allotment(models.Model):
    """Money released to an area for a programme (指标下达), by document; its effect is an entry."""

    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    source = models.CharField(max_length=16, choices=SOURCES)
    year = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    document_number = models.CharField(max_length=80)
    released_on = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT)
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="allotment_positive")]


class Budget(models.Model):
    """A year's budget of an area for a programme, from one source (年度预算): the first, and each change by its document.

    `amount_fen` is the whole budget from this document on; the newest `sequence` counts.
    """

    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    source = models.CharField(max_length=16, choices=SOURCES)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    document_number = models.CharField(max_length=80)
    set_on = models.DateField()
    set_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "area", "programme", "source", "sequence"], name="budget_sequence"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="budget_not_negative"),
        ]


class ClosedMonth(models.Model):
    """A month whose books are closed (结账): the database refuses an entry dated in it or before it, and its re-opening."""

    month = models.DateField(primary_key=True)
    closed_on = models.DateField()
    closed_by = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=F("closed_by")), name="month_closed_by_another")
        ]


class Closing(Stateful):
    """A month's closing (月度结账): asked for by one, done by another once nothing is open; `checks` is what was found."""

    month = models.DateField(unique=True)
    area = models.ForeignKey(Area, models.PROTECT)
    asked_by = models.CharField(max_length=64)
    asked_on = models.DateField()
    closed_by = models.CharField(max_length=64, blank=True, default="")
    checks = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
