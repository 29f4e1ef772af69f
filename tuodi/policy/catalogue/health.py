"""What health and medical insurance give: premiums, aid with the bill, emergency relief, services."""

from __future__ import annotations

from tuodi.policy.programme import Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows()
