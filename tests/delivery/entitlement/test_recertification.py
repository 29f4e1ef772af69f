"""Looking again at who receives (policy.md 1.7): cycles by class and law, the worklist, the acts, the results."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tuodi.core.facts import Household
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement import selectors, services
from tuodi.delivery.entitlement.models import Enrolment, Pricing, Recertification
from tuodi.delivery.entitlement.process import RECERTIFICATION
from tuodi.delivery.intake.models import Snapshot
from tuodi.kit.versions import Conflict
from tuodi.policy.minimum_living.review import review_cycle
from tuodi.records.documents.models import Document
from tuodi.records.journal.models import JournalLine
from tuodi.records.standards import selectors as standards

DEC, JAN = date(2025, 12, 1), date(2026, 1, 1)


def cycle(on, kind="rural", household=None, **member):
    facts = Household(
        {"area_code": "533103105001", "claim_kind": kind, **(household or {})},
        [{"name": "岩温", "relation": "head", "birth": "1980-02-28", **member}],
    )
    return review_cycle(facts, standards.parameters().at("533103105001", on), on=on)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "kind", "facts", "expected"),
    [
        (date(2017, 3, 1), "urban", {"work_ability": "none"}, ("A", 12)),
        (date(2017, 3, 1), "rural", {"employment": "employed"}, ("B", 6)),
        (date(2017, 3, 1), "rural", {"employment": "farming"}, ("C", 3)),
        (date(2017, 3, 1), "urban", {"employment": "flexible"}, ("C", 1)),
        (date(2025, 3, 1), "urban", {"employment": "flexible"}, ("C", 6)),
        (date(2025, 3, 1), "rural", {"employment": "employed"}, ("B", 6)),
        (date(2025, 3, 1), "rural", {"birth": "1950-01-01"}, ("A", 12)),
        (date(2025, 3, 1), "rural", {"student": "senior", "birth": "2008-01-01"}, ("A", 12)),
        (date(2025, 3, 1), "rural", {"work_ability": None}, ("C", 6)),
    ],
)
def test_the_cycle_goes_by_class_and_law(on, kind, facts, expected):
    found = cycle(on, kind, **facts)
    assert (found.kind, found.months) == expected


@pytest.mark.django_db
def test_a_graded_family_goes_by_its_grade():
    assert cycle(date(2025, 3, 1), household={"tier": "A"}, employment="farming").kind == "A"


@pytest.fixture
def active(river, months, enrol):
    """On the roll, paid until December 2025; class C (odd jobs), so due half a year after the decision."""
    row = enrol()
    months.until(DEC)
    row.refresh_from_db()
    return row


def test_the_day_runs_from_the_decision(active):
    decided = active.decision.decided_on
    assert (active.review_class, active.state) == ("C", "active")
    assert active.review_due == decided.replace(month=decided.month + 6)


def test_it_is_in_the_townships_worklist_before_its_day_and_overdue_after(active, river):
    reviewer = river.staff.reviewer

    def items(on, officer=reviewer):
        return {str(i.label): (i.count, i.overdue) for i in selectors.worklist(officer, on)}

    early = active.review_due - timedelta(days=16)
    assert "复核到期" not in items(early)
    assert items(active.review_due - timedelta(days=15))["复核到期"] == (1, 0)
    assert items(active.review_due + timedelta(days=1))["复核到期"] == (1, 1)
    assert "复核到期" not in items(active.review_due, river.staff.outsider)
    row = services.open_review(enrolment=active, by=reviewer, on=active.review_due)
    left = items(active.review_due)
    assert "复核到期" not in left and left["待办复核"] == (1, 0)
    assert items(row.due + timedelta(days=1))["待办复核"] == (1, 1), "warned of when it is late"


def test_no_evident_change_pays_on_and_begins_the_next_cycle(active, river, months):
    reviewer, on = river.staff.reviewer, date(2025, 12, 10)
    row = services.open_review(enrolment=active, by=reviewer, on=on)
    assert row.state == "checking" and row.officer == reviewer and row.cause == "cycle"
    row = services.carry_on(review=row, opinion="入户走访，情况与去年一致", by=reviewer, on=on)
    assert (row.state, row.outcome, row.concluded_on) == ("continued", "keep", on)
    active.refresh_from_db()
    assert active.review_due == date(2026, 6, 10)
    assert months.paid(active)[-1][3] == active.amounts.latest("sequence").monthly_fen
    acts = list(
        JournalLine.objects.filter(record_kind="entitlement.recertification").values_list("act", flat=True)
    )
    assert acts == ["recertification.open", "recertification.continue"]


def test_only_the_townships_reviewer_opens_and_nobody_opens_twice(active, river):
    on = date(2025, 12, 10)
    with pytest.raises(Refused):
        services.open_review(enrolment=active, by=river.staff.confirmer, on=on)
    services.open_review(enrolment=active, by=river.staff.reviewer, on=on)
    with pytest.raises(Refused, match="已经在办"):
        services.open_review(enrolment=active, by=river.staff.reviewer, on=on)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recertification.objects.create(
            enrolment=active, area=active.area, cause="cycle", reasons=[], state="waiting", state_since=on
        )


@pytest.fixture
def asked(active, months):
    """The daughter is of age: less by rule, paid on, a question open."""
    months.run(JAN)
    return Recertification.objects.get()


def opened(asked, river, on=date(2026, 1, 5)):
    return services.open_review(enrolment=asked.enrolment, by=river.staff.reviewer, on=on)


def visit(row, river, on, member=None, **household):
    behind = row.snapshot or selectors.facts_behind(row.enrolment)
    facts = behind.facts.open()
    facts["household"].update(household)
    for i, changed in (member or {}).items():
        facts["members"][i].update(changed)
    return services.reassess(
        review=row, seen=behind.pk, observed=facts, visited_on=on, second_surveyor="尹家旺", note="入户所见一致", family_confirmed=True,
        confirmed_by="岩温", by=river.staff.reviewer, on=on,
    )  # fmt: skip


def test_less_by_rule_is_not_for_the_township_to_pass_over(asked, river):
    row = opened(asked, river)
    with pytest.raises(Refused, match="须入户重新评估，或报县级决定"):
        services.carry_on(review=row, opinion="无变化", by=river.staff.reviewer, on=date(2026, 1, 5))


def test_the_county_reduces_with_notice_reasons_and_from_the_next_month(asked, river, months):
    on = date(2026, 1, 20)
    before = months.paid(asked.enrolment)[-1][3]
    row = visit(
        opened(asked, river),
        river,
        on,
        {1: {"student": "none", "employment": "flexible", "wage_year_fen": 600_000}},
    )
    row.refresh_from_db()
    assert row.price_fen < before and row.month == date(2026, 2, 1)
    assert any(f["rule"] == "income_below_standard" for f in row.document.open()["findings"])
    assert row.snapshot.cause == "reviewed" and Snapshot.objects.filter(cause="reviewed").count() == 1
    row = services.refer(
        review=row, proposal="adjust", opinion="女儿已外出务工", by=river.staff.reviewer, on=on
    )
    with pytest.raises(Refused):
        services.settle(
            review=row, outcome="adjust", ground="review", note="收入增加", by=river.staff.reviewer, on=on
        )
    with pytest.raises(Refused, match="最早从"):
        services.settle(
            review=row,
            outcome="adjust",
            ground="review",
            note="收入增加",
            from_month=JAN,
            by=river.staff.confirmer,
            on=on,
        )
    row = services.settle(
        review=row,
        outcome="adjust",
        ground="review",
        note="女儿成年就业，收入增加",
        by=river.staff.confirmer,
        on=on,
    )
    assert (row.state, row.outcome) == ("changed", "adjust")
    months.run(date(2026, 2, 1))
    assert [p[3] for p in months.paid(asked.enrolment)][-2:] == [before, row.price_fen], (
        "January stays as it was paid"
    )
    price = Pricing.objects.get(amount=asked.enrolment.amounts.latest("sequence"))
    assert price.snapshot == row.snapshot
    letter = Document.objects.get(kind="change")
    assert letter.household == asked.enrolment.household
    from tuodi.records.documents.services import opened as read

    said = read(letter)
    assert (
        "减少" in said["what"]
        and "收入增加" in said["reason"]
        and said["before_fen"] == before
        and said["remedies_to"]
    )


def test_after_it_the_next_months_are_priced_from_the_newly_settled_facts(asked, river, months):
    on = date(2026, 1, 20)
    row = visit(
        opened(asked, river),
        river,
        on,
        {1: {"student": "none", "employment": "flexible", "wage_year_fen": 600_000}},
    )
    row = services.refer(review=row, proposal="adjust", opinion="已务工", by=river.staff.reviewer, on=on)
    row = services.settle(
        review=row, outcome="adjust", ground="review", note="收入增加", by=river.staff.confirmer, on=on
    )
    months.run(date(2026, 2, 1))
    months.set_value(700_000, date(2026, 3, 1))
    assert months.run(date(2026, 3, 1)).raised == 1
    price = Pricing.objects.latest("pk")
    assert price.snapshot == row.snapshot and price.amount.cause == "standard"


def test_still_at_school_is_no_change_and_the_facts_stand_for_the_next_year(asked, river, months):
    """A pupil past eighteen counts as before; only her supplement as a minor is gone, and the county keeps or takes it."""
    on = date(2026, 1, 20)
    row = services.refer(
        review=opened(asked, river),
        proposal="keep",
        opinion="高三在读，生活困难",
        by=river.staff.reviewer,
        on=on,
    )
    with pytest.raises(Refused, match="事实和依据"):
        services.settle(
            review=row, outcome="keep", ground="review", note=" ", by=river.staff.confirmer, on=on
        )
    row = services.settle(
        review=row,
        outcome="keep",
        ground="review",
        note="一事一议，会议纪要 3 号",
        by=river.staff.confirmer,
        on=on,
    )
    before = months.paid(asked.enrolment)[-1][3]
    months.run(date(2026, 2, 1))
    assert row.outcome == "keep" and months.paid(asked.enrolment)[-1][3] == before
    asked.enrolment.refresh_from_db()
    assert asked.enrolment.review_due == date(2026, 7, 20)
    assert not Document.objects.filter(kind="change").exists()


def test_a_family_found_over_the_standard_is_stopped_by_the_county_with_a_letter(asked, river, months):
    on = date(2026, 1, 20)
    row = visit(opened(asked, river), river, on, shops=1)
    assert row.price_fen == 0
    row = services.refer(review=row, proposal="exit", opinion="有商铺一间", by=river.staff.reviewer, on=on)
    services.settle(
        review=row, outcome="exit", ground="property", note="名下商铺一间", by=river.staff.confirmer, on=on
    )
    asked.enrolment.refresh_from_db()
    assert (asked.enrolment.state, asked.enrolment.until_month) == ("exited", date(2026, 2, 1))
    assert Document.objects.get(kind="change")


def test_an_exit_for_another_cause_ends_the_review(asked, river):
    services.exit_roll(
        enrolment=asked.enrolment,
        ground="moved",
        note="迁往昆明",
        by=river.staff.confirmer,
        on=date(2026, 1, 8),
    )
    asked.refresh_from_db()
    assert (asked.state, asked.outcome) == ("closed", "exit")


def test_the_county_sends_back_what_it_cannot_decide_on(asked, river):
    on = date(2026, 1, 20)
    row = services.refer(
        review=opened(asked, river), proposal="adjust", opinion="见材料", by=river.staff.reviewer, on=on
    )
    row = services.send_back(review=row, reason="请补入户情况", by=river.staff.confirmer, on=on)
    assert row.state == "checking"


@pytest.mark.parametrize(
    "what", [{"confirmed_by": " "}, {"family_confirmed": False}, {"second_surveyor": "李绍文"}]
)
def test_a_visit_is_by_two_and_signed(asked, river, what):
    row = opened(asked, river)
    facts = selectors.facts_behind(row.enrolment)
    given = {
        "review": row, "seen": facts.pk, "observed": facts.facts.open(), "visited_on": date(2026, 1, 6), "second_surveyor": "尹家旺",
        "note": "x", "family_confirmed": True, "confirmed_by": "岩温", "by": river.staff.reviewer, "on": date(2026, 1, 6),
    }  # fmt: skip
    with pytest.raises(Refused):
        services.reassess(**{**given, **what})


def test_a_stale_form_is_a_conflict(asked, river):
    row = opened(asked, river)
    services.refer(
        review=row,
        proposal="keep",
        opinion="情况属实",
        by=river.staff.reviewer,
        on=date(2026, 1, 6),
        version=row.version,
    )
    with pytest.raises(Conflict):
        services.refer(
            review=row,
            proposal="exit",
            opinion="情况属实",
            by=river.staff.reviewer,
            on=date(2026, 1, 6),
            version=row.version,
        )


def test_the_table_has_no_fault():
    assert RECERTIFICATION.faults() == []


def test_the_whole_way_by_the_pages_alone(active, river, months, client, monkeypatch):
    today = [date(2026, 1, 5)]
    monkeypatch.setattr("tuodi.records.org.clock.today", lambda: today[0])
    client.force_login(river.staff.reviewer)
    listing = client.get(reverse("entitlement:reviews")).content.decode()
    assert "复核到期" in listing and "岩温" in listing
    page = client.get(reverse("entitlement:enrolment", args=[active.pk])).content.decode()
    assert "复核已到期" in page and "开展复核" in page
    answer = client.post(reverse("entitlement:recertify", args=[active.pk]), {"version": active.version})
    row = Recertification.objects.get()
    assert answer.status_code == 302 and reverse("entitlement:review", args=[row.pk]) in answer["Location"]
    form = client.get(reverse("entitlement:review_reassess", args=[row.pk]))
    survey = form.context["form"]
    data = {name: "" if (value := survey[name].value()) is None else value for name in survey.fields}
    data |= {
        "second_surveyor": "尹家旺", "note": "家里添了冰箱", "family_confirmed": "on", "confirmed_by": "岩温", "version": row.version,
        "m-0-wage_year_fen": "4000", "surveyed_on": "2026-01-05",
    }  # fmt: skip
    answer = client.post(reverse("entitlement:review_reassess", args=[row.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    shown = client.get(reverse("entitlement:review", args=[row.pk])).content.decode()
    assert "入户和重新评估" in shown and "家里添了冰箱" in shown
    answer = client.post(
        reverse("entitlement:review_refer", args=[row.pk]),
        {"proposal": "adjust", "opinion": "工资增加", "version": row.version},
    )
    assert answer.status_code == 302
    client.force_login(river.staff.confirmer)
    row.refresh_from_db()
    decide = client.get(reverse("entitlement:review_settle", args=[row.pk]))
    assert decide.context["form"].initial["monthly_fen"] == row.price_fen
    bad = client.post(
        reverse("entitlement:review_settle", args=[row.pk]),
        {"outcome": "adjust", "ground": "property", "note": "工资增加", "version": row.version},
    )
    assert bad.status_code == 422
    answer = client.post(
        reverse("entitlement:review_settle", args=[row.pk]),
        {"outcome": "adjust", "ground": "review", "note": "工资增加", "version": row.version},
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "changed"
    after = client.get(reverse("entitlement:review", args=[row.pk])).content.decode()
    assert "保障待遇变更告知书" in after
    assert Enrolment.objects.get(pk=active.pk).review_due == date(2026, 7, 5)
