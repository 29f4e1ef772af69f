"""Appendix C 10: a flag without a human decision never leads to refusal, stop or reduction."""

import random
from datetime import timedelta

import pytest

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import policy, services
from tuodi.delivery.determination.models import Decision, Review
from tuodi.delivery.verification.models import CheckReport, Discrepancy

from .river import River

FLAGS = (
    ("shops", 2), ("companies", 1), ("vehicles", 3), ("houses", 4), ("deposits_fen", 900_000_000), ("securities_fen", 700_000_000),
    ("receiving_elsewhere", True),
)  # fmt: skip


def flag(river, rng):
    """A report with adverse findings that no officer has looked at."""
    last = CheckReport.objects.filter(check_made__application=river.application).latest("pk")
    report = CheckReport.objects.create(
        check_made=last.check_made, sequence=last.sequence + 1, snapshot=last.snapshot, result="inconsistent", reported_on=river.on,
        valid_until=last.valid_until, parameters=[], lines={"lines": [], "settled": []}, digest=str(rng.random()),
    )  # fmt: skip
    for name, value in rng.sample(FLAGS, rng.randint(1, 4)):
        Discrepancy.objects.create(
            report=report, fact=name, flag="vehicle", source="traffic", as_of=river.on, mark=f"{name}{rng.random()}",
            detail={"member": -1, "found": value, "also": {}, "sentence": "登记与申报不一致"},
        )  # fmt: skip


def wander(river, rng, steps=25):
    """Officers who want to refuse press everything they have, in any order, on any day; the check is never settled."""
    staff = river.staff
    tries = (
        lambda r: services.assess(review=r, by=staff.reviewer, on=river.on),
        lambda r: services.survey_done(review=r, by=staff.counter, on=river.on),
        lambda r: services.form_opinion(
            review=r,
            proposal="refuse",
            opinion="拟不予确认",
            sources_note="无",
            by=staff.reviewer,
            on=river.on,
        ),
        lambda r: services.send_up(review=r, by=staff.reviewer, on=river.on),
        lambda r: services.receive(review=r, by=staff.confirmer, on=river.on),
        lambda r: services.refuse(review=r, by=staff.confirmer, on=river.on),
        lambda r: services.return_to_township(
            review=r, reason="请提不予确认意见", by=staff.confirmer, on=river.on
        ),
    )
    for _ in range(steps):
        try:
            rng.choice(tries)(river.review)
        except Refused:
            river.on += timedelta(days=rng.randint(0, 1))
    return [
        *Decision.objects.filter(review=river.review, granted=False),
        *Review.objects.filter(pk=river.review.pk, proposal="refuse"),
    ]


def test_flags_alone_never_refuse(staff, village):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for number in range(1, 7):
        river = River(staff, village, sequence=number)
        if rng.random() < 0.5:
            river.to_opinion()
        else:
            river.to_county()
        flag(river, rng)
        assert wander(river, rng) == [], f"seed {seed}, family {number}"
        row = (
            services.assess(review=river.review, by=staff.reviewer, on=river.on)
            if river.review.state != "sent_up"
            else None
        )
        assert row is None or row.eligible is True, "the rule sees facts, not flags"


def test_a_flag_a_person_has_upheld_may_refuse(river):
    """The other side: the same finding, settled by a named officer, does lead to a refusal."""
    river.to_opinion().survey(shops=2).explain_all()
    assert not river.opinion("refuse").send_up().receive().refuse().granted


def test_a_rule_that_believed_the_data_would_be_found_out(river, monkeypatch):
    """The broken twin: assessing on what the sources say, without a person between, leads to refusals."""
    rng = random.Random(7)
    river.to_opinion()
    flag(river, rng)
    honest = policy.assess_facts

    def credulous(programme, facts, on):
        report = CheckReport.objects.filter(check_made__application=river.application).latest("pk")
        found = {d.fact: d.detail.open()["found"] for d in report.discrepancies.all()}
        return honest(programme, {**facts, "household": {**facts["household"], **found}}, on)

    monkeypatch.setattr(policy, "assess_facts", credulous)
    for module in (services.proposing, services.deciding):
        monkeypatch.setattr(module, "unsettled", lambda review: 0)
    assert any(wander(river, rng, steps=60) for _ in range(5))


@pytest.mark.parametrize("act", ["confirm", "refuse"])
def test_with_an_unsettled_doubt_nothing_is_decided(river, act):
    river.to_county()
    flag(river, random.Random(3))
    with pytest.raises(Refused, match="疑点"):
        getattr(river, act)()
