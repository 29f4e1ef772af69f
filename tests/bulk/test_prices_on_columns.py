"""A month in which prices start the linkage, on columns: places with other indices side by side, one of them with last month's."""

from datetime import date

import pytest

from tests.bulk.test_engines_agree import agree
from tests.policy.families import families
from tuodi.core.parameters import ParameterRow
from tuodi.policy.parameters import shipped

SEED = 20261124


def with_indices(on):
    """Dehong triggers, Ruili (533102) does not, Longchuan (533124) has only the month before."""
    month = on.year * 100 + on.month
    rows = []
    for area, of_month, cpi in (("533100", month, 420), ("533102", month, 120), ("533124", month - 1, 600)):
        for key, value in (
            ("price.index.month", of_month),
            ("price.index.cpi_basis_points", cpi),
            ("price.index.food_basis_points", 500),
        ):
            rows.append(ParameterRow(key, area, on.replace(day=1), value, "算例", "test"))
    rows.append(ParameterRow("work.minimum_wage.class", "533102", date(2016, 1, 1), 2, "瑞丽二类", "test"))
    return shipped().with_rows(rows)


@pytest.mark.parametrize(
    "on", [date(2018, 10, 15), date(2020, 4, 15), date(2022, 10, 20), date(2025, 10, 15)]
)
@pytest.mark.parametrize("code", ["price_supplement", "unemployment_link"])
def test_numbers_and_columns_agree_in_a_triggered_month(on, code):
    agree(list(families(SEED + on.year, 120, on, 0.05)), on, with_indices(on), code=code)
