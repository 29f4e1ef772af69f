"""T25: a value made up for a place answers in the demo and never in production, where the look-up says what to set."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.records import people
from tuodi.core.parameters import MissingParameter
from tuodi.policy.parameters import documented, made_up, shipped
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors, services

COUNTY, ON = "533103", date(2026, 11, 24)
PENSION = "dibao.income.exempt.basic_pension.rural"


@pytest.fixture
def production(settings):
    settings.DEMO = False
    settings.PRODUCTION = True
    settings.SECURE_SSL_REDIRECT = False
    settings.SECOND_FACTOR_REQUIRED = False


def test_the_pension_exemption_of_the_14th_plan_ended_with_it(db, production):
    values = selectors.parameters()
    assert values.at(COUNTY, date(2025, 12, 31))[PENSION] is True
    with pytest.raises(MissingParameter) as missing:
        _ = values.at(COUNTY, date(2026, 1, 1))[PENSION]
    said = str(missing.value)
    assert PENSION in said and COUNTY in said and "标准与参数" in said and "须以文件明确" in said


def test_in_the_demo_it_answers_and_says_that_it_is_made_up(db):
    row = selectors.parameters().row(PENSION, COUNTY, ON)
    assert row.value is True and row.mark == "test" and "测试值" in row.basis


def test_in_production_no_value_made_up_for_a_place_is_left_and_every_documented_one_is(db, production):
    left = selectors.parameters().rows()
    gone = set(map(str, shipped().rows())) - set(map(str, left))
    assert not [row for row in left if made_up(row)]
    assert len(gone) == sum(map(made_up, shipped().rows())) > 50
    nation = [row for row in left if row.mark == "test"]
    assert nation and all(row.area == "" for row in nation)  # their mark goes with them


def test_what_the_prefecture_decides_is_found_from_its_day_on(places, production):
    admin = people.officer("set", ("civil_affairs", people.PREFECTURE))
    services.set_value(
        info=shipped().info[PENSION], area=Area.objects.get(pk=people.PREFECTURE), since=date(2026, 1, 1), value=True,
        basis="德民发〔2026〕3号", mark="verified",
        by=admin, on=ON,
    )  # fmt: skip
    assert selectors.parameters().at(COUNTY, ON)[PENSION] is True


def test_the_page_says_what_is_not_set(client, places, production):
    officer = people.officer("see", ("civil_affairs", people.PREFECTURE))
    client.force_login(officer)
    page = client.get(reverse("standards:parameters")).content.decode()
    assert "未设" in page
    assert client.get(reverse("standards:parameter", args=[PENSION])).status_code == 200


def test_shipped_as_it_was_the_old_exemption_would_go_on_in_silence(db, production, monkeypatch):
    """The broken twin."""
    monkeypatch.setattr(selectors, "documented", shipped)
    assert selectors.parameters().at(COUNTY, ON)[PENSION] is True
    assert documented() is not shipped()


def test_the_open_pages_of_rules_stand_in_production_and_name_what_is_missing(client, places, production):
    from tuodi.policy.catalogue import PROGRAMMES

    for code in PROGRAMMES:
        answer = client.get(reverse("portal:rule", args=[code]), {"on": "2026-11-24", "area": COUNTY})
        assert answer.status_code == 200, code
    asked = {"area": COUNTY, "kind": "rural", "adults": "2", "seventies": "1", "income": "9000"}
    assert client.post(reverse("portal:can_have"), asked).status_code == 200
