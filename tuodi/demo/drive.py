"""Cases in work, carried act by act through the rooms' own services, each left at a different state.

Nothing here writes a row: officers of the place do what officers do, on days counted back from the business day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tuodi.delivery.determination import services as determination
from tuodi.delivery.determination.models import Review
from tuodi.delivery.determination.policy import assess_facts
from tuodi.delivery.determination.services.county import outstanding_visits
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Application, Snapshot
from tuodi.delivery.verification import services as verification
from tuodi.delivery.verification.models import Check, Discrepancy
from tuodi.demo.population import Family
from tuodi.demo.staff import Staff
from tuodi.demo.story import declared
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards


@dataclass
class Carried:
    """A family's case on its way: `today` is where its own calendar stands."""

    family: Family
    staff: Staff
    today: date
    application: Application | None = None

    def by(self, role: str) -> Any:
        """The officer of the family's place."""
        return self.staff.of(role, self.family.village)

    @property
    def decider(self) -> Any:
        """Who confirms: the county's officer, or the township's where the county has handed the decision over (T19)."""
        return self.by("town_confirmer" if self.review.delegated else "confirmer")

    def pass_days(self, days: int) -> None:
        """Let working days go by."""
        self.today = standards.calendar().add_working_days(self.today, days)

    @property
    def case(self) -> Application:
        assert self.application is not None
        return Application.objects.get(pk=self.application.pk)

    @property
    def review(self) -> Review:
        assert self.application is not None
        return Review.objects.get(application_id=self.application.pk)


# --- the acts, in the order work flows ---------------------------------------------------------------------


def submit(c: Carried) -> None:
    """Hand the form in."""
    facts = declared(c.family, c.today)
    c.application = intake.submit(
        key=f"demo:{c.family.index}:{c.today}", facts=facts, by=c.by("counter"), on=c.today
    )


def accept(c: Carried) -> None:
    """Accept complete papers."""
    intake.accept(application=c.case, by=c.by("counter"), on=c.today)


def tell_missing(c: Carried) -> None:
    """Tell once what is missing."""
    intake.notify(application=c.case, by=c.by("counter"), on=c.today, extra=["户口簿全本复印件"])


def decline(c: Carried) -> None:
    """Not accept: lives elsewhere."""
    intake.decline(
        application=c.case,
        reasons=["户籍地和居住地都不在本乡镇，已告知向居住地申请"],
        by=c.by("counter"),
        on=c.today,
    )


def withdraw(c: Carried) -> None:
    """The family takes it back."""
    intake.withdraw(application=c.case, by=c.by("counter"), on=c.today, reason="家庭成员已就业，自愿撤回")


def ask(c: Carried) -> None:
    """Ask the departments."""
    c.pass_days(1)
    verification.ask(check=_check(c), by=c.by("counter"), on=c.today)


def settle(c: Carried) -> None:
    """Hear the family on every doubt and settle it: what the source shows is upheld."""
    report = _check(c).reports.order_by("-sequence").first()
    for doubt in Discrepancy.objects.filter(outcome=None, report=report):
        verification.explain(
            discrepancy=doubt,
            text="情况属实，申报时漏填",
            key=f"demo:{doubt.pk}",
            by=c.by("counter"),
            on=c.today,
        )
        found = doubt.detail.open().get("found")
        upheld = bool(doubt.fact) and found is not None
        verification.settle(
            discrepancy=doubt,
            outcome="upheld" if upheld else "explained",
            reason="以部门登记为准" if upheld else "说明成立，登记信息滞后",
            value=found if upheld else None,
            by=c.by("reviewer"),
            on=c.today,
        )


def survey(c: Carried) -> None:
    """Visit the home, two officers, the family agreeing; the investigation is done."""
    c.pass_days(2)
    case = c.case
    snapshot = Snapshot.objects.filter(application=case).latest("pk")
    verification.record_survey(
        application=case,
        seen=snapshot.pk,
        surveyed_on=c.today,
        second_surveyor=c.by("partner").name,
        observed=snapshot.facts.open(),
        note="家中情况与申报一致，已向邻里了解",
        family_confirmed=True,
        confirmed_by=case.applicant.name,
        key=f"demo:survey:{case.pk}",
        by=c.by("counter"),
        on=c.today,
    )
    determination.survey_done(review=c.review, by=c.by("counter"), on=c.today)


def appraise(c: Carried) -> None:
    """Hold the democratic appraisal of the 2012 procedure."""
    c.pass_days(3)
    verification.record_appraisal(
        application=c.case,
        held_on=c.today,
        present=18,
        representatives=14,
        in_favour=16,
        against=1,
        chaired_by="村委会主任",
        opinion="同意纳入",
        key=f"demo:appraisal:{c.case.pk}",
        by=c.by("counter"),
        on=c.today,
    )
    determination.appraise(review=c.review, by=c.by("reviewer"), on=c.today)


def opine(c: Carried) -> None:
    """Assess, and propose what the assessment says."""
    c.pass_days(1)
    found = determination.assess(review=c.review, by=c.by("reviewer"), on=c.today)
    grant = bool(found.eligible)
    determination.form_opinion(
        review=c.review,
        proposal="grant" if grant else "refuse",
        opinion="经入户调查和信息核对，拟同意" if grant else "经核对，不符合条件，拟不予确认",
        by=c.by("reviewer"),
        on=c.today,
    )


def post(c: Carried) -> None:
    """Post the notice; a proposal to refuse is not posted, it goes straight to the county."""
    if c.review.proposal != "grant":
        return
    determination.post_notice(review=c.review, by=c.by("reviewer"), on=c.today)


