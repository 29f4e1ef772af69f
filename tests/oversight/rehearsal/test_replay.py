"""Any month since 2014, worked out again with the rules and facts then in force, gives the same amounts; what reaches back is paid
exactly once.

1,000 random (household, month, rule history) triples here, 100,000 by night; the seed is printed.
"""

from __future__ import annotations

import os
import random
from datetime import date, timedelta

import pytest
from django.db.models import Count, Sum

from tests.oversight.rehearsal.conftest import ON, RURAL
from tests.oversight.rehearsal.prefecture import DECEMBER, JANUARY, PROGRAMME, run_everywhere
from tests.policy.families import families
from tuodi.bulk.scenarios import Scenarios
from tuodi.bulk.snapshot import of_households
from tuodi.core.facts import Household
from tuodi.core.months import months_after
from tuodi.core.parameters import ParameterRow
from tuodi.delivery.determination.services.common import facts_of
from tuodi.delivery.entitlement.models import Enrolment, Entitlement
from tuodi.oversight.rehearsal import replay
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.parameters import shipped
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.services import set_value

NIGHTLY = bool(os.environ.get("TUODI_NIGHTLY"))
HISTORIES, MONTHS, FAMILIES = (100, 20, 50) if NIGHTLY else (5, 8, 25)
URBAN = "dibao.standard.urban_month_fen"
# Values no source gives for the first years: entered as a prefecture would enter its own.
FIRST = [
    ParameterRow(RURAL, "533100", date(2012, 12, 12), 216_000, "测试：2014 年前后的标准", "test"),
    ParameterRow(URBAN, "533100", date(2012, 12, 12), 30_000, "测试：2014 年前后的标准", "test"),
]
MOVING = {
    RURAL: (200_000, 800_000),
    URBAN: (28_000, 90_000),
    "dibao.workcost.basis_points": (0, 4_000),
    "dibao.supplement.elderly_basis_points": (0, 4_000),
    "dibao.supplement.minor_basis_points": (0, 4_000),
    "dibao.asset.financial_months": (6, 48),
}


def history(rng):
    """What a register became over the years: rows with the day each was entered, some of them reaching back."""
    entered = [(date(2012, 12, 12), row) for row in FIRST]
    for n in range(rng.randrange(4, 16)):
        day = date(2014, 5, 1) + timedelta(days=rng.randrange(4_500))
        key = rng.choice(list(MOVING))
        since = day + timedelta(days=rng.choice([0, 30, 180, -200, -700, -1500]))
        area = rng.choice(["533100", "533103", "533102"])
        entered.append(
            (day, ParameterRow(key, area, since, rng.randrange(*MOVING[key]), f"文件 {n}", "test"))
        )
    return sorted(entered, key=lambda e: e[0])


def known_on(entered, day):
    return shipped().with_rows(row for on, row in entered if on <= day)


def then(facts, parameters, month, as_of):
    found = PROGRAMMES[PROGRAMME].assess(Household.from_dict(facts), parameters, on=month, as_of=as_of)
    return replay.fen_of(found), found.relied_on


def of_row(row, n):
    """The same of a row of columns: nothing where it cannot be said."""
    return row[f"e{n}"] if row[f"e{n}"] is None else row[f"a{n}"] if row[f"e{n}"] else 0


@pytest.mark.timeout(3000 if NIGHTLY else 300)
def test_any_month_since_2014_comes_out_as_it_did_on_numbers_and_on_columns():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    triples = moved = 0
    for _history in range(HISTORIES):
        entered = history(rng)
        for _month in range(MONTHS):
            month = months_after(date(2014, 5, 1), rng.randrange(150))
            as_of = months_after(month) - timedelta(days=1)
            some = list(families(rng.randrange(2**32), FAMILIES, month))
            known = known_on(entered, month)
            frozen = [then(facts, known, month, as_of) for facts in some]
            # Years later the register holds more; what was frozen with each amount is enough, and so is what was known then.
            for facts, (fen, rows) in zip(some, frozen, strict=True):
                assert replay.amount_of(PROGRAMME, facts, rows, month, as_of) == fen, (seed, month, facts)
            ready = Scenarios(of_households(enumerate(some)), on=month, as_of=as_of, places={})
            today = known_on(entered, date(2026, 11, 24))
            for row in ready.amounts(PROGRAMME, [known, today]).to_pylist():
                fen = frozen[row["household_id"]][0]
                assert of_row(row, 0) == fen, (seed, month, some[row["household_id"]])
                moved += of_row(row, 1) != fen
            triples += len(some)
    print(f"{triples} triples, {moved} would differ with today's register")
    assert triples == HISTORIES * MONTHS * FAMILIES
    assert moved > 0, "the broken twin: with what was entered since, some months would come out otherwise"


