"""Nobody decides on what they registered, surveyed or proposed, whatever mix of posts they hold (reliability.md B3)."""

from datetime import date
from itertools import chain, combinations

import pytest

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import services
from tuodi.delivery.determination.models import Decision
from tuodi.records.org.models import Assignment
from tuodi.records.org.rights import ROLES, holds

from .river import COUNTY, PREFECTURE, TOWN, officer

HANDS = ("counter", "surveyor", "reviewer")


def also_confirmer(one):
    Assignment.objects.create(
        officer=one, role="confirmer", area_id=COUNTY, since=date(2012, 1, 1), given_by="tests"
    )
    return type(one).objects.get(pk=one.pk)


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("proposal", ["grant", "refuse"])
def test_an_earlier_hand_may_not_decide(river, staff, hand, proposal):
    if proposal == "grant":
        river.to_county()
    else:
        river.to_opinion(household={"shops": 1}).opinion("refuse").send_up().receive()
    both = also_confirmer(getattr(staff, hand))
    with pytest.raises(Refused, match="未经办这一申请的人"):
        river.confirm(by=both) if proposal == "grant" else river.refuse(by=both)
    assert not Decision.objects.exists()
    assert (river.confirm() if proposal == "grant" else river.refuse()).decided_by == staff.confirmer


def test_the_second_surveyor_may_not_decide_even_when_written_down_by_name(river, staff):
    river.to_county()
    second = officer("confirmer2", "尹家旺", "confirmer", COUNTY)
    with pytest.raises(Refused, match="未经办这一申请的人"):
        river.confirm(by=second)


def test_an_earlier_hand_may_not_visit_for_the_county_either(river, staff):
    river.to_county()
    both = also_confirmer(staff.surveyor)
    with pytest.raises(Refused, match="未经办这一申请的人"):
        services.record_visit(
            review=river.review,
            causes=["spot"],
            finding="一致",
            agrees=True,
            visited_on=river.on,
            by=both,
            on=river.on,
        )


def mixes():
    roles = sorted(ROLES)
    return chain.from_iterable(combinations(roles, n) for n in (0, 1, 2))


def test_over_all_mixes_of_roles_only_a_confirmer_of_the_place_who_has_not_touched_the_case_decides(
    river, staff
):
    """A model check: every mix of up to two roles, in the county, another county and the prefecture, old hand or new."""
    river.to_county()
    review, allowed, tried = river.review, set(), 0
    hands = services.common.earlier_hands(review)
    assert hands >= {"counter1", "surveyor1", "reviewer1", "尹家旺"}
    for number, mix in enumerate(mixes()):
        for place in (COUNTY, "533102", PREFECTURE, TOWN):
            fresh = officer(f"m{number}-{place}", f"某{number}{place}", "", "")
            for role in mix:
                Assignment.objects.create(
                    officer=fresh, role=role, area_id=place, since=date(2012, 1, 1), given_by="tests"
                )
            if holds(fresh, "confirmer", review.area_id, river.on):
                services.common.refuse_earlier_hand(review, fresh, hands)
                allowed.add((mix, place))
            tried += 1
    assert tried == 4 * (1 + 12 + 66)
    assert all("confirmer" in mix and place != "533102" for mix, place in allowed)
    assert allowed, "somebody can"
    for hand in HANDS:
        one = getattr(staff, hand)
        for role in ROLES:
            Assignment.objects.get_or_create(
                officer=one,
                role=role,
                area_id=PREFECTURE,
                since=date(2012, 1, 1),
                defaults={"given_by": "tests"},
            )
        everything = type(one).objects.get(pk=one.pk)
        with pytest.raises(Refused, match="未经办这一申请的人"):
            river.confirm(by=everything)


def test_without_the_rule_the_same_person_would_decide(river, staff, monkeypatch):
    """The broken twin: with the rule taken out, the test above would fail."""
    from tuodi.delivery.determination.services import deciding

    river.to_county()
    monkeypatch.setattr(deciding, "refuse_earlier_hand", lambda *a, **kw: None)
    assert river.confirm(by=also_confirmer(staff.reviewer)).decided_by == staff.reviewer


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"confirmer"}))
def test_no_other_role_decides(river, staff, role):
    river.to_county()
    other = officer("other1", "另一人", role, PREFECTURE)
    with pytest.raises(Refused, match="没有这一岗位"):
        river.confirm(by=other)
