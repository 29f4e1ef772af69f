"""Working out what the rule says of the facts now on file, frozen with everything it relied on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import policy
from tuodi.delivery.determination.models import Assessment, Review
from tuodi.delivery.determination.services.common import (
    facts_of,
    newest_assessment,
    newest_report,
    newest_snapshot,
    newest_survey,
    process_of,
    stale,
)
from tuodi.kit.digest import digest_of
from tuodi.kit.versions import Conflict, save_versioned
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal
from tuodi.records.org import rights

# States in which a new assessment can still change what will be proposed or decided.
OPEN_TO_ASSESSMENT = frozenset(
    {
        "investigating",
        "appraising",
        "opinion",
        "objected",
        "county_review",
        "second_objected",
        "county_decision",
    }
)


def digest_parts(row: Assessment, findings: Any) -> dict[str, Any]:
    """Everything the digest of an assessment covers."""
    return {
        "snapshot": row.snapshot.digest,
        "report": row.report.digest if row.report else "",
        "survey": row.survey_id or 0,
        "rule": row.rule,
        "on": row.assessed_on.isoformat(),
        "eligible": row.eligible,
        "category": row.category,
        "size": row.size,
        "monthly_fen": row.monthly_fen,
        "findings": findings,
        "parameters": row.parameters,
    }


@in_chinese()
@transaction.atomic
def assess(*, review: Review, by: Any, on: date, version: int | None = None) -> Assessment:
    """Run the programme's rule on the newest snapshot and freeze the result with findings, parameters and digest.

    Pressed twice, the same evidence on the same day gives the assessment already there. Another result than the last takes
    away the opinion that rested on it: it must be written anew before anything is posted or sent.

    The rule sees facts only: a discrepancy that no officer has settled changes nothing here (policy.md appendix C 10).
    """
    if review.state not in OPEN_TO_ASSESSMENT:
        raise Refused(_("“{state}”环节不再评估").format(state=process_of(review).states[review.state]))
    if not rights.may(by, "determination.assess", review.area_id, on):
        raise Refused(_("您没有在本辖区评估的权限"))
    if version is not None and version != review.version:
        raise stale(review, version)
    snapshot, report, survey = newest_snapshot(review), newest_report(review), newest_survey(review)
    result = policy.assess_facts(review.programme, facts_of(snapshot), on)
    last = newest_assessment(review)
    row = Assessment(
        review=review,
        sequence=last.sequence + 1 if last else 1,
        snapshot=snapshot,
        report=report,
        survey=survey,
        rule=result.rule,
        assessed_on=on,
        eligible=result.eligible,
        category=result.category,
        size=result.size,
        monthly_fen=result.monthly_fen,
        findings=result.document,
        parameters=result.parameters,
        made_by=journal.actor_name(by),
    )
    row.digest = digest_of(digest_parts(row, result.document))
    if last is not None and last.digest == row.digest:
        return last
    # Of two officers who assess at once the second fails here, on the sequence, not on the journal's chain.
    row.save(force_insert=True)
    dropped = last is not None and said(last) != said(row) and drop_opinion(review)
    note = f"{row.rule} #{row.sequence}" + (_("；结果有变，原意见作废") if dropped else "")
    journal.record("determination.assess", by=by, on=on, record=review, note=note)
    return Assessment.objects.get(pk=row.pk)


def said(row: Assessment) -> tuple[Any, ...]:
    """What an opinion rests on: whether, as what, for how many and with how much."""
    return row.eligible, row.category, row.size, row.monthly_fen


def drop_opinion(review: Review) -> bool:
    """Take away the opinion now standing, if there is one: the township's before its notice, the county's before the second."""
    resting = {"opinion": "proposal", "county_review": "county_proposed_by"}.get(review.state)
    if resting is None or not getattr(review, resting):
        return False
    try:
        save_versioned(review, review.version, **{resting: ""})
    except Conflict:
        raise Refused(_("这件事刚被别人办理过，请刷新后再看")) from None
    return True


def intact(row: Assessment) -> bool:
    """Whether a stored assessment still equals its digest."""
    return digest_of(digest_parts(row, row.findings.open())) == row.digest
