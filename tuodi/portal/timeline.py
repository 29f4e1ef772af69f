"""What happened in a case, oldest first: the journal's lines about it and its records, in words."""

from __future__ import annotations

from typing import Any

from tuodi.delivery.intake.models import Application
from tuodi.portal.words import act_in_words
from tuodi.records.journal.services import lines_of
from tuodi.records.org.models import Officer


def of_case(application: Application) -> list[dict[str, Any]]:
    """Timeline items for the kit's component: moment, who, what, text. Three queries however long the case is."""
    records: list[Any] = [application, application.household]
    for relation in ("checks", "surveys"):
        records += list(getattr(application, relation).all())
    review = getattr(application, "review", None)
    if review is not None:
        records.append(review)
        decision = getattr(review, "decision", None)
        if decision is not None:
            records.append(decision)
            enrolment = getattr(decision, "enrolment", None)
            if enrolment is not None:
                records.append(enrolment)
    lines = list(lines_of(records))
    names = dict(Officer.objects.filter(username__in={line.actor for line in lines}).values_list("username", "name"))
    return [
        {
            "on": line.business_day,
            "who": names.get(line.actor, line.actor),
            "what": act_in_words(line.act, line.state_to),
            "text": line.note or line.purpose,
        }
        for line in lines
    ]
