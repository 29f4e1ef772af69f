"""One family decided in June 2025 by the real river, on the roll from July; the officers who look at it again."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.delivery.determination.river import COUNTY, TOWN, River, Staff, officer
from tuodi.delivery.entitlement import services
from tuodi.delivery.entitlement.models import Enrolment, Entitlement
from tuodi.delivery.entitlement.months import months_after
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area
from tuodi.records.standards.load import load_calendar
from tuodi.records.standards.models import ParameterValue

PROGRAMME = "minimum_living"


@pytest.fixture
def river(db):
    load_areas()
    load_departments()
    load_calendar()
    village = Area.objects.filter(code__startswith=TOWN, level="village").order_by("code")[0]
    return River(Staff.hired(), village, on=date(2025, 5, 26))


@pytest.fixture
def months(river):
    """The acts of a month: `run(month)`, `paid(row)`, `amounts(row)`, `set_value(...)`."""
    runner = officer("minzheng1", "刀安生", "civil_affairs", COUNTY)

    def run(month: date, on: date | None = None) -> Any:
        on = on or months_after(month, -1).replace(day=25)
        return services.run_month(programme=PROGRAMME, county=COUNTY, month=month, by=runner, on=on)

    def until(last: date) -> Any:
        month = date(2025, 7, 1)
        made = None
        while month <= last:
            made = run(month)
            month = months_after(month)
        return made

    def paid(row: Enrolment) -> list[Any]:
        return sorted(
            Entitlement.objects.filter(enrolment=row).values_list("month", "pay_month", "kind", "amount_fen")
        )

    def set_value(
        value: Any, since: date, key: str = "dibao.standard.rural_year_fen", basis: str = "芒市文件"
    ) -> Any:
        return ParameterValue.objects.create(
            key=key, area_code=COUNTY, since=since, value=value, basis=basis, mark="test", set_by="t"
        )

    return SimpleNamespace(run=run, until=until, paid=paid, set_value=set_value, by=runner)


@pytest.fixture
def enrol(river):
    """Carry a family (its facts may be changed) to its enrolment."""

    def made(**facts: Any) -> Enrolment:
        decision = river.to_county(**facts).confirm()
        return Enrolment.objects.get(decision=decision)

    return made
