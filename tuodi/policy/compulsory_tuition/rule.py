"""义务教育免学杂费和免费教科书: nothing is charged in the nine years, and the books are given."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment
from tuodi.core.logic import choose, named
from tuodi.policy.education.pupils import (
    handled_here,
    in_compulsory_school,
    in_kind,
    on_school_roll,
    school_in_country,
    served,
)

PROGRAMME = "compulsory_tuition"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """免学杂费、免费教科书: for every pupil, whatever the family has; the books are a figure, not money."""
    books = choose(
        m.student == "primary",
        p["education.textbooks.primary_year_fen"],
        p["education.textbooks.junior_year_fen"],
    )
    findings = (
        on_school_roll(m, h),
        in_compulsory_school(m),
        school_in_country(m),
        served(m, p),
        handled_here(m),
    )
    return in_kind(PROGRAMME, findings, "textbooks_year_fen", named("教科书折价", books))
