"""On the roll and off it: amounts by month, arrears, the month's run, the report of differences."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.funds.world import COUNTY, MONTH, ON, PROGRAMME, world
from tuodi.core.money import whole_yuan_up
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Decision
from tuodi.delivery.determination.signals import decided
from tuodi.delivery.entitlement import selectors, services
from tuodi.delivery.entitlement.models import Enrolment, EnrolmentAmount, Entitlement, MonthRun
from tuodi.delivery.entitlement.months import months_after, span
from tuodi.delivery.entitlement.process import ENROLMENT, GROUNDS
from tuodi.kit.versions import Conflict
from tuodi.records.journal.models import JournalLine
from tuodi.records.standards.models import ParameterValue

DEC, JAN = date(2026, 12, 1), date(2027, 1, 1)


@pytest.fixture
def county(db):
    return world(6, fen=0)


def run(county, month=MONTH, on=ON):
    return services.run_month(
        programme=PROGRAMME, county=COUNTY, month=month, by=county.staff.civil_affairs, on=on
    )


def change(county, act, row, on=ON, **more):
    given = {
        "enrolment": row,
        "ground": "review",
        "note": "复核",
        "by": county.staff.confirmer,
        "on": on,
    } | more
    return getattr(services, act)(**given)


def due(row):
    return sorted(Entitlement.objects.filter(enrolment=row).values_list("month", "kind", "amount_fen"))


def test_a_granted_decision_enrols_from_the_month_after_through_the_signal(county):
    row = county.rolls[0]
    decision = row.decision
    before = Enrolment.objects.count()
    decided.send(sender=Decision, decision=decision, by=county.staff.confirmer, on=ON)
    assert Enrolment.objects.count() == before, "the same decision is the same enrolment"
    assert (row.from_month, row.state) == (MONTH, "pending")


def test_the_table_has_no_fault_and_every_ground_has_a_basis():
    assert ENROLMENT.faults() == []
    assert all(g.basis and g.acts for g in GROUNDS.values())


def test_running_a_month_twice_is_once_and_begins_the_pending(county):
    first = run(county)
    rows = list(Entitlement.objects.order_by("pk").values())
    lines = JournalLine.objects.count()
    again = run(county)
    assert list(Entitlement.objects.order_by("pk").values()) == rows and JournalLine.objects.count() == lines
    assert (
        (first.households, first.total_fen)
        == (again.households, again.total_fen)
        == (6, sum(r["amount_fen"] for r in rows))
    )
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"active"}
    assert MonthRun.objects.count() == 1


def test_months_are_run_in_order_and_not_far_ahead(county):
    run(county)
    with pytest.raises(Refused, match="不能跳过"):
        run(county, JAN, on=date(2026, 12, 28))
    with pytest.raises(Refused, match="最早只能"):
        run(county, JAN)
    run(county, DEC, on=date(2026, 11, 28))
    with pytest.raises(Refused, match="已经生成"):
        run(county, MONTH)


def test_the_month_of_death_is_paid_and_the_next_is_not(county):
    row = county.rolls[0]
    run(county)
    row.refresh_from_db()
    change(county, "exit_roll", row, ground="death", happened_on=date(2026, 11, 3), on=date(2026, 11, 10))
    run(county, DEC, on=date(2026, 11, 28))
    assert [m for m, _k, _f in due(row)] == [MONTH]
    row.refresh_from_db()
    assert (row.state, row.until_month, row.exit_reason) == ("exited", DEC, "death")


def test_a_death_told_late_stops_the_next_month_and_says_how_many_were_paid_after(county):
    row = county.rolls[0]
    run(county)
    run(county, DEC, on=date(2026, 11, 28))
    row.refresh_from_db()
    change(county, "exit_roll", row, ground="death", happened_on=date(2026, 11, 3), on=date(2026, 12, 5))
    row.refresh_from_db()
    assert row.until_month == JAN and len(due(row)) == 2
    assert "1 个月" in JournalLine.objects.filter(act="entitlement.exit").get().note


def test_a_rise_reaches_back_as_arrears_and_a_fall_only_forward(county):
    row, other = county.rolls[:2]
    run(county)
    row.refresh_from_db(), other.refresh_from_db()
    before, old = row.decision.monthly_fen, other.decision.monthly_fen
    count = services.raise_standard(
        programme=PROGRAMME, county=COUNTY, from_month=MONTH, amounts={row.pk: before + 4000, other.pk: old - 1000}, document="云民发〔2026〕40号",
        by=county.staff.confirmer, on=date(2026, 11, 20),
    )  # fmt: skip
    assert count == 2
    run(county, DEC, on=date(2026, 11, 28))
    assert due(row) == [(MONTH, "arrears", 4000), (MONTH, "regular", before), (DEC, "regular", before + 4000)]
    assert Entitlement.objects.get(enrolment=row, kind="arrears").pay_month == DEC
    assert due(other) == [(MONTH, "regular", old), (DEC, "regular", old - 1000)], (
        "what was overpaid is never taken back"
    )
    again = services.raise_standard(
        programme=PROGRAMME, county=COUNTY, from_month=MONTH, amounts={row.pk: before + 4000}, document="云民发〔2026〕40号", by=county.staff.confirmer,
        on=date(2026, 11, 21),
    )  # fmt: skip
    assert again == 0


def test_less_cannot_be_paid_for_a_month_already_made_due(county):
    row = county.rolls[0]
    run(county)
    row.refresh_from_db()
    with pytest.raises(Refused, match="不追回"):
        change(county, "adjust", row, from_month=MONTH, monthly_fen=100)
    change(county, "adjust", row, from_month=DEC, monthly_fen=100)
    run(county, DEC, on=date(2026, 11, 28))
    assert due(row)[-1] == (DEC, "regular", 100)


def test_suspension_and_return_leave_no_month_lost_and_none_doubled(county):
    row = county.rolls[0]
    fen = row.decision.monthly_fen
    run(county)
    row.refresh_from_db()
    row = change(county, "suspend", row, from_month=DEC)
    run(county, DEC, on=date(2026, 11, 28))
    assert [m for m, _k, _f in due(row)] == [MONTH]
    row = change(county, "resume", row, from_month=DEC, on=date(2026, 12, 20))
    run(county, JAN, on=date(2026, 12, 28))
    assert due(row) == [(MONTH, "regular", fen), (DEC, "arrears", fen), (JAN, "regular", fen)]


def test_fade_out_lasts_no_longer_than_the_rule_allows(county):
    row = county.rolls[0]
    run(county)
    row.refresh_from_db()
    with pytest.raises(Refused, match="渐退期为 1 至 6 个月"):
        change(county, "fade", row, ground="employed", months=7)
    row = change(county, "fade", row, ground="employed", months=2)
    assert row.until_month == date(2027, 2, 1)
    for month in span(DEC, date(2027, 4, 1)):
        run(county, month, on=months_after(month, -1).replace(day=28))
    assert [m for m, _k, _f in due(row)] == [MONTH, DEC, JAN]


@pytest.mark.parametrize(
    ("act", "more"),
    [("exit_roll", {}), ("suspend", {"from_month": DEC}), ("adjust", {"from_month": DEC, "monthly_fen": 9})],
)
def test_a_change_needs_a_ground_in_law_and_a_reason(county, act, more):
    row = county.rolls[0]
    run(county)
    row.refresh_from_db()
    for wrong in ({"ground": "match"}, {"ground": ""}, {"note": "  "}):
        with pytest.raises(Refused):
            change(county, act, row, **more, **wrong)
    with pytest.raises(Refused):
        change(county, "suspend", row, from_month=DEC, by=county.staff.civil_affairs)


def test_a_stale_form_is_a_conflict(county):
    row = county.rolls[0]
    run(county)
    row.refresh_from_db()
    change(county, "adjust", row, from_month=DEC, monthly_fen=777, version=row.version)
    with pytest.raises(Conflict):
        change(county, "adjust", row, from_month=DEC, monthly_fen=888, version=row.version)


def test_the_difference_report_names_new_stopped_and_changed_with_reasons(county):
    from tests.funds.world import families

    run(county)
    gone, raised = county.rolls[:2]
    gone.refresh_from_db(), raised.refresh_from_db()
    change(county, "exit_roll", gone, ground="moved", note="迁往昆明")
    change(county, "adjust", raised, from_month=DEC, monthly_fen=99_900, note="添一口人", ground="household")
    late = families(1, county.staff, first=900)
    Enrolment.objects.filter(pk=late[0].pk).update(from_month=DEC)
    run(county, DEC, on=date(2026, 11, 28))
    report = selectors.difference(PROGRAMME, COUNTY, DEC)
    assert (report.new_count, report.stopped_count, report.changed_count) == (1, 1, 1)
    assert report.households == 6 and report.before_households == 6
    assert report.total_fen - report.before_fen == report.new_fen - report.stopped_fen + report.changed_fen
    assert (
        "新纳入" in report.new[0].reason
        and "迁出" in report.stopped[0].reason
        and "添一口人" in report.changed[0].reason
    )


def test_a_household_is_on_a_programme_once(county):
    row = county.rolls[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(
            household=row.household,
            area=row.area,
            programme=PROGRAMME,
            decision=row.decision,
            from_month=MONTH,
            state="pending",
            state_since=ON,
        )


def test_without_the_obligation_key_a_second_run_pays_twice(county):
    """The broken twin: the key is what makes the second run nothing."""
    from tuodi.delivery.entitlement.services import month

    run(county)
    twin = month.MAKE.replace("|| %(label)s,", "|| %(label)s || ':again',")
    assert twin != month.MAKE
    month.MAKE, kept = twin, month.MAKE
    try:
        run(county)
        assert Entitlement.objects.count() == 12
    finally:
        month.MAKE = kept
    assert EnrolmentAmount.objects.count() == 6


def test_fade_out_pays_at_the_local_rate(county):
    row = county.rolls[0]
    run(county)
    row.refresh_from_db()
    full = due(row)[0][2]
    ParameterValue.objects.create(
        key="dibao.fade.rate_basis_points", area_code=row.area_id[:6], since=date(2026, 1, 1), value=5000,
        basis="县级文件（测试）", mark="test", set_by="t",
    )  # fmt: skip
    change(county, "fade", row, ground="employed", months=2)
    run(county, DEC, on=date(2026, 11, 28))
    assert due(row)[-1][2] == whole_yuan_up(full, 2), "half, up to the whole yuan"
