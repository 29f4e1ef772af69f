"""What happened in a case, oldest first: the journal's lines about it and its records, in words."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from tuodi.delivery.intake.models import Application
from tuodi.delivery.referral import selectors as referral
from tuodi.delivery.verification import selectors as verification
from tuodi.kit.together import gathered
from tuodi.portal.words import act_in_words
from tuodi.records.journal.services import SYSTEM, lines_of
from tuodi.records.org.selectors import names as officer_names

# Notes in Chinese say something to an officer; the rest (digests, counts) is for the auditor's journal page.
HAN = re.compile(r"[\u4e00-\u9fff]")


def of_case(application: Application) -> list[dict[str, Any]]:
    """Timeline items for the kit's component: moment, who, what, text. A few queries however long the case is."""
    records: list[Any] = [application, application.household]
    ((_row, parts),) = verification.case_parts(application)
    records += [*gathered(application, parts)["checks"], *gathered(application, parts)["surveys"]]
    ((_row, parts),) = referral.case_parts(application)
    records += gathered(application, parts)["referrals"]
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
    names = officer_names()
    return [
        {
            "on": line.business_day,
            "who": str(_("系统")) if line.actor == SYSTEM else names.get(line.actor, line.actor),
            "what": act_in_words(line.act, line.state_to),
            "text": line.written
            or next((said for said in (line.fact, line.purpose) if HAN.search(said)), ""),
        }
        for line in lines
    ]
