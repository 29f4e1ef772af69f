"""Paying what is due: batches, payments, bank files and the bank's replies."""

from django.db import models

from tuodi.delivery.entitlement.models import Entitlement
from tuodi.kit.sealed import SealedTextField
from tuodi.records.journal.models import Stateful
from tuodi.records.org.models import Area


class PaymentBatch(Stateful):
    """A month's roster of a county and programme (发放清册): prepared by one, approved by another, sent once."""

    number = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=80, unique=True)
    area = models.ForeignKey(Area, models.PROTECT)
    programme = models.CharField(max_length=32)
    month = models.DateField()
    count = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    prepared_by = models.CharField(max_length=40)
    approved_by = models.CharField(max_length=40, blank=True, default="")
    file_name = models.CharField(max_length=120, blank=True, default="")
    file_digest = models.CharField(max_length=64, blank=True, default="")
    sent_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("prepared_by")), name="batch_two_persons"
            ),
        ]


class Payment(models.Model):
    """One transfer to one account for one entitlement (明细). The account is copied as sealed; a retry is the next attempt.

    Batch and entitlement are never deleted and payments are made by INSERT … SELECT from them, so the database
    need not check the two references row by row.
    """

    STATES = (("issued", "待发"), ("sent", "已送银行"), ("paid", "到账"), ("failed", "失败"), ("voided", "撤销"))
    reference = models.CharField(max_length=40, unique=True)
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="payments", db_constraint=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="payments", db_constraint=False)
    attempt = models.PositiveSmallIntegerField(default=1)
    amount_fen = models.BigIntegerField()
    holder_name = models.CharField(max_length=60)
    bank = models.CharField(max_length=40)
    account = SealedTextField(kind="account")
    state = models.CharField(max_length=8, choices=STATES)
    state_since = models.DateField()
    failure = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "attempt"], name="payment_attempt_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="payment_positive"),
        ]


class BankReply(models.Model):
    """A file the bank sent back (银行回盘), taken whole or refused whole; known by its bytes and by its content."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="replies")
    file_name = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64, unique=True)
    content_digest = models.CharField(max_length=64)
    received_on = models.DateField()
    received_by = models.CharField(max_length=40)
    accepted = models.BooleanField()
    paid = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
