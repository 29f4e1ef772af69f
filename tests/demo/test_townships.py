"""The demo's county whose townships decide (T19): walked to every place, drawn from, visited with either outcome."""

from datetime import date

import pytest

from tuodi.delivery.determination import selectors
from tuodi.delivery.determination.models import CountyVisit, Decision, Review, SpotCheck
from tuodi.delivery.determination.services.county import draw_repeats, drawable
from tuodi.delivery.entitlement.models import Recertification
from tuodi.demo import seed, townships
from tuodi.demo.accounts import HANDED_OVER, TOWN_THAT_DECIDES
from tuodi.records.org.models import Officer

NUMBER, ON = 20170217, date(2026, 11, 24)


@pytest.fixture
def walked(db):
    staff = seed.ground(NUMBER, ON)
    taken: set[str] = set()
    people = list(townships.people(NUMBER, ON, taken))
    assert len(people) == townships.WANTED and all(f.village.startswith(TOWN_THAT_DECIDES) for f in people)
    assert {h.number for f in people for h in f.humans if h.number} <= taken
    seed._departments(people, ON)
    return townships.walk(people, staff, ON)


def test_the_township_decides_and_the_county_draws_and_visits_afterwards(walked):
    reviews = Review.objects.filter(area__code__startswith=HANDED_OVER)
    assert walked == reviews.count() == townships.WANTED and all(r.delegated for r in reviews)
    assert {r.state for r in reviews} >= {
        "confirmed",
        "county_review",
        "sent_up",
        "to_send",
        "noticing",
        "opinion",
        "terminated",
    }
    decided = Decision.objects.filter(review__in=reviews)
    assert {d.decided_by.username for d in decided} == {f"d_town_confirmer_{TOWN_THAT_DECIDES}"}
    draw = SpotCheck.objects.get(area=HANDED_OVER)
    assert draw.after_decision and len(draw.drawn) == 3 and draw_repeats(draw)
    assert set(CountyVisit.objects.values_list("agrees", flat=True)) == {True, False}
    assert Recertification.objects.get().cause == "spot"
    assert drawable(HANDED_OVER, after_decision=True).count() == 1, "one more to draw from"


def test_both_its_people_find_something_to_do(walked):
    piles = {
        name: {str(i.label): i.count for i in selectors.worklist(Officer.objects.get(username=name), ON)}
        for name in ("zhangfeng", "longchuan")
    }
    assert piles["longchuan"]["事后抽查待入户"] == 1
    assert sum(piles["zhangfeng"].values()) >= 2, piles
