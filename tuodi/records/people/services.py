"""Acts on the register of persons: register, form a household, change what was written, name the payee account.

Matching is by document number alone, never by name (policy.md T16): names vary in spelling, numbers do not. A number
that is known under another name is a fault for a person to settle; two people are never merged in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tuodi.core import identity
from tuodi.core.refusal import Refused
from tuodi.kit.sealed import lookup_hash
from tuodi.kit.versions import save_versioned
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Area, Officer
from tuodi.records.org.rights import refuse_without
from tuodi.records.people.models import Household, Membership, PayeeAccount, Person


@dataclass(frozen=True)
class Statement:
    """What is stated about one person at registration. `number` as on the document; None with `no_document_reason`."""

    name: str
    sex: str
    birth_on: date
    document: str = "resident"
    number: str | None = None
    ethnicity: str = "01"
    phone: str = ""
    registered_kind: str = "rural"
    no_document_reason: str = ""


class NameDisagrees(Refused):
    """A document number that is registered under another name. Which name stands there is not told."""


def plain_name(name: str) -> str:
    """A name as it is compared: composed, without blanks, one kind of interpunct for transliterated names."""
    text = unicodedata.normalize("NFC", name)
    for dot in "‧•･∙⋅・．.":
        text = text.replace(dot, "·")
    return "".join(text.split()).casefold()


def normalise(number: str) -> str:
    """A document number as it is kept: half width, capitals, without blanks, 15 digits in their 18-digit form."""
    text = identity.clean(number)
    return identity.to_18(text) if re.fullmatch(r"\d{15}", text) else text


def number_index(number: str) -> str:
    """The keyed hash under which a document number is found; a 15-digit number is found by its 18 digits."""
    return lookup_hash(normalise(number))


def find(number: str) -> Person | None:
    """The person registered under a document number, or None."""
    return Person.objects.filter(number_index=number_index(number)).first()


@transaction.atomic
def find_or_register(
    *, stated: Statement, area: Area, by: Officer, on: date, household: Household | None = None
) -> Person:
    """The person of this document number, registered now when not known yet.

    Raises NameDisagrees when the number is known under another name. A person without a document is looked for, by
    name and day of birth, among the people of `household` only, and else registered anew.
    """
    name = unicodedata.normalize("NFC", stated.name).strip()
    assert name, "a person has a name"
    if stated.document == "none":
        assert not stated.number, "a person without a document has no number"
        if household is not None:
            for row in Person.objects.filter(
                memberships__household=household,
                memberships__until=None,
                document="none",
                birth_on=stated.birth_on,
            ):
                if plain_name(row.name) == plain_name(name):
                    return row
        return _register(stated, name, None, None, area, by, on)
    assert stated.number, "a document has a number"
    check = identity.check_document(stated.document, stated.number, on=on)
    if not check.ok:
        raise Refused(_("“{name}”的证件号码有误：{why}").format(name=name, why="；".join(check.faults)))
    number = check.number
    index = lookup_hash(number)
    known = Person.objects.filter(number_index=index).first()
    if known is None:
        try:
            with transaction.atomic():
                return _register(stated, name, number, index, area, by, on)
        except IntegrityError:
            # Two counters registered the same person in the same second: the other one's row is the person.
            known = Person.objects.get(number_index=index)
    if plain_name(known.name) != plain_name(name):
        raise NameDisagrees(
            _(
                "“{name}”的证件号码已登记在另一姓名下，请核对证件原件；确为更名或写法不同的，先在人员页更正姓名"
            ).format(name=name)
        )
    return known


def _register(
    stated: Statement, name: str, number: str | None, index: str | None, area: Area, by: Officer, on: date
) -> Person:
    person = Person.objects.create(
        name=name,
        sex=stated.sex,
        birth_on=stated.birth_on,
        document=stated.document,
        number=number,
        number_index=index,
        no_document_reason=stated.no_document_reason or None,
        ethnicity=stated.ethnicity,
        phone=stated.phone or None,
        area=area,
        registered_kind=stated.registered_kind,
    )
    person.refresh_from_db()  # number and phone sealed, as every later reader meets them
    journal.record("people.register", by=by, on=on, record=person, note=stated.document)
    return person


EDITABLE = frozenset({"name", "sex", "ethnicity", "phone", "area", "registered_kind", "no_document_reason"})


@transaction.atomic
def edit_person(
    *, person: Person, version: int, by: Officer, on: date, reason: str, **changes: Any
) -> Person:
    """Change what is written about a person. `reason` is required (更名, 写法更正 …). Raises Conflict when stale.

    A document number is never edited: it is what tells one person from another.
    """
    assert changes and set(changes) <= EDITABLE, f"not editable: {sorted(set(changes) - EDITABLE)}"
    refuse_without(by, "people.edit", person.area_id, on)
    if changes.get("area") is not None:
        refuse_without(by, "people.edit", changes["area"].pk, on)
    if len(reason.strip()) < 2:
        raise Refused(_("请写明更正的原因"))
    if "name" in changes:
        changes["name"] = unicodedata.normalize("NFC", changes["name"]).strip()
        if not changes["name"]:
            raise Refused(_("姓名不能为空"))
    row = save_versioned(person, version, **changes)
    journal.record("people.edit", by=by, on=on, record=row, remark=reason, note="、".join(sorted(changes)))
    return row


@transaction.atomic
def form_household(
    *,
    head: Person,
    members: Sequence[tuple[Person, str]],
    area: Area,
    address: str,
    by: Officer,
    on: date,
) -> Household:
    """The household these people form from `on`: the one that goes on under this head, or a new one.

    `members` holds (person, relation to the head), the head among them. Who is no longer named leaves, who is named
    comes in; each change closes one membership and opens another.
    """
    assert any(p.pk == head.pk for p, _r in members), "the head belongs to the household"
    assert len({p.pk for p, _r in members}) == len(members), "a person belongs once"
    present = Membership.objects.filter(person=head, until=None).select_related("household").first()
    if present is not None and not _continues(present.household, head, {p.pk for p, _r in members}):
        present = None  # somebody else's household that the new head leaves
    if present is None:
        household = Household.objects.create(head=head, area=area, address=address or None)
        journal.record("people.household", by=by, on=on, record=household)
    else:
        household = Household.objects.select_for_update().get(pk=present.household_id)
        lived = household.address.open() if household.address else ""
        if (household.head_id, household.area_id, lived) != (head.pk, area.pk, address):
            household = save_versioned(
                household, household.version, head=head, area=area, address=address or None
            )
            journal.record("people.household", by=by, on=on, record=household, note="edit")
    relations = {p.pk: relation for p, relation in members}
    open_rows = list(Membership.objects.filter(until=None, household=household))
    open_rows += list(
        Membership.objects.filter(until=None, person_id__in=relations).exclude(household=household)
    )
    staying: set[int] = set()
    left = 0
    for row in open_rows:
        if row.household_id == household.pk and relations.get(row.person_id) == row.relation_to_head:
            staying.add(row.person_id)
        else:
            _end(row, on)
            left += 1
    fresh = [(p, r) for p, r in members if p.pk not in staying]
    today = (
        {m.person_id: m for m in Membership.objects.filter(household=household, since=on)} if fresh else {}
    )
    coming = []
    for person, relation in fresh:
        row = today.get(person.pk)
        if row is None:
            coming.append(Membership(household=household, person=person, since=on, relation_to_head=relation))
        else:  # changed twice in one day: the day's last word stands
            row.until, row.relation_to_head = None, relation
            row.save(update_fields=["until", "relation_to_head"])
    Membership.objects.bulk_create(coming)
    for person, _relation in members:
        if person.area_id != area.pk:  # who lives here is looked after here, and seen by this township
            save_versioned(person, person.version, area=area)
            person.refresh_from_db()
    if present is not None and (fresh or left):
        journal.record("people.members", by=by, on=on, record=household, note=f"+{len(fresh)} -{left}")
    return household


def _continues(household: Household, head: Person, named: set[int]) -> bool:
    """Whether a household goes on under `head`: theirs already, or its head is among the named, or has left it."""
    if household.head_id == head.pk or household.head_id in named:
        return True
    return not Membership.objects.filter(
        household=household, person_id=household.head_id, until=None
    ).exists()


def _end(row: Membership, on: date) -> None:
    row.until = on
    row.save(update_fields=["until"])


@transaction.atomic
def edit_household(
    *, household: Household, version: int, by: Officer, on: date, area: Area, address: str
) -> Household:
    """Change where a household lives. Raises Conflict when somebody else saved first."""
    for place in {
        household.area_id,
        area.pk,
    }:  # neither taken from a place nor put into one that is not theirs
        refuse_without(by, "people.edit", place, on)
    row = save_versioned(household, version, area=area, address=address.strip() or None)
    journal.record("people.household", by=by, on=on, record=row, note="edit")
    return row


def account_doubt(account: str) -> str:
    """Why an account should be looked at again before the first payment; '' when nothing is odd.

    Passbooks and social-security card settlement accounts may fail Luhn (policy.md 17.7): allowed, with a flag.
    """
    check = identity.check_card(account)
    return "；".join(check.faults + check.warnings)


@transaction.atomic
def set_account(
    *,
    household: Household,
    holder: Person,
    bank: str,
    account: str,
    by: Officer,
    on: date,
    holder_name: str = "",
) -> PayeeAccount:
    """Name the account a household is paid into; the one before ends. The same account again is no change.

    Refused when the number cannot be an account, or the holder does not belong to the household.
    """
    refuse_without(by, "people.account", household.area_id, on)
    check = identity.check_card(account)
    if not check.ok:
        raise Refused("；".join(check.faults))
    digits = check.number
    if not Membership.objects.filter(household=household, person=holder, until=None).exists():
        raise Refused(_("户名须是本户成员；委托他人代管存折的，另办委托书"))
    Household.objects.select_for_update().get(pk=household.pk)
    index = lookup_hash(digits)
    present = PayeeAccount.objects.filter(household=household, until=None).order_by("-pk").first()
    if (
        present
        and present.account_index == index
        and present.holder_id == holder.pk
        and present.bank == bank.strip()
    ):
        return present
    PayeeAccount.objects.filter(household=household, until=None).update(until=on)
    row = PayeeAccount.objects.create(
        household=household,
        holder=holder,
        holder_name=holder_name.strip() or holder.name,
        bank=bank.strip(),
        account=digits,
        account_index=index,
        doubt=_name_doubt(holder, holder_name) or account_doubt(digits),
        since=on,
    )
    row.refresh_from_db()
    journal.record("people.account", by=by, on=on, record=row, note="change" if present else "first")
    return row


def _name_doubt(holder: Person, holder_name: str) -> str:
    if holder_name.strip() and plain_name(holder_name) != plain_name(holder.name):
        return _("户名与成员姓名写法不同，首次发放前请与银行核对")
    return ""


def persons_by_number(numbers: Iterable[str]) -> Mapping[str, Person]:
    """The registered persons among these numbers, keyed by the normalised number, in as few queries as may be."""
    wanted = {lookup_hash(n): n for n in map(normalise, numbers)}
    found: dict[str, Person] = {}
    keys = list(wanted)
    for start in range(0, len(keys), 500):
        for person in Person.objects.filter(number_index__in=keys[start : start + 500]):
            found[wanted[person.number_index]] = person
    return found
