"""Spark in local mode gives what numbers give: every programme in one run."""

from datetime import date

import pytest

from tests.bulk.test_engines_agree import NIGHTLY, agree_on_everything
from tests.policy.families import families
from tuodi.bulk.engines import engine_of
from tuodi.policy.parameters import shipped


@pytest.mark.spark
def test_spark_agrees_on_all_programmes_together():
    """100 families here, 20,000 by night; the seed is the number."""
    on = date(2025, 10, 15)
    size = 20_000 if NIGHTLY else 100
    agree_on_everything(list(families(20261125, size, on, 0.03)), on, shipped(), engine_of("spark"))
