"""What the acts on a review share: its procedure table, its newest records, whose hands it has been through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Process
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Assessment, Objection, PublicNotice, Review
from tuodi.delivery.intake.models import Snapshot
from tuodi.delivery.verification.models import CheckReport, Discrepancy, HouseholdSurvey
from tuodi.kit.versions import Conflict, Difference
from tuodi.policy.procedures import Procedure, procedure_on
from tuodi.records.journal.services import actor_name, advance
from tuodi.records.org import rights
from tuodi.records.standards import selectors as standards


def procedure_of(review: Review) -> Procedure:
    """The procedure in force on the day the application was accepted (policy.md T18)."""
    procedure = procedure_on(review.accepted_on)
    assert procedure.code == review.procedure, (
        f"review {review.pk}: {review.procedure} is not the procedure of its day"
    )
    return procedure


def process_of(review: Review) -> Process:
    """The table of that procedure: the township's own where the county has handed it the decision (T19)."""
    return procedure_of(review).table(delegated=review.delegated)


def calendar() -> WorkCalendar:
    """The working days as the house knows them."""
    return standards.calendar()


def move(review: Review, act: str, *, by: Any, on: date, version: int | None = None, **more: Any) -> Review:
    """Take the step `act`; `version` is what the officer's page showed, and a stale one is a Conflict, not a surprise."""
    if version is not None and version != review.version:
        raise stale(review, version)
    step = process_of(review).step(act, review.state)
    if step is not None and step.role == "confirmer":
        refuse_other_desk(review, by, on)
    return advance(review, process_of(review), act, by=by, on=on, **more)


def at_its_desk(review: Review, by: Any, on: date) -> bool:
    """Whether this officer's post of confirmer is the one that decides this case: in the township where the county has handed
    over the decision, else in the county."""
    return any(
        h.role == "confirmer"
        and h.runs_on(on)
        and review.area_id.startswith(rights.reach(h.area_code))
        and (len(h.area_code) >= 9) == review.delegated
        for h in rights.held(by)
    )


def refuse_other_desk(review: Review, by: Any, on: date) -> None:
    """Handing the power over hands it over whole: the county no longer decides such a case, nor the township any other."""
    if isinstance(by, str) or not rights.holds(by, "confirmer", review.area_id, on):
        return  # nobody's desk at all: the step itself says so
    if not at_its_desk(review, by, on):
        raise Refused(
            _("本县已委托乡镇（街道）审核确认，由乡镇的审核确认岗办理，县级事后抽查")
            if review.delegated
            else _("这件申请由县级审核确认，不在委托乡镇办理之列")
        )


def stale(review: Review, version: int) -> Conflict:
    """What an officer is told whose page showed an older version: where the case stands now."""
    process = process_of(review)
    seen = _("您打开页面时的版本 {n}").format(n=version)
    now = _("{state}（版本 {n}）").format(state=process.states[review.state], n=review.version)
    return Conflict(review, version, [Difference("state", _("办理环节"), now, seen)])


def require_step(review: Review, act: str) -> None:
    """Refused where the procedure has no such step from here, before anything else is asked of the officer."""
    process = process_of(review)
    if process.step(act, review.state) is None:
        label = next((s.label for s in process.steps if s.act == act), act)
        ways = "、".join(dict.fromkeys(s.label for s in process.steps_from(review.state)))
        raise Refused(
            _("“{process}”现在是“{state}”，不能“{act}”").format(
                process=process.label, state=process.states[review.state], act=label
            )
            + (_("；现在可以：{ways}").format(ways=ways) if ways else _("；程序已经结束"))
        )


def newest_snapshot(review: Review) -> Snapshot:
    """The facts now relied on: the newest snapshot, declared or settled."""
    return Snapshot.objects.filter(application_id=review.application_id).latest("pk")


def facts_of(snapshot: Snapshot) -> dict[str, Any]:
    """The facts document of a snapshot, whether just made or read from the database."""
    facts: dict[str, Any] = snapshot.facts if isinstance(snapshot.facts, dict) else snapshot.facts.open()
    return facts


def newest_report(review: Review) -> CheckReport | None:
    """The newest check report, if the sources have answered at all."""
    return (
        CheckReport.objects.filter(check_made__application_id=review.application_id)
        .exclude(check_made__state="withdrawn")
        .order_by("-check_made_id", "-sequence")
        .first()
    )


def refuse_stale_report(review: Review, on: date) -> None:
    """A report past its days supports no new opinion or decision; money already running is not touched by it (HD-04)."""
    report = newest_report(review)
    if report is not None and report.valid_until < on:
        raise Refused(
            _("核对报告的有效期到 {day} 为止，请先发起复查，再据新报告办理").format(
                day=report.valid_until.isoformat()
            )
        )


def newest_survey(review: Review) -> HouseholdSurvey | None:
    """The newest home visit."""
    return (
        HouseholdSurvey.objects.filter(application_id=review.application_id)
        .order_by("-surveyed_on", "-pk")
        .first()
    )


def newest_assessment(review: Review) -> Assessment | None:
    """The assessment the next act relies on."""
    return review.assessments.order_by("-sequence").first()


def newest_notice(review: Review) -> PublicNotice | None:
    """The notice now up, or the last one."""
    return review.notices.order_by("-sequence").first()


def last_objection(review: Review) -> Objection | None:
    """The newest objection to any notice of this review."""
    return Objection.objects.filter(notice__review=review).order_by("-received_on", "-pk").first()


def refuse_unanswered(review: Review) -> None:
    """Refused while the newest objection waits for what the new investigation found."""
    objection = last_objection(review)
    if objection is not None and objection.concluded_on is None:
        raise Refused(_("有一件异议还没有结论，请先写明调查结果"))


def unsettled(review: Review) -> int:
    """How many discrepancies of the newest report no officer has settled yet."""
    report = newest_report(review)
    return Discrepancy.objects.filter(report=report, outcome__isnull=True).count() if report else 0


def earlier_hands(review: Review) -> set[str]:
    """User names of everyone who registered, accepted, surveyed or proposed: none of them may decide (reliability.md B3)."""
    application = review.application
    hands = {application.received_by.username, review.proposed_by}
    hands.update(application.declarations.values_list("taken_by", flat=True))
    hands.update(
        Snapshot.objects.filter(application=application, cause="declared").values_list("made_by", flat=True)
    )
    for first, second in application.surveys.values_list("first_surveyor__username", "second_surveyor"):
        hands |= {first, second}
    return hands - {""}


def refuse_earlier_hand(review: Review, by: Any, hands: Iterable[str] | None = None) -> None:
    """The two-person rule. A second surveyor may have been written down by name, so both spellings count."""
    hands = earlier_hands(review) if hands is None else hands
    if {actor_name(by), getattr(by, "name", "")} & set(hands):
        raise Refused(
            _(
                "审核确认须由未经办这一申请的人作出：您登记、受理、调查或提出过审核意见，请交由另一位工作人员办理"
            )
        )
