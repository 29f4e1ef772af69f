"""The balances page shows the kinds of account that hold something, and says which it leaves out."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.funds.test_year import POT
from tests.funds.world import world
from tuodi.funds import year

JANUARY = date(2027, 1, 8)


@pytest.fixture
def made(db):
    return world(3, fen=1_000_000)


@pytest.fixture
def page(made, client, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(made.staff.finance, backend="tuodi.records.org.backend.OfficerBackend")
    return lambda: client.get(f"{reverse('funds:balances')}?year=2026").content.decode()


def heads(body):
    return re.findall(r'<th scope="col"[^>]*>([^<]*)', body)[4:]


def test_a_kind_that_is_zero_everywhere_has_no_column(page):
    body = page()
    assert heads(body) == ["上级下达", "可用指标", "已发放"]
    assert "全部为零、没有列出的：结转、预占、在途、退回待处理、应收追回、已核销、已收回财政" in body


def test_a_kind_that_holds_something_has_its_column(page, made):
    year.carry_over(
        pot=POT,
        amount_fen=600_000,
        document_number="结 1",
        by=made.staff.finance,
        on=JANUARY,
        note="下达较晚",
    )
    body = page()
    assert heads(body) == ["上级下达", "可用指标", "结转", "已发放"]
    assert body.count("6,000.00") == 1 and body.count("4,000.00") == 1
    assert body.count("10,000.00") == 3, (
        "released: figure and cell; what can be used: carried and available together"
    )
