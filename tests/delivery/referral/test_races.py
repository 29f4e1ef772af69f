"""Two hands at once: of two officers one takes a referral; of two acceptances of one application nothing is doubled."""

import threading

import pytest
from django.db import OperationalError, connections

from tests.delivery.referral.conftest import officer
from tests.delivery.referral.family import ON, PREFECTURE
from tuodi.core.refusal import Refused
from tuodi.delivery.referral import services
from tuodi.delivery.referral.models import Answer, Referral, ReferralStep, Return
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Department

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


def test_of_two_officers_on_one_referral_one_acts_and_the_other_is_refused(transactional_db, of):
    one = officer("edu1", "bureau", PREFECTURE, "education")
    other = officer("edu2", "bureau", PREFECTURE, "education")
    a, b = of("senior_grant"), of("senior_grant")
    results = together(
        lambda: services.accept(referral=a, by=one, on=ON),
        lambda: services.return_(referral=b, reason="不属于本部门", by=other, on=ON),
    )
    assert sum(isinstance(r, Referral) for r in results) == 1
    assert sum(isinstance(r, Refused | OperationalError) for r in results) == 1
    row = of("senior_grant")
    assert row.version == 2
    assert ReferralStep.objects.filter(referral=row).count() == 2
    assert (row.state == "returned") == (Return.objects.count() == 1)


def test_opening_twice_at_once_doubles_nothing(transactional_db, application, counter):
    snapshot = application.snapshots.latest("pk")
    before = Referral.objects.count()
    together(
        *(
            lambda: services.open_all(application=application, snapshot=snapshot, by=counter, on=ON)
            for _ in range(4)
        )
    )
    assert Referral.objects.count() == before
    assert JournalLine.objects.filter(act="referral.send").count() == before


def test_sending_the_same_by_hand_at_once_makes_one(transactional_db, application, counter):
    other = officer("civil2", "civil_affairs", "533103", "civil_affairs")
    together(
        *(
            lambda by=by: services.send(
                application=application, programme="public_rental", reason="家庭要求", by=by, on=ON
            )
            for by in (counter, other)
        )
    )
    assert Referral.objects.filter(programme="public_rental").count() == 1


def test_a_question_answered_by_two_at_once_has_one_answer(transactional_db, of):
    fed = officer("fed1", "bureau", PREFECTURE, "disabled_federation")
    hr = [officer(f"hr{n}", "bureau", PREFECTURE, "human_resources") for n in (1, 2)]
    services.accept(referral=of("special_living"), by=fed, on=ON)
    from datetime import timedelta

    question = services.ask_body(
        referral=of("special_living"), department=Department.objects.get(pk="human_resources"), text="是否参保？",
        due=ON + timedelta(days=5), by=fed, on=ON,
    )  # fmt: skip
    together(
        lambda: services.answer_body(question=question, yes=True, by=hr[0], on=ON),
        lambda: services.answer_body(question=question, yes=False, text="没有", by=hr[1], on=ON),
    )
    assert Answer.objects.count() == 1
