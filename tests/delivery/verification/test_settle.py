"""Doubts are explained and settled by a named officer; what is settled enters the facts and a further report."""

import pytest

from tests.delivery.verification.family import AS_OF, CAR, DAUGHTER, FATHER, ON
from tuodi.core.refusal import Refused
from tuodi.delivery.verification import selectors, services, signals
from tuodi.delivery.verification.models import Discrepancy, Explanation, Outcome
from tuodi.gateways import departments
from tuodi.records.journal.models import JournalLine


@pytest.fixture
def doubt(flagged):
    return Discrepancy.objects.get()


def said(doubt, counter, key="say-1", text="车已卖给堂兄，未过户"):
    return services.explain(discrepancy=doubt, text=text, papers="转让协议 1 份", key=key, by=counter, on=ON)


def test_what_the_family_says_is_kept_sealed_with_who_took_it(doubt, counter):
    row = said(doubt, counter)
    assert row.text.open() == "车已卖给堂兄，未过户"
    assert (row.taken_by, row.given_on) == ("counter1", ON)
    assert "堂兄" not in str(JournalLine.objects.values_list("note", flat=True))


def test_the_same_explanation_sent_twice_is_one(doubt, counter):
    assert said(doubt, counter).pk == said(doubt, counter).pk
    assert Explanation.objects.count() == 1
    with pytest.raises(Refused, match="未重复"):
        said(doubt, counter, text="另一种说法")


def test_explained_the_declaration_stands_and_the_report_says_so(doubt, flagged, counter, reviewer):
    said(doubt, counter)
    services.settle(
        discrepancy=doubt, outcome="explained", reason="协议属实，车由买受人使用", by=reviewer, on=ON
    )
    flagged.refresh_from_db()
    newest = selectors.latest_report(flagged.application)
    assert (flagged.state, newest.sequence, newest.result) == ("settled", 2, "clear")
    assert [s["outcome"] for s in selectors.settled_before(newest)] == ["解释成立"]
    assert flagged.application.snapshots.count() == 1
    assert flagged.due == newest.valid_until


def test_upheld_the_settled_value_is_frozen_and_those_above_are_told(doubt, flagged, counter, reviewer):
    told = []
    signals.settled.connect(
        lambda sender, **more: told.append(more["snapshot"]), weak=False, dispatch_uid="test"
    )
    try:
        said(doubt, counter)
        services.settle(
            discrepancy=doubt, outcome="upheld", value=1, reason="车在家中，仍由本人使用", by=reviewer, on=ON
        )
    finally:
        signals.settled.disconnect(dispatch_uid="test")
    newest = flagged.application.snapshots.latest("pk")
    assert newest.cause == "settled"
    assert newest.facts.open()["household"]["vehicles"] == 1
    assert told == [newest]
    report = selectors.latest_report(flagged.application)
    assert (report.sequence, report.snapshot_id, report.result) == (2, newest.pk, "clear")
    outcome = Outcome.objects.get()
    assert (outcome.settled_by, outcome.reason.open()) == (reviewer, "车在家中，仍由本人使用")


def test_nothing_is_held_against_a_family_that_was_not_heard_until_its_days_are_over(
    doubt, flagged, reviewer
):
    with pytest.raises(Refused, match="听取说明"):
        services.settle(discrepancy=doubt, outcome="upheld", value=1, reason="未说明", by=reviewer, on=ON)
    after = flagged.due.replace(day=flagged.due.day + 1)
    services.settle(discrepancy=doubt, outcome="upheld", value=1, reason="逾期未说明", by=reviewer, on=after)
    assert Outcome.objects.get().outcome == "upheld"


def test_an_outcome_has_a_reason_and_upheld_a_value(doubt, counter, reviewer):
    said(doubt, counter)
    with pytest.raises(Refused, match="理由"):
        services.settle(discrepancy=doubt, outcome="explained", reason=" ", by=reviewer, on=ON)
    for wrong in (None, -1, "一辆"):
        with pytest.raises(Refused, match="核定值"):
            services.settle(
                discrepancy=doubt, outcome="upheld", value=wrong, reason="仍在使用", by=reviewer, on=ON
            )


