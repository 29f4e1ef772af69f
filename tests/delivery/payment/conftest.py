"""A county with families on the roll and a budget; the business folder of each test is its own."""

import io
from types import SimpleNamespace

import pytest

from tests.funds.world import COUNTY, MONTH, ON, PROGRAMME, world
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import services
from tuodi.gateways.bank import FakeBank


@pytest.fixture
def bank_folder(tmp_path, settings):
    settings.BANK_FOLDER = tmp_path / "bank"
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    return settings.BANK_FOLDER


@pytest.fixture
def county(db, bank_folder):
    made = world(12)
    run_month(programme=PROGRAMME, county=COUNTY, month=MONTH, by=made.staff.civil_affairs, on=ON)
    return made


def prepared(county, **more):
    return services.prepare_batch(
        programme=PROGRAMME, county=COUNTY, month=MONTH, by=county.staff.civil_affairs, on=ON, **more
    )


def approved(county):
    return services.approve(batch=prepared(county), by=county.staff.payer, on=ON)


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    """Send and let the transaction's end happen, as in life."""

    def go(batch, by, on=ON):
        with django_capture_on_commit_callbacks(execute=True):
            return services.send(batch=batch, by=by, on=on)

    return go


@pytest.fixture
def sent(county, send):
    """A batch at the bank, the bank that has its file, and how to hand in a reply."""
    batch = send(approved(county), county.staff.finance)
    path = services.publish(batch)

    def reply(data: bytes, name: str = "reply.txt", on=ON):
        return services.take_reply(
            file=io.BytesIO(data), file_name=name, by=county.staff.civil_affairs, on=on
        )

    return SimpleNamespace(
        batch=batch,
        path=path,
        staff=county.staff,
        reply=reply,
        bank=FakeBank(failure_rate=0.0),
        rolls=county.rolls,
    )
