"""Paying what is due: batches, payments, bank files and the bank's replies."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.entitlement.models import Enrolment, Entitlement
from tuodi.funds.models import Entry
from tuodi.kit.sealed import SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area


class PaymentBatch(Stateful):
    """A month's roster of a county and programme (发放清册): prepared by one, approved by another, sent once.

    What became of its payments stands on it (`paid_*`, `failed_*`), written by the act that takes a reply in; lists add
    up batches and not payments. `selectors.payment_faults` holds these figures against the payments themselves.
    """

    KINDS = (("regular", _("当月发放")), ("reissue", _("退回补发")))
    number = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=KINDS, default="regular")
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    month = models.DateField()
    count = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    paid_count = models.PositiveIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    failed_fen = models.BigIntegerField(default=0)
    prepared_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    sent_by = models.CharField(max_length=64, blank=True, default="")
    file_name = models.CharField(max_length=120, blank=True, default="")
    file_digest = models.CharField(max_length=64, blank=True, default="")
    sent_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "programme", "month"], name="batch_of_month"),
            models.Index(fields=["state", "due"], name="batch_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("prepared_by")), name="batch_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "sent", "replied", "reconciled")) | ~Q(approved_by=""),
                name="batch_approved_before_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("sent", "replied", "reconciled"))
                | Q(sent_on__isnull=False) & ~Q(file_digest=""),
                name="sent_batch_has_file",
            ),
            models.CheckConstraint(
                condition=Q(
                    count__gte=F("paid_count") + F("failed_count"),
                    paid_fen__gte=0,
                    failed_fen__gte=0,
                    total_fen__gte=F("paid_fen") + F("failed_fen"),
                ),
                name="batch_outcomes_within",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def unanswered_count(self) -> int:
        """How many of its payments have no outcome yet."""
        return 0 if self.state == "voided" else self.count - self.paid_count - self.failed_count

    @property
    def unanswered_fen(self) -> int:
        """What its payments without an outcome come to."""
        return 0 if self.state == "voided" else self.total_fen - self.paid_fen - self.failed_fen


class Payment(models.Model):
    """One transfer to one account for one entitlement (明细). The account is copied as sealed; a retry is the next attempt.

    Only its outcome ever changes (trigger): issued → paid or failed or voided, paid → failed when the bank returns
    it later. Whether it is on its way is its batch's state. Batch and entitlement are never deleted and payments are
    made by INSERT … SELECT from them, so the database need not check the two references row by row.
    """

    STATES = (("issued", _("待回盘")), ("paid", _("到账")), ("failed", _("退回")), ("voided", _("撤销")))
    reference = models.CharField(max_length=40, unique=True)
    batch = models.ForeignKey(
        PaymentBatch, models.PROTECT, related_name="payments", db_constraint=False, db_index=False
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, related_name="payments", db_constraint=False, db_index=False
    )
    attempt = models.PositiveSmallIntegerField(default=1)
    amount_fen = models.BigIntegerField()
    holder_name = models.CharField(max_length=60)
    bank = models.CharField(max_length=40)
    account = SealedTextField(kind="account")
    state = models.CharField(max_length=8, choices=STATES)
    state_since = models.DateField()
    failure = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [
            # A page of a batch is read off in order; sorting its tens of thousands for fifty took half a second.
            models.Index(fields=["batch", "reference"], name="payment_of_batch"),
            # The returns worklist must not scan every payment ever made; few rows are ever in it.
            models.Index(fields=["batch"], name="payment_failed", condition=Q(state="failed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "attempt"], name="payment_attempt_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_positive"),
        ]


class BankReply(models.Model):
    """A file the bank sent back (银行回盘), taken whole or refused whole; known by the hash of its bytes."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="replies")
    file_name = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64)
    received_on = models.DateField()
    received_by = models.CharField(max_length=64)
    accepted = models.BooleanField()
    paid = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    failed_fen = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_digest"], condition=Q(accepted=True), name="reply_taken_once"
            ),
        ]


