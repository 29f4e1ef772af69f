"""Two hands at once: of two outcomes one stands, of two runs no reply and no report is doubled (B2 in small)."""

import threading

import pytest
from django.db import OperationalError, connection, connections

from tests.delivery.verification.conftest import officer
from tests.delivery.verification.family import AS_OF, CAR, COUNTY, FATHER, ON, TOWN
from tuodi.core.refusal import Refused
from tuodi.delivery.verification import services
from tuodi.delivery.verification.models import Check, Discrepancy, Explanation, Outcome, SourceReply
from tuodi.gateways import departments
from tuodi.gateways.sources import SOURCES

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """Run acts at once, each on its own connection; what each gave or raised."""
    gate = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def one(n, act):
        try:
            gate.wait(10)
            results[n] = act()
        except (Refused, OperationalError) as wrong:
            results[n] = wrong
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_two_officers_settling_one_doubt_one_stands_and_the_other_is_told(
    transactional_db, flagged, counter
):
    one, other = officer("rev2", "李甲", "reviewer", TOWN), officer("civ2", "段乙", "civil_affairs", COUNTY)
    doubt = Discrepancy.objects.get()
    services.explain(discrepancy=doubt, text="已卖", key="say", by=counter, on=ON)
    results = together(
        lambda: services.settle(discrepancy=doubt, outcome="explained", reason="属实", by=one, on=ON),
        lambda: services.settle(discrepancy=doubt, outcome="upheld", value=1, reason="不实", by=other, on=ON),
    )
    assert Outcome.objects.count() == 1
    assert sum(isinstance(r, Outcome) for r in results) == 1
    assert sum(isinstance(r, Refused) for r in results) == 1
    stood = Outcome.objects.get().outcome
    snapshots = Check.objects.get().application.snapshots.count()
    assert (stood, snapshots) in {("explained", 1), ("upheld", 2)}


def test_two_runs_over_one_check_double_nothing(transactional_db, check, sources, counter):
    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩温", CAR)])
    again = Check.objects.get(pk=check.pk)
    together(
        lambda: services.ask(check=check, by=counter, on=ON),
        lambda: services.ask(check=again, by=counter, on=ON),
    )
    check.refresh_from_db()
    assert check.state == "flagged"
    assert SourceReply.objects.count() == len(SOURCES)
    assert check.reports.count() == 1
    assert Discrepancy.objects.count() == 1


def test_eight_officers_explaining_at_once_are_all_kept(transactional_db, flagged):
    doubt = Discrepancy.objects.get()
    hands = [officer(f"hand{n}", f"经办{n}", "counter", TOWN) for n in range(8)]

    def say(n):
        for turn in range(6):
            for _try in range(20):
                try:
                    services.explain(
                        discrepancy=doubt, text=f"说明 {n}-{turn}", key=f"{n}-{turn}", by=hands[n], on=ON
                    )
                    break
                except OperationalError:  # SQLite: the file was held by another; the officer presses again
                    if connection.vendor != "sqlite":
                        raise
        return n

    assert sorted(together(*(lambda n=n: say(n) for n in range(8)))) == list(range(8))
    assert Explanation.objects.count() == 48
