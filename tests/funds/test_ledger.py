"""Release, allocate, reverse, plan: the ledger's own acts."""

import pytest

from tests.funds.world import COUNTY, MONTH, ON, PREFECTURE, PROGRAMME, budget, officers
from tuodi.core.refusal import Refused
from tuodi.funds import selectors, services
from tuodi.funds.models import Account, Entry, Posting
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.load import load_areas
from tuodi.records.org.models import Area


@pytest.fixture
def staff(db):
    load_areas()
    return officers()


def available(county=COUNTY):
    return selectors.balance_of("available", area=county, programme=PROGRAMME)


def test_a_release_arrives_once_with_its_document(staff):
    first = budget(5_000_00, staff)
    again = budget(5_000_00, staff)
    assert first == again and available() == 5_000_00
    assert Entry.objects.count() == 1
    assert JournalLine.objects.filter(act="funds.release").count() == 1


def test_the_same_document_with_another_amount_is_refused(staff):
    budget(5_000_00, staff)
    with pytest.raises(Refused, match="已下达过"):
        budget(6_000_00, staff)
    assert available() == 5_000_00


@pytest.mark.parametrize(
    ("fen", "number", "says"), [(0, "x", "大于零"), (-1, "x", "大于零"), (1, "  ", "文号")]
)
def test_a_release_needs_an_amount_and_a_document(staff, fen, number, says):
    with pytest.raises(Refused, match=says):
        budget(fen, staff, number=number)


def test_the_prefecture_passes_money_down_and_no_more_than_it_has(staff):
    prefecture = officers(PREFECTURE)
    budget(1_000_00, prefecture, county=PREFECTURE)
    with pytest.raises(Refused, match="权限"):
        budget(1_000_00, staff, county=PREFECTURE, number="别处")
    down = {
        "from_area": Area.objects.get(pk=PREFECTURE), "to_area": Area.objects.get(pk=COUNTY), "programme": PROGRAMME, "source": "central",
        "year": 2026, "on": ON,
        "by": prefecture.finance,
    }  # fmt: skip
    with pytest.raises(Refused, match="权限"):
        services.allocate(**{**down, "by": staff.finance}, amount_fen=600_00, document_number="a")
    services.allocate(**down, amount_fen=600_00, document_number="a")
    services.allocate(**down, amount_fen=600_00, document_number="a")
    assert (available(PREFECTURE), available()) == (400_00, 600_00)
    assert JournalLine.objects.filter(act="funds.allocate").count() == 1
    with pytest.raises(Refused, match="金额与本次不同"):
        services.allocate(**down, amount_fen=500_00, document_number="a")
    with pytest.raises(Refused, match="余额不足"):
        services.allocate(**down, amount_fen=401_00, document_number="b")
    assert (available(PREFECTURE), available()) == (400_00, 600_00)
    down_entry = services.Entry.objects.get(kind="allocate")
    with pytest.raises(Refused, match="权限"):  # who was given it does not undo the giver's act
        services.reverse(entry=down_entry, by=staff.finance, on=ON, note="退回")
    services.reverse(entry=down_entry, by=prefecture.finance, on=ON, note="退回")
    assert (available(PREFECTURE), available()) == (1_000_00, 0)


def test_a_reversal_is_the_mirror_and_happens_once(staff):
    release = budget(1_000_00, staff).entry
    mirror = services.reverse(entry=release, by=staff.finance, on=ON, note="文号写错")
    assert available() == 0
    (there,), (back,) = release.postings.all(), mirror.postings.all()
    assert (back.debit_id, back.credit_id, back.amount_fen) == (
        there.credit_id,
        there.debit_id,
        there.amount_fen,
    )
    with pytest.raises(Refused, match="已经冲销"):
        services.reverse(entry=release, by=staff.finance, on=ON, note="再冲")


def test_money_already_reserved_cannot_be_reversed_away(staff):
    release = budget(1_000_00, staff).entry
    pot = services.Pot(COUNTY, PROGRAMME, "central", 2026)
    services.enter(
        key="r",
        kind="reserve",
        by=staff.finance,
        on=ON,
        moves=[services.Move(pot.account("reserved").pk, pot.account("available").pk, 1)],
    )
    with pytest.raises(Refused, match="余额不足"):
        services.reverse(entry=release, by=staff.finance, on=ON, note="太晚")
    assert available() == 999_99


def test_the_plan_draws_upper_levels_and_older_years_first(staff):
    budget(300, staff, source="county", number="c")
    budget(200, staff, source="central", number="z")
    services.release(
        area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="province", year=2025, amount_fen=100, document_number="旧", on=ON,
        by=staff.finance,
    )  # fmt: skip
    shares = services.plan(area=COUNTY, programme=PROGRAMME, month=MONTH, amount_fen=450)
    assert [(s.pot.source, s.pot.year, s.amount_fen) for s in shares] == [
        ("province", 2025, 100),
        ("central", 2026, 200),
        ("county", 2026, 150),
    ]
    with pytest.raises(Refused, match=r"还差 0\.01 元"):
        services.plan(area=COUNTY, programme=PROGRAMME, month=MONTH, amount_fen=601)


def test_money_of_next_year_pays_nothing_this_year(staff):
    services.release(
        area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="central", year=2027, amount_fen=100, document_number="明年", on=ON,
        by=staff.finance,
    )  # fmt: skip
    with pytest.raises(Refused, match="可用指标不足"):
        services.plan(area=COUNTY, programme=PROGRAMME, month=MONTH, amount_fen=1)


def test_a_statement_runs_to_the_balance(staff):
    for n in range(4):
        budget(100 * (n + 1), staff, number=str(n))
    account = Account.objects.get(kind="available", area_id=COUNTY)
    lines = selectors.statement(account)
    assert [line.balance_fen for line in lines] == [100, 300, 600, 1000]
    assert lines[-1].balance_fen == account.balance_fen


def test_the_same_key_is_one_entry_and_another_kind_under_it_is_our_fault(staff):
    budget(1000, staff)
    pot = services.Pot(COUNTY, PROGRAMME, "central", 2026)
    move = services.Move(pot.account("reserved").pk, pot.account("available").pk, 10)
    one = services.enter(key="k", kind="reserve", by="x", on=ON, moves=[move])
    assert services.enter(key="k", kind="reserve", by="x", on=ON, moves=[move]) == one
    assert Posting.objects.filter(entry=one).count() == 1
    with pytest.raises(AssertionError):
        services.enter(key="k", kind="void", by="x", on=ON, moves=[move])


def test_rows_are_spread_over_pots_and_the_row_between_two_is_split(staff):
    budget(250, staff, source="central", number="1")
    budget(1000, staff, source="county", number="2")
    shares = services.plan(area=COUNTY, programme=PROGRAMME, month=MONTH, amount_fen=400)
    rows = " UNION ALL ".join(f"SELECT 100 AS amount_fen, 'T{n}' AS payment_reference" for n in range(4))
    entry = services.enter(
        key="spread",
        kind="reserve",
        by="x",
        on=ON,
        moves=services.reserve_sets(shares, debit="reserved", rows=rows, params=[]),
    )
    found = sorted(
        Posting.objects.filter(entry=entry).values_list("payment_reference", "debit__source", "amount_fen")
    )
    assert found == [
        ("T0", "central", 100),
        ("T1", "central", 100),
        ("T2", "central", 50),
        ("T2", "county", 50),
        ("T3", "county", 100),
    ]