def test_a_months_run_is_worked_out_again_from_what_was_frozen_and_a_slip_is_found(
    roll, drafter, prefecture, monkeypatch
):
    run_everywhere(DECEMBER, on=date(2026, 11, 26))
    set_value(
        info=standards.parameters().info[RURAL], area=prefecture, since=JANUARY, value=760_000, basis="德民发〔2026〕9号", mark="test",
        by="system", on=ON,
    )  # fmt: skip
    run_everywhere(JANUARY, on=date(2026, 12, 26))
    same = 0
    for county in Area.objects.filter(level="county"):
        for month in (DECEMBER, JANUARY):
            done = replay.replay(PROGRAMME, county.pk, month)
            assert not done.unlike, (county.pk, month, done.unlike)
            same += done.same
    assert same == Entitlement.objects.filter(kind="regular").count() > 50
    from django.core.management import call_command

    call_command("rehearse", "--replay", "2027-01")
    real = replay.then_in_force
    slip = ParameterRow(RURAL, "533100", date(2012, 12, 12), 1_000_000, "错误的值", "test")
    monkeypatch.setattr(
        replay, "then_in_force", lambda rows: real(r for r in rows if r["key"] != RURAL).with_rows([slip])
    )
    assert any(replay.replay(PROGRAMME, c.pk, JANUARY).unlike for c in Area.objects.filter(level="county"))


@pytest.mark.parametrize(
    "seed", [1837232288, None]
)  # a minor came of age in a month that was reached back to
def test_documents_that_reach_back_pay_exactly_the_difference_and_nothing_twice(
    roll, drafter, prefecture, seed
):
    seed = seed or random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    october = date(2026, 10, 1)
    paid_months = [october, date(2026, 11, 1), DECEMBER]
    for month in paid_months:
        run_everywhere(month, on=months_after(month, -1).replace(day=26))
    facts = {
        e.household_id: facts_of(e.decision.assessment.snapshot)
        for e in Enrolment.objects.select_related("decision__assessment__snapshot")
    }
    first = {
        (e["household_id"], e["month"]): e["fen"]
        for e in Entitlement.objects.values("household_id", "month")
        .annotate(fen=Sum("amount_fen"))
        .filter(month__in=paid_months)
    }
    most = dict(first)
    value, since, month = 672_000, october, JANUARY
    for _document in range(3):
        value += rng.randrange(12_000, 60_000, 1_200)
        since = rng.choice([m for m in paid_months if m >= since])
        set_value(
            info=standards.parameters().info[RURAL], area=prefecture, since=since, value=value, basis=f"追溯文件 {value}", mark="test",
            by="system", on=months_after(month, -1),
        )  # fmt: skip
        for _again in range(2):
            run_everywhere(month, on=months_after(month, -1).replace(day=26))
        for (household, m), fen in most.items():
            now, _rows = then(
                facts[household], standards.parameters(), m, months_after(m) - timedelta(days=1)
            )
            most[household, m] = max(fen, now or 0)
        month = months_after(month)
    paid = {
        (e["household_id"], e["month"]): e["fen"]
        for e in Entitlement.objects.values("household_id", "month")
        .annotate(fen=Sum("amount_fen"))
        .filter(month__in=paid_months)
    }
    assert paid == most, seed
    assert paid != first, "the documents moved something"
    twice = Entitlement.objects.values("obligation").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