def object_to(c: Carried) -> None:
    """A neighbour objects on the second day."""
    c.pass_days(1)
    notice = c.review.notices.latest("pk")
    determination.object_to(
        notice=notice, objector="本村村民", text="该户在城里另有住房", by=c.by("counter"), on=c.today
    )


def wait(c: Carried) -> None:
    """Let the notice run out, where there is one."""
    notice = c.review.notices.order_by("-pk").first()
    if notice is None:
        return
    c.today = standards.calendar().roll_forward(notice.notice_until + timedelta(days=1))
    if c.review.state in ("noticing", "second_noticing"):
        determination.end_notice(notice=notice, on=c.today)


def send_up(c: Carried) -> None:
    """Send the file to the county."""
    determination.send_up(review=c.review, by=c.by("reviewer"), on=c.today)


def receive(c: Carried) -> None:
    """Who decides takes it over."""
    c.pass_days(1)
    determination.receive(review=c.review, by=c.decider, on=c.today)


def visit(c: Carried) -> None:
    """Make the visits the county owes."""
    causes = outstanding_visits(c.review)
    if causes:
        determination.record_visit(
            review=c.review,
            causes=causes,
            finding="入户所见与材料一致",
            agrees=True,
            visited_on=c.today,
            by=c.decider,
            on=c.today,
        )


def draw(c: Carried) -> None:
    """Draw the spot check where the procedure wants one."""
    determination.draw_spot_checks(
        county=Area.objects.get(pk=c.family.county),
        by=c.by("confirmer"),
        on=c.today,
        seed=f"demo-{c.family.index}",
    )


def propose(c: Carried) -> None:
    """The county's opinion before the second notice of 2012."""
    determination.propose(review=c.review, opinion="拟批准", by=c.decider, on=c.today)
    determination.post_second_notice(review=c.review, by=c.decider, on=c.today)


def confirm(c: Carried) -> None:
    """Confirm, or refuse where the assessment says so."""
    c.pass_days(2)
    visit(c)
    act = determination.confirm if c.review.proposal == "grant" else determination.refuse
    act(review=c.review, by=c.decider, on=c.today)


def tell(c: Carried) -> None:
    """Hand the letter to the family."""
    c.pass_days(2)
    determination.notify(decision=c.review.decision, by=c.by("reviewer"), on=c.today)


def terminate(c: Carried) -> None:
    """The family does not cooperate."""
    c.pass_days(3)
    determination.terminate(
        review=c.review, reason="三次上门均不配合入户调查，已书面催告", by=c.by("reviewer"), on=c.today
    )


def _check(c: Carried) -> Check:
    assert c.application is not None
    return Check.objects.filter(application_id=c.application.pk).latest("pk")


Act = Callable[[Carried], None]
TO_OPINION: tuple[Act, ...] = (submit, accept, ask, settle, survey, opine)
TO_COUNTY: tuple[Act, ...] = (*TO_OPINION, post, wait, send_up)
TO_DECISION_2012: tuple[Act, ...] = (
    submit,
    accept,
    ask,
    settle,
    survey,
    appraise,
    opine,
    post,
    wait,
    send_up,
    receive,
    draw,
    visit,
)

# name, working days before the business day on which it begins, the acts
JOURNEYS: tuple[tuple[str, int, tuple[Act, ...]], ...] = (
    ("submitted", 0, (submit,)),
    ("correcting", 2, (submit, tell_missing)),
    ("declined", 6, (submit, decline)),
    ("withdrawn_early", 5, (submit, withdraw)),
    ("to_check", 1, (submit, accept)),
    ("late_to_check", 9, (submit, accept)),
    ("doubts_or_clear", 4, (submit, accept, ask)),
    ("surveyed", 5, (submit, accept, ask, settle, survey)),
    ("opinion", 7, TO_OPINION),
    ("noticing", 8, (*TO_OPINION, post)),
    ("objected", 11, (*TO_OPINION, post, object_to)),
    ("to_send", 12, (*TO_OPINION, post, wait)),
    ("sent_up", 14, TO_COUNTY),
    ("county_review", 16, (*TO_COUNTY, receive)),
    ("decided", 20, (*TO_COUNTY, receive, confirm)),
    ("terminated", 12, (submit, accept, ask, terminate)),
    ("withdrawn_late", 10, (submit, accept, ask, withdraw)),
)
# The procedure of 2012, chosen by acceptance day: finished cases and two that were left standing.
JOURNEYS_2012: tuple[tuple[str, date, tuple[Act, ...]], ...] = (
    ("2012_decided", date(2017, 9, 18), (*TO_DECISION_2012, propose, wait, confirm, tell)),
    ("2012_second_notice", date(2021, 5, 17), (*TO_DECISION_2012, propose)),
    ("2012_appraising", date(2021, 6, 21), (submit, accept, ask, settle, survey)),
)


NEEDS_GRANT = frozenset({"noticing", "objected", "to_send"})  # only a proposal to grant is posted
# Where families that hide something go: the departments know it, so that doubts stand there and settled ones behind them.
SHOWS_DOUBTS = frozenset({"doubts_or_clear", "surveyed", "opinion", "county_review", "decided"})


def grants(family: Family, on: date) -> bool:
    """Whether all its members live on that day, its own words would make it eligible and nobody knows otherwise."""
    return (
        not family.hides
        and all(h.birth < on for h in family.humans)
        and bool(assess_facts("minimum_living", declared(family, on), on, changes=False).eligible)
    )


def carry(family: Family, staff: Staff, begin: date, acts: Sequence[Act]) -> Carried:
    """Carry one family's case through the acts, from `begin` on."""
    carried = Carried(family, staff, begin)
    for act in acts:
        act(carried)
    return carried
