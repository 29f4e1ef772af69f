from datetime import date

import pytest

from tests.oversight.rehearsal.prefecture import decided
from tests.records import people
from tuodi.oversight.rehearsal import services
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards

ON = date(2026, 11, 24)
RURAL = "dibao.standard.rural_year_fen"


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: ON)


@pytest.fixture
def drafter(db):
    people.places()
    return people.officer("drafter", ("civil_affairs", people.PREFECTURE))


@pytest.fixture
def leader(drafter):
    return people.officer("leader", ("leader", people.PREFECTURE))


@pytest.fixture
def prefecture(drafter):
    return Area.objects.get(pk=people.PREFECTURE)


@pytest.fixture
def draft(drafter, prefecture):
    return services.begin(title="农村标准提高", area=prefecture, by=drafter, on=ON)


@pytest.fixture
def put(drafter):
    def put(draft, key=RURAL, value=720_000, since=date(2027, 1, 1), area=None, **more):
        given = {"basis": "测试文件〔2026〕1号", "mark": "test", "by": drafter, "on": ON} | more
        return services.add_value(
            draft=draft,
            info=standards.parameters().info[key],
            area=area or draft.area,
            since=since,
            value=value,
            **given,
        )

    return put


@pytest.fixture
def roll(db, settings, tmp_path):
    """Sixty families decided before, those granted on the roll."""
    settings.VAR = tmp_path
    decided(ON)


@pytest.fixture
def frozen(roll, drafter):
    return services.freeze(month=ON, by=drafter, on=ON)
