"""Persons and households: the register every application starts from. Numbers and phones are sealed."""

from django.db import models

from tuodi.kit.sealed import SealedTextField
from tuodi.records.org.models import Area


class Person(models.Model):
    """One natural person. `number_index` finds a person by document number without opening any other."""

    DOCUMENTS = (
        ("resident", "居民身份证"),
        ("hkmt_permit", "港澳台居民居住证"),
        ("foreign_permit", "外国人永久居留身份证"),
        ("none", "无有效证件"),
    )
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, choices=(("1", "男"), ("2", "女"), ("9", "未说明")))
    birth_on = models.DateField()
    document = models.CharField(max_length=16, choices=DOCUMENTS, default="resident")
    number = SealedTextField(kind="resident_number", null=True, blank=True)
    number_index = models.CharField(max_length=64, unique=True, null=True)
    no_document_reason = SealedTextField(kind="opinion", null=True)
    ethnicity = models.CharField(max_length=2, default="01")
    phone = SealedTextField(kind="phone", null=True, blank=True)
    area = models.ForeignKey(Area, models.PROTECT)
    registered_kind = models.CharField(
        max_length=10, default="rural", choices=(("urban", "城镇"), ("rural", "农村"), ("none", "无本地户籍"))
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["name"], name="person_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document="none", number__isnull=True)
                | ~models.Q(document="none") & models.Q(number__isnull=False, number_index__isnull=False),
                name="person_has_number_or_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """People who live together and are helped together (共同生活的家庭成员), at a place, with a head."""

    head = models.ForeignKey(Person, models.PROTECT, related_name="headed")
    area = models.ForeignKey(Area, models.PROTECT)
    address = SealedTextField(kind="address", null=True)
    version = models.PositiveIntegerField(default=1)


class Membership(models.Model):
    """A person's belonging to a household over a span; a change closes one row and opens another."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    relation_to_head = models.CharField(max_length=16)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "person", "since"], name="membership_once"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until__isnull=True), name="one_household_at_a_time"
            ),
        ]


class PayeeAccount(models.Model):
    """The bank account a household is paid into. A change adds a row; the newest unended one is in force."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="accounts")
    holder = models.ForeignKey(Person, models.PROTECT)
    holder_name = models.CharField(max_length=60)
    bank = models.CharField(max_length=40)
    account = SealedTextField(kind="account")
    account_index = models.CharField(max_length=64)
    doubt = models.CharField(max_length=120, blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        # A month's roster joins on the account in force: two of them would stop it.
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(until__isnull=True), name="one_account_in_force"
            )
        ]
