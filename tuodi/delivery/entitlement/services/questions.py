"""Questions put to a named officer: what the rule or the calendar found, which no machine may act on (promise 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from tuodi.core.areas import chain
from tuodi.core.months import months_later
from tuodi.delivery.entitlement.models import Enrolment, Recertification
from tuodi.delivery.entitlement.process import RECERTIFICATION
from tuodi.delivery.entitlement.services.pricing import Less
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Assignment, Officer
from tuodi.records.standards.selectors import calendar

CHUNK = 500


class Reviewers:
    """Who looks into a question: the reviewer whose post lies nearest to the place."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._kept: dict[str, Officer | None] = {}

    def of(self, area: str) -> Officer | None:
        """The township's reviewer on this day; None where the post is empty."""
        town = area[:9]
        if town not in self._kept:
            posts = [
                a
                for a in Assignment.objects.filter(
                    role="reviewer", since__lte=self._on, area_id__in=[town, *chain(town)]
                )
                .select_related("officer")
                .order_by("officer__username")
                if (a.until is None or a.until > self._on) and a.officer.is_active
            ]
            self._kept[town] = max(posts, key=lambda a: len(a.area_id)).officer if posts else None
        return self._kept[town]


@transaction.atomic
def ask(found: Sequence[Less], *, by: Any, on: date) -> int:
    """Open a question for each family, or add to the one already open. Money is not touched. Returns how many were opened."""
    reviewers = Reviewers(on)
    return sum(_ask(found[start : start + CHUNK], reviewers, by, on) for start in range(0, len(found), CHUNK))


def _ask(found: Sequence[Less], reviewers: Reviewers, by: Any, on: date) -> int:
    working = calendar()
    known = {
        r.enrolment_id: r
        for r in Recertification.objects.select_for_update(of=("self",)).filter(
            enrolment__in=[one.row.pk for one in found], concluded_on=None
        )
    }
    lines: list[dict[str, Any]] = []
    opened = 0
    for one in found:
        row = known.get(one.row.pk)
        if row is None:
            row = Recertification.objects.create(
                enrolment=one.row,
                area_id=one.row.area_id,
                cause=one.cause,
                officer=reviewers.of(one.row.area_id),
                month=one.month,
                price_fen=one.price_fen,
                reasons=list(one.reasons),
                state=RECERTIFICATION.start,
                state_since=on,
                due=RECERTIFICATION.due(RECERTIFICATION.start, on, working),
            )
            opened += 1
        else:
            told = row.reasons.open()
            row.reasons = [*told, *(r for r in one.reasons if r not in told)]
            # What the newest facts gave stands above what the old ones give now.
            more = {} if row.snapshot_id else {"price_fen": one.price_fen, "month": one.month}
            Recertification.objects.filter(pk=row.pk).update(
                reasons=row.reasons, version=row.version + 1, **more
            )
        lines.append(
            {
                "act": "recertification.ask",
                "actor": journal.actor_name(by),
                "business_day": on,
                "record_kind": "entitlement.recertification",
                "record_id": str(row.pk),
                "area_code": one.row.area_id,
                "state_to": RECERTIFICATION.start,
                "note": one.cause,
            }
        )
    journal.append_many(lines)
    return opened


def close_open(enrolment: Enrolment, *, on: date) -> None:
    """A family that has left the roll is not looked at again."""
    for row in Recertification.objects.filter(enrolment=enrolment, concluded_on=None):
        journal.advance(
            row, RECERTIFICATION, "close", by=journal.SYSTEM, on=on, outcome="exit", concluded_on=on
        )


def next_review(since: date, months: int) -> date:
    """The last day of a cycle that began on a day."""
    return months_later(since, months)
