"""The ledger: double entry in whole fen, added to and never edited.

A posting names the account debited, the account credited and one amount, so no posting can be one-sided and every
entry balances by construction on both databases (docs/decisions/0002). Triggers keep each account's totals and refuse
edits; check constraints on the account say no to an overdraft.
"""

from django.db import models

from tuodi.records.org.models import Area


class Account(models.Model):
    """Money of one kind in one place: whose, for what, from which source, of which year."""

    KINDS = (
        ("source", "上级下达"),
        ("available", "可用指标"),
        ("reserved", "预占"),
        ("in_transit", "在途"),
        ("paid", "已发放"),
        ("returned", "退回待处理"),
    )
    kind = models.CharField(max_length=16, choices=KINDS)
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    source = models.CharField(max_length=16, choices=(("central", "中央"), ("province", "省级"), ("prefecture", "州级"), ("county", "县级")))
    year = models.PositiveSmallIntegerField()
    debits_fen = models.BigIntegerField(default=0)
    credits_fen = models.BigIntegerField(default=0)
    may_overdraw = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "area", "programme", "source", "year"], name="account_once"),
            models.CheckConstraint(condition=models.Q(debits_fen__gte=0, credits_fen__gte=0), name="account_totals_not_negative"),
            models.CheckConstraint(
                condition=models.Q(may_overdraw=True) | models.Q(credits_fen__lte=models.F("debits_fen")),
                name="account_not_overdrawn",
            ),
        ]

    @property
    def balance_fen(self) -> int:
        return self.debits_fen - self.credits_fen


class Entry(models.Model):
    """One event in the books (凭证): a release, a reservation, a payment, a return. `key` makes it one effect."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24)
    entered_on = models.DateField()
    entered_at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=40)
    record_kind = models.CharField(max_length=48, blank=True, default="")
    record_id = models.CharField(max_length=48, blank=True, default="")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    note = models.CharField(max_length=200, blank=True, default="")


class Posting(models.Model):
    """A line of an entry: `amount_fen` leaves `credit` and arrives at `debit`; `payment_reference` ties it to a payment."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", db_constraint=False)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debited", db_constraint=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credited", db_constraint=False)
    amount_fen = models.BigIntegerField()
    payment_reference = models.CharField(max_length=40, null=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="posting_amount_positive"),
            models.CheckConstraint(condition=~models.Q(debit=models.F("credit")), name="posting_two_accounts"),
        ]


class Allotment(models.Model):
    """Money released to an area for a programme (指标下达), by document; its effect is an entry."""

    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    source = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    document_number = models.CharField(max_length=80)
    released_on = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT)
    key = models.CharField(max_length=80, unique=True)
