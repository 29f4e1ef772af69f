"""What entitlement does for the rooms below: a granted decision puts its household on the roll; who is on it may not apply anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from tuodi.delivery.determination.models import Decision, Review
from tuodi.delivery.determination.signals import decided, disagreed
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.entitlement.services import ask, enrol
from tuodi.delivery.entitlement.services.enrolment import next_to_run
from tuodi.delivery.entitlement.services.pricing import Less
from tuodi.delivery.intake.models import Applying
from tuodi.records.people.models import Household, Person


@receiver(decided, dispatch_uid="entitlement.enrol")
def on_decided(sender: Any, *, decision: Decision, by: Any, on: date, **_more: Any) -> None:
    if decision.granted:
        enrol(decision=decision, by=by, on=on)


@receiver(disagreed, dispatch_uid="entitlement.disagreed")
def on_disagreed(sender: Any, *, review: Review, finding: str, by: Any, on: date, **_more: Any) -> None:
    """The county's visit afterwards does not bear out what the township granted: a review is asked, the money stays (T19)."""
    row = Enrolment.objects.filter(decision__review=review).exclude(state="exited").first()
    if row is not None:
        month = max(next_to_run(row.programme, row.area_id[:6], on), row.from_month)
        ask([Less(row, "spot", month, None, (finding,))], by=by, on=on)


def already_receiving(
    programme: str, household: Household | None, persons: Sequence[Person], on: date
) -> list[str]:
    """A sentence for each household that is on the roll and has one of these people in it (policy.md T7, T20)."""
    rows = (
        Enrolment.objects.filter(
            programme=programme,
            household__memberships__person__in=persons,
            household__memberships__until=None,
        )
        .exclude(state="exited")
        .select_related("area", "household__head", "decision__review")
        .distinct()
    )
    # Of a family that claims apart (T3) only those are paid whom the claim was for.
    rows = [
        row
        for row in rows
        if not row.kind
        or Applying.objects.filter(
            application=row.decision.review.application_id, person__in=persons, claimed=True
        ).exists()
    ]
    return [
        _("{head} 户已在{area}享受本项目，不能重复申请；家庭情况有变的，请办理变更或复核").format(
            head=row.household.head.name, area=row.area.name
        )
        for row in rows
    ]
