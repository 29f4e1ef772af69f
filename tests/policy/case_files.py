"""The house's own reader of cases (tuodi.policy.cases), under the names the tests use."""

from pathlib import Path
from typing import Any

from tuodi.policy import cases as house
from tuodi.policy.cases import FILES, day_of, facts_of, parameters_of

MINIMUM_LIVING = FILES["minimum_living"]

__all__ = ["FILES", "MINIMUM_LIVING", "cases", "day_of", "facts_of", "parameters_of"]


def cases(path: Path = MINIMUM_LIVING) -> list[dict[str, Any]]:
    return house.cases(path)