class Recovery(Stateful):
    """A claim for money paid without ground (追回): proposed by one, decided by another after notice and objection.

    The facts, what the household says and the answer name people, so they are sealed. `received_fen` and
    `written_off_fen` are written by the acts that book them.
    """

    number = models.CharField(max_length=40, unique=True)
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="recoveries")
    ground = models.CharField(max_length=16)
    happened_on = models.DateField(null=True)
    facts = SealedTextField(kind="recovery")
    amount_fen = models.BigIntegerField()
    received_fen = models.BigIntegerField(default=0)
    written_off_fen = models.BigIntegerField(default=0)
    proposed_by = models.CharField(max_length=64)
    proposed_on = models.DateField()
    notified_on = models.DateField(null=True)
    objection_until = models.DateField(null=True)
    objected_on = models.DateField(null=True)
    objection = SealedTextField(kind="recovery", null=True)
    answer = SealedTextField(kind="recovery", null=True)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_on = models.DateField(null=True)
    waiver_asked_by = models.CharField(max_length=64, blank=True, default="")
    waiver_reason = SealedTextField(kind="recovery", null=True)
    written_off_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["state", "due"], name="recovery_due"),
            models.Index(fields=["area", "programme"], name="recovery_area"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("proposed_by")), name="recovery_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(written_off_by="") | ~Q(written_off_by=F("waiver_asked_by")),
                name="write_off_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("decided", "waiver_asked", "settled", "written_off", "revoked"))
                | ~Q(decided_by="") & Q(decided_on__isnull=False, notified_on__isnull=False),
                name="recovery_decided_after_notice",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen__gte=F("received_fen") + F("written_off_fen"),
                    received_fen__gte=0,
                    written_off_fen__gte=0,
                ),
                name="recovery_within_claim",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("settled", "written_off"))
                | Q(amount_fen=F("received_fen") + F("written_off_fen")),
                name="ended_recovery_has_nothing_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="written_off") | ~Q(written_off_by=""), name="written_off_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_fen(self) -> int:
        """What is still claimed; nothing once the claim was given up."""
        if self.state in ("withdrawn", "revoked"):
            return 0
        return self.amount_fen - self.received_fen - self.written_off_fen


class RecoveryItem(models.Model):
    """What is claimed back of one payment. A payment is in one claim at a time: `live` until that is given up."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="items")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="claims")
    amount_fen = models.BigIntegerField()
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment"], condition=Q(live=True), name="payment_claimed_once"),
            models.UniqueConstraint(fields=["recovery", "payment"], name="item_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="claim_positive"),
        ]


class Instalment(models.Model):
    """A part of what the household agreed to give back, and when. A later agreement takes the place of the one before."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="instalments")
    agreement = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    agreed_on = models.DateField()
    agreed_by = SealedTextField(kind="recovery")
    recorded_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recovery", "agreement", "sequence"], name="instalment_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="instalment_positive"),
        ]


class Refund(models.Model):
    """Money a household gave back (退回), by its bank slip; the same slip twice is one effect."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="refunds")
    voucher = models.CharField(max_length=60)
    amount_fen = models.BigIntegerField()
    received_on = models.DateField()
    received_by = models.CharField(max_length=64)
    entry = models.OneToOneField(Entry, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recovery", "voucher"], name="refund_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_positive"),
        ]


class ReturnExplanation(models.Model):
    """Why a returned payment is neither paid again nor given back yet (说明): a month may be closed over it."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="explanations")
    note = SealedTextField(kind="opinion")
    explained_on = models.DateField()
    explained_by = models.CharField(max_length=64)


class PublishedTotals(models.Model):
    """A county's month in sums, made public (公布合计, ZJ-13). Names nobody; a later count is a further row."""

    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    month = models.DateField()
    sequence = models.PositiveSmallIntegerField()
    due_count = models.PositiveIntegerField()
    due_fen = models.BigIntegerField()
    paid_count = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    published_on = models.DateField()
    published_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "area", "programme", "sequence"], name="totals_published_once"
            ),
            models.CheckConstraint(
                condition=Q(due_fen__gte=F("paid_fen"), due_count__gte=F("paid_count")),
                name="published_paid_within_due",
            ),
        ]

    @property
    def open_fen(self) -> int:
        """What was due and has not arrived."""
        return self.due_fen - self.paid_fen
