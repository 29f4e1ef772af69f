"""Questions about persons and households."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from tuodi.core.facts import PEOPLES, RELATIONS
from tuodi.records.people.models import Household, Membership, PayeeAccount, Person


def household_of(person: Person, on: date) -> Household | None:
    """The household a person belongs to on a day."""
    row = (
        Membership.objects.filter(person=person, since__lte=on)
        .filter(Q(until=None) | Q(until__gt=on))
        .select_related("household__head", "household__area__parent")
        .first()
    )
    return row.household if row else None


def members_on(household: Household, on: date) -> QuerySet[Membership]:
    """Who belongs to a household on a day, the head first."""
    rows = household.memberships.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    return rows.select_related("person").order_by("pk")


def account_of(household: Household) -> PayeeAccount | None:
    """The account a household is paid into now."""
    return household.accounts.filter(until=None).select_related("holder").order_by("-pk").first()


def file_of(household: Household) -> dict[str, Any]:
    """What the household's page shows: everyone who ever belonged, the account and those before."""
    rows = list(household.memberships.select_related("person").order_by("until", "pk"))
    return {
        "members": [
            {"row": m, "person": m.person, "relation": RELATIONS.get(m.relation_to_head, m.relation_to_head)}
            for m in rows
            if m.until is None
        ],
        "left": [m for m in rows if m.until is not None],
        "accounts": list(household.accounts.select_related("holder").order_by("-pk")),
    }


def people_name(code: str) -> str:
    """What a people is called: 18 傣族."""
    return PEOPLES.get(code, code)