def test_of_two_officers_the_second_is_told_what_the_first_settled(doubt, counter, reviewer, county):
    departments.load("death", AS_OF, [])
    said(doubt, counter)
    services.settle(discrepancy=doubt, outcome="explained", reason="协议属实", by=reviewer, on=ON)
    with pytest.raises(Refused, match=r"更新的核对报告|李绍文"):
        services.settle(discrepancy=doubt, outcome="upheld", value=1, reason="不实", by=county, on=ON)
    assert Outcome.objects.count() == 1


def test_a_counter_officer_takes_explanations_and_settles_nothing(doubt, counter, elsewhere):
    with pytest.raises(Refused, match="权限"):
        services.settle(discrepancy=doubt, outcome="explained", reason="属实", by=counter, on=ON)
    with pytest.raises(Refused, match="权限"):
        services.explain(discrepancy=doubt, text="说明", key="x", by=elsewhere, on=ON)


def test_the_report_waits_until_the_last_doubt_is_settled(check, sources, counter, reviewer):
    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩温", CAR)])
    departments.load(
        "bank",
        AS_OF,
        [
            (
                DAUGHTER["number"],
                "玉罕",
                {"institution": "农商行", "balance_fen": 9_000_000, "at": "2026-11-01"},
            )
        ],
    )
    services.ask(check=check, by=counter, on=ON)
    first, second = Discrepancy.objects.order_by("pk")
    for n, doubt in enumerate((first, second)):
        said(doubt, counter, key=f"say-{n}")
    services.settle(discrepancy=first, outcome="explained", reason="属实", by=reviewer, on=ON)
    check.refresh_from_db()
    assert (check.state, check.reports.count()) == ("flagged", 1)
    services.settle(
        discrepancy=second, outcome="upheld", value=9_300_000, reason="加上现金", by=reviewer, on=ON
    )
    check.refresh_from_db()
    assert (check.state, check.reports.count()) == ("settled", 2)
    assert check.application.snapshots.latest("pk").facts.open()["household"]["deposits_fen"] == 9_300_000


def test_the_same_evidence_explained_once_is_not_asked_about_again_but_new_evidence_is(
    doubt, flagged, counter, reviewer
):
    said(doubt, counter)
    services.settle(discrepancy=doubt, outcome="explained", reason="属实", by=reviewer, on=ON)
    flagged.refresh_from_db()
    services.recheck(check=flagged, reason="家庭补充材料", by=reviewer, on=ON)
    services.ask(check=flagged, by=counter, on=ON)
    assert (flagged.state, flagged.reports.latest("sequence").result) == ("settled", "clear")
    services.recheck(check=flagged, reason="群众反映", by=reviewer, on=ON)
    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩温", {**CAR, "plate": "云N54321"})])
    services.ask(check=flagged, by=counter, on=ON)
    assert (flagged.state, flagged.reports.latest("sequence").result) == ("flagged", "inconsistent")


def test_a_settled_doubt_with_a_source_still_silent_is_pending_and_not_settled(
    doubt, flagged, counter, reviewer
):
    from tuodi.delivery.verification.models import SourceQuery

    said(doubt, counter)
    silent = SourceQuery.objects.get(check_asked=flagged, source="bank")
    flagged.round = 2  # a new round in which only the bank is still to come
    services.recheck(check=flagged.__class__.objects.get(pk=flagged.pk), reason="复查", by=reviewer, on=ON)
    check = flagged.__class__.objects.get(pk=flagged.pk)
    from tuodi.gateways.peers import demo_key
    from tuodi.gateways.sources import SourceClient

    services.ask(
        check=check,
        by=counter,
        on=ON,
        client=lambda s: SourceClient(
            s, departments.faulty(s, "error") if s == silent.source else departments.transport(s), demo_key(s)
        ),
    )
    again = Discrepancy.objects.filter(report=check.reports.latest("sequence")).get()
    said(again, counter, key="say-2")
    services.settle(discrepancy=again, outcome="explained", reason="属实", by=reviewer, on=ON)
    check.refresh_from_db()
    assert (check.state, check.reports.latest("sequence").result) == ("partial", "pending")
